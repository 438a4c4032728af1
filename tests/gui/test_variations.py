"""A person chooses among what a style might do, and lets it plan the rest from a step on."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from exposure_app.gui.explain import variations
from exposure_app.pipeline.recipe import Step
from tests.helpers.editor import Editor


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variations, "SAMPLES", 4)


def planned(editor: Editor, index: int) -> None:
    forking = editor.window.features.replan
    forking.plan_after(index)
    editor.until(lambda: not forking.is_running)


def test_variations_are_shown_and_one_click_takes_one(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    before = editor.document.recipe
    editor.qtbot.mouseClick(editor.window.panels.auto.choose, Qt.MouseButton.LeftButton)
    feature = editor.window.features.variations
    editor.until(lambda: feature.popup.cards)
    assert 1 <= len(feature.popup.cards) <= 4
    assert feature.popup.cards[0].accessibleName().startswith("Usual")
    seed = feature._alternatives[0].recipe.seed
    entries = len(editor.document.entries)
    editor.qtbot.mouseClick(feature.popup.cards[0], Qt.MouseButton.LeftButton)
    assert not feature.popup.isVisible()
    assert (editor.document.recipe.style, editor.document.recipe.seed) == ("plain", seed)
    assert len(editor.document.entries) == entries + 1
    taken = editor.document.recipe
    editor.act("undo")
    assert editor.document.recipe == before
    editor.window.coordinator.retoucher.run("plain", seed)
    editor.until(lambda: not editor.window.coordinator.retoucher.is_running)
    assert editor.document.recipe == taken, "its seed gives just that"


def test_closing_them_stops_the_search_and_changes_nothing(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    before = editor.document.recipe
    editor.act("variations")
    feature = editor.window.features.variations
    assert feature.popup.isVisible()
    feature.popup.hide()
    assert feature._job.is_over
    editor.settle()
    assert not feature.popup.isVisible()
    assert editor.document.recipe == before


def test_without_a_style_it_says_so(editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.act("variations")
    assert "No style" in " ".join(editor.messages)
    planned(editor, 0)
    assert not editor.window.panels.auto.choose.isEnabled()


def test_the_rest_is_planned_from_an_edited_step_on_as_one_edit(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.retouch()
    original = editor.document.recipe
    edited = replace(original, steps=(Step("exposure", {"ev": 3.0}), *original.steps[1:]))
    editor.window.controller.edit(edited, "by hand")
    entries = len(editor.document.entries)
    menu = editor.window.panels.steps.menu.prepare(0, compared=False)
    menu.replan.trigger()
    editor.until(lambda: not editor.window.features.replan.is_running)
    recipe = editor.document.recipe
    assert recipe.steps[0] == edited.steps[0]
    assert len(recipe.steps) == 5
    assert recipe.steps[1:] != edited.steps[1:]
    assert len(editor.document.entries) == entries + 1
    assert editor.document.proposal == recipe, "what was planned anew is what the agent proposes now"
    editor.act("undo")
    assert editor.document.recipe == edited


def test_a_plan_of_which_nothing_was_changed_stays_as_it_is(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.retouch()
    original, entries = editor.document.recipe, len(editor.document.entries)
    planned(editor, 1)
    assert editor.document.recipe == original
    assert len(editor.document.entries) == entries
    assert "suggestion is the same" in " ".join(editor.messages)


def test_where_all_is_settled_it_says_what_to_do(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.retouch()
    planned(editor, 4)
    assert "nothing left to plan" in " ".join(editor.messages)


def test_auto_retouch_leaves_locked_steps_where_they_are(untrained: str, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.retouch()
    steps = list(editor.document.recipe.steps)
    steps[2] = Step("exposure", {"ev": 1.5}, locked=True)
    editor.window.controller.edit(replace(editor.document.recipe, steps=tuple(steps)), "by hand")
    editor.window.panels.auto.try_seed(1)
    editor.until(lambda: not editor.window.coordinator.retoucher.is_running)
    assert editor.document.recipe.seed == 1
    assert editor.document.recipe.steps[2] == steps[2]
    assert len(editor.document.recipe.steps) == 5
