"""Masks in the editor: the traffic between the steps, the handles on the picture and what shows a mask."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from exposure_app.gui.canvas.mask_overlay import MaskOverlay

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.pipeline.mask import Mask


class MaskFeature(QObject):
    """Masks in the editor.

    Args:
        window: That window.
    """

    def __init__(self, window: "MainWindow") -> None:
        super().__init__(window)
        self._controller, self._coordinator = window.controller, window.coordinator
        self._view, self._panel = window.panels.view, window.panels.steps
        self._actions = {"tint": window.actions_["mask_tint"], "grey": window.actions_["mask_grey"]}
        self._shown = ""  # how the mask is shown on the picture
        self.overlay = MaskOverlay(self._view)
        self.overlay.edited.connect(self._dragged)
        self._panel.model.new_mask = self._new_mask
        self._panel.list.opened.connect(self._follow)
        self._panel.list.show_mask_wanted.connect(self.show_mask)
        self._panel.pick_requested.connect(self._follow)
        self._view.pick_ended.connect(self._follow)
        self._view.view_changed.connect(self._follow)  # also told when both sides of a comparison come and go
        self._controller.recipe_changed.connect(self._follow)
        self._controller.opened.connect(self._follow)
        self._controller.opening.connect(self._follow)
        self._coordinator.geometry.cropping_changed.connect(self._follow)
        self._coordinator.geometry.placed.connect(self._follow)
        window.actions_["pick_neutral"].triggered.connect(self._follow)
        for how, action in self._actions.items():
            action.triggered.connect(lambda on, how=how: self.show_mask(how if on else ""))
        self._follow()

    @property
    def index(self) -> int:
        """The step whose editor is open, if it has a mask; -1 otherwise."""
        index, steps = self._panel.list.opened_step, self._panel.model.steps
        return index if 0 <= index < len(steps) and steps[index].mask is not None else -1

    @Slot(str)
    def show_mask(self, how: str) -> None:
        """Show the mask of the open step on the picture: "tint", "grey", or empty for not at all."""
        self._shown = how
        self._follow()

    @Slot()
    def _follow(self) -> None:
        """Show what belongs to the step that is open now."""
        controller, index = self._controller, self.index
        for how, action in self._actions.items():
            action.setEnabled(index >= 0)
            action.setChecked(index >= 0 and how == self._shown)
        self._panel.list.set_mask_shown(self._shown)
        self._coordinator.renderer.set_mask(index if self._shown else -1, grey=self._shown == "grey")
        engine = controller.engine
        is_picking = self._view.cursor().shape() is Qt.CursorShape.CrossCursor  # the pipette needs all of the picture
        is_free = not (is_picking or self._coordinator.geometry.is_cropping or self._view.compare.panes > 1)
        if index >= 0 and engine is not None and is_free and controller.wanted == controller.photo:
            self.overlay.show_mask(self._panel.model.steps[index].mask, engine.grid)
        else:
            self.overlay.show_mask(None, None)

    def _new_mask(self, kind: str) -> "Mask":
        from exposure_app.gui.canvas.mask_handles import new_mask
        from exposure_app.pipeline.mask import Mask

        engine = self._controller.engine
        return Mask(kind) if engine is None else new_mask(kind, engine.grid, engine.size)

    @Slot(object, str)
    def _dragged(self, mask: "Mask", key: str) -> None:
        if self.index >= 0:
            self._panel.model.set_mask(self.index, mask, self.tr("mask moved"), key)
            self._follow()  # a locked step stays as it is
