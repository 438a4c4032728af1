"""All styles side by side on the open photo, to choose one by eye."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt

from exposure_app.gui.editor.renderer import to_array
from exposure_app.gui.styles.all_styles import NOW
from tests.helpers.editor import Editor, save_untrained_style


@pytest.fixture
def three(exposure_home) -> list[str]:
    """Names of three styles that do different things."""
    for seed, name in enumerate(("dusk", "noon", "rain")):
        save_untrained_style(name, seed=seed)
    return ["dusk", "noon", "rain"]


def opened(editor: Editor, photo) -> dict:
    editor.open(photo)
    editor.qtbot.keyClick(editor.view, Qt.Key.Key_S)
    sheet = editor.window.features.all_styles.sheet
    assert editor.window.pages.currentWidget() is sheet and not editor.view.isVisible()
    return sheet.frames


def test_every_style_is_shown_beside_the_photo_as_it_is(three, editor, photo):
    frames = opened(editor, photo)
    assert list(frames) == [NOW, *three]
    assert [frame.text() for frame in frames.values()] == ["Now", *three]
    editor.until(lambda: not any(frame.picture.isNull() for frame in frames.values()))
    pictures = [to_array(frame.picture) for frame in frames.values()]
    assert all(picture.shape == (320, 480, 3) for picture in pictures), "large enough to judge"
    assert all(np.abs(a - b.astype(float)).mean() > 1 for a, b in itertools.pairwise(pictures))
    sheet = editor.window.features.all_styles.sheet
    places = [frame.geometry() for frame in frames.values()]
    assert all(sheet.rect().contains(place) for place in places)
    assert not any(a.intersects(b.adjusted(5, 5, -5, -5)) for a in places for b in places if a is not b)
    assert "\n".join(editor.document.recipe.describe()) == frames[NOW].toolTip()


def test_a_click_retouches_in_that_style_as_one_edit(three, editor, photo):
    frames = opened(editor, photo)
    before = editor.document.recipe
    editor.until(lambda: not frames["noon"].picture.isNull())
    seen = to_array(frames["noon"].picture)
    editor.qtbot.mouseClick(frames["noon"], Qt.MouseButton.LeftButton)
    assert editor.view.isVisible() and not editor.window.actions_["all_styles"].isChecked()
    editor.until(lambda: editor.document.recipe.style == "noon")
    editor.until(lambda: not editor.window.coordinator.retoucher.is_running)
    shown = editor.window.controller.engine.picture(editor.document.recipe, 1024)
    assert np.array_equal(shown, seen), "what was seen is what one gets"
    editor.act("undo")
    assert editor.document.recipe == before


def test_keys_go_from_picture_to_picture_and_escape_changes_nothing(three, editor, photo):
    frames = opened(editor, photo)
    before = editor.document.recipe
    assert frames[NOW].current
    editor.qtbot.keyClick(editor.window.focusWidget(), Qt.Key.Key_Right)
    assert frames["dusk"].hasFocus()
    editor.qtbot.keyClick(frames["dusk"], Qt.Key.Key_Down)
    assert frames["rain"].hasFocus()
    editor.qtbot.keyClick(frames["rain"], Qt.Key.Key_Escape)
    assert editor.view.isVisible() and editor.document.recipe == before
    editor.act("all_styles")
    frames = editor.window.features.all_styles.sheet.frames
    frames["dusk"].setFocus()
    editor.qtbot.keyClick(frames["dusk"], Qt.Key.Key_Return)
    editor.until(lambda: editor.document.recipe.style == "dusk")


def test_the_style_that_the_photo_has_is_marked_and_a_crop_is_shown_as_cropped(three, editor, photo):
    editor.open(photo)
    editor.retouch()
    style = editor.document.recipe.style
    editor.act("turn_left")
    editor.until(lambda: editor.window.controller.engine.size == (320, 480))
    editor.act("all_styles")
    frames = editor.window.features.all_styles.sheet.frames
    assert [name for name, frame in frames.items() if frame.current] == [style]
    editor.until(lambda: not any(frame.picture.isNull() for frame in frames.values()))
    editor.until(lambda: {frame.picture.width() for frame in frames.values()} == {320})


def test_another_photo_and_a_start_without_one_end_it(three, editor, photo, tmp_path):
    assert not editor.window.actions_["all_styles"].isEnabled()
    opened(editor, photo)
    editor.window.controller.opening.emit(photo)
    assert editor.view.isVisible()
