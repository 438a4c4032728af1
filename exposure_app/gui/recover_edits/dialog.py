"""The dialog of the decompiler: a picture before, one after, and what was done in between."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.recover_edits.result import Answer, ResultView, answer_of
from exposure_app.gui.recover_edits.source_row import SourceRow, SourceRows

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from exposure_app.gui.workers import Job, JobQueue

SIZE = (880, 640)


class DecompileDialog(QDialog):
    """Asks for two pictures or two folders, searches in the background, shows what was found.

    Args:
        parent: The editor's window.
        queue: Where to search.
        complain: Told errors that are nobody's fault here.

    Signals:
        apply_wanted: With the recipe, for the open photo.
    """

    apply_wanted = Signal(object)

    def __init__(self, parent: QWidget | None, queue: JobQueue, complain: Callable[[Exception], None]) -> None:
        super().__init__(parent)
        self._queue, self._complain = queue, complain
        self._job: Job | None = None
        self._answer: Answer | None = None
        self._open_photo: Path | None = None
        self.setWindowTitle(self.tr("Recover edits from a finished photo"))
        self.before = SourceRow(self.tr("Before"), self.tr("the photo without the edit"))
        self.after = SourceRow(self.tr("After"), self.tr("any edited version of the same photo"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(self.tr("How far the search is"))
        self.view = ResultView()
        self._make_buttons()
        self._lay_out()
        for row in (self.before, self.after):
            row.changed.connect(self._chosen)
        self.resize(*SIZE)
        self._update()

    def _make_buttons(self) -> None:
        self.find_button = QPushButton(self.tr("Find the steps"))
        self.find_button.setProperty("primary", True)
        self.find_button.setDefault(True)
        self.find_button.clicked.connect(self.start)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.clicked.connect(self.cancel)
        self.apply = QPushButton(self.tr("Apply to the open photo"))
        self.apply.clicked.connect(self._apply)
        self.save = QPushButton(self.tr("Save code and report..."))
        self.save.clicked.connect(self._choose_folder)
        self.close_button = QPushButton(self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        for button in (self.stop, self.apply, self.save, self.close_button):
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        search = QHBoxLayout()
        search.setSpacing(8)
        for widget, stretch in ((self.find_button, 0), (self.bar, 1), (self.stop, 0)):
            search.addWidget(widget, stretch)
        search.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.apply)
        buttons.addWidget(self.save)
        buttons.addStretch()
        buttons.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(3 * theme.GRID)
        column.addLayout(SourceRows(self.before, self.after))
        column.addLayout(search)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)

    # --- what is asked for ---

    def set_open_photo(self, photo: Path | None) -> None:
        """The photo before, unless a person has chosen another one; and what the steps can be applied to."""
        if photo is not None and self.before.path in (None, self._open_photo):
            self.before.set_path(photo)
        self._open_photo = photo
        self._update()

    @Slot()
    def _chosen(self) -> None:
        self.cancel()
        self._answer = None
        self.view.clear()
        self._update()

    # --- searching ---

    @property
    def is_running(self) -> bool:
        """Whether it searches."""
        return self._job is not None and not self._job.is_over

    @Slot()
    def start(self) -> None:
        """Search in the background."""
        before, after = self.before.path, self.after.path
        if before is None or after is None or self.is_running:
            return

        def work(job: Job) -> Answer:
            from exposure_app.recover_edits.files import decompile
            from exposure_app.recover_edits.pairs import pair_up

            def tell(share: float) -> None:
                job.check()
                job.progress(share)

            return answer_of(decompile(*pair_up(before, after), tell=tell))

        self.bar.setValue(0)
        self.view.say(self.tr("Searching for the steps..."))
        job = self._job = self._queue.submit(work)
        job.progressed.connect(lambda share: self.bar.setValue(round(1000 * share)))
        job.done.connect(self._found)
        job.failed.connect(self._failed)
        job.cancelled.connect(self.view.clear)
        job.ended.connect(self._update)
        self._update()

    @Slot()
    def cancel(self) -> None:
        """Stop searching."""
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _found(self, answer: Answer) -> None:
        self._answer = answer
        self.view.show_answer(answer)

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self.view.say(str(error) if isinstance(error, ExposureError) else self.tr("This could not be worked out."))
        if not isinstance(error, ExposureError):
            self._complain(error)

    @Slot()
    def _update(self) -> None:
        running, found = self.is_running, self._answer is not None
        self.find_button.setEnabled(not running and self.before.path is not None and self.after.path is not None)
        self.bar.setVisible(running)
        self.stop.setVisible(running)
        self.apply.setEnabled(found and self._open_photo is not None)
        self.save.setEnabled(found and not running)

    # --- what to do with it ---

    @Slot()
    def _apply(self) -> None:
        if self._answer is not None:
            self.apply_wanted.emit(self._answer.found.recipe)

    @Slot()
    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("A folder for code, test, map and report"))
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, folder: Path) -> None:
        """Write recipe, code, test, maps and report there, in the background."""
        answer = self._answer
        if answer is None or self.is_running:
            return

        def work(job: Job) -> list[Path]:
            from exposure_app.recover_edits.files import write

            return write(answer.found, folder)

        job = self._job = self._queue.submit(work)
        job.done.connect(lambda files: self.view.note(self.tr("%n files are in {folder}", "", len(files)), folder))
        job.failed.connect(self._failed)
        job.ended.connect(self._update)
        self._update()

    def done(self, result: int) -> None:
        """Closing stops the search; what was found stays for the next time."""
        self.cancel()
        super().done(result)
