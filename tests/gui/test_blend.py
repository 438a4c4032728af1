"""Two styles blended: the picture follows the slider, and it is one edit that can be taken back."""

import pytest

from tests.helpers.editor import save_untrained_style


@pytest.fixture
def dialog(untrained, editor, photo):
    save_untrained_style("other", seed=1)
    editor.window.reload_styles()
    editor.open(photo)
    blending = editor.window.features.blend
    blending.open(untrained)
    editor.until(lambda: "50 %" in editor.document.recipe.style)
    return blending.dialog


def test_the_slider_goes_from_one_style_to_the_other(dialog, editor, untrained):
    assert editor.document.recipe.style == "plain 50 % + other 50 %"
    dialog.slider.setValue(0)
    assert editor.document.recipe.style == untrained
    dialog.slider.setValue(100)
    assert editor.document.recipe.style == "other"
    dialog.slider.setValue(25)
    dialog.accept()
    assert editor.document.recipe.style == "plain 75 % + other 25 %"
    editor.act("undo")
    assert not editor.document.recipe.style, "all of it was one edit"
    editor.act("redo")
    editor.retouch()
    assert editor.document.recipe.style in ("plain", "other")


def test_cancel_goes_back(dialog, editor):
    dialog.slider.setValue(80)
    dialog.reject()
    assert not editor.document.recipe.style


def test_another_photo_ends_it(dialog, editor, tmp_path):
    from tests.helpers.editor import make_photo

    editor.window.controller.open_paths([make_photo(tmp_path / "next.jpg")])
    editor.until(lambda: editor.window.controller.photo.name == "next.jpg")
    editor.until(lambda: editor.window.features.blend.dialog is None)
    assert not editor.document.recipe.style


def test_the_menu_offers_it_only_where_it_can_be_done(untrained, editor, photo):
    blending = editor.window.features.blend
    editor.open(photo)
    editor.window.style_commands.menu_for(untrained).aboutToShow.emit()
    assert not blending._entry.isEnabled(), "there is one style only"
    save_untrained_style("other", seed=1)
    editor.window.style_commands.menu_for(untrained).aboutToShow.emit()
    assert blending._entry.isEnabled()
