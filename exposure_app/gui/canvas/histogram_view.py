"""The histogram of the picture: red, green, blue and luminance, with the clipped ends as switches."""

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QToolTip, QVBoxLayout, QWidget

from exposure_app.gui import theme

if TYPE_CHECKING:
    from exposure_app.pipeline.histogram import Histogram

HEIGHT = 120
CORNER = 14  # side of the triangles, px
NOTABLE = 1e-5  # share of clipped pixels from which a triangle lights up

_COLOURS = (QColor(208, 84, 80), QColor(96, 176, 96), QColor(88, 128, 216))
_LUMINANCE = QColor(200, 200, 200)


class HistogramPlot(QWidget):
    """The curves and the two triangles.

    Signals:
        clipping_toggled: Whether black and white are to be marked in the picture.
    """

    clipping_toggled = Signal(bool, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Histogram"))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._histogram: Histogram | None = None
        self._curves: list[QPolygonF] = []
        self.logarithmic = False
        self.marks = (False, False)

    def set_histogram(self, histogram: "Histogram | None") -> None:
        """Show other numbers."""
        self._histogram = histogram
        self._rebuild()

    def set_logarithmic(self, on: bool) -> None:
        """Heights by the logarithm of the counts."""
        self.logarithmic = on
        self._rebuild()

    def set_marks(self, low: bool, high: bool) -> None:
        """Which clipped pixels are marked in the picture."""
        if (low, high) != self.marks:
            self.marks = (low, high)
            self.clipping_toggled.emit(low, high)
            self.update()

    def _plot(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 4, -1, -1)

    def _rebuild(self) -> None:
        self._curves = []
        if self._histogram is not None:
            area = self._plot()
            counts = self._histogram.counts
            # The ends hold all that is clipped; they would flatten everything else.
            top = max(int(counts[:, 1:-1].max()), 1)
            shares = np.log1p(counts) / math.log1p(top) if self.logarithmic else counts / top
            heights = area.bottom() - area.height() * np.minimum(shares, 1.0)
            across = np.linspace(area.left(), area.right(), counts.shape[1]).tolist()
            ends = [area.bottomRight(), area.bottomLeft()]
            self._curves = [QPolygonF([*map(QPointF, across, row), *ends]) for row in heights.tolist()]
        self.update()

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(theme.RIGHT_WIDTH - 32, HEIGHT)

    def resizeEvent(self, event: QEvent) -> None:
        """Fit what is shown into the new size."""
        self._rebuild()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.WINDOW))
        painter.drawRoundedRect(self.rect(), 4, 4)
        area = self._plot()
        painter.setPen(QPen(QColor(theme.LINE), 1))
        for quarter in (1, 2, 3):
            x = round(area.left() + area.width() * quarter / 4) + 0.5
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if self._curves:
            self._draw_curves(painter)
            self._draw_triangles(painter)
        painter.end()

    def _draw_curves(self, painter: QPainter) -> None:
        painter.setPen(QPen(QColor(_LUMINANCE), 1))
        fill = QColor(_LUMINANCE)
        fill.setAlpha(40)
        painter.setBrush(fill)
        painter.drawPolygon(self._curves[3])
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Plus)
        for colour, curve in zip(_COLOURS, self._curves, strict=False):
            painter.setPen(Qt.PenStyle.NoPen)
            fill = QColor(colour)
            fill.setAlpha(120)
            painter.setBrush(fill)
            painter.drawPolygon(curve)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)

    def _draw_triangles(self, painter: QPainter) -> None:
        if self._histogram is None:
            return
        shares = (self._histogram.low, self._histogram.high)
        for side, (share, on) in enumerate(zip(shares, self.marks, strict=True)):
            colour = QColor(theme.WARNING if share > NOTABLE else theme.DISABLED)
            painter.setPen(QPen(QColor(theme.TEXT) if on else colour, 1.5))
            painter.setBrush(colour if share > NOTABLE else Qt.BrushStyle.NoBrush)
            painter.drawPolygon(self._triangle(side))

    def _triangle(self, side: int) -> QPolygonF:
        edge, inwards = (self.width() - 6.0, -1) if side else (6.0, 1)
        corner = QPointF(edge, 6)
        return QPolygonF([corner, corner + QPointF(inwards * 9, 0), corner + QPointF(0, 9)])

    def _side_at(self, place: QPointF) -> int | None:
        if place.y() > CORNER + 8:
            return None
        if place.x() < CORNER + 8:
            return 0
        return 1 if place.x() > self.width() - CORNER - 8 else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Switch the marks of a clipped end."""
        side = self._side_at(event.position())
        if side is not None:
            low, high = self.marks
            self.set_marks(low != (side == 0), high != (side == 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what can be clicked."""
        over = self._side_at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def event(self, event: QEvent) -> bool:
        """Tell the numbers at a clipped end."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._histogram is not None:
            side = self._side_at(QPointF(event.pos()))
            words = (
                self.tr("{share} of the picture is black"),
                self.tr("{share} of the picture is white in a channel"),
            )
            if side is not None:
                share = (self._histogram.low, self._histogram.high)[side]
                QToolTip.showText(event.globalPos(), words[side].format(share=f"{100 * share:.2f} %"), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)


class HistogramView(QWidget):
    """The plot with its switches: result or file, linear or logarithmic.

    Signals:
        clipping_toggled: Whether black and white are to be marked in the picture.
        raw_wanted: The numbers of the file are to be shown and are not known yet.
    """

    clipping_toggled = Signal(bool, bool)
    raw_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot = HistogramPlot()
        self.plot.clipping_toggled.connect(self.clipping_toggled)
        self._result: Histogram | None = None
        self._raw: Histogram | None = None
        self.raw = self._switch(self.tr("File"), self.tr("Show the file before any step instead of the result"))
        self.log = self._switch(self.tr("Log"), self.tr("Heights by the logarithm of the counts"))
        self.raw.toggled.connect(self._switch_source)
        self.log.toggled.connect(self.plot.set_logarithmic)
        self.clipped = QLabel()
        self.clipped.setProperty("role", "second")
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.clipped, 1)
        row.addWidget(self.raw)
        row.addWidget(self.log)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.plot)
        column.addLayout(row)

    def clear(self) -> None:
        """Another photo, or none."""
        self._result = self._raw = None
        self._update()
        if self.raw.isChecked():
            self.raw_wanted.emit()

    def renew(self) -> None:
        """The same photo, developed otherwise: the old numbers stay until the new ones are there."""
        self._raw = None
        if self.raw.isChecked():
            self.raw_wanted.emit()

    def set_result(self, histogram: "Histogram") -> None:
        """The numbers of the displayed result."""
        self._result = histogram
        if not self.raw.isChecked():
            self._update()

    def set_raw(self, histogram: "Histogram") -> None:
        """The numbers of the file."""
        self._raw = histogram
        if self.raw.isChecked():
            self._update()

    def _switch(self, text: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setToolTip(tip)
        button.setCheckable(True)
        return button

    def _switch_source(self, raw: bool) -> None:
        if raw and self._raw is None:
            self.raw_wanted.emit()
        self._update()

    def _update(self) -> None:
        histogram = self._raw if self.raw.isChecked() else self._result
        self.plot.set_histogram(histogram)
        if histogram is None:
            self.clipped.clear()
        else:
            low, high = (f"{100 * share:.1f} %" for share in (histogram.low, histogram.high))
            self.clipped.setText(self.tr("black {low}, clipped {high}").format(low=low, high=high))
