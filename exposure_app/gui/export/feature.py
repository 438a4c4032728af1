"""Exporting as a part of the editor: the dialog, the queue in the background, and what an interruption has left."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot

from exposure_app.documents import workspace
from exposure_app.errors import ExposureError
from exposure_app.export.settings import ExportSettings
from exposure_app.gui.export.queue import ExportQueue, ExportTask
from exposure_app.gui.widgets.quit_question import QuitQuestion

if TYPE_CHECKING:
    from exposure_app.gui.export.dialog import ExportDialog
    from exposure_app.gui.export.queue_window import QueueWindow
    from exposure_app.gui.window.main_window import MainWindow


class ExportFeature(QObject):
    """The exports' place in the editor. What is still to be exported is on the disk while exports run.

    Args:
        editor: The window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self._may_quit = False
        self.dialog: ExportDialog | None = None
        self.window: QueueWindow | None = None  # made when it is first wanted
        self.queue = ExportQueue(self)
        self.queue.changed.connect(self._changed)
        self.queue.ended.connect(self._ended)
        self._question = QuitQuestion(editor, self._stop_and_quit)
        self.indicator = editor.status.add_indicator(self.tr("Exports"), self.show_queue)
        editor.actions_["export"].triggered.connect(lambda: self.open(editor.selected_photos()))
        editor.actions_["exports"].triggered.connect(self.show_queue)
        editor.installEventFilter(self)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    def open(self, photos: Sequence[Path], settings: ExportSettings | None = None) -> None:
        """Ask how, and write finished pictures of photos."""
        controller = self._editor.controller
        if not photos or self.dialog is not None:
            return
        from exposure_app.gui.export.dialog import ExportDialog  # needs the engine

        controller.autosave.save()
        items = [(photo, controller.current_recipe(photo)) for photo in photos]
        dialog = self.dialog = ExportDialog(self._editor, items, settings)
        dialog.wanted.connect(self._begin)
        dialog.finished.connect(self._closed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    @Slot()
    def show_queue(self) -> None:
        """Show the exports of this session."""
        from exposure_app.gui.export.queue_window import QueueWindow

        self.window = self.window or QueueWindow(self.queue, self._again, self._editor)
        self.window.show()
        self.window.activateWindow()

    def offer_unfinished(self) -> None:
        """Tell of the export that the last session did not finish."""
        left = workspace.read_unexported()
        if left:
            self._editor.notices.tell(
                self.tr("An export was interrupted: %n photo(s) left", "", len(left)),
                "",
                (self.tr("Export..."), lambda: self.open(left)),
            )

    @Slot(list)
    def _begin(self, tasks: list[ExportTask]) -> None:
        self.queue.add(tasks, self._editor.settings.get_text("render.device"))

    def _again(self, task: ExportTask) -> None:
        """Back to the form, for what has not been written."""
        done = {row.photo for row in task.rows if row.state == "done"}
        self.open([photo for photo, _ in task.items if photo not in done], task.settings)

    @Slot()
    def _closed(self) -> None:
        self.dialog = None

    # --- what is seen of it ---

    @Slot(object)
    def _changed(self, _task: ExportTask) -> None:
        workspace.write_unexported(self.queue.unfinished)
        running = [task for task in self.queue.tasks if not task.is_over]
        total = sum(len(task.items) for task in running)
        done = sum(len(task.rows) for task in running)
        self.indicator.setVisible(bool(running))
        self.indicator.setText(self.tr("Exporting {done} of {total}").format(done=min(done + 1, total), total=total))

    @Slot(object)
    def _ended(self, task: ExportTask) -> None:
        """Tell how it ended, unless the window shows it."""
        from exposure_app.gui.export.queue_window import sentence, summary
        from exposure_app.gui.widgets.file_manager import show_in_folder

        if self._may_quit or self._editor.is_leaving or (self.window is not None and self.window.isVisible()):
            return
        if task.failed:
            error = ExposureError(summary(task), sentence(task.failed[0]))
            self._editor.notices.complain(error, (self.tr("Back to the form"), lambda: self._again(task)))
        elif task.written:
            where = task.written[0] if len(task.items) == 1 else task.written[0].parent
            show = (self.tr("Show in folder"), lambda: show_in_folder(task.written[0]))
            self._editor.notices.tell(summary(task), str(where), show)
        elif any(row.state == "skipped" for row in task.rows):
            self._editor.notices.tell(summary(task), sentence(task.rows[0]))

    # --- quitting ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do not let the editor close in the middle of an export without asking."""
        if watched is self._editor and event.type() == QEvent.Type.Close:
            if self.queue.is_running and self._editor.isVisible() and not (self._may_quit or self._editor.is_leaving):
                event.ignore()
                self._question.ask(
                    self.tr("Photos are being exported."), self.tr("The next start offers to export the rest.")
                )
                return True
            self.close()
        return False

    @Slot()
    def close(self) -> None:
        """End everything, now; the next session offers the rest."""
        if not self._may_quit:
            self._may_quit = True
            self.queue.stop()
            workspace.write_unexported(self.queue.unfinished)

    @Slot()
    def _stop_and_quit(self) -> None:
        self._editor.is_leaving = True
        self._editor.close()
