"""A person works on whole steps: on and off, amount, copy, delete, reset, lock, name, compare, add."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app import filters
from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.pipeline.recipe import MAX_STEPS, Recipe, Step
from tests.helpers.steps import LEFT, Edits, drag, five_steps, handle, shown, type_into


def choose(panel: StepPanel, index: int, name: str) -> None:
    """Trigger an entry of a step's menu."""
    action = getattr(panel.menu.prepare(index, compared=index == panel.compared), name)
    assert isinstance(action, QAction) and action.isEnabled() and action.isVisible()
    action.trigger()


def allowed(panel: StepPanel, index: int) -> set[str]:
    """Entries of a step's menu that can be chosen."""
    menu = panel.menu.prepare(index, compared=False)
    names = ("duplicate", "rename", "lock", "reset", "neutral", "compare", "up", "down", "delete")
    return {name for name in names if getattr(menu, name).isEnabled() and getattr(menu, name).isVisible()}


def test_a_click_opens_one_editor_and_another_click_closes_it(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    rows = panel.list.rows
    with qtbot.waitSignal(panel.step_selected) as chosen:
        QTest.mouseClick(rows[1].header, LEFT)
    assert chosen.args == [1]
    assert rows[1].editor is not None and rows[1].editor.isVisible()
    assert rows[0].editor is None, "editors are made when they are needed"
    QTest.mouseClick(rows[0].header, LEFT)
    assert rows[0].editor is not None and rows[0].editor.isVisible() and not rows[1].editor.isVisible()
    with qtbot.assertNotEmitted(panel.step_selected):
        QTest.mouseClick(rows[0].header, LEFT)
    assert not rows[0].editor.isVisible()
    assert panel.selected == 0


def test_the_eye_and_space_switch_a_step_off_and_on(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    row = panel.list.rows[0]
    QTest.mouseClick(row.header.on_off, LEFT)
    assert not edits.steps[0].enabled
    assert row.header.sentence.full.startswith("off: ")
    panel.list.select(0, focus=True)
    QTest.keyClick(row.header, Qt.Key.Key_Space)
    assert edits.steps[0].enabled
    assert edits.labels == ["Exposure off", "Exposure on"]
    assert edits.keys == ["", ""]


def test_the_amount_can_be_dragged_and_typed(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    header = panel.list.rows[0].header
    at = handle(header.amount)
    QTest.mouseClick(header.amount, Qt.MouseButton.LeftButton, pos=(at + QPointF(-30, 0)).toPoint())
    assert not edits.labels and panel.list.rows[0].editor is not None, "a click beside the handle opens the row"
    drag(header.amount, at, at + QPointF(20, 0), at + QPointF(40, 0))
    assert edits.steps[0].amount > 1.2
    assert len(set(edits.keys)) == 1 and edits.keys[0]
    type_into(header.amount_field, "50 %")
    assert edits.steps[0].amount == 0.5
    assert edits.labels[-1] == "Exposure amount 50 %"
    assert header.sentence.full.replace("\u00a0", " ") == "+0.41 EV", "the sentence tells the effect"
    type_into(header.amount_field, "300")
    assert edits.steps[0].amount == 2
    assert "Limited" in panel.list.rows[0].hint.text()


def test_duplicate_and_delete_by_keys(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    panel.list.select(3, focus=True)
    QTest.keyClick(panel.list.rows[3].header, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert edits.filters[3:5] == ["saturation", "saturation"]
    assert panel.selected == 4
    assert panel.list.rows[4].header.hasFocus()
    with qtbot.waitSignal(panel.step_selected):
        QTest.keyClick(panel.list.rows[4].header, Qt.Key.Key_Delete)
    assert edits.filters == [step.filter for step in five_steps().steps]
    assert panel.selected == 4
    assert edits.labels == ["Duplicate Saturation", "Delete Saturation"]


def test_deleting_everything_leaves_a_friendly_word(qtbot: QtBot) -> None:
    panel = shown(qtbot, Recipe((Step("gamma", {"gamma": 0.5}),)), select=0)
    edits = Edits(panel)
    assert panel.empty.isHidden()
    choose(panel, 0, "delete")
    assert edits.steps == ()
    assert panel.selected == -1
    assert panel.empty.isVisible()


def test_reset_goes_to_the_agents_values_or_to_neutral(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    panel.set_agent_recipe(Recipe((Step("exposure", {"ev": 0.4}),)))
    edits = Edits(panel)
    assert "reset" in allowed(panel, 0) and "reset" not in allowed(panel, 1)
    choose(panel, 0, "reset")
    assert edits.steps[0].params["ev"] == 0.4
    choose(panel, 0, "neutral")
    assert edits.steps[0].params["ev"] == 0
    choose(panel, 4, "neutral")
    assert edits.steps[4].params == filters.get("tone_curve").neutral


def test_a_locked_step_keeps_its_settings(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    edits = Edits(panel)
    row = panel.list.rows[0]
    choose(panel, 0, "lock")
    assert edits.steps[0].locked and row.header.lock.isVisible()
    assert row.editor is not None and not row.editor.isEnabled() and not row.header.amount.isEnabled()
    assert {"delete", "reset", "neutral"}.isdisjoint(allowed(panel, 0))
    row.header.setFocus()
    QTest.keyClick(row.header, Qt.Key.Key_Delete)
    assert len(edits.all) == 1
    assert "locked" in panel.hint.text() and panel.hint.isVisible()
    choose(panel, 0, "duplicate")
    assert not edits.steps[1].locked
    choose(panel, 0, "lock")
    assert not edits.steps[0].locked and row.editor.isEnabled()


def test_a_step_gets_a_name(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    panel.list.select(0, focus=True)
    header = panel.list.rows[0].header
    QTest.keyClick(header, Qt.Key.Key_F2)
    assert header.rename_field is not None
    QTest.keyClicks(header.rename_field, "  Morning   light ")
    QTest.keyClick(header.rename_field, Qt.Key.Key_Return)
    assert edits.steps[0].name == "Morning light" == header.name.full
    QTest.keyClick(header, Qt.Key.Key_F2)
    QTest.keyClicks(header.rename_field, "nothing")
    QTest.keyClick(header.rename_field, Qt.Key.Key_Escape)
    assert len(edits.all) == 1
    assert header.hasFocus()
    QTest.keyClick(header, Qt.Key.Key_F2)
    QTest.keyClicks(header.rename_field, "Exposure")
    QTest.keyClick(header.rename_field, Qt.Key.Key_Return)
    assert edits.steps[0].name == "", "the filter's own label is no name"


def test_compare_before_and_after_a_step(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    with qtbot.waitSignal(panel.compare_requested) as asked:
        choose(panel, 2, "compare")
    assert asked.args == [2] and panel.list.rows[2].header.comparing.isVisible()
    with qtbot.waitSignal(panel.compare_requested) as asked:
        choose(panel, 2, "compare")
    assert asked.args == [-1]
    choose(panel, 2, "compare")
    with qtbot.waitSignal(panel.compare_requested) as asked:
        choose(panel, 0, "delete")
    assert asked.args == [-1] and panel.compared == -1
    assert len(edits.all) == 1


def test_steps_are_added_at_the_end_before_and_after(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    panel.add_menu.aboutToShow.emit()
    actions = panel.add_menu.actions()
    assert len(actions) == len(filters.registry())
    assert all(action.toolTip() for action in actions)
    next(action for action in actions if action.text() == "Contrast").trigger()
    assert edits.filters[-1] == "contrast" and panel.selected == 5
    for menu, place in ((panel.menu.before, 1), (panel.menu.after, 2)):
        panel.menu.prepare(1, compared=False)
        menu.aboutToShow.emit()
        next(action for action in menu.actions() if action.text() == "Contrast").trigger()
        assert panel.selected == place and edits.steps[place] == Step("contrast", {"amount": 0})


def test_a_recipe_does_not_grow_beyond_its_limit(qtbot: QtBot) -> None:
    panel = shown(qtbot, Recipe((Step("gamma", {"gamma": 0.5}),) * MAX_STEPS))
    edits = Edits(panel)
    panel.list.duplicate(0)
    assert not edits.all and str(MAX_STEPS) in panel.hint.text()


@pytest.mark.qt_log_ignore("does not support", extend=True)  # the screenless platform knows no real menus
def test_the_menu_opens_from_its_button_and_closes_with_escape(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    QTest.mouseClick(panel.list.rows[1].header.menu_button, LEFT)
    assert panel.menu.isVisible() and panel.menu.index == 1
    QTest.keyClick(panel.menu, Qt.Key.Key_Escape)
    assert not panel.menu.isVisible()


def test_everything_has_a_name_for_screen_readers(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=2)
    header = panel.list.rows[2].header
    assert header.accessibleName().startswith("White balance, warmer")
    for widget in (header.on_off, header.amount, header.amount_field, header.menu_button):
        assert widget.accessibleName()
