"""Looking closely: before and after in every way, zoom, clipping, the colour under the cursor, the pipette."""

from dataclasses import replace

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from exposure_app.gui.editor.renderer import to_array


def darken(editor) -> None:
    recipe = editor.document.recipe
    frames = editor.frames
    editor.window.controller.edit(
        replace(recipe, steps=(replace(recipe.steps[0], params={"ev": -3.0}), *recipe.steps[1:])), ""
    )
    editor.until(lambda: editor.frames > frames and editor.view.frame_shown.codes.mean() < 90)


def grey_at(editor, x: float, y: float) -> int:
    """Brightness on the screen at a place of the view, 0 to 1 across it."""
    picture: QImage = editor.view.grab().toImage()
    return picture.pixelColor(int(x * picture.width()), int(y * picture.height())).lightness()


def test_holding_the_key_shows_before(editor, photo):
    editor.open(photo)
    darken(editor)
    after = grey_at(editor, 0.4, 0.5)
    editor.view.setFocus()
    editor.qtbot.keyPress(editor.view, Qt.Key.Key_Backslash)
    editor.until(lambda: editor.view.frame_shown.before is not None)
    assert grey_at(editor, 0.4, 0.5) > after + 40
    editor.qtbot.keyRelease(editor.view, Qt.Key.Key_Backslash)
    assert abs(grey_at(editor, 0.4, 0.5) - after) < 3


def test_wipe_shows_both_and_its_divider_can_be_dragged(editor, photo):
    editor.open(photo)
    darken(editor)
    editor.act("compare")
    editor.until(lambda: editor.view.frame_shown.before is not None)
    assert grey_at(editor, 0.35, 0.5) > grey_at(editor, 0.65, 0.5) + 40
    view, middle = editor.view, editor.view.height() // 4
    editor.qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, middle))
    editor.qtbot.mouseMove(view, QPoint(view.width() * 3 // 4, middle))
    editor.qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() * 3 // 4, middle))
    assert abs(view.compare.divider - 0.75) < 0.01
    editor.act("compare")
    assert not view.compare.needs_before


def test_side_by_side_fits_both(editor, photo):
    editor.open(photo)
    darken(editor)
    editor.act("side_by_side")
    editor.until(lambda: editor.view.frame_shown.before is not None and editor.view.frame_shown.view.columns <= 360)
    assert grey_at(editor, 0.25, 0.5) > grey_at(editor, 0.75, 0.5) + 40
    assert not editor.window.actions_["compare"].isChecked()


def test_a_step_is_compared_with_what_enters_it(editor, photo):
    editor.open(photo)
    darken(editor)
    editor.window.panels.steps.compare(0)
    editor.until(lambda: editor.view.frame_shown.before is not None)
    assert "step 1" in editor.view.compare.before
    frame = editor.view.frame_shown
    before = frame.before.pixelColor(240, 160).lightness()
    assert before > frame.after.pixelColor(240, 160).lightness() + 40
    editor.window.panels.steps.compare(0)
    assert not editor.view.compare.needs_before


def test_at_100_per_cent_a_pixel_is_a_pixel(editor, photo):
    editor.open(photo)
    editor.act_and_see("zoom_200")
    editor.until(lambda: editor.view.frame_shown.view == editor.view.zoom.view(1 << 24))
    view = editor.view.frame_shown.view
    assert (view.columns, view.rows) == (view.width, view.height)
    shown = editor.view.grab().toImage()
    left, top = editor.view.zoom.origin
    x, y = 100, 80
    code = editor.view.frame_shown.codes[y - view.top, x - view.left]
    for dx, dy in ((0, 0), (1, 1)):
        colour = shown.pixelColor(left + 2 * x + dx, top + 2 * y + dy)
        assert [colour.red(), colour.green(), colour.blue()] == code.tolist()


def test_the_wheel_zooms_at_the_cursor(editor, photo):
    editor.open(photo)
    zoom = editor.view.zoom
    place = zoom.to_pane(300, 200, 0, 0).topLeft()
    nearer = zoom.at(4, place)
    assert abs(nearer.to_pane(300, 200, 0, 0).x() - place.x()) <= 1
    assert nearer.stepped(-20).is_fit


def test_clipped_pixels_are_marked_and_counted(editor, photo):
    counted = []
    editor.window.coordinator.renderer.histogram_ready.connect(counted.append)
    editor.open(photo)
    editor.until(lambda: counted)
    histogram = counted[0]
    assert histogram.low > 0 and histogram.high > 0
    assert histogram.counts.shape == (4, 256)
    plain = editor.view.frame_shown.after.copy()
    editor.act_and_see("clipping")
    editor.until(lambda: editor.view.frame_shown.after != plain)
    assert np.array_equal(editor.view.frame_shown.codes[:8, :8], np.zeros((8, 8, 3))), "the numbers stay"
    assert editor.window.panels.histogram.plot.marks == (True, True)


def test_one_clipped_pixel_of_a_photo_shown_smaller_is_marked(editor, tmp_path):
    codes = np.full((2000, 3000, 3), 120, np.uint8)
    codes[1001, 1502] = 255
    Image.fromarray(codes).save(tmp_path / "speck.png")
    editor.open(tmp_path / "speck.png")
    assert editor.view.zoom.scale < 0.5
    assert (to_array(editor.view.frame_shown.after) < 200).all()
    editor.act_and_see("clipping")
    editor.until(lambda: (to_array(editor.view.frame_shown.after)[..., 0] > 200).sum() == 1)


def test_the_file_has_a_histogram_of_its_own(editor, photo):
    editor.open(photo)
    darken(editor)
    panel = editor.window.panels.histogram
    panel.raw.click()
    editor.until(lambda: panel._raw is not None)
    assert panel._raw.high > 0.001
    assert panel._result.high == 0


def test_the_colour_under_the_cursor_is_told(editor, photo):
    editor.open(photo)
    place = editor.view.zoom.to_pane(5, 5, 0, 0).topLeft().toPoint()
    editor.qtbot.mouseMove(editor.view, place)
    editor.until(lambda: editor.window.status.readout.text())
    assert editor.window.status.readout.text().startswith("R 0  G 0  B 0  at")


def test_the_pipette_makes_an_area_grey(editor, photo):
    from exposure_app.pipeline.recipe import Step

    editor.open(photo)
    recipe = editor.document.recipe
    step = Step("white_balance", {"green": 0.0, "blue": 0.0})
    editor.window.controller.edit(replace(recipe, steps=(recipe.steps[0], step, recipe.steps[1])), "Add")
    editor.act("pick_neutral")
    place = editor.view.zoom.to_pane(240, 150, 0, 0).topLeft().toPoint()
    editor.qtbot.mousePress(editor.view, Qt.MouseButton.LeftButton, pos=place)
    editor.qtbot.mouseRelease(editor.view, Qt.MouseButton.LeftButton, pos=place)
    editor.until(lambda: editor.document.recipe.steps[1] != step)
    editor.until(lambda: np.ptp(editor.view.frame_shown.codes[148:153, 238:243].mean(axis=(0, 1))) < 12)
