"""A person sets the white balance: warmer, greener, or by pointing at something grey."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app.gui.steps.color_balance_editor import ColorBalanceEditor, from_axes, to_axes
from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import Edits, drag, five_steps, handle, shown, type_into


def balance(qtbot: QtBot, green: float = 0.0, blue: float = 0.0) -> tuple[StepPanel, ColorBalanceEditor, Edits]:
    panel = shown(qtbot, Recipe((Step("white_balance", {"green": green, "blue": blue}),)), select=0)
    editor = panel.list.rows[0].editor
    assert isinstance(editor, ColorBalanceEditor)
    return panel, editor, Edits(panel)


def test_axes_and_gains_belong_together() -> None:
    for green, blue in itertools.product((-1, -0.3, 0, 0.7, 1), repeat=2):
        assert from_axes(*to_axes(green, blue)) == pytest.approx((green, blue))
    assert from_axes(100, 0) == (-0.5, -1), "warm: less blue"
    assert from_axes(0, 100) == (-1, 0), "magenta: less green"


def test_warmer_takes_blue_away_in_one_entry(qtbot: QtBot) -> None:
    _, editor, edits = balance(qtbot)
    slider = editor.temperature.slider
    at = handle(slider)
    drag(slider, at, at + QPointF(10, 0), at + QPointF(20, 0))
    green, blue = edits.steps[0].params["green"], edits.steps[0].params["blue"]
    assert blue == pytest.approx(-editor.temperature.value / 100)
    assert green == pytest.approx(blue / 2)  # type: ignore[operator]
    assert editor.tint.value == 0
    assert editor.scalars["blue"].value == blue
    assert edits.labels[-1] == f"White balance Temperature +{editor.temperature.value:.0f}"
    assert len(set(edits.keys)) == 1 and edits.keys[0]


def test_a_limit_moves_the_other_axis_only_while_it_must(qtbot: QtBot) -> None:
    _, editor, edits = balance(qtbot, green=-0.9)
    assert editor.tint.value == pytest.approx(90)
    slider = editor.temperature.slider
    at = handle(slider)
    drag(slider, at, QPointF(slider.x_of(100), 10), at)
    assert edits.steps[0].params == {"green": -0.9, "blue": 0}
    type_into(editor.temperature.field, "100")
    assert edits.steps[0].params == {"green": -1, "blue": -1}
    assert editor.tint.value == pytest.approx(50)
    assert editor.temperature.hint.isVisible()


def test_the_gains_are_in_the_fold(qtbot: QtBot) -> None:
    _, editor, edits = balance(qtbot)
    assert not editor.scalars["green"].isVisible()
    QTest.mouseClick(editor.fold.button, Qt.MouseButton.LeftButton)
    type_into(editor.scalars["green"].field, "0.25")
    assert edits.steps[0].params["green"] == 0.25
    assert edits.labels == ["White balance Green +0.25"]
    assert editor.tint.value == pytest.approx(-25)


def test_the_agents_choice_is_marked_on_both_axes(qtbot: QtBot) -> None:
    panel, editor, edits = balance(qtbot, 0.1, 0.2)
    panel.set_agent_recipe(Recipe((Step("white_balance", {"green": -0.1, "blue": -0.3}),)))
    assert editor.temperature.slider.home == pytest.approx(30)
    editor.temperature.slider.go_home()
    editor.tint.slider.go_home()
    assert edits.steps[0].params == {"green": -0.1, "blue": -0.3}


def test_picking_a_grey_makes_it_neutral(qtbot: QtBot) -> None:
    panel, editor, edits = balance(qtbot)
    with qtbot.waitSignal(panel.pick_requested) as asked:
        QTest.mouseClick(editor.picker, Qt.MouseButton.LeftButton)
    assert asked.args == [0]
    rgb = (0.4, 0.3, 0.25)
    panel.apply_pick(0, rgb)
    gains = edits.steps[0].params
    assert 0.3 * np.exp(gains["green"]) == pytest.approx(0.4, rel=1e-3)
    assert 0.25 * np.exp(gains["blue"]) == pytest.approx(0.4, rel=1e-3)
    assert edits.labels == ["White balance picked"] and edits.keys == [""]
    assert panel.hint.isHidden()


def test_picking_counts_in_the_amount(qtbot: QtBot) -> None:
    panel = shown(qtbot, Recipe((Step("white_balance", {"green": 0.0, "blue": 0.0}, amount=0.5),)))
    edits = Edits(panel)
    panel.apply_pick(0, (0.4, 0.3, 0.3))
    effect = edits.steps[0].edit()[1]
    assert effect["green"] == pytest.approx(np.log(0.4 / 0.3), rel=1e-3)


@pytest.mark.parametrize("rgb", [(0, 0, 0), (0.5, float("nan"), 0.5), (0.5, -0.1, 0.5)])
def test_black_cannot_be_picked(qtbot: QtBot, rgb: tuple[float, float, float]) -> None:
    panel, _, edits = balance(qtbot)
    panel.apply_pick(0, rgb)
    assert not edits.all and panel.hint.isVisible()


def test_a_strong_colour_is_picked_as_far_as_it_goes(qtbot: QtBot) -> None:
    panel, _, edits = balance(qtbot)
    panel.apply_pick(0, (0.9, 0.1, 0.1))
    assert edits.steps[0].params == {"green": 1, "blue": 1}
    assert panel.hint.isVisible()


def test_only_steps_that_can_be_picked_for_are(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    for index in (0, 1, 3, 4, 5, -1):
        panel.apply_pick(index, (0.4, 0.3, 0.3))
    assert not edits.all
    panel.apply_pick(2, (0.4, 0.3, 0.3))
    assert edits.filters == [step.filter for step in five_steps().steps]


def test_temperature_and_tint_pick_a_grey_too(qtbot: QtBot) -> None:
    panel = shown(qtbot, Recipe((Step("temperature_tint", {"temperature": 0.0, "tint": 0.0}),)))
    edits = Edits(panel)
    panel.apply_pick(0, (0.4, 0.3, 0.25))
    params = edits.steps[0].params
    gains = np.exp([0.5 * params["temperature"], -0.35 * params["tint"], -0.5 * params["temperature"]])
    balanced = gains * (0.4, 0.3, 0.25)
    assert balanced == pytest.approx(balanced[0], rel=1e-3)
    assert edits.labels == ["Temperature and tint picked"] and panel.hint.isHidden()
