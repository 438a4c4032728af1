"""The window for teaching a style: four pages, the last two of them follow the run."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.learn.check_page import CheckPage
from exposure_app.gui.learn.choose_page import ChoosePage
from exposure_app.gui.learn.learner import LearningProcess
from exposure_app.gui.learn.photos import Thumbnails
from exposure_app.gui.learn.progress_page import ProgressPage
from exposure_app.gui.learn.result_page import ResultPage
from exposure_app.gui.widgets.button_bar import ButtonBar, Choice
from exposure_app.gui.widgets.form_style import form_style
from exposure_app.learning import state, store
from exposure_app.learning.state import LearningPhase
from exposure_app.learning.store import SavedRun

SIZE = (1000, 640)


class LearnWindow(QDialog):
    """Esc and the close button hide it; learning goes on.

    Signals:
        accepted_style: Name of a style that is now among the user's.

    Args:
        learner: The run.
        choose: The first page.
        check: The second.
        outcome: The last.
        thumbnails: What they share.
    """

    accepted_style = Signal(str)

    def __init__(
        self,
        parent: QWidget | None,
        learner: LearningProcess,
        choose: ChoosePage,
        check: CheckPage,
        outcome: ResultPage,
        thumbnails: Thumbnails,
    ) -> None:
        super().__init__(parent)
        self.learner, self.thumbnails = learner, thumbnails
        self.choose, self.check, self.outcome = choose, check, outcome
        self.progress = ProgressPage()
        self.pages = QStackedWidget()
        self.steps: list[QLabel] = []
        self.choices = ButtonBar()
        self.left, self.second, self.primary = self.choices.left, self.choices.second, self.choices.primary
        self.hint = self.choices.hint
        self._lay_out()
        self._connect()
        self.setWindowTitle(self.tr("Create a style"))
        self.setStyleSheet(form_style())
        self.resize(*SIZE)
        self.update_page()

    def _lay_out(self) -> None:
        names = (self.tr("1  Photos"), self.tr("2  Check"), self.tr("3  Learning"), self.tr("4  Result"))
        top = QHBoxLayout()
        top.setSpacing(20)
        for name, page in zip(names, (self.choose, self.check, self.progress, self.outcome), strict=True):
            self.steps.append(QLabel(name))
            top.addWidget(self.steps[-1])
            self.pages.addWidget(page)
        top.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(16)
        column.addLayout(top)
        column.addWidget(self.pages, 1)
        column.addWidget(self.choices)

    def _connect(self) -> None:
        self.learner.changed.connect(self.update_page)
        self.choose.changed.connect(self.update_page)
        self.choose.unfinished.chosen.connect(self.learner.show)
        self.check.ready.connect(self.update_page)
        self.check.failed.connect(self._check_failed)

    # --- which page, and what can be done there ---

    @Slot()
    def update_page(self) -> None:
        """Show what the run, or the choosing, has come to."""
        run = self.learner.run
        if run is None:
            page: QWidget = self.check if self.pages.currentWidget() is self.check else self.choose
            offered = self._while_choosing(page)
        else:
            following = self.outcome if run.progress.phase is LearningPhase.DONE else self.progress
            page = following
            offered = self._while_learning(run.progress.phase)
            self.hint.clear()
            if self.isVisible():
                following.show_run(run)
        self._show_page(page)
        self.choices.offer(*offered)

    def _while_choosing(self, page: QWidget) -> list[Choice]:
        if page is self.check:
            ready = self.check.check is not None and not self.check.is_running
            start = Choice(self.tr("Start learning"), self._begin, ready)
            return [Choice(self.tr("Back"), self._back), Choice(), start]
        lacking = self.choose.lacking()
        self.choices.say(lacking)
        return [
            Choice(),
            Choice(self.tr("Close"), self.hide),
            Choice(self.tr("Check the photos"), self._check, not lacking),
        ]

    def _while_learning(self, phase: LearningPhase) -> list[Choice]:
        discard = Choice(self.tr("Discard..."), self.ask_discard)
        another = Choice(self.tr("New style"), self._another)
        if phase is LearningPhase.DONE:
            return [discard, another, Choice(self.tr("Add to my styles"), self._accept)]
        if phase in state.RUNNING:
            return [
                Choice(self.tr("Cancel..."), self.ask_discard),
                Choice(self.tr("Run in background"), self.hide),
                Choice(self.tr("Pause"), self.learner.pause, phase is not LearningPhase.STOPPING),
            ]
        return [discard, another, Choice(self.tr("Resume"), self.learner.go_on)]

    def _show_page(self, page: QWidget) -> None:
        for label, one in zip(self.steps, (self.choose, self.check, self.progress, self.outcome), strict=True):
            label.setStyleSheet(f"color: {theme.ACCENT if one is page else theme.SECOND};")
        if self.pages.currentWidget() is not page:
            self.pages.setCurrentWidget(page)
            if page is self.choose:
                self.choose.unfinished.set_runs(store.read_runs())

    def complain(self, error: ExposureError) -> None:
        """Say what went wrong, where it is seen."""
        self.choices.say(str(error), is_error=True)

    # --- what the buttons do ---

    def _check(self) -> None:
        plan = self.choose.plan()
        try:
            self.check.start(plan.liked, plan.others)
        except ExposureError as error:
            self.complain(error)
            return
        self.choices.say("")
        self._show_page(self.check)
        self.update_page()

    @Slot(object)
    def _check_failed(self, error: ExposureError) -> None:
        self._back()
        self.complain(error)

    def _back(self) -> None:
        self.check.stop()
        self._show_page(self.choose)
        self.update_page()

    def _begin(self) -> None:
        plan, left_out = self.choose.plan(), self.check.left_out()
        plan = replace(plan, liked=tuple(photo for photo in plan.liked if photo not in left_out))
        if len(plan.liked) < state.LEAST_LIKED:
            few = self.tr("Only {count} photos are left: leave fewer out, or go back and add some.")
            self.choices.say(few.format(count=len(plan.liked)), is_error=True)
            return
        try:
            self.learner.begin(plan)
        except ExposureError as error:
            self.complain(error)
            return
        self.choose.reset()

    def _another(self) -> None:
        self.learner.show(None)

    def _accept(self) -> None:
        try:
            name = self.learner.accept()
        except ExposureError as error:
            self.complain(error)
            return
        self.hide()
        self.accepted_style.emit(name)

    def ask_discard(self) -> None:
        """Ask whether the run shall be thrown away; without an answer it goes on."""
        run = self.learner.run
        if run is None:
            return
        box = QMessageBox(self)
        box.setWindowTitle(self.tr("Create a style"))
        box.setText(self.tr("Throw away what was learned for {title}?").format(title=run.plan.title))
        box.setInformativeText(self.tr("Your photos stay as they are."))
        throw = box.addButton(self.tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        throw.clicked.connect(lambda: self._discard(run))
        keep = box.addButton(self.tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _discard(self, run: SavedRun) -> None:
        if self.learner.run is not None and self.learner.run.folder == run.folder:
            self.learner.discard()

    # --- the window ---

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.pages.currentWidget() is self.choose:
            self.choose.unfinished.set_runs(store.read_runs())
        self.update_page()

    def close_threads(self) -> None:
        """End everything that works for the window."""
        self.choose.close_thread()
        self.check.stop()
        self.outcome.stop()
        self.thumbnails.close()
