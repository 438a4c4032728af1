"""Why?: a person asks what the steps gain, drops the weak ones, and lets another style judge."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from exposure_app.explain import attribution
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.editor import Editor, save_untrained_style


@pytest.fixture
def critics(exposure_home: Path) -> None:
    save_untrained_style("plain", seed=3)
    save_untrained_style("other", seed=8)


def why(editor: Editor):
    return editor.window.features.why


def answered(editor: Editor) -> None:
    """Wait until the reasons of the recipe as it is are shown."""
    editor.until(
        lambda: (
            why(editor)._answer is not None
            and why(editor)._answer.recipe == editor.document.recipe
            and why(editor)._job.is_over
            and not why(editor)._pause.isActive()
        )
    )


def explained(editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.retouch()
    editor.act("why")
    answered(editor)


def test_the_panel_is_hidden_until_it_is_wanted_and_says_what_each_step_gains(
    critics: None, editor: Editor, photo: Path
) -> None:
    editor.open(photo)
    editor.retouch()
    assert why(editor).dock.isHidden()
    assert not editor.window.actions_["why"].isChecked()
    editor.act("why")
    answered(editor)
    panel = why(editor).panel
    names = [step.name for step in why(editor)._answer.reasons.steps]
    assert len(names) == 5
    assert [row[0] for row in panel.shares.rows][1:-1] == names
    assert [row.rsplit(" ", 1)[0] for row in panel.chart.rows] == ["As shot", *names, "Finished"]
    assert panel.words.text()
    assert panel.message.isHidden()
    assert editor.window.actions_["why"].isChecked()
    editor.act("why")
    assert why(editor).dock.isHidden()


def test_an_edit_is_explained_anew_but_only_while_somebody_looks(
    critics: None, editor: Editor, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    attribute = attribution.attribute
    monkeypatch.setattr(
        attribution, "attribute", lambda recipe, *rest: asked.append(recipe) or attribute(recipe, *rest)
    )
    editor.open(photo)
    editor.retouch()
    editor.settle()
    assert asked == []
    editor.act("why")
    answered(editor)
    editor.window.panels.steps.model.set_enabled(0, False)
    assert not why(editor).panel.drop.isEnabled(), "what is shown is of before"
    answered(editor)
    assert len(why(editor).panel.shares.rows) == 1 + 4 + 1
    count = len(asked)
    editor.window.docks[1].raise_()  # the steps, in front of it
    editor.until(lambda: not why(editor)._is_seen)
    editor.act("undo")
    editor.settle()
    assert len(asked) == count
    editor.act("why")
    answered(editor)
    assert len(why(editor).panel.shares.rows) == 1 + 5 + 1


def test_weak_steps_are_dropped_with_one_click_and_come_back_with_undo(
    critics: None, editor: Editor, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attribution, "_noise", lambda *_: 0.0)  # an untrained critic's is larger than any gain
    editor.open(photo)
    idle = Step("saturation", {"amount": 0.0})
    steps = (Step("gamma", {"gamma": 0.45}), idle, replace(idle, locked=True), Step("exposure", {"ev": 0.2}))
    for ev in (-2.0, 2.0, -1.0, 1.0, 0.5, -0.5):  # an untrained critic may like it brighter or darker
        recipe = Recipe((*steps[:3], Step("exposure", {"ev": ev})), style="plain")
        editor.window.controller.edit(recipe, "by hand")
        if why(editor).dock.isHidden():
            editor.act("why")
        answered(editor)
        if why(editor)._answer.reasons.has_gain:
            break
    weak = why(editor)._answer.reasons.weak()
    assert 1 in weak
    assert 2 not in weak
    panel, before = why(editor).panel, editor.document.recipe
    assert str(len(weak)) in panel.drop.text()
    editor.qtbot.mouseClick(panel.drop, Qt.MouseButton.LeftButton)
    kept = tuple(step for index, step in enumerate(before.steps) if index not in weak)
    assert editor.document.recipe == replace(before, steps=kept)
    editor.act("undo")
    assert editor.document.recipe == before


def test_another_styles_critic_may_judge(critics: None, editor: Editor, photo: Path) -> None:
    explained(editor, photo)
    panel, first = why(editor).panel, why(editor)._answer.reasons
    other = "other" if first.style == "plain" else "plain"
    panel.judge_box.setCurrentIndex(panel.judge_box.findData(other))
    editor.until(lambda: why(editor)._answer.reasons.style == other)
    assert why(editor)._answer.reasons.start != first.start
    assert editor.document.recipe.style == first.style, "to judge is not to change"


def test_a_photo_without_edits_is_judged_by_the_chosen_style(critics: None, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.act("why")
    answered(editor)
    assert why(editor)._answer.reasons.style == editor.window.panels.auto.style_name
    assert len(why(editor).panel.shares.rows) == 1 + 2 + 1


def test_without_any_style_it_says_so(editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.act("why")
    editor.until(lambda: "no style is installed" in why(editor).panel.message.text())
    assert not why(editor).panel.message.isHidden()


def test_a_recipe_of_a_style_that_is_gone_says_so(critics: None, editor: Editor, photo: Path) -> None:
    editor.open(photo)
    editor.act("why")
    editor.window.controller.edit(Recipe((Step("gamma", {"gamma": 0.5}),), style="vanished"), "pasted")
    editor.until(lambda: "vanished" in why(editor).panel.message.text())
    assert editor.messages == []


def test_the_next_photo_is_explained_when_it_is_open(
    critics: None, editor: Editor, photo: Path, tmp_path: Path
) -> None:
    from tests.helpers.editor import make_photo

    explained(editor, photo)
    second = make_photo(tmp_path / "second.jpg", seed=5)
    first = why(editor)._answer.reasons.start
    editor.window.controller.open_paths([second])
    editor.until(lambda: editor.window.controller.photo == second)
    answered(editor)
    assert why(editor)._answer.reasons.start != first
    assert why(editor)._answer.engine is editor.window.controller.engine


def test_whether_it_was_open_is_remembered(critics: None, new_editor: Callable[[], Editor], photo: Path) -> None:
    first = new_editor()
    first.open(photo)
    first.act("why")
    answered(first)
    first.window.close()
    second = new_editor()
    second.open(photo)
    assert not why(second).dock.isHidden()
