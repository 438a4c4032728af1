"""The window for many photos: what is wanted, then what becomes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from exposure_app.errors import ExposureError
from exposure_app.gui.batch.queue_page import QueuePage
from exposure_app.gui.batch.run import BatchPhase, BatchRequest, BatchRun
from exposure_app.gui.batch.setup_page import SetupPage
from exposure_app.gui.batch.words import photos
from exposure_app.gui.widgets.button_bar import ButtonBar, Choice
from exposure_app.gui.widgets.file_manager import show_in_folder
from exposure_app.gui.widgets.form_style import form_style
from exposure_app.gui.widgets.resume_list import ResumeRow
from exposure_app.settings import Settings

if TYPE_CHECKING:
    from exposure_app.batch.unfinished import UnfinishedBatch

SIZE = (960, 620)


@dataclass(frozen=True)
class BatchCallbacks:
    """What the batch window asks the editor to do.

    Attributes:
        begin: Start what is wished for, when all edits are on the disk.
        forget: Offer a batch no more.
    """

    begin: Callable[[BatchRequest], object]
    forget: Callable[[Path], object]


class BatchWindow(QDialog):
    """Esc and the close button hide it; the batch goes on.

    Args:
        run: The batch.
        settings: The user's.
        callbacks: What the editor does for it.
        parent: The editor's window.
    """

    def __init__(
        self, run: BatchRun, settings: Settings, callbacks: BatchCallbacks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._run, self._callbacks = run, callbacks
        self._error = ""
        self.setup = SetupPage(settings)
        self.queue = QueuePage(run)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.setup)
        self.pages.addWidget(self.queue)
        self.choices = ButtonBar()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(16)
        column.addWidget(self.pages, 1)
        column.addWidget(self.choices)
        self.setup.changed.connect(self._choice_changed)
        run.changed.connect(self.update_page)
        self.setWindowTitle(self.tr("Batch process"))
        self.setStyleSheet(form_style())
        self.resize(*SIZE)
        self.update_page()

    def set_unfinished(self, batches: "Sequence[UnfinishedBatch]") -> None:
        """Offer to go on with these."""
        self.setup.unfinished.set_lines([self._line(one) for one in batches])

    def _line(self, one: "UnfinishedBatch") -> ResumeRow:
        state = self.tr("{left} of {photos} left").format(left=one.left, photos=photos(one.total))
        forget = (self.tr("Forget it"), lambda: self._callbacks.forget(one.output))
        return ResumeRow(str(one.output), state, (forget, (self.tr("Resume"), lambda: self._run.resume(one.output))))

    # --- which page, and what can be done there ---

    @Slot()
    def update_page(self) -> None:
        """Show what the run, or the choosing, has come to."""
        phase = self._run.phase
        if phase is BatchPhase.IDLE:
            self.pages.setCurrentWidget(self.setup)
            lacking = self.setup.lacking()
            self.choices.say(lacking or self._error, is_error=not lacking)
            self.choices.offer(
                Choice(), Choice(self.tr("Close"), self.hide), Choice(self.tr("Start"), self._begin, not lacking)
            )
            return
        if self.pages.currentWidget() is self.setup:
            self.choices.say("")
            self.pages.setCurrentWidget(self.queue)
            self.queue.view.setFocus()
        self.choices.offer(*(self._when_over() if phase is BatchPhase.OVER else self._meanwhile(phase)))

    def _meanwhile(self, phase: BatchPhase) -> tuple[Choice, Choice, Choice]:
        run, hide = self._run, Choice(self.tr("Run in background"), self.hide)
        if phase is BatchPhase.STOPPING:
            return (
                Choice(self.tr("Drop what is in hand"), run.cancel),
                hide,
                Choice(self.tr("Stopping..."), enabled=False),
            )
        cancel = Choice(self.tr("Cancel"), run.cancel)
        if phase is BatchPhase.PAUSED:
            return cancel, Choice(self.tr("Close"), self.hide), Choice(self.tr("Resume"), run.go_on)
        return cancel, hide, Choice(self.tr("Pause"), run.pause)

    def _when_over(self) -> tuple[Choice, Choice, Choice]:
        run, batch = self._run, self._run.batch
        another = Choice(self.tr("New batch"), run.forget)
        if batch is None:
            return another, Choice(), Choice(self.tr("Close"), self.hide)
        written = [row.output for row in batch.rows.values() if row.state == "done"]
        show = Choice(self.tr("Show the results"), lambda: show_in_folder(Path(written[0])), bool(written))
        again = Choice()
        if run.is_unfinished:
            again = Choice(self.tr("Resume"), lambda: run.resume(batch.output))
        elif batch.count("failed"):
            again = Choice(self.tr("Try the failed again"), lambda: run.resume(batch.output))
        return another, show, again if again.text else Choice(self.tr("Close"), self.hide)

    # --- what the buttons do ---

    @Slot()
    def _choice_changed(self) -> None:
        self._error = ""  # it was about what has been chosen before
        self.update_page()

    def _begin(self) -> None:
        try:
            request = self.setup.request()
            self.setup.remember()
        except ExposureError as error:
            self.complain(error)
            return
        self._callbacks.begin(request)

    def complain(self, error: ExposureError) -> None:
        """Say what went wrong, where it is seen."""
        self._error = str(error)
        self.choices.say(self._error, is_error=True)

    def close_threads(self) -> None:
        """End everything that works for the window."""
        self.queue.close_threads()
