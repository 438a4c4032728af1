"""The steps of the recipe as rows: choosing, opening, moving them by mouse and keys."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.steps.step_model import StepModel, filter_of
from exposure_app.gui.steps.step_row import StepRow
from exposure_app.gui.widgets import step_style as look

SCROLL_ZONE, SCROLL_STEP = 24, 12  # near the ends a drag scrolls the list


class StepList(QScrollArea):
    """An accordion: the selected row shows its editor.

    Rows live as long as their step stays in the recipe, so that an edit never takes a widget from under the mouse.

    Attributes:
        selected: The step that the person chose, -1 for none.
        menu_requested: The step and where to open its menu.
        pick_requested: The person wants to pick a neutral area for this step.
        restructured: Steps came, went or moved, by whomever.
        opened: The step whose editor is open now, -1 for none.
        show_mask_wanted: How to show the open step's mask on the picture, see ``MaskEditor``.
    """

    selected = Signal(int)
    menu_requested = Signal(int, QPoint)
    pick_requested = Signal(int)
    restructured = Signal()
    opened = Signal(int)
    show_mask_wanted = Signal(str)

    def __init__(self, model: StepModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.rows: list[StepRow] = []
        self.current = -1
        self._opened = True
        self._mask_shown = ""
        self._thumbnails: Sequence[QImage] = ()
        self._histograms: Sequence[Any] = ()
        self._drop = -1
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.content = QWidget()
        self.content.setProperty("role", "steps")
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addStretch(1)
        self.setWidget(self.content)
        self._line = DropLine(self.content)

    # --- showing ------------------------------------------------------------------------------------------------------

    def sync(self) -> None:
        """Show the model's recipe; rows of steps that are still there stay."""
        steps = self._model.steps
        if [row.filter_id for row in self.rows] != [step.filter for step in steps]:
            self._restructure()
        for index in range(len(steps)):
            self._show(index)

    def _show(self, index: int) -> None:
        model, row = self._model, self.rows[index]
        row.show_step(model.steps[index], model.title(index), model.sentence(index), model.agent_step(index))

    def _restructure(self) -> None:
        """Give every step a row: the one it had, or one of the same filter, or a new one."""
        steps, spare = self._model.steps, list(self.rows)
        before = self.rows[self.current] if 0 <= self.current < len(self.rows) else None
        found: list[StepRow | None] = []
        for step in steps:  # first the rows that show this very step
            row = next((row for row in spare if row.filter_id == step.filter and row.step == step), None)
            found.append(row)
            if row is not None:
                spare.remove(row)
        for i, step in enumerate(steps):
            if found[i] is None:
                row = next((row for row in spare if row.filter_id == step.filter), None)
                if row is not None:
                    spare.remove(row)
                found[i] = row or self._make_row(step.filter)
        self.rows = [row for row in found if row is not None]
        for row in spare:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for i, row in enumerate(self.rows):
            if self.column.indexOf(row) != i:
                self.column.removeWidget(row)
                self.column.insertWidget(i, row)
            row.show()
        self._order_focus()
        self._distribute()
        self.current = self.rows.index(before) if before in self.rows else min(self.current, len(self.rows) - 1)
        self._refresh_state()
        self.restructured.emit()

    def _order_focus(self) -> None:
        chain = [widget for row in self.rows for widget in row.focus_chain()]
        for one, next_ in pairwise(chain):
            QWidget.setTabOrder(one, next_)

    def _make_row(self, filter_id: str) -> StepRow:
        row = StepRow(filter_id, self.content)
        header = row.header
        header.clicked.connect(lambda: self._on_click(row))
        header.menu_requested.connect(lambda at: self.menu_requested.emit(self.rows.index(row), at))
        header.renamed.connect(lambda name: self._model.rename(self.rows.index(row), name))
        header.dragged.connect(lambda at: self._on_drag(row, at))
        header.dropped.connect(lambda drop: self._on_drop(row, drop))
        row.toggled.connect(lambda on: self._model.set_enabled(self.rows.index(row), on))
        row.amount_edited.connect(lambda percent, key: self._model.set_amount(self.rows.index(row), percent, key))
        mask = row.mask_editor
        mask.edited.connect(lambda new, what, key: self._model.set_mask(self.rows.index(row), new, what, key))
        mask.kind_wanted.connect(lambda kind: self._model.set_mask_kind(self.rows.index(row), kind))
        mask.show_wanted.connect(self.show_mask_wanted)
        mask.rebuilt.connect(self._order_focus)
        mask.set_shown(self._mask_shown)
        return row

    def set_thumbnails(self, images: Sequence[QImage]) -> None:
        """Show the picture after each step."""
        self._thumbnails = list(images)
        self._distribute()

    def set_histograms(self, histograms: Sequence[Any]) -> None:
        """Keep the histogram of each step's input for its curves."""
        self._histograms = list(histograms)
        self._distribute()

    def set_mask_shown(self, how: str) -> None:
        """Mark how the open step's mask is shown on the picture."""
        self._mask_shown = how
        for row in self.rows:
            row.mask_editor.set_shown(how)

    def set_compared(self, index: int) -> None:
        """Mark the step that is shown before and after."""
        for i, row in enumerate(self.rows):
            row.header.comparing.setVisible(i == index)

    def _distribute(self) -> None:
        for i, row in enumerate(self.rows):
            row.header.thumbnail.set_image(self._thumbnails[i] if i < len(self._thumbnails) else None)
            if row.editor is not None:
                row.editor.set_histogram(self._histograms[i] if i < len(self._histograms) else None)

    # --- choosing -----------------------------------------------------------------------------------------------------

    def select(self, index: int, *, opened: bool = True, focus: bool = False) -> None:
        """Choose a row and open its editor."""
        changed = index != self.current
        self.current, self._opened = index, opened
        self._refresh_state()
        if 0 <= index < len(self.rows):
            if focus:
                self.rows[index].header.setFocus()
            row = self.rows[index]
            QTimer.singleShot(0, row, lambda: self._scroll_to(row))  # when the editor has its height
        if changed:
            self.selected.emit(index)

    def _scroll_to(self, row: StepRow) -> None:
        """Scroll to all of a row, or to as much of it as there is room for, from its header on."""
        if row.height() > self.viewport().height():
            self.verticalScrollBar().setValue(row.y())
        else:
            self.ensureWidgetVisible(row, 0, 0)

    @property
    def opened_step(self) -> int:
        """The step whose editor is open, -1 for none."""
        return self.current if self._opened and 0 <= self.current < len(self.rows) else -1

    def _refresh_state(self) -> None:
        for i, row in enumerate(self.rows):
            here = i == self.current
            if here and self._opened and row.editor is None:
                self._build_editor(i)
            row.show_state(selected=here, opened=here and self._opened)
        self.opened.emit(self.opened_step)

    def _build_editor(self, index: int) -> None:
        from exposure_app.gui.steps.step_editor import build_editor

        row = self.rows[index]
        editor = build_editor(filter_of(self._model.steps[index]))
        editor.edited.connect(
            lambda changes, what, key: self._model.set_params(self.rows.index(row), changes, what, key)
        )
        editor.pick_requested.connect(lambda: self.pick_requested.emit(self.rows.index(row)))
        row.put_editor(editor)
        self._order_focus()
        self._show(index)
        self._distribute()

    def _on_click(self, row: StepRow) -> None:
        index = self.rows.index(row)
        self.select(index, opened=index != self.current or not self._opened, focus=True)

    # --- keys ---------------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the list, from whatever has the focus in it and has no use for them."""
        chosen = 0 <= self.current < len(self.rows)
        if not (self._key(event) if chosen else self._key_without_selection(event)):
            event.ignore()

    def _key_without_selection(self, event: QKeyEvent) -> bool:
        if self.current < 0 and self.rows and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Return):
            focused = self._focused_row()
            self.select(max(focused, 0), focus=True)
            return True
        return False

    def _focused_row(self) -> int:
        focus = QApplication.focusWidget()
        return next((i for i, row in enumerate(self.rows) if row.header is focus), -1)

    def _key(self, event: QKeyEvent) -> bool:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        focused, last = self._focused_row(), len(self.rows) - 1
        index = focused if focused >= 0 else self.current
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == Qt.KeyboardModifier.AltModifier:
            self.move_step(index, index + (1 if key == Qt.Key.Key_Down else -1))
        elif key == Qt.Key.Key_D and modifiers == Qt.KeyboardModifier.ControlModifier:
            self.duplicate(index)
        elif focused < 0 or modifiers:
            return False
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.select(min(max(index + (1 if key == Qt.Key.Key_Down else -1), 0), last), focus=True)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.select(last if key == Qt.Key.Key_End else 0, focus=True)
        elif key == Qt.Key.Key_Space:
            self._model.set_enabled(index, not self._model.steps[index].enabled)
        elif key == Qt.Key.Key_Delete:
            self.delete(index)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_click(self.rows[index])
        elif key == Qt.Key.Key_F2:
            self.rows[index].header.start_rename()
        else:
            return False
        return True

    # --- edits of the order -------------------------------------------------------------------------------------------

    def move_step(self, index: int, to: int) -> None:
        """Move a step, and the choice with it."""
        self.select(self._model.move(index, to), opened=self._opened, focus=True)

    def duplicate(self, index: int) -> None:
        """Copy a step and choose the copy."""
        at = self._model.duplicate(index)
        if at is not None:
            self.select(at, focus=True)

    def add(self, filter_id: str, at: int) -> None:
        """Add a step and choose it."""
        place = self._model.add(filter_id, at)
        if place is not None:
            self.select(place, focus=True)

    def delete(self, index: int) -> None:
        """Delete a step and choose the one that takes its place."""
        if self._model.delete(index):
            self.current = -2  # whatever is chosen now is a new choice
            self.select(min(index, len(self.rows) - 1), opened=self._opened, focus=True)

    # --- dragging -----------------------------------------------------------------------------------------------------

    def _on_drag(self, row: StepRow, at: QPoint) -> None:
        y = self.content.mapFromGlobal(at).y()
        middles = [other.y() + other.header.height() / 2 for other in self.rows]
        self._drop = sum(middle < y for middle in middles)
        top = self.rows[self._drop].y() if self._drop < len(self.rows) else self.rows[-1].geometry().bottom()
        self._line.show_at(top, self.content.width())
        place = self.viewport().mapFromGlobal(at).y()
        bar = self.verticalScrollBar()
        if place < SCROLL_ZONE:
            bar.setValue(bar.value() - SCROLL_STEP)
        elif place > self.viewport().height() - SCROLL_ZONE:
            bar.setValue(bar.value() + SCROLL_STEP)

    def _on_drop(self, row: StepRow, drop: bool) -> None:
        self._line.hide()
        index, to, self._drop = self.rows.index(row), self._drop, -1
        if drop and to >= 0:
            to -= to > index  # the places below move up when the step leaves its own
            if to != index:
                self.move_step(index, to)


class DropLine(QWidget):
    """Where a dragged step lands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_at(self, y: int, width: int) -> None:
        """Show the line at a height of the list."""
        self.setGeometry(QRect(4, max(y - 3, 0), width - 8, 6))
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line with a dot at its start."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color(theme.ACCENT))
        painter.drawEllipse(0, 0, 6, 6)
        painter.drawRect(4, 2, self.width() - 4, 2)
        painter.end()
