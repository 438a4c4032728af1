"""Cropping and straightening: with the mouse, as one edit, found again, exported, copied only when asked for."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.gui.canvas.zoom import Zoom
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from tests.helpers.editor import make_photo

LEFT = Qt.MouseButton.LeftButton


def start_crop(editor):
    editor.act("crop")
    overlay = editor.window.coordinator.geometry.overlay
    editor.until(lambda: overlay.isVisible() and overlay.isEnabled() and editor.view.frame_shown)
    return overlay


def drag(editor, overlay, start: QPointF, end: QPointF) -> None:
    """With the left button, from and to points of the overlay."""
    editor.qtbot.mousePress(overlay, LEFT, pos=start.toPoint())
    editor.qtbot.mouseMove(overlay, ((start + end) / 2).toPoint())
    editor.qtbot.mouseMove(overlay, end.toPoint())
    editor.qtbot.mouseRelease(overlay, LEFT, pos=end.toPoint())


def drag_in_frame(editor, overlay, start: tuple[float, float], end: tuple[float, float]) -> None:
    drag(editor, overlay, overlay.place_of(*start), overlay.place_of(*end))


def size_of(path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def wait_for_size(editor, width: float, height: float, slack: int = 3) -> None:
    def is_there() -> bool:
        frame = editor.view.frame_shown
        near = np.abs(np.subtract(editor.view.zoom.photo, (width, height))).max() <= slack
        return frame is not None and near and not editor.window.coordinator.geometry.overlay.isVisible()

    editor.until(is_there)


def test_a_crop_is_drawn_kept_undone_and_found_again(editor, new_editor, photo):
    editor.open(photo)
    overlay = start_crop(editor)
    drag_in_frame(editor, overlay, (480, 320), (240, 160))
    drag_in_frame(editor, overlay, (120, 80), (220, 100))
    editor.qtbot.keyClick(overlay, Qt.Key.Key_Return)
    wait_for_size(editor, 240, 160)
    assert len(editor.document.entries) == 2 and editor.document.entries[1].label == "Cropped"
    assert np.allclose(editor.document.recipe.geometry.crop, (100 / 480, 20 / 320, 340 / 480, 180 / 320), atol=0.01)
    assert editor.document.is_edited
    editor.act("undo")
    wait_for_size(editor, 480, 320)
    editor.act("redo")
    wait_for_size(editor, 240, 160)
    editor.settle()
    assert read_sidecar(photo).geometry == editor.document.recipe.geometry
    again = new_editor()
    again.open(photo)
    assert again.view.zoom.photo == editor.view.zoom.photo


def test_escape_leaves_everything_as_it_was(editor, photo):
    editor.open(photo)
    overlay = start_crop(editor)
    assert not editor.window.actions_["undo"].isEnabled()
    drag_in_frame(editor, overlay, (0, 160), (200, 160))
    editor.qtbot.keyClick(overlay, Qt.Key.Key_Escape)
    wait_for_size(editor, 480, 320)
    assert len(editor.document.entries) == 1
    assert not editor.window.panels.crop.isVisible() and not editor.window.actions_["crop"].isChecked()


def test_a_line_along_the_horizon_straightens(editor, photo):
    editor.open(photo)
    overlay = start_crop(editor)
    editor.window.panels.crop.level.click()
    drag(editor, overlay, QPointF(200, 200), QPointF(400, 220))
    assert overlay.draft.geometry.angle == pytest.approx(-np.degrees(np.arctan2(20, 200)), abs=0.3)
    assert not editor.window.panels.crop.level.isChecked()
    editor.window.panels.crop.done.click()
    size = editor.document.recipe.geometry.size(480, 320)
    wait_for_size(editor, *size, slack=0)
    assert size[0] < 480 and size[0] / size[1] == pytest.approx(1.5, abs=0.02)
    assert editor.document.entries[1].label.startswith("Straightened -5.7")


def test_dragging_outside_turns_the_picture_and_the_crop_stays_in_it(editor, photo):
    editor.open(photo)
    overlay = start_crop(editor)
    middle = overlay.place_of(240, 160)
    drag(editor, overlay, middle + QPointF(0, -180), middle + QPointF(30, -180))
    angle = overlay.draft.geometry.angle
    assert angle == pytest.approx(np.degrees(np.arctan2(30, 180)), abs=0.5)
    assert editor.view.zoom.angle == angle
    assert overlay.draft.area.width < 480


def test_proportions_hold_while_a_corner_is_dragged_and_x_swaps_them(editor, photo):
    editor.open(photo)
    overlay, bar = start_crop(editor), editor.window.panels.crop
    bar.aspect.setCurrentIndex(bar.aspect.findText("16 : 9"))
    bar.aspect.activated.emit(bar.aspect.currentIndex())
    area = overlay.draft.area
    drag_in_frame(editor, overlay, (area.left, area.top), (area.left + 100, area.top + 10))
    assert overlay.draft.area.width / overlay.draft.area.height == pytest.approx(16 / 9)
    editor.qtbot.keyClick(overlay, Qt.Key.Key_X)
    assert overlay.draft.area.width / overlay.draft.area.height == pytest.approx(9 / 16)
    assert bar.aspect.currentText() == "16 : 9"


def test_the_crop_can_be_dragged_at_100_per_cent(editor, tmp_path):
    photo = make_photo(tmp_path / "large.jpg", 1500, 1000)
    editor.open(photo)
    overlay = start_crop(editor)
    editor.act_and_see("zoom_100")
    area = overlay.draft.area
    place = overlay.place_of(area.centre[0], area.centre[1])
    editor.qtbot.mousePress(overlay, LEFT, pos=place.toPoint())
    editor.qtbot.mouseRelease(overlay, LEFT, pos=place.toPoint())
    overlay._change(overlay.draft.resized((1, 1), -700, -500))
    drag(editor, overlay, place + QPointF(-80, -80), place + QPointF(-30, -50))
    assert tuple(overlay.draft.area) == pytest.approx((50, 30, 850, 530), abs=1)


def test_turning_works_at_once_and_mirrors_the_pixels(editor, photo):
    editor.open(photo)
    editor.settle()
    before = editor.view.frame_shown.codes
    editor.act("turn_right")
    wait_for_size(editor, 320, 480)
    editor.act("turn_left")
    wait_for_size(editor, 480, 320)
    editor.act("flip")
    editor.until(lambda: editor.view.frame_shown and np.array_equal(editor.view.frame_shown.codes, before[:, ::-1]))
    assert [entry.label for entry in editor.document.entries[1:]] == ["Turned", "Turned", "Mirrored"]


def test_before_is_cropped_too_and_the_thumbnail_follows(editor, photo):
    write_sidecar(photo, Recipe((Step("gamma", {"gamma": 0.8}),), geometry=Geometry(crop=Rect(0, 0, 0.25, 1))))
    editor.open(photo)
    editor.act("compare")
    editor.until(lambda: editor.view.frame_shown.before is not None)
    assert editor.view.frame_shown.before.size() == editor.view.frame_shown.after.size()
    assert editor.view.zoom.photo == (120, 320)
    pictures = []
    editor.window.coordinator.renderer.details_ready.connect(lambda details: pictures.append(details.picture))
    editor.act("turn_right")
    editor.until(lambda: pictures and pictures[-1].width() > pictures[-1].height())
    assert pictures[-1].width() / pictures[-1].height() == pytest.approx(320 / 120, rel=0.02)


def test_the_export_has_the_size_of_the_crop(photo, tmp_path):
    recipe = Recipe((Step("gamma", {"gamma": 0.8}),), geometry=Geometry(turns=1, crop=Rect(0, 0, 0.5, 0.5)))
    export_photo(photo, recipe, ExportSettings(), tmp_path / "whole.jpg")
    assert size_of(tmp_path / "whole.jpg") == (160, 240)
    export_photo(photo, recipe, ExportSettings(resize="edge", edge=120), tmp_path / "small.jpg")
    assert size_of(tmp_path / "small.jpg") == (80, 120)


def test_a_crop_is_copied_only_when_asked_for(editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", 300, 300, seed=1)
    geometry = Geometry(crop=Rect(0.25, 0.25, 0.75, 0.75))
    write_sidecar(photo, Recipe((Step("gamma", {"gamma": 0.8}),), geometry=geometry))
    editor.open(photo, other)
    for asked, expected in ((False, Geometry()), (True, geometry)):
        editor.act("copy")
        dialog = editor.window.findChild(CopyDialog)
        dialog.geometry_box.setChecked(asked)
        dialog.copy_button.click()
        editor.until(lambda: editor.window.findChild(CopyDialog) is None)
        editor.window.panels.filmstrip.select([other])
        with editor.qtbot.waitSignal(editor.window.controller.edited_changed):
            editor.act("paste")
        assert read_sidecar(other).geometry == expected


def test_another_photo_keeps_the_crop_of_the_one_before(editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", 300, 300, seed=1)
    editor.open(photo, other)
    overlay = start_crop(editor)
    drag_in_frame(editor, overlay, (480, 160), (240, 160))
    editor.window.controller.open_photo(other)
    editor.until(lambda: editor.window.controller.photo == other and editor.view.frame_shown)
    assert editor.view.zoom.photo == (300, 300) and not overlay.isVisible()
    editor.settle()
    assert read_sidecar(photo).geometry.crop.right == pytest.approx(0.5, abs=0.01)


def test_the_wheel_zooms_while_cropping(editor, photo):
    editor.open(photo)
    overlay = start_crop(editor)
    scale = editor.view.zoom.scale
    place = overlay.mapTo(editor.window, overlay.rect().center())
    QTest.wheelEvent(editor.window.windowHandle(), QPointF(place), QPoint(0, 120))
    editor.until(lambda: editor.view.zoom.scale > scale)


def test_a_turned_picture_is_rendered_wherever_it_is_seen():
    zoom = replace(Zoom((3000, 2000), (800, 600)).at(1), angle=30.0)
    view = zoom.view(1 << 24)
    back = zoom.turning().inverted()[0]
    for corner in (QPointF(0, 0), QPointF(800, 0), QPointF(0, 600), QPointF(800, 600)):
        place = zoom.to_photo(back.map(corner))
        assert view.left <= place.x() <= view.left + view.width
        assert view.top <= place.y() <= view.top + view.height


@pytest.mark.parametrize(("pressed", "expected"), [(Qt.Key.Key_Return, True), (Qt.Key.Key_Escape, False)])
def test_enter_and_escape_work_from_the_list_of_proportions(editor, photo, pressed, expected):
    editor.open(photo)
    overlay = start_crop(editor)
    drag_in_frame(editor, overlay, (480, 160), (240, 160))
    bar = editor.window.panels.crop
    bar.aspect.setFocus()
    QTest.keyClick(bar.aspect, pressed)
    assert not bar.isVisible() and (editor.document.recipe.geometry != Geometry()) is expected
