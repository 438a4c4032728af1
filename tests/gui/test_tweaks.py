"""Corrections of a style's steps: remembered only when wanted, offered as a habit, adopted and dropped again."""

from dataclasses import replace

from exposure_app.styles.tweaks import LEAST_PHOTOS, Ledger, read_ledger, write_ledger
from tests.helpers.editor import make_photo


def correct(editor) -> None:
    """Halve the first step."""
    recipe = editor.document.recipe
    steps = (replace(recipe.steps[0], amount=0.5), *recipe.steps[1:])
    editor.window.controller.edit(replace(recipe, steps=steps), "softer")


def test_nothing_is_remembered_unless_it_is_wanted(untrained, editor, photo, tmp_path):
    editor.open(photo)
    editor.retouch()
    correct(editor)
    editor.window.controller.open_paths([make_photo(tmp_path / "next.jpg")])
    editor.until(lambda: editor.window.controller.photo.name == "next.jpg")
    editor.settle()
    assert read_ledger(untrained) == Ledger(untrained)


def test_a_habit_is_offered_adopted_and_dropped(untrained, editor, photo, tmp_path):
    editor.window.settings.set("retouch.remember", True)
    editor.open(photo)
    editor.retouch()
    proposed = editor.document.proposal
    first = proposed.steps[0].filter
    correct(editor)
    known = Ledger(untrained)
    for number in range(LEAST_PHOTOS - 1):  # earlier photos
        known = known.with_photo(tmp_path / str(number), proposed, editor.document.recipe)
    write_ledger(known)
    editor.window.controller.open_paths([make_photo(tmp_path / "next.jpg")])
    editor.until(lambda: any("You correct plain in 100 % of 8 photos" in words for words in editor.messages))
    (notice,) = [notice for notice in editor.window.notices._shown() if "You correct" in notice.accessibleName()]
    notice.act_button.click()
    editor.until(lambda: read_ledger(untrained).biases)
    editor.until(lambda: editor.window.controller.photo.name == "next.jpg")
    editor.window.controller.open_paths([photo])
    editor.until(lambda: editor.window.controller.photo == photo)
    editor.act("reset")
    editor.retouch()
    halved = editor.document.recipe.steps[0]
    assert halved.filter == first
    assert halved.params != proposed.steps[0].params

    tweaks = editor.window.features.tweaks
    tweaks.open(untrained)
    editor.until(lambda: tweaks.dialog is not None and tweaks.dialog.isVisible())
    buttons = {button.accessibleName(): button for button in tweaks.dialog.findChildren(type(tweaks.dialog.forget))}
    next(button for name, button in buttons.items() if name.startswith("Drop")).click()
    editor.until(lambda: not read_ledger(untrained).biases)
    tweaks.dialog.accept()
    editor.act("reset")
    editor.retouch()
    assert editor.document.recipe.steps == proposed.steps


def test_the_last_photo_is_remembered_when_the_window_closes(untrained, editor, photo):
    editor.window.settings.set("retouch.remember", True)
    editor.open(photo)
    editor.retouch()
    correct(editor)
    editor.window.close()
    (moved,) = read_ledger(untrained).corrections.values()
    assert any(max(map(abs, shift)) > 0 for shift in moved.values())
