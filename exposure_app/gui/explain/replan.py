"""Re-suggest the following steps: the agent goes on from steps that a person has settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.gui.workers import Job
    from exposure_app.pipeline.recipe import Recipe


@dataclass(frozen=True)
class _PlannedRest:
    """What was planned from what."""

    start: Recipe
    recipe: Recipe
    label: str


class ReplanFeature(QObject):
    """The action that lets the agent plan the rest of the open photo's steps.

    Args:
        editor: That window.
    """

    def __init__(self, editor: MainWindow) -> None:
        super().__init__(editor)
        self._controller = editor.controller
        self._retoucher, self._auto, self._steps = editor.coordinator.retoucher, editor.panels.auto, editor.panels.steps
        self._accept_crop = editor.coordinator.geometry.accept
        self._job: Job | None = None
        self._steps.menu.replan_requested.connect(self.plan_after)
        self._controller.opening.connect(self._cancel)

    @property
    def is_running(self) -> bool:
        """Whether the agent is planning."""
        return self._job is not None and not self._job.is_over

    @Slot(int)
    def plan_after(self, index: int) -> None:
        """Keep the steps up to this one and let the style shown plan the others; lands as one entry of the history."""
        self._accept_crop()
        document, engine, path = self._controller.document, self._controller.engine, self._controller.photo
        if document is None or engine is None or path is None:
            return
        recipe, retoucher = document.recipe, self._retoucher
        style = self._auto.style_name or recipe.style
        if not style:
            self._controller.notice.emit(self.tr("No style is installed that could plan: teach one first"))
            return
        seed = recipe.seed if style == recipe.style else round(self._auto.seed.value)
        label = self.tr("Plan after {step}").format(step=self._steps.model.title(index))

        def work(job: Job) -> _PlannedRest:
            from exposure_app.styles.replan import replan
            from exposure_app.styles.tweaks import read_ledger

            loaded = retoucher.load(style)
            job.check()
            biases = read_ledger(style).biases
            photo = engine.photo_for(recipe, path)
            return _PlannedRest(recipe, replan(recipe, index + 1, loaded, photo, seed, biases), label)

        self._cancel()
        job = self._job = self._controller.queues.agent.submit(work, self.tr("Planning"))
        job.done.connect(self._planned)
        job.failed.connect(self._controller.failed)
        self._controller.job_started.emit(job)

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _planned(self, plan: _PlannedRest) -> None:
        from exposure_app.documents.document import REPLANNED

        document = self._controller.document
        if document is None or document.recipe != plan.start:
            self._controller.notice.emit(self.tr("The steps have changed meanwhile; plan again if you like"))
        elif plan.recipe == plan.start:
            self._controller.notice.emit(self.tr("No change: the suggestion is the same"))
        else:
            document.end_merge()  # planning twice is two entries
            self._controller.edit(plan.recipe, plan.label, REPLANNED)
