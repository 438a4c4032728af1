"""A square of tints to point into: green to magenta across, blue to yellow upwards, grey in the middle."""

from __future__ import annotations

import functools

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)  # fmt: skip
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets import step_style as look
from exposure_app.gui.widgets.value_slider import BURST_MS, FINE, OWN_KEYS, keeps, new_merge_key, rounded, stepped
from exposure_app.params import Scalar

SIDE = 98
MARGIN = 8  # the handle stays within it
HANDLE = 6
SNAP = 4  # pixels around the middle that become the middle
GREY, STRENGTH = 0.42, 0.6  # of the tints shown

Point = tuple[float, float]


class TintPad(QWidget):
    """Two numbers that belong together, as a point.

    Dragging the handle moves it, clicking beside it brings it there; Shift is fine; double click (or Backspace) goes
    back to the agent's point, or to grey. Arrow keys move. Programmatic changes emit nothing.

    Attributes:
        moved: The new point (green to magenta, blue to yellow) and a merge key, continuously while dragging.
    """

    moved = Signal(object, str)

    def __init__(self, across: Scalar, upwards: Scalar, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._params = across, upwards
        self._point: Point = (0.0, 0.0)
        self._agent: Point | None = None
        self._dragging = False
        self._pending: Point | None = None
        self._exact = QPointF()  # where the drag has got to, finer than the rounded numbers
        self._last = QPointF()
        self._key = ""
        self._burst = QElapsedTimer()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.CrossCursor)

    # --- values -------------------------------------------------------------------------------------------------------

    @property
    def point(self) -> Point:
        """The point shown."""
        return self._point

    @property
    def home(self) -> Point:
        """Where double click goes: the agent's point, else grey."""
        return (0.0, 0.0) if self._agent is None else self._agent

    def set_point(self, point: Point) -> None:
        """Show a point; while dragging it waits until the handle is free."""
        if self._dragging:
            self._pending = point
        else:
            self._point = point
            self.update()

    def set_agent_point(self, point: Point | None) -> None:
        """Mark what the agent chose; None when it chose nothing."""
        self._agent = point
        self.update()

    def go_home(self) -> None:
        """Set the agent's point, else grey."""
        self._burst.invalidate()
        self._choose(self.home, self._burst_key())

    def place_of(self, point: Point) -> QPointF:
        """Where on the widget a point lies."""
        area = self._area()
        x, y = (param.position(value) for param, value in zip(self._params, point, strict=True))
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _choose(self, point: Point, key: str) -> None:
        if point != self._point:
            self._point = point
            self.update()
            self.moved.emit(point, key)

    def _burst_key(self) -> str:
        if not self._burst.isValid() or self._burst.elapsed() > BURST_MS or not self._key:
            self._key = new_merge_key(self._params[0].name)
        self._burst.start()
        return self._key

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle, or bring it here."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._dragging, self._pending = True, None
        self._key = new_merge_key(self._params[0].name)
        self._last = event.position()
        self._exact = self.place_of(self._point)
        if (self._last - self._exact).manhattanLength() > 2 * HANDLE:
            self._exact = self._last
            self._drag_to(snap=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the handle."""
        if self._dragging:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._exact += (event.position() - self._last) * (FINE if fine else 1)
            self._last = event.position()
            self._drag_to(snap=not fine)

    def _drag_to(self, snap: bool) -> None:
        if snap and (self._exact - self.place_of((0.0, 0.0))).manhattanLength() <= SNAP:
            self._choose((0.0, 0.0), self._key)
            return
        area = self._area()
        x = (self._exact.x() - area.left()) / area.width()
        y = (area.bottom() - self._exact.y()) / area.height()
        across, upwards = (
            rounded(param, param.at_position(min(max(position, 0.0), 1.0)))
            for param, position in zip(self._params, (x, y), strict=True)
        )
        self._choose((across, upwards), self._key)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the handle go."""
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self._burst.invalidate()
            if self._pending is not None:
                self.set_point(self._pending)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to the agent's point or to grey, in one edit with the press before it."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.home, self._key or new_merge_key(self._params[0].name))

    def event(self, event: QEvent) -> bool:
        """Keep own keys from the window's shortcuts."""
        return keeps(event, OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys move, Backspace goes back."""
        fine = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Down: (0, -1), Qt.Key.Key_Up: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
            event.ignore()
        elif event.key() == Qt.Key.Key_Backspace:
            self.go_home()
        elif way is None:
            event.ignore()
        else:
            across, upwards = (
                stepped(param, value, fine * steps) if steps else value
                for param, value, steps in zip(self._params, self._point, way, strict=True)
            )
            self._choose((across, upwards), self._burst_key())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring; what follows is a new edit."""
        self._burst.invalidate()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.update()

    # --- looks --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tints, agent's range, middle, agent's point, handle."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        area = self._area()
        ground = QPainterPath()
        ground.addRoundedRect(area.adjusted(-2, -2, 2, 2), 4, 4)
        painter.setClipPath(ground)
        painter.drawImage(area.adjusted(-2, -2, 2, 2), _tints())
        painter.setClipping(False)
        across, upwards = self._params
        corners = [self.place_of((across.agent[i], upwards.agent[i])) for i in (0, 1)]
        faint = look.color(theme.TEXT).lighter()
        faint.setAlphaF(0.35)
        painter.setPen(QPen(faint, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(*corners).normalized())
        middle = self.place_of((0.0, 0.0))
        painter.drawLine(middle - QPointF(4, 0), middle + QPointF(4, 0))
        painter.drawLine(middle - QPointF(0, 4), middle + QPointF(0, 4))
        if self._agent is not None:
            tip = self.place_of(self._agent) + QPointF(0, HANDLE)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(theme.TEXT))
            painter.drawPolygon(QPolygonF([tip, tip + QPointF(-3.5, 5), tip + QPointF(3.5, 5)]))
        handle = self.place_of(self._point)
        painter.setPen(QPen(look.color(theme.PANEL), 1.5))
        painter.setBrush(look.color(theme.TEXT))
        painter.drawEllipse(handle, HANDLE - 1, HANDLE - 1)
        if self.hasFocus():
            painter.setPen(QPen(look.color(theme.ACCENT), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(handle, HANDLE, HANDLE)
        painter.end()


@functools.cache
def _tints() -> QImage:
    """The ground of every pad; about the colours that a grey takes on."""
    across, upwards = np.meshgrid(np.linspace(-1, 1, 64), np.linspace(1, -1, 64))
    gains = np.stack([across + 0.1 * upwards, 0.1 * upwards - across / 2, across - upwards], axis=-1)
    codes = (255 * np.clip(GREY * (1 + STRENGTH * gains), 0, 1)).astype(np.uint8)
    return QImage(codes.tobytes(), 64, 64, 3 * 64, QImage.Format.Format_RGB888).copy()
