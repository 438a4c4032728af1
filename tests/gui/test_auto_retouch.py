"""Auto-retouch: one action in the background that can be undone, cancelled, varied, and that says why it failed."""

import threading

from exposure_app import paths
from tests.helpers.editor import make_photo, save_untrained_style
from tests.helpers.patience import PATIENCE


def test_it_lands_as_steps_and_is_undone_as_one(untrained, editor, photo):
    editor.open(photo)
    neutral = editor.document.recipe
    editor.retouch()
    recipe = editor.document.recipe
    assert (recipe.style, recipe.seed, len(recipe.steps)) == (untrained, 0, 5)
    assert recipe.neutral_ev == neutral.neutral_ev
    editor.until(lambda: len(editor.window.panels.steps.model.steps) == 5)
    editor.act("undo")
    assert editor.document.recipe == neutral
    editor.act("redo")
    assert editor.document.recipe == recipe


def test_amount_scales_it_and_stays_for_the_next_variation(untrained, editor, photo):
    editor.open(photo)
    editor.retouch()
    editor.window.panels.auto.slider.setValue(50)
    assert editor.document.recipe.amount == 0.5
    editor.act("next_variation")
    editor.until(lambda: editor.document.recipe.seed == 1)
    assert editor.document.recipe.amount == 0.5
    assert editor.window.panels.auto.seed.value == 1


def test_the_same_seed_gives_the_same_recipe(untrained, editor, photo):
    editor.open(photo)
    editor.retouch()
    first = editor.document.recipe
    editor.act("next_variation")
    editor.until(lambda: editor.document.recipe.seed == 1)
    editor.act("previous_variation")
    editor.until(lambda: editor.document.recipe.seed == 0)
    assert editor.document.recipe == first


def test_every_style_shows_what_it_would_do(untrained, editor, photo):
    save_untrained_style("other", seed=1)
    editor.window.reload_styles()
    shown = []
    editor.window.coordinator.retoucher.previewed.connect(
        lambda name, picture, words: shown.append((name, picture.width()))
    )
    editor.open(photo)
    editor.until(lambda: {name for name, _ in shown} == {"plain", "other"})
    assert all(width == 480 for _, width in shown), "as large as the photo"


def test_a_retouch_that_changes_nothing_says_so(untrained, editor, photo):
    editor.open(photo)
    editor.retouch()
    editor.act("auto")
    editor.until(lambda: editor.messages)
    assert "the same" in editor.messages[0] and len(editor.document.entries) == 2


def test_the_variation_of_one_photo_is_not_that_of_the_next(untrained, editor, photo, tmp_path):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    editor.retouch()
    editor.act("next_variation")
    editor.until(lambda: editor.document.recipe.seed == 1)
    editor.act("next_photo")
    editor.until(lambda: editor.window.controller.photo == other)
    editor.retouch()
    assert editor.document.recipe.seed == 0


def test_it_can_be_cancelled_while_it_runs(untrained, editor, photo, monkeypatch):
    from exposure_app.styles import replan

    editor.open(photo)
    editor.settle()
    reached, go_on = threading.Event(), threading.Event()
    propose = replan.propose

    def slow(*args):
        reached.set()
        go_on.wait(PATIENCE)
        return propose(*args)

    monkeypatch.setattr(replan, "propose", slow)
    editor.act("next_variation")
    editor.until(reached.is_set)
    assert editor.window.panels.auto.button.text() == "Cancel"
    editor.window.panels.auto.button.click()
    assert not editor.window.coordinator.retoucher.is_running
    assert editor.window.panels.auto.button.text() == "Auto-retouch"
    go_on.set()
    editor.settle()
    assert not editor.document.can_undo, "what a cancelled retouch still gives is dropped"
    assert not editor.messages


def test_a_damaged_style_is_a_notice(untrained, editor, photo):
    editor.open(photo)
    editor.settle()
    path = paths.user_styles_dir() / f"{untrained}.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    editor.act("auto")
    editor.until(lambda: editor.messages)
    assert "damaged" in editor.messages[0]
    assert not editor.document.can_undo


def test_without_a_style_the_button_says_so(editor, photo):
    editor.window.panels.auto.set_styles([])
    editor.open(photo)
    assert not editor.window.panels.auto.button.isEnabled()
    assert "style" in editor.window.panels.auto.button.toolTip()


def test_a_long_name_of_a_style_is_read_in_full_in_the_list(untrained, editor, photo):
    title = "The light of late summer evenings by the sea"
    editor.window.style_commands.rename(untrained, title)
    editor.until(lambda: editor.window.panels.auto.style_box.currentText() == title)
    box = editor.window.panels.auto.style_box
    assert box.fontMetrics().horizontalAdvance(title) > box.width()
    box.showPopup()
    assert box.view().width() >= box.fontMetrics().horizontalAdvance(title)
    box.hidePopup()
