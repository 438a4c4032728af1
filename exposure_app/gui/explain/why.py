"""Why?: the dock of the reasons, kept up to date while it is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QToolButton

from exposure_app.agent.header import list_styles
from exposure_app.errors import ExposureError
from exposure_app.gui.explain.why_panel import WhyPanel
from exposure_app.gui.widgets.docks import dock

if TYPE_CHECKING:
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.explain.attribution import Reasons
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.gui.workers import Job
    from exposure_app.pipeline.recipe import Recipe

PAUSE_MS = 200  # while a slider is dragged nothing is worked out


@dataclass(frozen=True, eq=False)
class _Answer:
    """Reasons, and what they are for."""

    engine: CroppedPhotoRenderer
    recipe: Recipe
    reasons: Reasons
    title: str


class WhyFeature(QObject):
    """The dock of reasons in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: MainWindow) -> None:
        super().__init__(editor)
        self._editor, self._controller = editor, editor.controller
        self._job: Job | None = None
        self._answer: _Answer | None = None
        self._is_seen = False
        self.panel = WhyPanel()
        self.panel.judge_changed.connect(self._ask)
        self.panel.drop_wanted.connect(self.drop_weak)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._add_dock()
        self._controller.opening.connect(self._forget)
        for changed in (self._controller.recipe_changed, editor.coordinator.geometry.placed):
            changed.connect(self._changed)
        editor.style_commands.changed.connect(self._list_styles)
        editor.panels.auto.style_changed.connect(self._changed)

    def _add_dock(self) -> None:
        """Behind the steps, as a tab: hidden until it is wanted, then remembered with the window."""
        editor, action = self._editor, self._editor.actions_["why"]
        self.dock = dock("why", self.tr("Why?"), self.panel)
        editor.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        editor.tabifyDockWidget(editor.docks[1], self.dock)
        self.dock.hide()
        editor.docks.append(self.dock)
        self.dock.visibilityChanged.connect(self._shown)
        action.triggered.connect(self.toggle)
        editor.bar.insertAction(editor.actions_["panels"], action)
        button = editor.bar.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAccessibleName(action.text())

    # --- showing ---

    @Slot()
    def toggle(self) -> None:
        """Bring the panel to the front, or hide it if it is there."""
        if self._is_seen:
            self.dock.hide()
        else:
            self.dock.show()
            self.dock.raise_()

    @Slot(bool)
    def _shown(self, visible: bool) -> None:
        self._is_seen = visible  # as a tab behind another, too, the dock says of itself that it is visible
        self._editor.actions_["why"].setChecked(visible)
        if visible:
            self._list_styles()
            self._ask()

    @Slot()
    def _list_styles(self) -> None:
        self.panel.set_styles(list_styles())

    # --- asking ---

    @Slot()
    def _forget(self) -> None:
        self._cancel()
        self._answer = None
        self.panel.say(self.tr("Opening..."))

    @Slot()
    def _changed(self) -> None:
        if self._is_seen:
            self.panel.drop.setEnabled(False)
            self._pause.start()

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot()
    def _ask(self) -> None:
        """Work out the reasons for what is open, unless nobody looks."""
        document, engine = self._controller.document, self._controller.engine
        if not self._is_seen or document is None or engine is None or self._editor.coordinator.geometry.is_cropping:
            return
        recipe = document.recipe
        judge = self.panel.judge or recipe.style or self._editor.panels.auto.style_name
        self._cancel()
        if not judge:
            self._answer = None
            self.panel.say(self.tr("Steps are judged by a style's critic, and no style is installed. Teach one first."))
            return
        retoucher = self._editor.coordinator.retoucher

        def work(job: Job) -> _Answer:
            from exposure_app.explain.attribution import attribute

            style = retoucher.load(judge)
            job.check()
            reasons = attribute(recipe, style, engine.photo, job.check)
            return _Answer(engine, recipe, reasons, style.header.title or style.name)

        self.panel.set_busy()
        self._job = self._controller.queues.agent.submit(work)
        self._job.done.connect(self._answered)
        self._job.failed.connect(self._failed)

    @Slot(object)
    def _answered(self, answer: _Answer) -> None:
        self._answer = answer
        self.panel.show_reasons(answer.reasons, answer.title)

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self._answer = None
        if isinstance(error, ExposureError):
            self.panel.say(str(error))
        else:
            self.panel.say(self.tr("This could not be worked out."))
            self._controller.failed.emit(error)

    # --- acting on it ---

    @Slot()
    def drop_weak(self) -> None:
        """Leave out the steps that gain little; one entry of the history."""
        answer, document = self._answer, self._controller.document
        if answer is None or document is None or document.recipe != answer.recipe:
            return
        from exposure_app.explain.attribution import drop_weak

        kept = drop_weak(answer.recipe, answer.reasons)
        names = ", ".join(step.name for step in answer.reasons.steps if step.index in answer.reasons.weak())
        self._controller.edit(kept, self.tr("Drop weak steps: {names}").format(names=names))
