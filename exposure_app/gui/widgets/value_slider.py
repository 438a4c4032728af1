"""A slider for one number of a filter: where it is, where neutral lies, what the agent may choose and did choose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets import step_style as look
from exposure_app.params import Scalar

FINE = 0.1  # how much slower everything moves with Shift
SNAP = 3  # pixels around neutral that become neutral
BURST_MS = 1000  # turns of the wheel and presses of keys closer than this are one edit
STEPS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Down: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: 1,
    Qt.Key.Key_PageDown: -10,
    Qt.Key.Key_PageUp: 10,
}
OWN_KEYS = frozenset((*STEPS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Backspace))

_keys = itertools.count(1)


def new_merge_key(what: str) -> str:
    """A key that no other edit has; edits in a row with the same key become one entry of the history."""
    return f"{what}#{next(_keys)}"


def rounded(param: Scalar, value: float) -> float:
    """The value with the digits that are shown, within the slider's range."""
    low, high = param.slider
    return min(max(round(value, param.decimals), low), high)


def small_step(param: Scalar) -> float:
    """A round number near a hundredth of the slider's range."""
    wanted = (param.slider[1] - param.slider[0]) / 100
    power = 10.0 ** math.floor(math.log10(wanted))
    return min((power, 2 * power, 5 * power, 10 * power), key=lambda step: abs(step - wanted))


def stepped(param: Scalar, value: float, steps: float) -> float:
    """The value some small steps away; with multiplying parameters a step is a hundredth of the track."""
    if param.scale == "log":
        return rounded(param, param.at_position(min(max(param.position(value) + steps / 100, 0), 1)))
    digit = 10.0**-param.decimals
    moved = value + steps * small_step(param)
    if abs(moved - value) < digit:  # fine steps move at least the last digit that is shown
        moved = value + math.copysign(digit, steps)
    return rounded(param, moved)


