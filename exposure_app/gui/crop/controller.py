"""Turning, straightening and cropping: connects the crop tools, the document and the engine."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from exposure_app.gui.canvas.image_view import ImageView
from exposure_app.gui.crop.bar import CropBar
from exposure_app.gui.crop.draft import CropDraft
from exposure_app.gui.crop.overlay import CropOverlay
from exposure_app.gui.editor.actions import Actions
from exposure_app.gui.editor.controller import Controller
from exposure_app.pipeline.geometry import Geometry

if TYPE_CHECKING:
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.pipeline.recipe import Recipe

INSET = 28  # room around a photo that is being cropped, px
# What works on the photo takes the crop as it is shown.
ENDS_CROPPING = (
    "auto", "next_variation", "previous_variation", "variations", "reset", "copy", "paste", "snapshot", "virtual_copy",
    "pick_neutral", "compare", "side_by_side", "export",
)  # fmt: skip


class CropController(QObject):
    """Keeps the engine at what the recipe's geometry shows, or at the whole photo while it is being cropped.

    Signals:
        placed: The controller's engine shows another part of the photo, or another way up.
        cropping_changed: Whether the photo is being cropped.
    """

    placed = Signal()
    cropping_changed = Signal(bool)

    def __init__(self, controller: Controller, view: ImageView, bar: CropBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._view = view
        self.bar = bar
        self.overlay = CropOverlay(view)
        self._draft: CropDraft | None = None
        self._wanted = Geometry()
        self._kept: CroppedPhotoRenderer | None = None  # that of before the crop, should it be cancelled
        for tool in (bar, self.overlay):
            tool.changed.connect(self._take)
            tool.accepted.connect(self.accept)
            tool.cancelled.connect(self.cancel)
        bar.levelling.connect(self.overlay.start_levelling)
        self.overlay.levelled.connect(lambda: bar.level.setChecked(False))
        controller.opening.connect(self.accept)

    @property
    def is_cropping(self) -> bool:
        """Whether the crop's tools are out."""
        return self._draft is not None

    def connect_actions(self, actions: Actions) -> None:
        """Put the actions to work; must come before those that need a finished crop are connected elsewhere."""
        self.cropping_changed.connect(actions["crop"].setChecked)
        actions["crop"].triggered.connect(self.toggle)
        actions["turn_left"].triggered.connect(lambda: self.turn(-1))
        actions["turn_right"].triggered.connect(lambda: self.turn(1))
        actions["flip"].triggered.connect(lambda: self.flip(vertically=False))
        actions["flip_vertical"].triggered.connect(lambda: self.flip(vertically=True))
        for name in ENDS_CROPPING:
            actions[name].triggered.connect(self.accept)

    # --- cropping ---

    @Slot()
    def toggle(self) -> None:
        """Enter crop mode, or keep the crop and put them away."""
        if self.is_cropping:
            self.accept()
        else:
            self.start()

    def start(self) -> None:
        """Enter crop mode."""
        engine, document = self._controller.engine, self._controller.document
        if engine is None or document is None or self._controller.wanted != self._controller.photo:
            self.cropping_changed.emit(False)  # the action has switched itself on
            return
        self._kept = engine
        self._draft = CropDraft(engine.source.size, document.recipe.geometry)
        self.bar.show_draft(self._draft)
        self.bar.show()
        self.cropping_changed.emit(True)
        self.follow(document.recipe)

    @Slot()
    def accept(self) -> None:
        """Keep the crop as one edit."""
        draft, document = self._draft, self._controller.document
        if draft is None or document is None:
            return
        self._leave()
        if draft.result == document.recipe.geometry:
            self.follow(document.recipe)
        else:
            self._edit(document.recipe, draft.result)

    @Slot()
    def cancel(self) -> None:
        """Put the crop's tools away and leave everything as it was."""
        document = self._controller.document
        if self.is_cropping and document is not None:
            self._leave()
            self.follow(document.recipe)

    def turn(self, quarters: int) -> None:
        """Turn the picture by quarters, clockwise."""
        self._rearrange(lambda draft: draft.turned(quarters))

    def flip(self, *, vertically: bool) -> None:
        """Mirror the picture."""
        self._rearrange(lambda draft: draft.flipped(vertically=vertically))

    def _rearrange(self, change: Callable[[CropDraft], CropDraft]) -> None:
        engine, document = self._controller.engine, self._controller.document
        if self._draft is not None:
            self._take(change(self._draft))
        elif engine is not None and document is not None:
            draft = CropDraft(engine.source.size, document.recipe.geometry)
            self._edit(document.recipe, change(draft).geometry)

    def _edit(self, recipe: "Recipe", geometry: Geometry) -> None:
        self._controller.edit(replace(recipe, geometry=geometry), self._label(recipe.geometry, geometry))

    def _label(self, old: Geometry, new: Geometry) -> str:
        if abs(old.angle) != abs(new.angle):
            return self.tr("Straightened {angle}°").format(angle=f"{new.angle:+.2f}".rstrip("0").rstrip("."))
        sides, others = (sorted((round(g.crop.width, 4), round(g.crop.height, 4))) for g in (old, new))
        if old.upright == new.upright or sides != others:
            return self.tr("Cropped")
        return self.tr("Mirrored") if old.mirror != new.mirror else self.tr("Turned")

    @Slot(object)
    def _take(self, draft: CropDraft) -> None:
        """The draft has been changed by one of the tools."""
        document = self._controller.document
        if self._draft is None or document is None:
            return
        self._draft = draft
        self.bar.show_draft(draft)
        self.follow(document.recipe)

    def _leave(self) -> None:
        self._draft = None
        self.bar.hide()
        self.bar.level.setChecked(False)
        self.overlay.setEnabled(False)  # it stays in sight until the cropped picture is there
        self._view.setFocus()
        self.cropping_changed.emit(False)

    # --- the engine ---

    def follow(self, recipe: "Recipe") -> None:
        """Show what the recipe's geometry, or the crop that is being made, asks for."""
        engine = self._controller.engine
        if engine is None:
            return
        self._wanted = self._draft.geometry.upright if self._draft else recipe.geometry
        kept = self._kept
        if engine.geometry == self._wanted:
            self.update_crop_overlay()
        elif kept is not None and kept.source is engine.source and kept.geometry == self._wanted:
            self._replace(kept)
        else:
            job = self._controller.queues.render.submit(_placing(engine, self._wanted))
            job.done.connect(self._replace)
            job.failed.connect(self._failed)

    @Slot(object)
    def _replace(self, engine: "CroppedPhotoRenderer") -> None:
        current = self._controller.engine
        if current is None or engine.source is not current.source or engine.geometry != self._wanted:
            return  # another photo, or another geometry, has been asked for meanwhile
        self._controller.engine = engine
        self.placed.emit()
        self.update_crop_overlay()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        """Nothing moves, and nothing is left in the way."""
        self.update_crop_overlay()
        self._controller.failed.emit(error)

    def update_crop_overlay(self) -> None:
        """Show or hide what belongs to cropping, for the engine that is there."""
        draft, engine = self._draft, self._controller.engine
        if draft is None:
            self._kept = None
            self._view.straighten(0, 0)
            self.overlay.hide()
        elif engine is not None and engine.geometry == draft.geometry.upright:
            self._view.straighten(draft.geometry.angle, round(INSET * self._view.devicePixelRatioF()))
            self.overlay.show_draft(draft)
            if not (self.overlay.isVisible() and self.overlay.isEnabled()):
                self.overlay.setEnabled(True)
                self.overlay.appear()


def _placing(engine: "CroppedPhotoRenderer", geometry: Geometry) -> "Callable[[object], CroppedPhotoRenderer]":
    """Work for the render thread."""
    return lambda _job: engine.moved(geometry)
