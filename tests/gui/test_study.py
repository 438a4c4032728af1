"""Study mode: a person edits with the paper's means, a style joins, a rater judges, a report comes."""

import json
from dataclasses import replace

import pytest

from exposure_app.io.develop import Develop
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.mask import Mask
from exposure_app.study.rating import Rating
from exposure_app.study.store import STEPS, read_lines
from tests.helpers.editor import make_photo


@pytest.fixture
def studying(untrained, editor, tmp_path):
    """The study's dialog, with a study of two photos."""
    photos = [make_photo(tmp_path / f"{name}.jpg", 120, 80, seed) for seed, name in enumerate("ab")]
    editor.open(*photos)
    editor.act("study")
    studying = editor.window.features.study
    studying.dialog.begin_study(tmp_path / "study", photos)
    return studying


def sit(studying, editor, person: str = "Ada") -> None:
    studying.dialog.person.setText(person)
    studying.dialog.edit.click()
    editor.until(lambda: studying.bar.isVisible() and studying.bar.done.isEnabled())


def test_a_person_edits_all_photos_and_the_editor_is_as_before(studying, editor):
    own = editor.window.controller.photos
    mode = editor.window.settings.get_text("steps.curve_mode")
    sit(studying, editor)
    study = studying.dialog.study
    assert editor.window.settings.get_text("steps.curve_mode") == "points"
    assert studying.bar.where.text() == "Photo 1 of 2"
    editor.window.controller.set_amount(0.5)
    studying.bar.done.click()
    editor.until(lambda: studying.bar.where.text() == "Photo 2 of 2" and studying.bar.done.isEnabled())
    studying.bar.skip.click()
    editor.until(lambda: studying.sitting is None)
    editor.until(lambda: editor.window.controller.photos == own)
    editor.settle()
    assert editor.window.settings.get_text("steps.curve_mode") == mode
    assert editor.window.panels.auto.isVisibleTo(editor.window)
    lines = read_lines(study.actions("Ada"))
    assert [line["event"] for line in lines] == ["begin", "edit", "finish", "begin", "skip"]
    assert lines[1]["label"] == "Amount 50 %"
    assert study.recipe("person Ada", 0).amount == 0.5
    editor.until(lambda: study.picture("person Ada", 0).is_file())
    assert not list(study.photos[0].parent.glob("*.exposure.json")), "the person's own edits are not touched"


def test_the_agent_and_a_sixth_step_are_not_to_be_had(studying, editor):
    sit(studying, editor)
    for name in ("auto", "paste", "crop", "variations", "why", "import_look"):
        assert not editor.window.actions_[name].isVisible()
    assert editor.window.actions_["undo"].isVisible()
    assert not editor.window.panels.steps.menu.prepare(0, compared=False).replan.isVisible()
    assert not editor.window.acceptDrops()
    assert not editor.window.panels.styles.isVisible()
    recipe = editor.document.recipe
    ten = replace(recipe, steps=(recipe.steps * 6)[:STEPS])
    editor.window.controller.edit(ten, "ten")
    assert studying.bar.steps.text() == f"{STEPS} of {STEPS} steps"
    editor.window.controller.edit(replace(ten, steps=(*ten.steps, ten.steps[0])), "eleven")
    editor.until(lambda: editor.document.recipe == ten)
    assert any(f"may have {STEPS} steps" in message for message in editor.messages)
    studying.bar.leave.click()
    editor.until(lambda: studying.sitting is None)


def test_masks_development_and_crop_are_not_to_be_had(studying, editor):
    sit(studying, editor)
    recipe = editor.document.recipe
    first = replace(recipe.steps[0], mask=Mask("gradient"))
    for changed in (
        replace(recipe, steps=(first, *recipe.steps[1:])),
        replace(recipe, geometry=Geometry(turns=1)),
        replace(recipe, develop=Develop("custom", 4000, 0)),
    ):
        editor.window.controller.edit(changed, "not allowed")
        editor.until(lambda: editor.document.recipe == recipe)
    assert sum("In a study" in message for message in editor.messages) == 3
    studying.bar.leave.click()
    editor.until(lambda: studying.sitting is None)


def test_panels_are_afterwards_as_they_were(studying, editor):
    docks = editor.window.docks
    before = [dock.isHidden() for dock in docks]
    assert True in before, "Why? is not open"
    sit(studying, editor)
    studying.bar.leave.click()
    editor.until(lambda: studying.sitting is None)
    assert [dock.isHidden() for dock in docks] == before
    assert editor.window.actions_["auto"].isVisible() and editor.window.acceptDrops()


def test_who_leaves_goes_on_with_the_same_photo_and_edits(studying, editor):
    sit(studying, editor)
    editor.window.controller.set_amount(0.5)
    studying.bar.leave.click()
    editor.until(lambda: studying.sitting is None)
    editor.settle()
    sit(studying, editor)
    assert studying.bar.where.text() == "Photo 1 of 2"
    assert editor.document.recipe.amount == 0.5
    studying.bar.leave.click()
    editor.until(lambda: studying.sitting is None)


def test_a_style_joins_a_rater_judges_and_the_report_tells(studying, editor, untrained, tmp_path):
    dialog = studying.dialog
    dialog.style_box.setCurrentIndex(dialog.style_box.findData(untrained))
    dialog.add.click()
    assert not dialog.edit.isEnabled(), "one thing at a time"
    editor.until(lambda: "2 of 2 photos" in dialog.report.text())
    dialog.rater.setText("Cyd")
    dialog.rate.click()
    editor.until(lambda: studying.rating is not None)
    window = studying.rating
    assert untrained not in window.windowTitle() + window.where.text(), "the rater does not know"
    assert window.where.text() == "1 of 2"
    editor.qtbot.keyClick(window, "4")
    editor.qtbot.keyClick(window, "1")
    editor.until(lambda: studying.rating is None)
    editor.until(lambda: "rated 2.50" in dialog.report.text())
    assert Rating(dialog.study, "Cyd").current is None
    dialog.save_report(tmp_path / "report.json")
    editor.until(lambda: (tmp_path / "report.json").is_file())
    assert json.loads((tmp_path / "report.json").read_text())["raters"] == ["Cyd"]


def test_the_last_rating_can_be_taken_back(studying, editor, untrained):
    studying.dialog.add.click()
    editor.until(lambda: "2 of 2 photos" in studying.dialog.report.text())
    studying.dialog.rater.setText("Cyd")
    studying.dialog.rate.click()
    editor.until(lambda: studying.rating is not None)
    window = studying.rating
    first = window.rating.current
    window.buttons[5].click()
    window.back.click()
    assert window.rating.current == first
    window.reject()


def test_wrong_names_and_folders_are_told_in_the_dialog(studying, editor, tmp_path):
    studying.dialog.edit.click()
    assert "A name may have" in studying.dialog.state.text()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    studying.dialog.begin_study(tmp_path / "full", [tmp_path / "a.jpg"])
    assert "not empty" in studying.dialog.state.text()
    studying.dialog.open_study(tmp_path / "full")
    assert "no study" in studying.dialog.state.text()
