"""The learning window's place in the editor: its action, its progress, the question on quitting."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtWidgets import QPushButton

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.learn import words
from exposure_app.gui.learn.learner import LearningProcess
from exposure_app.gui.widgets.quit_question import QuitQuestion
from exposure_app.learning import store
from exposure_app.learning.state import LearningPhase

if TYPE_CHECKING:
    from exposure_app.gui.learn.window import LearnWindow
    from exposure_app.gui.window.main_window import MainWindow


class LearnFeature(QObject):
    """The learning window's place in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor, self._controller, self._notices = editor, editor.controller, editor.notices
        self._may_quit = False
        self.window: LearnWindow | None = None  # made when it is first wanted: its curves take a moment to load
        self._question = QuitQuestion(editor, self._stop_and_quit)
        self.learner = LearningProcess(self)
        self.learner.changed.connect(self._changed)
        self.learner.ended.connect(self._ended)
        self.learner.failed.connect(self.complain)
        self.indicator = editor.status.add_indicator(self.tr("Learning a style"), self.open)
        editor.actions_["teach"].triggered.connect(self.open)
        self._add_button()
        editor.installEventFilter(self)

    def _add_button(self) -> None:
        """Below the styles there are."""
        button = QPushButton(self.tr("Create a style..."))
        button.setProperty("flat", True)
        button.setIcon(theme.icon("teach"))
        button.setToolTip(self.tr("Learn a new style from photos you like"))
        button.clicked.connect(self.open)
        column = self._editor.panels.styles.layout()
        if column is not None:
            column.addWidget(button)
            column.setAlignment(button, Qt.AlignmentFlag.AlignLeft)

    def offer_unfinished(self) -> None:
        """Show a run that the last session left."""
        runs = store.read_runs()
        if runs and self.learner.run is None:
            self.learner.show(runs[0])
            self._notices.tell(
                self.tr("{title} has not been learned to the end").format(title=runs[0].plan.title),
                self.tr("Go on with it whenever you like: it is in the line at the bottom."),
            )

    # --- the window for it ---

    @Slot()
    def open(self) -> None:
        """Show the window."""
        window = self.window = self.window or self._make_window()
        window.choose.suggest(self._controller.photos)
        window.show()
        window.activateWindow()

    def _make_window(self) -> "LearnWindow":
        from exposure_app.gui.learn.check_page import CheckPage
        from exposure_app.gui.learn.choose_page import ChoosePage
        from exposure_app.gui.learn.photos import Thumbnails
        from exposure_app.gui.learn.result_page import ResultPage
        from exposure_app.gui.learn.window import LearnWindow

        controller = self._controller
        thumbnails = Thumbnails(self._editor.devicePixelRatioF())
        choose = ChoosePage(thumbnails, self._editor.selected_photos, lambda: controller.photos)
        check = CheckPage(thumbnails)
        result = ResultPage(controller.queues.agent, lambda: controller.engine)
        window = LearnWindow(self._editor, self.learner, choose, check, result, thumbnails)
        thumbnails.setParent(window)
        choose.failed.connect(self.complain)
        result.failed.connect(self.complain)
        window.accepted_style.connect(self._accepted)
        return window

    @Slot(object)
    def complain(self, error: Exception) -> None:
        """Say it where it is seen."""
        if isinstance(error, ExposureError) and self.window is not None and self.window.isVisible():
            self.window.complain(error)
        else:
            self._notices.complain(error)

    # --- what is seen of it ---

    @Slot()
    def _changed(self) -> None:
        run = self.learner.run
        self.indicator.setVisible(run is not None)
        if run is not None:
            share = self.tr("{percent} %").format(percent=round(100 * run.progress.share))
            state = words.state(run.progress)
            if run.progress.phase in (LearningPhase.TRAINING, LearningPhase.WAITING):
                state = f"{state} {share}"
            self.indicator.setText(f"{run.plan.title}: {state}")
            self.indicator.setToolTip(words.details(run.progress))

    @Slot()
    def _ended(self) -> None:
        """Tell how it ended, unless the window shows it."""
        run = self.learner.run
        if run is None or (self.window is not None and self.window.isVisible()):
            return
        if run.progress.phase is LearningPhase.DONE:
            done = self.tr("{title} has been learned").format(title=run.plan.title)
            self._notices.tell(done, self.tr("Look at it in the line at the bottom."))
        elif run.progress.phase is LearningPhase.FAILED:
            self._notices.complain(ExposureError(run.progress.message, run.progress.hint))

    @Slot(str)
    def _accepted(self, name: str) -> None:
        self._editor.reload_styles()
        self._notices.tell(self.tr("The new style is among your styles: {name}").format(name=name))

    # --- quitting ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do not let the editor close while a style is being learned, without asking."""
        if watched is self._editor and event.type() == QEvent.Type.Close:
            if self.learner.is_running and self._editor.isVisible() and not (self._may_quit or self._editor.is_leaving):
                event.ignore()
                self._ask()
                return True
            self.close()
        return False

    def close(self) -> None:
        """End everything, now."""
        self._may_quit = True
        self.learner.kill()
        if self.window is not None:
            self.window.close_threads()
            self.window.hide()

    def _ask(self) -> None:
        run = self.learner.run
        if run is not None:
            self._question.ask(
                self.tr("{title} is being learned.").format(title=run.plan.title),
                self.tr("What has been learned so far is kept. You can go on with it next time."),
            )

    @Slot()
    def _stop_and_quit(self) -> None:
        if not self.learner.is_running:
            self._quit()
            return
        self.learner.changed.connect(self._quit_when_stopped)
        self.learner.pause()

    @Slot()
    def _quit_when_stopped(self) -> None:
        if not self.learner.is_running:
            self.learner.changed.disconnect(self._quit_when_stopped)
            self._quit()

    def _quit(self) -> None:
        self._may_quit = True
        self._editor.close()
