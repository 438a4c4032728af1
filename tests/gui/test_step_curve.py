"""A person bends curves."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app.gui.steps import curve_knots
from exposure_app.gui.steps.curve_editor import CurveEditor
from exposure_app.gui.steps.step_panel import StepPanel
from exposure_app.params import Curve
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import SLOPES, Edits, drag, mouse, shown

CURVE = Curve("slopes", "Tone curve", agent=(0.5, 2), slider=(0.01, 8), initial=1.25)
GENTLE = Curve("gentle", "Gentle", agent=(0.9, 1.1), slider=(0.5, 2), initial=1.0, width=6)
RGB = {"red": (1.0,) * 8, "green": (1.0,) * 8, "blue": (1.0,) * 8}


def bent(qtbot: QtBot, slopes: tuple[float, ...] = (1.0,) * 8) -> tuple[StepPanel, CurveEditor, Edits]:
    panel = shown(qtbot, Recipe((Step("tone_curve", {"slopes": slopes}),)), select=0)
    editor = panel.list.rows[0].editor
    assert editor is not None and editor.curves is not None
    return panel, editor.curves, Edits(panel)


def slopes_of(edits: Edits) -> Any:
    return np.array(edits.steps[0].params["slopes"])


def test_a_knot_is_dragged_in_one_entry(qtbot: QtBot) -> None:
    _, curves, edits = bent(qtbot)
    plot = curves.plot
    at = plot.knot_position(3) + QPointF(7, -7)  # at the rim of what the mouse takes
    drag(plot, at, at - QPointF(0, 5), at - QPointF(0, 10))
    assert len(edits.all) == 2 and len(set(edits.keys)) == 1 and edits.keys[0]
    assert edits.labels[-1] == "Tone curve changed"
    heights = curve_knots.heights(tuple(slopes_of(edits)))
    assert heights[4] == pytest.approx(0.5 + 10 / (plot.height() - 12), abs=0.002)
    assert slopes_of(edits).mean() == pytest.approx(1, abs=1e-3)


def test_a_pushed_neighbour_comes_back(qtbot: QtBot) -> None:
    _, curves, edits = bent(qtbot)
    plot = curves.plot
    at = plot.knot_position(3)
    drag(plot, at, QPointF(at.x(), 0), at)
    assert edits.all
    assert np.allclose(slopes_of(edits), 1, atol=0.01)


def test_keys_choose_and_move_knots(qtbot: QtBot) -> None:
    _, curves, edits = bent(qtbot)
    plot = curves.plot
    plot.setFocus()
    assert curves.readout.text() == "In 12.5 %\nOut 12.5 %"
    QTest.keyClick(plot, Qt.Key.Key_Right)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    QTest.keyClick(plot, Qt.Key.Key_Up)
    assert curves.readout.text() == "In 25 %\nOut 27.0 %"
    assert len(set(edits.keys)) == 1 and edits.keys[0]
    QTest.keyClick(plot, Qt.Key.Key_End)
    QTest.keyClick(plot, Qt.Key.Key_Down)
    assert curves.readout.text() == "In 87.5 %\nOut 86.5 %"
    assert edits.keys[-1] != edits.keys[0]
    QTest.keyClick(plot, Qt.Key.Key_Backspace)
    assert curves.readout.text() == "In 87.5 %\nOut 87.5 %"


def test_double_click_and_reset_go_back(qtbot: QtBot) -> None:
    panel, curves, edits = bent(qtbot, SLOPES)
    plot = curves.plot
    at = plot.knot_position(0)
    mouse(plot, QEvent.Type.MouseButtonPress, at)
    mouse(plot, QEvent.Type.MouseButtonRelease, at)
    mouse(plot, QEvent.Type.MouseButtonDblClick, at)
    assert slopes_of(edits)[0] == pytest.approx(1, abs=0.01)
    panel.set_agent_recipe(Recipe((Step("tone_curve", {"slopes": SLOPES}),)))
    QTest.mouseClick(curves.reset, Qt.MouseButton.LeftButton)
    assert tuple(slopes_of(edits)) == SLOPES
    assert not curves.reset.isEnabled()
    panel.set_agent_recipe(None)
    QTest.mouseClick(curves.reset, Qt.MouseButton.LeftButton)
    assert (slopes_of(edits) == 1).all()


def test_three_points_bend_smoothly(qtbot: QtBot) -> None:
    _, curves, edits = bent(qtbot, SLOPES)
    QTest.mouseClick(curves.modes.button(1), Qt.MouseButton.LeftButton)
    assert not edits.all, "choosing the knots leaves the curve as it is"
    plot = curves.plot
    at = plot.knot_position(1)
    drag(plot, at, at - QPointF(0, 20))
    heights = curve_knots.heights(tuple(slopes_of(edits)))
    before = curve_knots.heights(SLOPES)
    assert heights[2] == pytest.approx(before[2], abs=0.002) and heights[6] == pytest.approx(before[6], abs=0.002)
    assert heights[4] > before[4] + 0.05


def test_the_knots_chosen_last_are_there_again_in_every_curve(qtbot: QtBot) -> None:
    _, curves, _ = bent(qtbot)
    assert curves.modes.checkedId() == 0
    QTest.mouseClick(curves.modes.button(1), Qt.MouseButton.LeftButton)
    _, again, _ = bent(qtbot)
    assert again.modes.checkedId() == 1
    assert again.plot.knot_position(2).x() > again.plot.width() / 2, "the last of three knots"
    QTest.mouseClick(again.modes.button(0), Qt.MouseButton.LeftButton)
    curves.hide()
    curves.show()
    assert curves.modes.checkedId() == 0, "an editor that is opened again follows"


def test_what_the_amount_leaves_of_a_curve_is_shown_beside_it(qtbot: QtBot) -> None:
    panel, curves, edits = bent(qtbot, SLOPES)
    assert curves.plot.effect is None and not curves.plot.toolTip()
    panel.list.rows[0].amount_edited.emit(50.0, "")
    step = edits.steps[0]
    assert step.amount == 0.5
    assert curves.plot.effect == step.edit()[1]["slopes"], "what is rendered"
    assert curves.plot.slopes == SLOPES and "50 %" in curves.plot.toolTip()
    before = curves.plot.effect
    at = curves.plot.knot_position(3)
    drag(curves.plot, at, at - QPointF(0, 12))
    assert curves.plot.effect == edits.steps[0].edit()[1]["slopes"] != before
    panel.list.rows[0].amount_edited.emit(100.0, "")
    assert curves.plot.effect is None


def test_three_curves_are_tabs(qtbot: QtBot) -> None:
    panel = shown(qtbot, Recipe((Step("color_curve", RGB),)), select=0)
    edits = Edits(panel)
    histogram = np.random.default_rng(1).random((3, 256))
    panel.set_histograms([histogram])
    editor = panel.list.rows[0].editor
    assert editor is not None and editor.curves is not None
    curves = editor.curves
    assert [button.text() for button in curves.tabs.buttons()] == ["Red", "Green", "Blue"]
    QTest.mouseClick(curves.tabs.button(2), Qt.MouseButton.LeftButton)
    at = curves.plot.knot_position(3)
    drag(curves.plot, at, at - QPointF(0, 10))
    params = edits.steps[0].params
    assert params["blue"] != RGB["blue"] and params["red"] == RGB["red"]
    assert edits.labels == ["Colour curves Blue"]
    QTest.mouseClick(curves.tabs.button(0), Qt.MouseButton.LeftButton)
    assert curves.plot.slopes == RGB["red"]
    assert not curves.grab().isNull()


def test_histograms_of_all_kinds_are_drawn(qtbot: QtBot) -> None:
    _, curves, _ = bent(qtbot)
    for counts in (np.ones(256), np.ones((3, 256)), np.zeros(256), np.eye(1, 256)[0] * 1e9, None):
        curves.set_histogram(counts)
        assert not curves.grab().isNull()


drags = st.lists(
    st.tuples(st.sampled_from(["segments", "points"]), st.integers(0, 6), st.floats(-0.5, 1.5)), min_size=1, max_size=12
)


@settings(max_examples=150)
@given(drags=drags, curve=st.sampled_from([CURVE, GENTLE]), seed=st.integers(0, 2**16))
def test_a_curve_stays_valid_and_rising_whatever_is_dragged(drags: Any, curve: Curve, seed: int) -> None:
    low, high = curve.slider
    slopes = tuple(np.exp(np.random.default_rng(seed).uniform(np.log(low), np.log(high), curve.width)).tolist())
    for mode, index, height in drags:
        index = min(index, len(curve_knots.control_x(curve, mode)) - 1)
        slopes = curve_knots.drag(curve, slopes, mode, index, height)
        assert curve.checked(slopes) == slopes
        assert all(low <= slope <= high for slope in slopes)
        assert np.mean(slopes) == pytest.approx(1, abs=1e-3)
        heights = curve_knots.heights(slopes)
        assert all(a < b for a, b in itertools.pairwise(heights))
        assert heights[0] == 0 and heights[-1] == pytest.approx(1)


@settings(max_examples=60)
@given(height=st.floats(0.2, 0.8), index=st.integers(0, 2))
def test_three_points_go_where_they_are_dragged(height: float, index: int) -> None:
    start = (1.0,) * 8
    slopes = curve_knots.drag(CURVE, start, "points", index, height)
    assert curve_knots.control_heights(CURVE, slopes, "points")[index] == pytest.approx(height, abs=0.002)
