"""The square in which curves are drawn and their knots dragged, over the histogram of what they bend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme
from exposure_app.gui.steps import curve_knots
from exposure_app.gui.widgets import step_style as look
from exposure_app.gui.widgets.value_slider import OWN_KEYS, keeps, new_merge_key
from exposure_app.params import Curve

KNOT = 9  # px, drawn
HIT = 16  # px, where the mouse takes it
MARGIN = 6
SIDE = 224
STEP, FINE, PAGE = 0.01, 0.002, 5

Slopes = tuple[float, ...]


class CurvePlot(QWidget):
    """One curve with knots, others faint behind it.

    The mouse drags a knot up and down (Shift: fine), double click takes it back to the agent's curve or the diagonal.
    Left and Right choose a knot, Up and Down move it.

    Attributes:
        edited: The new slopes and a merge key.
        pointed: The knot in use as (input, output), 0 to 1; None when there is none.
    """

    edited = Signal(object, str)
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: Curve | None = None
        self._mode: curve_knots.Mode = "segments"
        self._slopes: Slopes = (1.0,)
        self._agent: Slopes | None = None
        self._effect: Slopes | None = None
        self._others: list[tuple[QColor, Slopes]] = []
        self._colour = look.color(theme.TEXT)
        self._histogram: NDArray[np.float64] | None = None
        self._knot = 0
        self._dragging = False
        self._start: Slopes = ()
        self._grip = 0.0  # what lies between the mouse and the middle of the knot
        self._last_y = 0.0
        self._height = 0.0
        self._key = ""
        self._hover = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def slopes(self) -> Slopes:
        """The curve shown."""
        return self._slopes

    @property
    def dragging(self) -> bool:
        """Whether the mouse holds a knot."""
        return self._dragging

    def show_curve(self, curve: Curve, colour: QColor, slopes: Slopes, agent: Slopes | None) -> None:
        """Show a curve silently."""
        if curve is not self._curve:
            self._curve, self._key = curve, ""
            self._knot = min(self._knot, len(curve_knots.control_x(curve, self._mode)) - 1)
            self.setAccessibleName(self.tr("{name}, curve").format(name=curve.label))
        self._colour, self._agent = colour, agent
        if not self._dragging:
            self._slopes = slopes
        self._say_knot()
        self.update()

    @property
    def effect(self) -> Slopes | None:
        """What is left of the curve at the step's amount; None where that is all of it."""
        return self._effect

    def show_effect(self, slopes: Slopes | None) -> None:
        """Show what acts on the picture, where that is not the curve itself."""
        self._effect = slopes
        self.update()

    def show_others(self, others: Sequence[tuple[QColor, Slopes]]) -> None:
        """Show further curves faintly."""
        self._others = list(others)
        self.update()

    def set_mode(self, mode: curve_knots.Mode) -> None:
        """Choose between a knot for each piece and three points; the curve itself stays."""
        if mode != self._mode and self._curve is not None:
            x = curve_knots.control_x(self._curve, self._mode)[self._knot]
            self._mode, self._key, self._hover = mode, "", -1
            self._knot = int(np.argmin(np.abs(np.array(curve_knots.control_x(self._curve, mode)) - x)))
            self._say_knot()
            self.update()

    def set_histogram(self, counts: Any) -> None:
        """Show 256 counts behind the curve; None takes them away."""
        if counts is not None:
            tall = np.sqrt(np.asarray(counts, float))
            top = (
                float(np.sort(tall)[-4]) if tall.size > 4 else float(tall.max(initial=0))
            )  # not the spikes at the ends
            counts = np.minimum(tall / top, 1) if top > 0 else None
        self._histogram = counts
        self.update()

    def knot_position(self, index: int) -> QPointF:
        """Where a knot lies on the widget."""
        assert self._curve is not None
        x = curve_knots.control_x(self._curve, self._mode)[index]
        return self._at(x, curve_knots.control_heights(self._curve, self._slopes, self._mode)[index])

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)

    def _at(self, x: float, y: float) -> QPointF:
        area = self._area()
        return QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())

    def _count(self) -> int:
        return 0 if self._curve is None else len(curve_knots.control_x(self._curve, self._mode))

    # --- edits --------------------------------------------------------------------------------------------------------

    def _knot_at(self, position: QPointF) -> int:
        """The nearest knot within reach of the mouse, or -1."""
        near = [(self.knot_position(i) - position, i) for i in range(self._count())]
        reach = [
            (offset.manhattanLength(), i) for offset, i in near if max(abs(offset.x()), abs(offset.y())) <= HIT / 2
        ]
        return min(reach)[1] if reach else -1

    def _move(self, start: Slopes, height: float) -> None:
        assert self._curve is not None
        moved = curve_knots.drag(self._curve, start, self._mode, self._knot, height)
        if moved != self._slopes:
            self._slopes = moved
            self._say_knot()
            self.update()
            self.edited.emit(moved, self._key)

    def _say_knot(self) -> None:
        if self._curve is None or (not self.hasFocus() and not self._dragging):
            self.pointed.emit(None)
            return
        x = curve_knots.control_x(self._curve, self._mode)[self._knot]
        self.pointed.emit((x, curve_knots.control_heights(self._curve, self._slopes, self._mode)[self._knot]))

    def home_height(self, index: int) -> float:
        """Where double click takes a knot: onto the agent's curve, else onto the diagonal."""
        assert self._curve is not None
        if self._agent is None:
            return curve_knots.control_x(self._curve, self._mode)[index]
        return curve_knots.control_heights(self._curve, self._agent, self._mode)[index]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a knot; elsewhere the nearest column's knot comes to the mouse."""
        if event.button() != Qt.MouseButton.LeftButton or self._curve is None:
            event.ignore()
            return
        knot = self._knot_at(event.position())
        beside, area = knot < 0, self._area()
        if beside:
            x = (event.position().x() - area.left()) / area.width()
            knot = int(np.argmin(np.abs(np.array(curve_knots.control_x(self._curve, self._mode)) - x)))
            self._height = (area.bottom() - event.position().y()) / area.height()
        else:
            self._height = curve_knots.control_heights(self._curve, self._slopes, self._mode)[knot]
        self._knot, self._dragging, self._start = knot, True, self._slopes
        self._last_y = event.position().y()
        self._key = new_merge_key(self._curve.name)
        if beside:
            self._move(self._start, self._height)
        self._say_knot()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the knot, or show which one the mouse would take."""
        if not self._dragging:
            hover = self._knot_at(event.position()) if self._curve is not None else -1
            if hover != self._hover:
                self._hover = hover
                self.update()
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        y = event.position().y()
        self._height += (self._last_y - y) / self._area().height() * (0.1 if fine else 1)
        self._last_y = y
        self._move(self._start, min(max(self._height, 0.0), 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the knot go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take the knot back."""
        if event.button() == Qt.MouseButton.LeftButton and self._curve is not None:
            self._move(self._slopes, self.home_height(self._knot))

    def event(self, event: QEvent) -> bool:
        """Keep own keys from the window's shortcuts."""
        return keeps(event, OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right choose a knot, Up, Down and the Page keys move it, Backspace takes it back."""
        key = Qt.Key(event.key())
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ways = {
            Qt.Key.Key_Up: 1,
            Qt.Key.Key_Down: -1,
            Qt.Key.Key_PageUp: PAGE / STEP,
            Qt.Key.Key_PageDown: -PAGE / STEP,
        }
        if self._curve is None or event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            event.ignore()
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            last = self._count() - 1
            to = {Qt.Key.Key_Left: self._knot - 1, Qt.Key.Key_Right: self._knot + 1, Qt.Key.Key_Home: 0}.get(key, last)
            self._knot, self._key = min(max(to, 0), last), ""
            self._say_knot()
            self.update()
        elif key in ways or key == Qt.Key.Key_Backspace:
            self._key = self._key or new_merge_key(self._curve.name)
            here = curve_knots.control_heights(self._curve, self._slopes, self._mode)[self._knot]
            way = ways.get(key, 0) * (FINE if fine else STEP)
            self._move(self._slopes, here + way if key in ways else self.home_height(self._knot))
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which knot the keys move."""
        self._key = ""
        self._say_knot()
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide it."""
        self._say_knot()
        self.update()

    def leaveEvent(self, event: Any) -> None:
        """Nothing is under the mouse any more."""
        self._hover = -1
        self.update()

    # --- looks --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Histogram, grid, diagonal, other curves, agent's curve, curve, knots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        area = self._area()
        painter.fillRect(area, look.color(look.PLOT))
        painter.setPen(QPen(look.color(look.GRID), 1))
        for i in (1, 2, 3):
            painter.drawLine(self._at(i / 4, 0), self._at(i / 4, 1))
            painter.drawLine(self._at(0, i / 4), self._at(1, i / 4))
        if self._histogram is not None:
            count = len(self._histogram)
            tops = [self._at(i / (count - 1), float(tall)) for i, tall in enumerate(self._histogram)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(look.HISTOGRAM))
            painter.drawPolygon(QPolygonF([area.bottomLeft(), *tops, area.bottomRight()]))
        painter.setPen(QPen(look.color(look.DIAGONAL), 1))
        painter.drawLine(self._at(0, 0), self._at(1, 1))
        painter.setPen(QPen(look.color(theme.LINE), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(area)
        for colour, slopes in self._others:
            faint = QColor(colour)
            faint.setAlphaF(0.45)
            self._draw(painter, slopes, QPen(faint, 1))
        if self._agent is not None:
            self._draw(painter, self._agent, QPen(look.color(theme.SECOND), 1, Qt.PenStyle.DashLine))
        if self._effect is not None:
            self._draw(painter, self._effect, QPen(self._colour, 1.75, Qt.PenStyle.DotLine))
        if self._curve is not None:
            self._draw(painter, self._slopes, QPen(self._colour, 1.75))
            self._paint_knots(painter)
        painter.end()

    def _draw(self, painter: QPainter, slopes: Slopes, pen: QPen) -> None:
        knots = curve_knots.heights(slopes)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([self._at(i / (len(knots) - 1), y) for i, y in enumerate(knots)]))

    def _paint_knots(self, painter: QPainter) -> None:
        for i in range(self._count()):
            chosen = i == self._knot and (self.hasFocus() or self._dragging)
            painter.setPen(QPen(look.color(look.PLOT), 1.5))
            painter.setBrush(look.color(theme.TEXT) if chosen or i == self._hover else self._colour)
            painter.drawEllipse(self.knot_position(i), KNOT / 2, KNOT / 2)
            if chosen:
                painter.setPen(QPen(look.color(theme.ACCENT), 1.5))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(self.knot_position(i), KNOT / 2 + 2.5, KNOT / 2 + 2.5)
