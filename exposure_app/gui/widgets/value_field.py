"""A field for typing one number, with its unit."""

from __future__ import annotations

import math
import re

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from exposure_app.gui.widgets.value_slider import FINE, new_merge_key, stepped
from exposure_app.params import Scalar

_NUMBER = re.compile(r"([+-]?\d*\.?\d+(?:e[+-]?\d+)?|[+-]?\d+\.)(?:/(\d*\.?\d+))?")


def number_text(param: Scalar, value: float) -> str:
    """The number as shown: with a sign where neutral is 0 and values go both ways."""
    digits = max(0, param.decimals - round(math.log10(param.factor)))
    text = f"{value * param.factor:.{digits}f}"
    if float(text) == 0:
        return text.lstrip("-")
    return f"+{text}" if value > 0 and param.neutral == 0 and param.slider[0] < 0 else text


def value_text(param: Scalar, value: float) -> str:
    """The number with its unit."""
    return f"{number_text(param, value)} {param.unit}".rstrip()


def parse(param: Scalar, text: str) -> float | None:
    """The number that was typed: unit or not, point or comma, also ``1/2.2``; None if it is no number."""
    text = text.strip().removesuffix(param.unit).strip().replace("−", "-").replace(",", ".")
    match = _NUMBER.fullmatch(text.replace(" ", "").lower())
    if match is None:
        return None
    number, divisor = float(match[1]), float(match[2] or 1)
    value = number / divisor / param.factor if divisor else math.inf
    return value if math.isfinite(value) else None


class ValueField(QLineEdit):
    """Shows a value, takes a typed one on Enter or when the focus leaves; Esc takes it back; Up and Down step.

    Attributes:
        entered: A typed value within the range.
        nudged: A value reached with Up or Down, and a merge key.
        hinted: Why what was typed was changed or not taken; empty when all is well.
    """

    entered = Signal(float)
    nudged = Signal(float, str)
    hinted = Signal(str)

    def __init__(self, param: Scalar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._param = param
        self._value = param.neutral
        self._key = new_merge_key(param.name)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setProperty("role", "value")
        self.setAccessibleName(self.tr("{name}, value").format(name=param.label))
        self.setToolTip(self._range_text())
        self.editingFinished.connect(self._finish)
        self._show()

    @property
    def value(self) -> float:
        """The value shown when nothing is being typed."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value silently; what is being typed stays."""
        self._value = value
        if not (self.hasFocus() and self.isModified()):
            self._show()

    def fit(self) -> None:
        """Make the field as wide as the longest value."""
        ends = (*self._param.slider, self._param.neutral)
        metrics = self.fontMetrics()
        wide = max(metrics.horizontalAdvance(value_text(self._param, value)) for value in ends)
        self.setFixedWidth(max(56, wide + 16))

    def _range_text(self) -> str:
        low, high = (number_text(self._param, value) for value in self._param.slider)
        return self.tr("{low} to {high}").format(low=low, high=f"{high} {self._param.unit}".rstrip())

    def _show(self) -> None:
        self.setText(value_text(self._param, self._value))
        self.setModified(False)
        if self.hasFocus():
            self.selectAll()
        else:
            self.setCursorPosition(0)

    def _finish(self) -> None:
        if not self.isModified():
            return
        typed = parse(self._param, self.text())
        if typed is None:
            self.hinted.emit(self.tr("“{text}” is not a number").format(text=self.text().strip()[:20]))
            self._show()
            return
        low, high = self._param.slider
        value = min(max(typed, low), high)
        self.hinted.emit("" if value == typed else self.tr("Limited to {range}").format(range=self._range_text()))
        changed, self._value = value != self._value, value
        self._show()
        if changed:
            self.entered.emit(value)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces the value."""
        super().focusInEvent(event)
        self._key = new_merge_key(self._param.name)
        self.selectAll()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The first click selects all, the next one places the cursor."""
        first = not self.hasFocus()
        super().mousePressEvent(event)
        if first:
            self.selectAll()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window unless something is being typed."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and not self.isModified():
            keys = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)
            if any(event.matches(key) for key in keys):
                event.ignore()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step, Esc takes back what was typed."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and plain:
            direction = 1 if event.key() == Qt.Key.Key_Up else -1
            value = stepped(self._param, self._value, direction * (FINE if shift else 1))
            if value != self._value:
                self.set_value(value)
                self.nudged.emit(value, self._key)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self._show()
            self.hinted.emit("")
        else:
            super().keyPressEvent(event)
