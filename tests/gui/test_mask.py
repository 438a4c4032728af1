"""A person lets a step work in a part of the picture: chosen, dragged, shown, undone, copied."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.gui.canvas.mask_handles import handles
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.mask import KINDS, Mask
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from tests.helpers.editor import make_photo
from tests.helpers.steps import Edits, drag, five_steps, mouse, shown, type_into

SKY = Mask("gradient", {"y": -0.1, "feather": 0.3})
EGG = Mask("radial", {"x": 0.2, "y": 0.1, "width": 0.5, "height": 0.3, "angle": 20})


def with_mask(mask: Mask | None, geometry: Geometry | None = None) -> Recipe:
    steps = (Step("gamma", {"gamma": 0.5}), Step("exposure", {"ev": -1.0}, mask=mask))
    return Recipe(steps, geometry=geometry or Geometry())


def opened(editor, photo, mask: Mask | None, geometry: Geometry | None = None):
    """The editor with the second step open; its overlay."""
    write_sidecar(photo, with_mask(mask, geometry))
    editor.open(photo)
    editor.window.panels.steps.select(1)
    return editor.window.features.masks.overlay


def mask_of(editor) -> Mask:
    return editor.document.recipe.steps[1].mask


def middle(overlay, handle: str) -> QPointF:
    return overlay.point_of(handles(overlay.current)[handle])


# --- in the list of steps ---


def choose_kind(row, kind: str) -> None:
    box = row.mask_editor.kind
    box.setCurrentIndex(box.findData(kind))
    box.activated.emit(box.currentIndex())


def test_every_kind_has_its_sliders_and_none_takes_them_away(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    edits, row = Edits(panel), panel.list.rows[0]
    assert not row.mask_editor.scalars and not row.header.masked.isVisible()
    for kind in KINDS.values():
        choose_kind(row, kind.id)
        assert edits.steps[0].mask == Mask(kind.id)
        assert list(row.mask_editor.scalars) == [param.name for param in kind.params]
        assert row.header.masked.isVisible()
    choose_kind(row, "")
    assert edits.steps[0].mask is None
    assert not row.mask_editor.scalars and not row.header.masked.isVisible()
    assert edits.labels[0] == "Exposure with a mask: gradient" and edits.labels[-1] == "Exposure without mask"


def test_a_number_of_a_mask_is_typed_and_said_in_words(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    edits, row = Edits(panel), panel.list.rows[0]
    choose_kind(row, "luminance")
    type_into(row.mask_editor.scalars["level"].field, "70")
    assert edits.steps[0].mask.values["level"] == 0.7
    assert edits.labels[-1] == "Exposure mask level 70 %"
    row.mask_editor.invert.click()
    assert edits.steps[0].mask.invert
    assert row.header.sentence.full.endswith("in the dark parts")


def test_a_drag_of_a_masks_slider_is_one_edit(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    edits, row = Edits(panel), panel.list.rows[0]
    choose_kind(row, "gradient")
    slider = row.mask_editor.scalars["angle"].slider
    start = QPointF(slider.x_of(slider.value), slider.height() / 2)
    drag(slider, start, start + QPointF(10, 0), start + QPointF(30, 0))
    assert len(set(edits.keys[1:])) == 1 and edits.keys[1]
    assert edits.steps[0].mask.values["angle"] > 0


def test_a_locked_step_keeps_its_mask(qtbot: QtBot) -> None:
    recipe = five_steps()
    locked = replace(recipe.steps[0], locked=True, mask=SKY)
    panel = shown(qtbot, replace(recipe, steps=(locked, *recipe.steps[1:])), select=0)
    assert not panel.list.rows[0].mask_editor.isEnabled()
    with qtbot.assertNotEmitted(panel.edited):
        panel.model.set_mask(0, None, "")


def test_the_menu_gives_a_mask_and_opens_the_step(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    menu = panel.menu.prepare(2, compared=False)
    next(action for action in menu.masks.actions() if action.data() == "radial").trigger()
    assert edits.steps[2].mask == Mask("radial") and panel.list.opened_step == 2
    marked = [action.data() for action in panel.menu.prepare(2, compared=False).masks.actions() if action.isChecked()]
    assert marked == ["radial"]


def test_a_copied_step_has_the_same_mask(qtbot: QtBot) -> None:
    panel = shown(qtbot, with_mask(SKY), select=1)
    edits = Edits(panel)
    panel.list.duplicate(1)
    assert edits.steps[2].mask == SKY


# --- on the picture ---


@pytest.mark.parametrize(
    "geometry", [Geometry(), Geometry(turns=1, angle=7.0, crop=Rect(0.1, 0.2, 0.9, 0.9))], ids=["whole", "cropped"]
)
def test_a_handle_is_dragged_as_one_edit_and_undone(editor, photo, geometry):
    overlay = opened(editor, photo, EGG, geometry)
    assert overlay.isVisible()
    start = middle(overlay, "centre")
    drag(overlay, start + QPointF(2, 1), start + QPointF(20, 10), start + QPointF(42, 31))
    assert middle(overlay, "centre").toTuple() == pytest.approx((start + QPointF(40, 30)).toTuple(), abs=0.2)
    assert mask_of(editor) == overlay.current != EGG
    assert [entry.label for entry in editor.document.entries[2:]] == ["Exposure mask moved"]
    editor.act("undo")
    assert mask_of(editor) == EGG == overlay.current
    assert middle(overlay, "centre").toTuple() == pytest.approx(start.toTuple(), abs=0.2)


def test_the_mask_follows_the_zoom_and_the_picture_can_still_be_moved(editor, tmp_path):
    photo = make_photo(tmp_path / "large.jpg", 1800, 1200)
    overlay = opened(editor, photo, SKY)
    editor.act_and_see("zoom_100")
    start = middle(overlay, "centre")
    place = editor.view.zoom.to_photo(start * overlay.devicePixelRatioF())
    assert place.toTuple() == pytest.approx((900, 600 - 0.1 * 1200), abs=1)
    along = start + QPointF(200, 0)
    assert overlay.handle_at(along) == "centre", "a gradient is taken anywhere on its line"
    away = start + QPointF(120, 60)
    assert overlay.handle_at(away) is None
    QTest.mousePress(overlay, Qt.MouseButton.LeftButton, pos=away.toPoint())
    QTest.mouseMove(overlay, (away + QPointF(30, 20)).toPoint())
    QTest.mouseMove(overlay, (away + QPointF(60, 40)).toPoint())
    QTest.mouseRelease(overlay, Qt.MouseButton.LeftButton, pos=(away + QPointF(60, 40)).toPoint())
    assert middle(overlay, "centre").toTuple() == pytest.approx((start + QPointF(60, 40)).toTuple(), abs=2)
    assert mask_of(editor) == SKY, "the picture was moved, not the mask"


def test_arrow_keys_move_the_mask_as_it_is_seen(editor, photo):
    overlay = opened(editor, photo, SKY, Geometry(turns=3))
    start = middle(overlay, "centre")
    drag(overlay, start)  # a click takes the focus
    before = len(editor.document.entries)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(overlay, key)
    assert middle(overlay, "centre").toTuple() == pytest.approx((start + QPointF(20, 10)).toTuple(), abs=0.2)
    assert len(editor.document.entries) == before + 1, "one edit"
    QTest.keyClick(overlay, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert middle(overlay, "centre").toTuple() == pytest.approx((start + QPointF(19, 10)).toTuple(), abs=0.2)


def test_the_handles_leave_with_the_step_the_crop_the_comparison_and_the_pipette(editor, photo):
    overlay = opened(editor, photo, EGG)
    steps = editor.window.panels.steps
    steps.select(0)
    assert not overlay.isVisible()
    steps.select(1)
    assert overlay.isVisible()
    editor.act("side_by_side")
    assert not overlay.isVisible()
    editor.act("side_by_side")
    assert overlay.isVisible()
    editor.view.start_pick()
    steps.pick_requested.emit(1)
    assert not overlay.isVisible()
    editor.view.end_pick()
    assert overlay.isVisible()
    editor.act("crop")
    assert not overlay.isVisible()
    editor.act("crop")
    editor.until(overlay.isVisible)
    choose_kind(steps.list.rows[1], "")
    assert not overlay.isVisible()


def test_a_new_mask_lies_in_the_middle_of_the_crop(editor, photo):
    geometry = Geometry(crop=Rect(0.6, 0.6, 1, 1))
    overlay = opened(editor, photo, None, geometry)
    choose_kind(editor.window.panels.steps.list.rows[1], "radial")
    assert overlay.isVisible()
    centre = editor.view.zoom.to_photo(middle(overlay, "centre") * overlay.devicePixelRatioF())
    width, height = geometry.size(480, 320)
    assert centre.toTuple() == pytest.approx((width / 2, height / 2), abs=0.5)


def test_the_mask_is_shown_in_red_or_alone(editor, photo):
    opened(editor, photo, SKY)
    editor.until(lambda: editor.window.panels.steps.list.rows[1].mask_editor.isVisible())
    editor.settle()
    row = editor.window.panels.steps.list.rows[1]

    def colours():
        picture = editor.view.frame_shown.after
        return [picture.pixelColor(picture.width() // 2, y).getRgb()[:3] for y in (3, picture.height() - 3)]

    plain = colours()
    editor.act_and_see("mask_grey")
    editor.until(lambda: colours()[0] != plain[0])
    assert min(colours()[0]) > 240 and max(colours()[1]) < 15
    assert row.mask_editor.grey.isChecked() and not row.mask_editor.tint.isChecked()
    row.mask_editor.tint.click()
    editor.until(lambda: colours()[1] == plain[1])
    assert colours()[0][0] > colours()[0][1] + 60
    assert editor.window.actions_["mask_tint"].isChecked() and not editor.window.actions_["mask_grey"].isChecked()
    editor.act("mask_tint")
    editor.until(lambda: colours() == plain)
    editor.window.panels.steps.select(0)
    assert not editor.window.actions_["mask_tint"].isEnabled()


def test_what_is_seen_is_what_is_exported(editor, photo, tmp_path):
    opened(editor, photo, EGG, Geometry(turns=1, crop=Rect(0.1, 0.2, 0.9, 0.9)))
    editor.settle()
    export_photo(photo, editor.document.recipe, ExportSettings(format="png"), tmp_path / "out.png")
    from exposure_app.io.formats import read_image
    from exposure_app.io.transfer import linear_to_srgb

    exported = linear_to_srgb(read_image(tmp_path / "out.png").pixels) * 255
    frame = editor.view.frame_shown.codes
    assert frame.shape == exported.shape
    assert np.abs(frame - exported).max() <= 1


def test_a_pasted_step_brings_its_mask(editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", 300, 300, seed=1)
    opened(editor, photo, SKY)
    recipe = editor.document.recipe
    with editor.qtbot.waitSignal(editor.window.controller.edited_changed):
        editor.window.controller.several.paste([other], CopiedEdits(recipe, recipe.steps))
    assert [step.mask for step in read_sidecar(other).steps if step.filter == "exposure"][-1] == SKY


def test_the_cursor_says_what_can_be_taken(editor, photo):
    overlay = opened(editor, photo, EGG)
    mouse(overlay, QEvent.Type.MouseMove, middle(overlay, "right"), Qt.MouseButton.NoButton)
    assert overlay.cursor().shape() == Qt.CursorShape.SizeAllCursor
    mouse(overlay, QEvent.Type.MouseMove, middle(overlay, "centre") + QPointF(0, 25), Qt.MouseButton.NoButton)
    assert overlay.cursor().shape() == editor.view.cursor().shape()