def keeps(event: QEvent, keys: Collection[Qt.Key]) -> bool:
    """Keep keys that the focused widget has a use for from the window's shortcuts; whether this was about one."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    plain = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    if event.modifiers() & ~plain or Qt.Key(event.key()) not in keys:
        return False
    event.accept()
    return True


class ValueSlider(QWidget):
    """The track, for any ``Scalar``.

    Dragging the handle moves it, clicking beside it brings it there; Shift is fine; double click (or Backspace) goes
    back to the agent's value, or to neutral. The wheel works with focus only. Programmatic changes emit nothing.

    Attributes:
        moved: The new value and a merge key, continuously while dragging.
    """

    moved = Signal(float, str)

    def __init__(
        self, param: Scalar, parent: QWidget | None = None, *, compact: bool = False, origin: float | None = None
    ) -> None:
        super().__init__(parent)
        self._param = param
        self._origin = param.neutral if origin is None else origin  # from where the track is filled
        self._value = param.neutral
        self._agent_value: float | None = None
        self._tint: list[QColor] = []
        self._radius = 4.0 if compact else 6.0
        self._compact = compact
        self._dragging = False
        self._pending: float | None = None
        self._position = 0.0  # where the drag has got to, finer than the rounded value
        self._last_x = 0.0
        self._key = ""
        self._burst = QElapsedTimer()
        self._menu: QMenu | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(param.label)

    # --- values -------------------------------------------------------------------------------------------------------

    @property
    def value(self) -> float:
        """The value shown."""
        return self._value

    @property
    def dragging(self) -> bool:
        """Whether the mouse holds the handle."""
        return self._dragging

    @property
    def home(self) -> float:
        """Where double click goes: the agent's value, else neutral."""
        return self._param.neutral if self._agent_value is None else self._agent_value

    def set_value(self, value: float) -> None:
        """Show a value; while dragging it waits until the handle is free."""
        if self._dragging:
            self._pending = value
        elif value != self._value:
            self._value = value
            self.update()

    def set_agent_value(self, value: float | None) -> None:
        """Mark what the agent chose; None when it chose nothing."""
        if value != self._agent_value:
            self._agent_value = value
            self.update()

    def set_tint(self, colours: list[QColor]) -> None:
        """Colour the track along its axis."""
        self._tint = colours
        self.update()

    def go_home(self) -> None:
        """Set the agent's value, else neutral."""
        self._burst.invalidate()
        self._choose(self.home, self._burst_key())

    def x_of(self, value: float) -> float:
        """Where on the widget a value lies, in pixels."""
        left, width = self._span()
        return left + width * min(max(self._param.position(value), 0), 1)

    def _span(self) -> tuple[float, float]:
        margin = self._radius + 2
        return margin, max(self.width() - 2 * margin, 1)

    def _choose(self, value: float, key: str) -> None:
        if value != self._value:
            self._value = value
            self.update()
            self.moved.emit(value, key)

    def _burst_key(self) -> str:
        if not self._burst.isValid() or self._burst.elapsed() > BURST_MS or not self._key:
            self._key = new_merge_key(self._param.name)
        self._burst.start()
        return self._key

    # --- mouse, wheel, keys -------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle, or bring it here; in a row, which a click opens, the handle has to be taken."""
        x = event.position().x()
        is_beside = abs(x - self.x_of(self._value)) > self._radius + 2
        if event.button() != Qt.MouseButton.LeftButton or (self._compact and is_beside):
            event.ignore()
            return
        self._dragging, self._pending = True, None
        self._key = new_merge_key(self._param.name)
        self._last_x = x
        self._position = self._param.position(self._value)
        if is_beside:
            left, width = self._span()
            self._position = (x - left) / width
            self._drag_to(snap=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if self._dragging:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            x = event.position().x()
            self._position += (x - self._last_x) / self._span()[1] * (FINE if fine else 1)
            self._last_x = x
            self._drag_to(snap=not fine)

    def _drag_to(self, snap: bool) -> None:
        position = min(max(self._position, 0.0), 1.0)
        neutral = self._param.position(self._param.neutral)
        if snap and abs(position - neutral) * self._span()[1] <= SNAP:
            self._choose(self._param.neutral, self._key)
        else:
            self._choose(rounded(self._param, self._param.at_position(position)), self._key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self._burst.invalidate()
            if self._pending is not None:
                self.set_value(self._pending)
        else:
            event.ignore()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Reset to suggested value or to neutral, in one edit with the press before it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.home, self._key or new_merge_key(self._param.name))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Small steps with focus; without it the list scrolls."""
        delta = event.angleDelta().y() or event.angleDelta().x()  # Qt turns the wheel sideways with some modifiers
        if not self.hasFocus() or not delta:
            event.ignore()
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._choose(stepped(self._param, self._value, delta / 120 * (FINE if fine else 1)), self._burst_key())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Keep own keys from the window's shortcuts."""
        return keeps(event, OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys and Page keys move, Home and End go to the ends, Backspace goes back."""
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
        elif key in STEPS:
            self._choose(stepped(self._param, self._value, STEPS[key] * (FINE if shift else 1)), self._burst_key())
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._choose(self._param.slider[key == Qt.Key.Key_End], self._burst_key())
        elif key == Qt.Key.Key_Backspace:
            self.go_home()
        else:
            event.ignore()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The ways back, for those who do not know the double click."""
        if self._menu is None:
            self._menu = QMenu(self)
            self._back = self._menu.addAction(self.tr("Reset to suggested value"))
            self._back.triggered.connect(self.go_home)
            self._menu.addAction(self.tr("Reset to neutral")).triggered.connect(self._go_neutral)
        self._back.setVisible(self._agent_value is not None)
        self._menu.popup(event.globalPos())

    def _go_neutral(self) -> None:
        self._choose(self._param.neutral, new_merge_key(self._param.name))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring; what follows is a new edit."""
        self._burst.invalidate()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.update()

    # --- looks --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Room for handle, ring and tick."""
        return QSize(64 if self._compact else 120, 14 if self._compact else 24)

    def minimumSizeHint(self) -> QSize:
        """As high as ``sizeHint``."""
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Groove, agent's range, distance from neutral, notch, agent's tick, handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        middle, groove = self.height() / 2, 3.0 if self._compact else 4.0
        bar = QRectF(0, middle - groove / 2, self.width(), groove)  # the handle stays within its ends
        if self._tint:
            shade = QLinearGradient(bar.topLeft(), bar.topRight())
            for i, colour in enumerate(self._tint):
                shade.setColorAt(i / (len(self._tint) - 1), colour)
            painter.setBrush(shade)
        else:
            painter.setBrush(look.color(look.GROOVE))
        painter.drawRoundedRect(bar, groove / 2, groove / 2)
        self._paint_range(painter, bar)
        self._paint_notch(painter, middle)
        self._paint_handle(painter, middle)
        painter.end()

    def _paint_range(self, painter: QPainter, bar: QRectF) -> None:
        low, high = (self.x_of(value) for value in self._param.agent)
        if high - low > 1:
            painter.setBrush(look.color(look.AGENT_RANGE))
            if self._tint:  # a line under the colours
                painter.drawRect(QRectF(low, bar.bottom() + 2, high - low, 1))
            else:
                painter.drawRoundedRect(QRectF(low, bar.top(), high - low, bar.height()), 2, 2)
        if not self._tint:
            origin = self.x_of(self._origin) if self._origin > self._param.slider[0] else 0.0
            start, end = sorted((origin, self.x_of(self._value)))
            painter.setBrush(look.color(theme.SECOND))
            painter.drawRect(QRectF(start, bar.top(), end - start, bar.height()))

    def _paint_notch(self, painter: QPainter, middle: float) -> None:
        painter.setBrush(look.color(theme.SECOND))
        reach = 3.5 if self._compact else 6
        painter.drawRect(QRectF(round(self.x_of(self._param.neutral)) - 0.5, middle - reach, 1, 2 * reach))
        if self._agent_value is not None and not (self._compact and self._agent_value == self._param.neutral):
            x, y = self.x_of(self._agent_value), middle + (2 if self._compact else 6)
            painter.setBrush(look.color(theme.TEXT))
            painter.drawPolygon(QPolygonF([QPointF(x, y), QPointF(x - 3.5, y + 5), QPointF(x + 3.5, y + 5)]))

    def _paint_handle(self, painter: QPainter, middle: float) -> None:
        centre = QPointF(self.x_of(self._value), middle)
        painter.setPen(QPen(look.color(theme.PANEL), 1.5))
        painter.setBrush(look.color(theme.TEXT))
        painter.drawEllipse(centre, self._radius, self._radius)
        if self.hasFocus():
            painter.setPen(QPen(look.color(theme.ACCENT), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(centre, self._radius + 1, self._radius + 1)
