"""A person moves a slider: by mouse, wheel, keys and typing."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.gui.widgets.value_field import number_text, parse, value_text
from exposure_app.gui.widgets.value_slider import ValueSlider, rounded, small_step, stepped
from exposure_app.params import Scalar
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import SHIFT, Edits, drag, handle, mouse, shown, type_into, wheel

EV = Scalar("ev", "Exposure", agent=(-3, 3), slider=(-6, 6), neutral=0, initial=0, unit="EV")
GAMMA = Scalar("g", "Gamma", agent=(0.5, 2), slider=(0.2, 5), neutral=1, initial=1, scale="log", decimals=3)


def exposure(qtbot: QtBot, ev: float = 0.83) -> tuple[ScalarEditor, Edits]:
    panel = shown(qtbot, Recipe((Step("exposure", {"ev": ev}),)), select=0)
    editor = panel.list.rows[0].editor
    assert editor is not None
    return editor.scalars["ev"], Edits(panel)


def test_a_drag_is_one_entry_of_the_history(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot)
    slider = editor.slider
    at = handle(slider)
    drag(slider, at, at + QPointF(10, 0), at + QPointF(20, 0), at + QPointF(15, 0))
    assert len(edits.all) == 3
    assert len(set(edits.keys)) == 1 and edits.keys[0]
    assert edits.labels[-1] == f"Exposure +{editor.value:.2f} EV"
    assert edits.steps[0].params["ev"] == editor.value == editor.field.value > 0.83
    first = edits.keys[0]
    drag(slider, handle(slider), handle(slider) - QPointF(20, 0))
    assert edits.keys[-1] != first


def test_a_click_beside_the_handle_brings_it_there(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot)
    drag(editor.slider, QPointF(editor.slider.x_of(3.0), 10))
    assert editor.value == pytest.approx(3.0, abs=0.05)
    assert len(edits.all) == 1


def test_the_handle_snaps_to_neutral_and_shift_is_fine(qtbot: QtBot) -> None:
    editor, _ = exposure(qtbot)
    slider = editor.slider
    drag(slider, handle(slider), QPointF(slider.x_of(0) + 2, 10))
    assert editor.value == 0
    slider.set_value(1.0)
    at = handle(slider)
    drag(slider, at, at + QPointF(20, 0), keys=SHIFT)
    assert 1.0 < editor.value < 1.0 + 20 / slider.width() * 12 * 0.2


def test_double_click_goes_back_to_the_agent_else_to_neutral(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot)
    at = QPointF(editor.slider.x_of(4.0), 10)
    drag(editor.slider, at)
    mouse(editor.slider, QEvent.Type.MouseButtonDblClick, at)
    assert editor.value == 0
    assert len(set(edits.keys)) == 1, "the jump and the way back are one entry"
    editor.set_agent_value(0.4)
    editor.slider.setFocus()
    QTest.keyClick(editor.slider, Qt.Key.Key_Backspace)
    assert editor.value == edits.steps[0].params["ev"] == 0.4


def test_the_wheel_works_with_focus_only(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot)
    panel = editor.window()
    panel.add_button.setFocus()  # type: ignore[attr-defined]
    assert not wheel(editor.slider, 1)
    assert not edits.all
    editor.slider.setFocus()
    assert wheel(editor.slider, 1)
    assert wheel(editor.slider, 1)
    assert editor.value == pytest.approx(0.83 + 2 * 0.1)
    assert len(set(edits.keys)) == 1


def test_keys_step_by_round_numbers(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot, 0.8)
    editor.slider.setFocus()
    QTest.keyClick(editor.slider, Qt.Key.Key_Right)
    assert editor.value == pytest.approx(0.9)
    QTest.keyClick(editor.slider, Qt.Key.Key_Left, SHIFT)
    assert editor.value == pytest.approx(0.89)
    QTest.keyClick(editor.slider, Qt.Key.Key_PageDown)
    assert editor.value == pytest.approx(-0.11)
    QTest.keyClick(editor.slider, Qt.Key.Key_End)
    assert editor.value == 6
    QTest.keyClick(editor.slider, Qt.Key.Key_Right)
    assert editor.value == 6
    assert len(edits.all) == 4
    assert len(set(edits.keys)) == 1


def test_a_typed_value_is_taken_limited_or_refused_gently(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot)
    type_into(editor.field, "1,25 EV")
    assert editor.value == edits.steps[0].params["ev"] == 1.25
    assert edits.keys == [""], "each typed value is an entry of its own"
    assert editor.hint.isHidden()
    type_into(editor.field, "99")
    assert editor.value == 6
    assert editor.hint.text() == "Limited to -6.00 to +6.00 EV"
    type_into(editor.field, "bright")
    assert editor.value == 6
    assert editor.field.text() == "+6.00 EV"
    assert "not a number" in editor.hint.text()
    type_into(editor.field, "3", Qt.Key.Key_Escape)
    assert editor.field.text() == "+6.00 EV"
    assert len(edits.all) == 2


def test_up_and_down_in_the_field_step(qtbot: QtBot) -> None:
    editor, edits = exposure(qtbot, 0.8)
    editor.field.setFocus()
    QTest.keyClick(editor.field, Qt.Key.Key_Up)
    QTest.keyClick(editor.field, Qt.Key.Key_Up)
    assert editor.value == pytest.approx(1.0)
    assert len(set(edits.keys)) == 1 and edits.keys[0]


def test_typing_is_not_disturbed_by_the_program(qtbot: QtBot) -> None:
    editor, _ = exposure(qtbot)
    type_into(editor.field, "2.", None)
    editor.set_value(1.0)
    assert editor.field.text() == "2."
    QTest.keyClick(editor.field, Qt.Key.Key_Escape)
    assert editor.field.text() == "+1.00 EV"


def test_what_the_program_sets_waits_until_the_handle_is_free(qtbot: QtBot) -> None:
    editor, _ = exposure(qtbot)
    slider = editor.slider
    at = handle(slider)
    drag(slider, at, at + QPointF(20, 0), drop=False)
    held = slider.value
    slider.set_value(-2.0)
    assert slider.value == held
    mouse(slider, QEvent.Type.MouseButtonRelease, at)
    assert slider.value == -2.0


def test_the_field_is_wide_enough_for_every_value(qtbot: QtBot) -> None:
    for param in (EV, GAMMA, Scalar("x", "X", (-1, 1), (-1, 1), 0, 0, unit="log gain")):
        editor = ScalarEditor(param)
        qtbot.addWidget(editor)
        editor.show()
        QApplication.processEvents()
        for value in param.slider:
            editor.set_value(value)
            text = editor.field.fontMetrics().horizontalAdvance(editor.field.text())
            assert text + 8 <= editor.field.width()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" +1 EV", 1.0),
        ("-,5", -0.5),
        ("−2", -2.0),
        ("1/2", 0.5),
        ("2.", 2.0),
        ("1e-1", 0.1),
        ("", None),
        ("EV", None),
        ("1/0", None),
        ("1e999", None),
        ("nan", None),
        ("1 2 x", None),
    ],
)
def test_what_can_be_typed(text: str, value: float | None) -> None:
    assert parse(EV, text) == value


def test_numbers_on_the_screen() -> None:
    assert value_text(EV, 0.8) == "+0.80 EV"
    assert value_text(EV, -0.001) == "0.00 EV"
    assert number_text(GAMMA, 0.4762) == "0.476"
    assert small_step(EV) == 0.1
    assert stepped(GAMMA, 1.0, 1) > 1.0 > stepped(GAMMA, 1.0, -1)
    assert rounded(EV, 6.0001) == 6.0
    assert stepped(GAMMA, 5.0, 10) == 5.0


def test_the_slider_shows_both_ends(qtbot: QtBot) -> None:
    slider = ValueSlider(GAMMA)
    qtbot.addWidget(slider)
    slider.resize(120, 24)
    assert slider.x_of(0.2) < slider.x_of(1.0) == 60 < slider.x_of(5.0) < 120
    assert slider.x_of(99.0) == slider.x_of(5.0)
