"""A person takes part in a study, in the editor itself: with its steps, curves of three points, and no agent."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from exposure_app.errors import ExposureError
from exposure_app.gui.study.bar import StudyBar
from exposure_app.gui.workers import Job
from exposure_app.study.store import Study, append_line
from exposure_app.study.work import Sitting, make_picture

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.pipeline.recipe import Recipe

CURVES = "steps.curve_mode"
QUIET_MS = 300  # without change, and an action is over
# Everybody has the same means: the steps and a good look at the photo, and nothing that the agent, another photo or
# another program could lend. What is not named here, also what is new, is not to be had.
ALLOWED = ("undo", "redo", "reset", "snapshot", "pick_neutral", "before", "compare", "side_by_side", "clipping", "zoom",
           "fit", "zoom_100", "zoom_200", "zoom_in", "zoom_out", "full_screen", "panels", "settings", "messages",
           "shortcuts", "diagnostics", "quit")  # fmt: skip


class StudySitting(QObject):
    """From the first photo to the last, or until the person leaves.

    Signals:
        ended: The editor is as it was before; whether all photos are done.
    """

    ended = Signal(bool)

    def __init__(self, editor: "MainWindow", bar: StudyBar, study: Study, person: str) -> None:
        super().__init__(editor)
        self._editor, self._controller, self._bar = editor, editor.controller, bar
        self.sitting = Sitting(study, person, self._write)
        self._photos, self._photo = list(self._controller.photos), self._controller.photo
        self._curves = editor.settings.get_text(CURVES)
        self._own: Path | None = None
        self._noted: Recipe | None = None
        self._hidden: list[QAction | QWidget] = []
        self._timer = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self._note)
        self._controller.opened.connect(self._opened)
        self._controller.recipe_changed.connect(self._changed)
        bar.finished.connect(self.finish)
        bar.skipped.connect(self.skip)
        bar.left.connect(self.leave)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.applicationStateChanged.connect(self._state_changed)

    def start(self) -> None:
        """Take away what is not allowed and show the first photo."""
        self._editor.settings.set(CURVES, "points")
        self._withhold()
        self._bar.show()
        self._next()

    # --- one photo after the other ---

    def _next(self) -> None:
        index = self.sitting.next_index()
        if index is None:
            self._end(all_done=True)
            return
        study, person = self.sitting.study, self.sitting.person
        self._own, self._noted = None, None
        self._bar.show_photo(index + 1, len(study.photos))
        self._bar.set_ready(False)
        job = self._editor.queues.files.submit(lambda job: (index, study.own_photo(person, index)))
        job.done.connect(self._open)
        job.failed.connect(self._editor.notices.complain)

    @Slot(object)
    def _open(self, found: tuple[int, Path]) -> None:
        self.sitting.index, self._own = found
        self._controller.open_paths([self._own])

    @Slot()
    def _opened(self) -> None:
        document = self._controller.document
        if document is None or self._own is None or self._controller.photo != self._own:
            return
        self._noted = document.recipe
        self.sitting.begin(self.sitting.index, document.recipe)
        self._bar.set_ready(True)
        self._show_steps(document.recipe)

    @Slot(object)
    def _changed(self, recipe: "Recipe") -> None:
        if self._noted is None or self._controller.photo != self._own:
            return
        refused = self._refused(recipe, self._noted)
        if refused:
            self._editor.notices.tell(refused)
            QTimer.singleShot(0, self._controller.undo)  # not in the middle of telling everybody of the change
            return
        self._show_steps(recipe)
        self._timer.start()

    def _refused(self, recipe: "Recipe", allowed: "Recipe") -> str:
        """Why a recipe is not within the rules, where the last one was; empty if it is."""
        if _steps(recipe) > self.sitting.study.steps:
            words = self.tr("A result may have {count} steps; switch one off or delete it first")
            return words.format(count=self.sitting.study.steps)
        if recipe.has_masks:
            return self.tr("In a study every step works on the whole picture")
        if recipe != recipe.on_inputs_of(allowed):
            return self.tr("In a study the photo's development and crop are the same for all")
        return ""

    def _note(self) -> None:
        """Write down an action, a drag as one."""
        self._timer.stop()
        document = self._controller.document
        if document is not None and self._noted is not None and document.recipe != self._noted:
            self._noted = document.recipe
            self.sitting.act(document.entries[document.at].label, document.recipe)

    @Slot()
    def finish(self) -> None:
        """The photo is done: keep its recipe, render its picture in the background, show the next."""
        self._note()
        document, study = self._controller.document, self.sitting.study
        if document is None or self._noted is None:
            return
        self._controller.autosave.save()
        try:
            self.sitting.finish(document.recipe)
        except ExposureError as error:
            self._editor.notices.complain(error)
            return
        render = partial(_render, study, self.sitting.author, self.sitting.index)
        job = self._editor.queues.agent.submit(render, self.tr("Rendering the result"))
        job.failed.connect(self._editor.notices.complain)
        self._controller.job_started.emit(job)
        self._next()

    @Slot()
    def skip(self) -> None:
        """Leave the photo out."""
        if self._noted is not None:
            self._note()
            self.sitting.skip()
            self._next()

    @Slot()
    def leave(self) -> None:
        """End for now."""
        if self._noted is not None:
            self._note()
            self.sitting.stop()
        self._end(all_done=False)

    def _end(self, all_done: bool) -> None:
        self._noted = None
        for signal, slot in (
            (self._controller.opened, self._opened),
            (self._controller.recipe_changed, self._changed),
            (self._bar.finished, self.finish),
            (self._bar.skipped, self.skip),
            (self._bar.left, self.leave),
        ):
            signal.disconnect(slot)
        self._bar.hide()
        self._give_back()
        self._editor.settings.set(CURVES, self._curves)
        if self._photos:
            self._controller.open_paths(self._photos, self._photo)
        self.ended.emit(all_done)

    # --- helpers ---

    def _withhold(self) -> None:
        """Hide what is not allowed; an invisible action has no shortcut either."""
        editor, panels = self._editor, self._editor.panels
        actions = [action for name, action in editor.actions_.items() if name not in ALLOWED]
        docks = [
            dock for dock in editor.docks if dock.objectName() != "steps" and not dock.isAncestorOf(panels.history)
        ]
        self._hidden = [action for action in (*actions, panels.steps.menu.replan) if action.isVisible()]
        self._hidden += [
            widget for widget in (panels.auto, panels.develop, panels.styles, *docks) if not widget.isHidden()
        ]
        for hidden in self._hidden:
            hidden.setVisible(False)
        editor.setAcceptDrops(False)

    def _give_back(self) -> None:
        for hidden in self._hidden:
            hidden.setVisible(True)
        self._hidden = []
        self._editor.setAcceptDrops(True)

    def _show_steps(self, recipe: "Recipe") -> None:
        self._bar.show_steps(_steps(recipe), self.sitting.study.steps)

    def _write(self, path: Path, entry: Mapping[str, Any]) -> None:
        """In order, away from the window; the time is in the entry already."""
        job = self._editor.queues.files.submit(lambda job: append_line(path, entry))
        job.failed.connect(self._editor.notices.complain)

    @Slot(Qt.ApplicationState)
    def _state_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.sitting.come_back()
        else:
            self.sitting.leave()


def _steps(recipe: "Recipe") -> int:
    return sum(step.enabled for step in recipe.steps)


def _render(study: Study, author: str, index: int, job: Job) -> None:
    job.check()
    make_picture(study, author, index)
