"""A person changes the order of the steps, by keys and by dragging."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from exposure_app.gui.steps.step_panel import StepPanel
from tests.helpers.steps import Edits, drag, five_steps, mouse, shown

ALT = Qt.KeyboardModifier.AltModifier


def over(panel: StepPanel, index: int, to: int) -> QPointF:
    """A place just above the middle of row ``to``, seen from the header of row ``index``."""
    target = panel.list.rows[to].header
    centre = target.mapToGlobal(QPointF(20, target.height() / 2 - 4))
    return panel.list.rows[index].header.mapFromGlobal(centre)


def test_arrows_choose_and_alt_arrows_move(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    panel.list.select(0, focus=True)
    QTest.keyClick(panel.list.rows[0].header, Qt.Key.Key_Down)
    assert panel.selected == 1 and panel.list.rows[1].header.hasFocus()
    row = panel.list.rows[1]
    QTest.keyClick(row.header, Qt.Key.Key_Down, ALT)
    assert edits.filters[:3] == ["exposure", "white_balance", "gamma"]
    assert panel.list.rows[2] is row and row.header.hasFocus() and panel.selected == 2
    assert row.editor is not None and row.editor.isVisible(), "the editor moves with the step"
    QTest.keyClick(row.header, Qt.Key.Key_Up, ALT)
    assert edits.filters == [step.filter for step in five_steps().steps]
    assert edits.labels == ["Move Gamma", "Move Gamma"]
    QTest.keyClick(row.header, Qt.Key.Key_Home)
    assert panel.selected == 0
    QTest.keyClick(panel.list.rows[0].header, Qt.Key.Key_Up, ALT)
    assert len(edits.all) == 2, "the first cannot move up"


def test_alt_arrows_work_from_within_the_editor(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    edits = Edits(panel)
    editor = panel.list.rows[0].editor
    assert editor is not None
    slider = editor.scalars["ev"].slider
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Down, ALT)
    assert edits.filters[:2] == ["gamma", "exposure"]


@pytest.mark.parametrize(("index", "over_row", "lands"), [(0, 3, 2), (4, 1, 1), (2, 0, 0)])
def test_a_dragged_step_lands_at_the_line(qtbot: QtBot, index: int, over_row: int, lands: int) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    moved = panel.list.rows[index]
    at = QPointF(12, 30)
    drag(moved.header, at, at + QPointF(0, 20), over(panel, index, over_row), drop=False)
    assert panel.list._line.isVisible() and not edits.all
    mouse(moved.header, QEvent.Type.MouseButtonRelease, over(panel, index, over_row))
    assert not panel.list._line.isVisible()
    assert panel.list.rows[lands] is moved and len(edits.all) == 1
    assert panel.selected == lands


def test_escape_cancels_a_drag(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    header = panel.list.rows[0].header
    header.setFocus()
    drag(header, QPointF(12, 30), QPointF(12, 60), over(panel, 0, 4), drop=False)
    QTest.keyClick(header, Qt.Key.Key_Escape)
    mouse(header, QEvent.Type.MouseButtonRelease, over(panel, 0, 4))
    assert not edits.all and not panel.list._line.isVisible()


def test_dropping_in_place_changes_nothing(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    edits = Edits(panel)
    drag(panel.list.rows[1].header, QPointF(12, 30), QPointF(12, 60), QPointF(12, 40))
    assert not edits.all


def test_tab_goes_from_top_to_bottom(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=1)
    chain = [widget for row in panel.list.rows for widget in row.focus_chain()]
    seen = [chain[0]]
    while (after := seen[-1].nextInFocusChain()) is not seen[0] and len(seen) < 1000:
        seen.append(after)
    assert [widget for widget in seen if widget in chain] == chain


def test_the_lists_keys_come_before_the_windows_shortcuts(qtbot: QtBot) -> None:
    panel = shown(qtbot, select=0)
    editor = panel.list.rows[0].editor
    assert editor is not None
    scalar = editor.scalars["ev"]
    for widget, key, modifiers, kept in (
        (panel.list.rows[0].header, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, True),
        (panel.list.rows[0].header, Qt.Key.Key_Y, Qt.KeyboardModifier.NoModifier, False),
        (scalar.slider, Qt.Key.Key_PageUp, Qt.KeyboardModifier.NoModifier, True),
        (scalar.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier, False),
        (scalar.field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers)
        event.ignore()
        widget.event(event)
        assert event.isAccepted() == kept


def test_the_opened_editor_is_scrolled_into_view(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    panel.resize(340, 420)
    panel.list.select(4, focus=True)
    editor = panel.list.rows[4].editor
    assert editor is not None
    port = panel.list.viewport()
    qtbot.waitUntil(lambda: editor.mapTo(port, editor.rect().bottomLeft()).y() < port.height())
    assert panel.list.rows[4].header.mapTo(port, QPoint()).y() >= 0


def test_an_editor_higher_than_the_list_is_shown_from_its_header_on(qtbot: QtBot) -> None:
    panel = shown(qtbot)
    panel.resize(340, 240)
    panel.list.select(2, focus=True)
    row, port = panel.list.rows[2], panel.list.viewport()
    qtbot.waitUntil(lambda: row.height() > port.height())
    qtbot.waitUntil(lambda: row.mapTo(port, QPoint()).y() == 0)
