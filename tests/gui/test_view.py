"""Zooming, panning, and what is rendered for the screen; the histogram beside it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from exposure_app.gui.canvas.zoom import MARGIN
from exposure_app.gui.widgets.value_slider import ValueSlider
from tests.helpers.editor import Editor, make_photo
from tests.helpers.steps import drag


@pytest.fixture(scope="module")
def large_photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of 24 megapixels."""
    small = make_photo(tmp_path_factory.mktemp("large") / "small.jpg", 600, 400)
    large = small.with_name("large.jpg")
    with Image.open(small) as picture:
        picture.resize((6000, 4000), Image.Resampling.NEAREST).save(large)
    return large


@pytest.fixture
def large(editor: Editor, large_photo: Path) -> Editor:
    """A window with a photo of 24 megapixels."""
    editor.open(large_photo)
    return editor


def place(editor: Editor) -> tuple[int, int]:
    view = editor.view.zoom.view(16_000_000)
    return view.left, view.top


def test_keys_zoom_to_100_and_200_per_cent_of_device_pixels_and_back(large):
    ratio = large.view.devicePixelRatioF()
    for key, scale in ((Qt.Key.Key_1, 1.0), (Qt.Key.Key_2, 2.0)):
        QTest.keyClick(large.view, key, Qt.KeyboardModifier.ControlModifier)
        large.until(lambda scale=scale: large.view.zoom.scale == scale)
        pixels = large.view.zoom.to_pane(0, 0, 100, 100).width()
        assert pixels == 100 * scale, f"pixels of the screen, {ratio} to one of the desktop's"
    QTest.keyClick(large.view, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert large.view.zoom.is_fit


def test_the_mouse_and_the_arrow_keys_move_a_magnified_photo(large):
    large.act("zoom_100")
    left, top = place(large)
    view, middle = large.view, large.view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(view, middle - QPoint(50, 30))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=middle - QPoint(50, 30))
    assert place(large) == (left + 50, top + 30)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert place(large) == (left + 130, top - 50)


def test_only_what_is_visible_is_rendered(large):
    fitted = large.view.frame_shown
    assert (fitted.view.width, fitted.view.height) == (6000, 4000)
    assert fitted.codes.shape[0] * fitted.codes.shape[1] <= 2_100_000, "all of it, but not larger than on the screen"
    frames = large.frames
    large.act("zoom_100")
    large.until(lambda: large.frames > frames and large.view.frame_shown.view != fitted.view)
    shown = large.view.frame_shown.view
    around = 2 * MARGIN  # ready for a move by a few pixels
    assert shown.width <= large.view.width() + around and shown.height <= large.view.height() + around
    assert large.view.frame_shown.codes.shape[:2] == (shown.height, shown.width), "pixel by pixel"


def test_of_many_wishes_only_the_latest_is_rendered(large):
    frames, recipe = large.frames, large.document.recipe
    for number in range(60):
        step = replace(recipe.steps[0], params={"ev": -number / 20})
        large.window.controller.edit(replace(recipe, steps=(step, *recipe.steps[1:])), "Exposure", "drag")
    wanted = large.document.recipe
    large.settle()
    engine, frame = large.window.controller.engine, large.view.frame_shown
    assert np.array_equal(frame.codes, engine.frame(wanted, frame.view))
    assert 1 <= large.frames - frames < 10


def test_the_histogram_follows_a_drag_before_the_button_is_let_go(editor, photo):
    counted = []
    editor.window.coordinator.renderer.histogram_ready.connect(lambda histogram: counted.append(histogram.counts))
    editor.open(photo)
    rows = editor.window.panels.steps.list.rows
    editor.until(lambda: counted and len(rows) == 2)
    QTest.mouseClick(rows[0].header.name, Qt.MouseButton.LeftButton)
    editor.until(lambda: rows[0].editor is not None)
    slider = next(found for found in rows[0].editor.findChildren(ValueSlider) if found.isVisible())
    editor.settle()
    still = counted[-1]
    start = QPointF(slider.x_of(slider.value), slider.height() / 2)
    drag(slider, start, start + QPointF(40, 0), drop=False)
    editor.until(lambda: not np.array_equal(counted[-1], still))
    assert counted[-1].shape == (4, 256), "red, green, blue and luminance"


def test_the_triangles_mark_each_end_and_log_lifts_what_is_rare(editor, photo):
    editor.open(photo)
    panel = editor.window.panels.histogram
    editor.until(lambda: panel.plot._histogram is not None)
    plain = panel.plot._curves[3]
    panel.log.click()
    assert max(point.y() for point in panel.plot._curves[3]) <= max(point.y() for point in plain)
    assert sum(point.y() for point in panel.plot._curves[3]) < sum(point.y() for point in plain)
    QTest.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    assert panel.plot.marks == (True, False) and editor.window.actions_["clipping"].isChecked()
    QTest.mouseClick(panel.plot, Qt.MouseButton.LeftButton, pos=QPoint(panel.plot.width() - 8, 8))
    assert panel.plot.marks == (True, True)
    QTest.keyClick(editor.view, Qt.Key.Key_J)
    assert panel.plot.marks == (False, False)
