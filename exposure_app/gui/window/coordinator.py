"""The coordinator: connects the document, the renderer and the panels."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from exposure_app.gui.canvas.compare import Mode
from exposure_app.gui.canvas.histogram_view import HistogramView
from exposure_app.gui.canvas.image_view import ImageView
from exposure_app.gui.crop.bar import CropBar
from exposure_app.gui.crop.controller import CropController
from exposure_app.gui.develop.controller import DevelopController
from exposure_app.gui.develop.section import DevelopSection
from exposure_app.gui.editor.actions import Actions
from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.editor.renderer import Details, Renderer
from exposure_app.gui.editor.retoucher import BackgroundRetoucher
from exposure_app.gui.filmstrip.filmstrip import Filmstrip
from exposure_app.gui.steps.history_panel import HistoryPanel
from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.gui.styles.auto_panel import AutoPanel
from exposure_app.gui.styles.panel import StylesPanel
from exposure_app.gui.window.pipette import PipetteController

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe


class Panels:
    """The widgets that show a photo."""

    def __init__(self) -> None:
        self.view = ImageView()
        self.histogram = HistogramView()
        self.auto = AutoPanel()
        self.develop = DevelopSection()
        self.steps = StepPanel()
        self.styles = StylesPanel()
        self.history = HistoryPanel()
        self.filmstrip = Filmstrip()
        self.crop = CropBar()

    @property
    def editing(self) -> list[QWidget]:
        """What changes the photo; disabled while no photo is open."""
        return [self.develop, self.steps, self.styles.listed, self.history]


class EditorCoordinator(QObject):
    """Connects them."""

    def __init__(self, controller: Controller, panels: Panels, actions: Actions, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self.panels = panels
        self.actions = actions
        self.renderer = Renderer(controller.queues.render, lambda limit: panels.view.zoom.view(limit), self)
        self.retoucher = BackgroundRetoucher(controller.queues.agent, controller, self)
        self.geometry = CropController(controller, panels.view, panels.crop, self)
        self.develop = DevelopController(controller, panels.develop, self)
        self._compared_step = -1
        self._previewed: object = None
        self._connect_geometry()
        self._connect_picture()
        self._connect_panels()
        self.picking = PipetteController(controller, panels.view, panels.steps, panels.develop, self)
        self._update_actions()
        for widget in panels.editing:
            widget.setEnabled(False)

    # --- wiring ---

    def _connect_picture(self) -> None:
        view, renderer, histogram = self.panels.view, self.renderer, self.panels.histogram
        view.view_changed.connect(renderer.refresh)
        view.compare_changed.connect(lambda: renderer.set_wants_before(view.compare.needs_before))
        renderer.frame_ready.connect(view.show_frame)
        renderer.histogram_ready.connect(histogram.set_result)
        renderer.details_ready.connect(self._show_details)
        renderer.failed.connect(self.controller.failed)
        self.develop.expected.connect(renderer.refresh)
        self.develop.developed.connect(self._show_developed)
        histogram.raw_wanted.connect(self._count_raw)
        histogram.clipping_toggled.connect(self._mark_clipping)

    def _connect_geometry(self) -> None:
        """First: what works on the photo must find a finished crop."""
        geometry, steps = self.geometry, self.panels.steps
        geometry.connect_actions(self.actions)
        geometry.placed.connect(self._show_photo)
        geometry.cropping_changed.connect(self._cropping)
        steps.compare_requested.connect(geometry.accept)
        for part in (steps, self.panels.develop):
            part.pick_requested.connect(geometry.accept)

    def _connect_panels(self) -> None:
        controller, panels = self.controller, self.panels
        controller.opening.connect(self._opening)
        controller.preview_ready.connect(panels.view.show_preview)
        controller.opened.connect(self._opened)
        controller.open_failed.connect(self._open_failed)
        controller.recipe_changed.connect(self._show_recipe)
        controller.several.last_changed.connect(self._update_actions)
        controller.history_changed.connect(self._show_history)
        controller.photos_changed.connect(self._list_photos)
        controller.edited_changed.connect(panels.filmstrip.mark_edited)
        panels.filmstrip.current_changed.connect(controller.open_photo)
        panels.filmstrip.problem.connect(controller.failed)
        panels.steps.edited.connect(controller.edit)
        panels.steps.compare_requested.connect(self._compare_step)
        panels.auto.retouch_requested.connect(self.retoucher.run)
        panels.auto.cancel_requested.connect(self.retoucher.cancel)
        panels.auto.amount_changed.connect(controller.set_amount)
        panels.auto.amount_released.connect(self._end_merge)
        panels.styles.style_clicked.connect(self._retouch_in)
        self.retoucher.started.connect(lambda: panels.auto.set_running(True))
        self.retoucher.ended.connect(self._retouched)
        self.retoucher.previewed.connect(panels.styles.set_preview)
        self._connect_history(panels.history)

    def _connect_history(self, history: HistoryPanel) -> None:
        history.entry_chosen.connect(lambda at: self._document().jump(at))
        history.snapshot_wanted.connect(self.take_snapshot)
        history.snapshot_chosen.connect(self._restore_snapshot)
        history.snapshot_deleted.connect(lambda name: self._document().delete_snapshot(name))
        history.copy_wanted.connect(self.add_copy)
        history.copy_chosen.connect(lambda index: self._document().show_copy(index))
        history.copy_deleted.connect(lambda index: self._document().delete_copy(index))

    def _document(self) -> Any:
        return self.controller.document

    # --- a photo comes ---

    @Slot(list)
    def _list_photos(self, photos: list[Path]) -> None:
        self.panels.filmstrip.set_photos(photos)
        if self.controller.wanted is not None:
            self.panels.filmstrip.set_current(self.controller.wanted)

    @Slot(object)
    def _opening(self, photo: Path) -> None:
        self.retoucher.abandon()
        self.panels.view.end_pick()
        self.panels.filmstrip.set_current(photo)
        for widget in self.panels.editing:
            widget.setEnabled(False)
        self._update_actions()

    @Slot()
    def _opened(self) -> None:
        controller, panels = self.controller, self.panels
        engine = controller.engine
        if engine is None:
            return
        self._compared_step = -1
        self._show_photo()
        self.develop.show_photo()
        self.geometry.update_crop_overlay()
        for widget in panels.editing:
            widget.setEnabled(True)
        self.retoucher.run_waiting()

    @Slot()
    def _show_photo(self) -> None:
        """Show what the engine has: another photo, or another part of it."""
        document, engine = self.controller.document, self.controller.engine
        if document is None or engine is None:
            return
        if self._previewed is not engine:
            self.panels.styles.clear_previews()
        self.renderer.set_photo(None, None, None)  # not the old one at the size of the new one
        self.panels.view.set_photo(*engine.size)
        self.panels.histogram.clear()
        self.renderer.set_photo(engine, document.recipe, document.neutral)
        if self._compared_step >= 0:
            self._compare_step(self._compared_step)

    @Slot()
    def _show_developed(self) -> None:
        """The same picture of the same photo; the old one stays until the new one is rendered."""
        document, engine = self.controller.document, self.controller.engine
        if document is None or engine is None:
            return
        self.panels.styles.clear_previews()
        self.panels.histogram.renew()
        self.renderer.set_photo(engine, document.recipe, document.neutral)
        if self._compared_step >= 0:
            self._compare_step(self._compared_step)
        self.geometry.follow(document.recipe)

    @Slot(bool)
    def _cropping(self, on: bool) -> None:
        if on:
            self.panels.view.end_pick()
            self.set_mode(Mode.OFF)
        self._update_actions()

    @Slot(object, object)
    def _open_failed(self, photo: Path | None, error: Exception | None) -> None:
        controller, panels = self.controller, self.panels
        self.retoucher.cancel()
        panels.view.end_preview()
        if controller.photo is not None:
            panels.filmstrip.set_current(controller.photo)
            for widget in panels.editing:
                widget.setEnabled(True)
        else:
            self._show_nothing()
        self._update_actions()

    def _show_nothing(self) -> None:
        """No photo is open."""
        from exposure_app.pipeline.recipe import Recipe

        self.set_mode(Mode.OFF)
        self.renderer.set_photo(None, None, None)
        self.panels.view.clear()
        self.panels.histogram.clear()
        self.panels.steps.set_agent_recipe(None)
        self.panels.steps.set_recipe(Recipe())
        self.panels.auto.show_recipe(None)
        self.panels.styles.clear_previews()
        self.panels.history.show_document(None)

    @Slot(object)
    def _show_details(self, details: Details) -> None:
        controller, panels = self.controller, self.panels
        if self.geometry.is_cropping:
            return  # nothing that is to be kept
        if controller.document is None or len(details.recipe.steps) != len(controller.document.recipe.steps):
            return
        panels.steps.set_thumbnails(details.thumbnails)
        panels.steps.set_histograms(details.histograms)
        if controller.photo is not None:
            panels.filmstrip.set_thumbnail(controller.photo, details.picture)
        if self._previewed is not controller.engine:  # once for each photo, when nothing more urgent is to do
            self._previewed = controller.engine
            self.retoucher.preview(panels.styles.waiting())

    # --- the recipe changes ---

    @Slot(object)
    def _show_recipe(self, recipe: "Recipe") -> None:
        panels = self.panels
        if self._compared_step >= 0:
            self._compare_step(self._compared_step)
        self.renderer.set_recipe(recipe)  # first: the picture is rendered while the panels follow
        panels.steps.set_agent_recipe(self._document().proposal)
        panels.steps.set_recipe(recipe)
        panels.auto.show_recipe(recipe)
        panels.styles.mark(recipe.style)
        self.geometry.follow(recipe)
        self.develop.follow(recipe)
        self._update_actions()

    @Slot()
    def _show_history(self) -> None:
        self.panels.history.show_document(self.controller.document)
        self._update_actions()

    def _end_merge(self) -> None:
        if self.controller.document is not None:
            self.controller.document.end_merge()

    def _update_actions(self) -> None:
        document = self.controller.document
        for name in ("auto", "compare", "side_by_side", "zoom", "fit", "zoom_100", "zoom_200", "zoom_in", "zoom_out",
                     "export", "auto_selected", "next_variation", "previous_variation"):  # fmt: skip
            self.actions[name].setEnabled(document is not None)
        # While another photo comes, nobody means the one that is still open.
        is_here = document is not None and self.controller.wanted == self.controller.photo
        for name in ("reset", "copy", "paste", "sync", "sync_series", "snapshot", "virtual_copy", "pick_neutral",
                     "all_styles", "variations", "crop", "turn_left", "turn_right", "flip",
                     "flip_vertical"):  # fmt: skip
            self.actions[name].setEnabled(is_here)
        idle = is_here and not self.geometry.is_cropping  # a crop is not in the history yet
        self.actions["undo"].setEnabled(idle and self._document().can_undo)
        self.actions["redo"].setEnabled(idle and self._document().can_redo)
        self.actions["undo_several"].setEnabled(self.controller.several.last is not None)

    @Slot()
    def _retouched(self) -> None:
        running, document = self.retoucher.is_running, self.controller.document  # the next one may have begun
        self.panels.auto.set_running(running)
        if not running and document is not None:
            self.panels.auto.show_recipe(document.recipe)  # also after one that was cancelled
        self.preview_styles()

    def preview_styles(self) -> None:
        """Show what the styles would do, once the photo itself is on the screen."""
        if self._previewed is self.controller.engine:
            self.retoucher.preview(self.panels.styles.waiting())

    def _retouch_in(self, style: str) -> None:
        self.panels.auto.choose_style(style)
        self.panels.auto.retouch()

    # --- snapshots and copies ---

    @Slot()
    def take_snapshot(self) -> None:
        """Keep the current state under the next free number."""
        document = self.controller.document
        if document is not None:
            from exposure_app.documents.document import free_name

            taken = {snapshot.name for snapshot in document.state.snapshots}
            document.take_snapshot(free_name(self.tr("Snapshot {number}"), taken))

    @Slot()
    def add_copy(self) -> None:
        """Start a virtual copy."""
        document = self.controller.document
        if document is not None:
            from exposure_app.documents.document import free_name

            taken = {version.name for version in document.state.versions}
            document.add_copy(free_name(self.tr("Copy {number}"), taken))

    @Slot(str)
    def _restore_snapshot(self, name: str) -> None:
        document = self.controller.document
        if document is not None:
            kept = next((snapshot for snapshot in document.state.snapshots if snapshot.name == name), None)
            if kept is not None:
                document.edit(kept.recipe, name)

    # --- comparison ---

    def set_mode(self, mode: Mode) -> None:
        """Compare the whole recipe with the photo without edits, or stop comparing."""
        self._compared_step = -1
        self.renderer.set_pair(None)
        self._compare(mode, self.tr("Before"), self.tr("After"))

    def hold_before(self, held: bool) -> None:
        """Show the photo without edits while a key is down."""
        view = self.panels.view
        if view.compare.held != held and (not held or self.controller.document is not None):
            view.set_compare(replace(view.compare, held=held, before=view.compare.before or self.tr("Before")))

    @Slot(int)
    def _compare_step(self, index: int) -> None:
        document = self.controller.document
        if document is None or not 0 <= index < len(document.recipe.steps):
            if self._compared_step >= 0:
                self.set_mode(Mode.OFF)
            return
        from exposure_app.documents.render import first_steps

        recipe = document.recipe
        self._compared_step = index
        self.renderer.set_pair((first_steps(recipe, index), first_steps(recipe, index + 1)))
        mode = self.panels.view.compare.mode
        self._compare(
            Mode.WIPE if mode is Mode.OFF else mode,
            self.tr("Before step {number}").format(number=index + 1),
            self.tr("After step {number}").format(number=index + 1),
        )

    def _compare(self, mode: Mode, before: str, after: str) -> None:
        view = self.panels.view
        view.set_compare(replace(view.compare, mode=mode, held=False, before=before, after=after))
        self.actions["compare"].setChecked(mode is Mode.WIPE)
        self.actions["side_by_side"].setChecked(mode is Mode.SIDE)

    # --- clipping, the file's own numbers ---

    def toggle_clipping(self, on: bool) -> None:
        """Mark what is clipped, at both ends."""
        self.panels.histogram.plot.set_marks(on, on)

    @Slot(bool, bool)
    def _mark_clipping(self, low: bool, high: bool) -> None:
        self.actions["clipping"].setChecked(low or high)
        self.renderer.set_clipping(low, high)

    @Slot()
    def _count_raw(self) -> None:
        engine = self.controller.engine
        if engine is not None:
            job = self.controller.queues.render.submit(lambda job: (engine, engine.raw_histogram()))
            job.done.connect(self._show_raw)
            job.failed.connect(self.controller.failed)

    @Slot(object)
    def _show_raw(self, result: tuple[object, Any]) -> None:
        engine, histogram = result
        if engine is self.controller.engine:
            self.panels.histogram.set_raw(histogram)
