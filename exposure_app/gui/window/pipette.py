"""The pipette: a person marks something grey, for a step that balances colours or for the development."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, Slot

from exposure_app.gui.canvas.image_view import ImageView
from exposure_app.gui.develop.section import DevelopSection
from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.steps.step_panel import StepPanel

if TYPE_CHECKING:
    from exposure_app.light import CameraLight

DEVELOPMENT = -1  # in place of a step's index


class PipetteController(QObject):
    """Connects the picture with who asked for an area of it."""

    def __init__(
        self,
        controller: Controller,
        view: ImageView,
        steps: StepPanel,
        section: DevelopSection,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._view = view
        self._steps = steps
        self._section = section
        self._for = DEVELOPMENT
        view.picked.connect(self._picked)
        steps.pick_requested.connect(self.pick)
        section.pick_requested.connect(lambda: self.pick(DEVELOPMENT))

    def start(self) -> None:
        """Start the pipette for the selected step, or the first that can use it; without one for the development."""
        document, engine = self._controller.document, self._controller.engine
        if document is None or engine is None:
            return
        from exposure_app import filters
        from exposure_app.gui.steps.step_editor import can_pick

        able = [index for index, step in enumerate(document.recipe.steps) if can_pick(filters.get(step.filter))]
        selected = self._steps.selected
        if able:
            self.pick(selected if selected in able else able[0])
        elif engine.source.light is not None and engine.source.scene_referred:
            self.pick(DEVELOPMENT)
        else:
            self._controller.notice.emit(self.tr("No step balances colours: add one first"))

    @Slot(int)
    def pick(self, index: int) -> None:
        """Let the person mark a grey area for a step, or for the development."""
        if self._controller.document is not None:
            self._for = index
            self._view.start_pick()

    @Slot(QRect)
    def _picked(self, area: QRect) -> None:
        document, engine = self._controller.document, self._controller.engine
        if document is None or engine is None or area.isEmpty():
            return
        recipe, index = document.recipe, self._for
        bounds = (area.left(), area.top(), area.width(), area.height())
        if index == DEVELOPMENT:
            light = engine.source.light
            job = self._controller.queues.render.submit(lambda job: (light, engine.mean_developed(*bounds)))
            job.done.connect(self._apply_light)
        else:
            job = self._controller.queues.render.submit(lambda job: (index, engine.mean_before(recipe, index, *bounds)))
            job.done.connect(self._apply)
        job.failed.connect(self._controller.failed)

    @Slot(object)
    def _apply(self, result: tuple[int, tuple[float, ...]]) -> None:
        self._steps.apply_pick(*result)

    @Slot(object)
    def _apply_light(self, result: "tuple[CameraLight | None, tuple[float, ...]]") -> None:
        light, mean = result
        engine = self._controller.engine
        if light is None or engine is None or engine.source.light is not light:
            return  # another photo, or developed otherwise meanwhile
        self._section.pick(light, mean)
