"""The batch window's place in the editor: its action, its progress in the status line, the question on quitting."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Slot

from exposure_app.errors import ExposureError
from exposure_app.gui.batch import words
from exposure_app.gui.batch.run import BatchPhase, BatchRequest, BatchRun
from exposure_app.gui.widgets.quit_question import QuitQuestion

if TYPE_CHECKING:
    from exposure_app.batch.batch import BatchEvent
    from exposure_app.batch.unfinished import UnfinishedBatch
    from exposure_app.gui.batch.window import BatchWindow
    from exposure_app.gui.window.main_window import MainWindow


class BatchFeature(QObject):
    """The batch window's place in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor, self._controller, self._notices = editor, editor.controller, editor.notices
        self._may_quit = False
        self.window: BatchWindow | None = None  # made when it is first wanted
        self._question = QuitQuestion(editor, self._stop_and_quit)
        self.left: list[UnfinishedBatch] = []
        self.run = BatchRun(self)
        self.run.changed.connect(self._changed)
        self.run.photo_changed.connect(self._photo_changed)
        self.run.ended.connect(self._ended)
        self.run.failed.connect(self.complain)
        self.indicator = editor.status.add_indicator(self.tr("Batch process"), self.open)
        self._add_action()
        editor.installEventFilter(self)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.close)

    def _add_action(self) -> None:
        """Beside the export, which is for few photos what this is for many."""
        action, bar = self._editor.actions_["batch"], self._editor.bar
        action.triggered.connect(self.open)
        bar.insertAction(self._editor.actions_["export"], action)
        bar.widgetForAction(action).setAccessibleName(action.text())

    def offer_unfinished(self) -> None:
        """Tell of the batches that the last session left."""
        self._look_for_unfinished(tells=True)

    # --- the window for it ---

    @Slot()
    def open(self) -> None:
        """Show the window."""
        from exposure_app.agent.header import list_styles

        window = self.window = self.window or self._make_window()
        controller, photo = self._controller, self._controller.photo
        selected = self._editor.panels.filmstrip.selected()
        window.setup.photos.offer(selected, controller.photos)
        window.setup.edits.set_styles(list_styles(), self._editor.panels.auto.style_name)
        recipe = controller.current_recipe(photo) if photo is not None else None
        window.setup.edits.offer_steps(recipe, photo.name if photo is not None else "")
        self._look_for_unfinished()
        window.show()
        window.activateWindow()

    def _make_window(self) -> "BatchWindow":
        from exposure_app.gui.batch.window import BatchCallbacks, BatchWindow

        window = BatchWindow(self.run, self._editor.settings, BatchCallbacks(self.begin, self._forget), self._editor)
        window.queue.photo_wanted.connect(self._edit)
        return window

    def begin(self, request: BatchRequest) -> None:
        """Start, when the edits of the open photo are on the disk."""
        self._controller.autosave.save()
        saved = threading.Event()
        self._controller.queues.files.submit(lambda job: saved.set())  # after what is being saved now
        self.run.begin(request, saved)

    @Slot(object)
    def complain(self, error: Exception) -> None:
        """Say it where it is seen."""
        if isinstance(error, ExposureError) and self.window is not None and self.window.isVisible():
            self.window.complain(error)
        else:
            self._notices.complain(error)

    @Slot(object)
    def _edit(self, photo: Path) -> None:
        if photo in self._controller.photos:
            self._controller.open_photo(photo)
        elif self.window is not None:
            self._controller.open_paths(self.window.queue.model.photos(), photo)
        self._editor.bring_to_front()

    # --- batches that were left ---

    def _look_for_unfinished(self, *, tells: bool = False) -> None:
        job = self._controller.queues.files.submit(lambda job: _unfinished())
        job.done.connect(lambda found: self._found(found, tells=tells))

    def _found(self, found: "list[UnfinishedBatch]", *, tells: bool) -> None:
        self.left = found
        if self.window is not None:
            self.window.set_unfinished(found)
        self._changed()
        if tells and found:
            left = sum(one.left for one in found)
            self._notices.tell(
                self.tr("A batch was not finished: {photos} left").format(photos=words.photos(left)),
                self.tr("Go on with it whenever you like: it is in the line at the bottom."),
                (self.tr("Show"), self.open),
            )

    def _forget(self, output: Path) -> None:
        from exposure_app.batch.unfinished import forget

        try:
            forget(output)
        except ExposureError as error:
            self.complain(error)
        self._look_for_unfinished()

    # --- what is seen of it ---

    @Slot()
    def _changed(self) -> None:
        run, left = self.run, sum(one.left for one in self.left)
        self.indicator.setVisible(run.phase is not BatchPhase.IDLE or bool(left))
        if run.phase is not BatchPhase.IDLE:
            self.indicator.setText(words.title(run))
            self.indicator.setToolTip(words.details(run, 0))
        elif left:
            self.indicator.setText(self.tr("{photos} left").format(photos=words.photos(left)))
            self.indicator.setToolTip(self.tr("A batch was not finished"))

    @Slot(object)
    def _photo_changed(self, event: "BatchEvent") -> None:
        self._changed()
        batch, row = self.run.batch, event.row
        if batch is None or row is None or row.state != "done" or not batch.spec.sidecars:
            return
        photo = Path(row.photo)
        self._controller.edited_changed.emit(photo, True)
        document = self._controller.document
        if photo == self._controller.photo and document is not None and not document.is_edited and row.recipe:
            from exposure_app.pipeline.recipe import from_json

            self._controller.edit(from_json(row.recipe), self.tr("Batch"))

    @Slot()
    def _ended(self) -> None:
        """Tell how it ended, unless the window shows it."""
        self._look_for_unfinished()
        batch = self.run.batch
        if batch is not None and not self._may_quit and not (self.window is not None and self.window.isVisible()):
            self._notices.tell(words.summary(batch), str(batch.output), (self.tr("Show"), self.open))

    # --- quitting ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do not let the editor close in the middle of a batch without asking."""
        if watched is self._editor and event.type() == QEvent.Type.Close:
            if self.run.is_active and self._editor.isVisible() and not (self._may_quit or self._editor.is_leaving):
                event.ignore()
                self._question.ask(
                    self.tr("Photos are being retouched."),
                    self.tr("What is done stays. You can go on with the rest next time."),
                )
                return True
            self.close()
        return False

    @Slot()
    def close(self) -> None:
        """End everything, now; what is left can be resumed."""
        self._may_quit = True
        self.run.close()
        if self.window is not None:
            self.window.close_threads()
            self.window.hide()

    @Slot()
    def _stop_and_quit(self) -> None:
        self._may_quit = True
        self._editor.close()


def _unfinished() -> "list[UnfinishedBatch]":
    from exposure_app.batch.unfinished import remembered

    return remembered()
