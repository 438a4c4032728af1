"""What was done to a picture?: from two pictures to steps that the open photo can have."""

from pathlib import Path

import pytest
from PIL import Image

from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.recover_edits import fit as search
from tests.helpers.editor import make_photo

LOOK = Recipe((Step("gamma", {"gamma": 0.5}), Step("saturation", {"amount": 0.4})))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrow search is enough for two steps."""
    whole = search.search
    monkeypatch.setattr(search, "search", lambda samples, starts, budget, tell: whole(samples, starts, QUICK, tell))


QUICK = search.Budget(steps=2, beam=1)


@pytest.fixture
def edited(photo: Path, tmp_path: Path) -> Path:
    target = tmp_path / "edited.png"
    Image.fromarray(render(read_image(photo).pixels, LOOK)).save(target)
    return target


@pytest.fixture
def dialog(editor, photo):
    editor.open(photo)
    editor.act("decompile")
    return editor.window.features.recover_edits.dialog


def test_the_steps_are_found_told_applied_and_saved(dialog, editor, photo, edited, tmp_path):
    assert dialog.before.path == photo, "the open photo is the one before"
    assert not dialog.find_button.isEnabled()
    dialog.after.set_path(edited)
    dialog.find_button.click()
    assert dialog.is_running
    editor.until(lambda: dialog.apply.isEnabled())
    assert "Saturation" in dialog.view.steps.text()
    assert "Nothing is left unexplained." in dialog.view.rest.text()
    assert all(not sheet.picture.isNull() for sheet in dialog.view.sheets)
    before = editor.document.at
    dialog.apply.click()
    assert editor.document.at == before + 1
    assert "saturation" in [step.filter for step in editor.document.recipe.steps]
    editor.act("undo")
    assert editor.document.at == before
    dialog.save_to(tmp_path / "code")
    editor.until(lambda: not dialog.is_running)
    assert {"look.py", "test_look.py", "look.residual.png", "look.report.json"} <= {
        file.name for file in (tmp_path / "code").iterdir()
    }


def test_stopping_leaves_everything_as_it_was_and_it_can_be_begun_again(dialog, editor, edited):
    dialog.after.set_path(edited)
    dialog.start()
    dialog.stop.click()
    assert not dialog.is_running
    assert dialog.find_button.isEnabled()
    assert not dialog.apply.isEnabled()
    editor.until(lambda: editor.window.queues.search.is_idle)


def test_pictures_of_different_things_are_told_apart_in_words(dialog, editor, tmp_path):
    other = tmp_path / "other.png"
    Image.effect_noise((480, 320), 80).save(other)
    dialog.after.set_path(other)
    dialog.start()
    editor.until(lambda: not dialog.is_running)
    assert "do not show the same picture" in dialog.view.words.text()
    assert not dialog.save.isEnabled()


def test_another_open_photo_is_offered_unless_one_was_chosen(dialog, editor, edited, tmp_path):
    following = make_photo(tmp_path / "next.jpg", seed=3)
    editor.window.controller.open_paths([following])
    editor.until(lambda: dialog.before.path == following)
    dialog.before.set_path(edited)
    editor.act("previous_photo")
    dialog.set_open_photo(editor.window.controller.photo)
    assert dialog.before.path == edited
