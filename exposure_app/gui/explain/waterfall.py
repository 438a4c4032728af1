"""The way of the score from the photo to the finished picture, a bar a step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme

if TYPE_CHECKING:
    from exposure_app.explain.attribution import Reasons

ROW = 24  # height of a bar and its gap, px
NAMES = 112  # width of the names at the most, px
NUMBERS = 56  # width for the number beside the longest bar, px
GAIN, LOSS, WHOLE = theme.SECOND, theme.WARNING, theme.DISABLED


class Waterfall(pyqtgraph.PlotWidget):
    """Top to bottom: the photo as shot, each step from the score before it to that after it, the finished picture.

    A step that gains reaches to the right and says ``+``; one that loses reaches to the left, says ``-`` and is orange.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=theme.PANEL)
        self.setAccessibleName(self.tr("Gain of each step"))
        self.setMouseEnabled(False, False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        plot = self.getPlotItem()
        plot.setContentsMargins(0, 0, 0, 0)
        plot.hideAxis("bottom")
        plot.invertY(True)
        axis = plot.getAxis("left")
        axis.setTextPen(theme.TEXT)
        axis.setPen(pyqtgraph.mkPen(None))
        axis.setTickPen(pyqtgraph.mkPen(theme.PANEL))  # even a tick of no length is a dot
        axis.setTickFont(theme.font(theme.SMALL))
        axis.setStyle(tickLength=0, tickTextOffset=8)
        self._range = (0.0, 1.0)
        plot.getViewBox().sigResized.connect(self._fit)
        self.rows: list[str] = []

    def wheelEvent(self, event: object) -> None:
        """Leave the wheel to what the chart lies in."""
        event.ignore()  # type: ignore[attr-defined]

    def show_reasons(self, reasons: Reasons) -> None:
        """Draw the way of the score."""
        from exposure_app.explain.words import signed

        names = [self.tr("As shot"), *(step.name for step in reasons.steps), self.tr("Finished")]
        path = [reasons.start, *(step.after for step in reasons.steps)]
        low, high = min(path), max(path)
        room = max(high - low, 1e-3)
        left = low - 0.15 * room  # where the two whole bars start: the score has no natural zero
        spans = [(left, reasons.start), *((step.before, step.after) for step in reasons.steps), (left, reasons.score)]
        numbers = [f"{reasons.start:.2f}", *(signed(step.gain, 2) for step in reasons.steps), f"{reasons.score:.2f}"]
        colours = [WHOLE, *(LOSS if step.gain < 0 else GAIN for step in reasons.steps), WHOLE]
        self.clear()
        self.rows = [f"{name} {number}" for name, number in zip(names, numbers, strict=True)]
        self._draw_links(path)
        rows = range(len(spans))
        self.addItem(
            pyqtgraph.BarGraphItem(
                x0=[min(span) for span in spans],
                x1=[max(max(span), min(span) + 0.004 * room) for span in spans],  # even nothing is a line
                y0=[row - 0.32 for row in rows],
                y1=[row + 0.32 for row in rows],
                brushes=colours,
                pens=[None for _ in rows],
            )
        )
        for row, span, number, colour in zip(rows, spans, numbers, colours, strict=True):
            text = pyqtgraph.TextItem(number, color=LOSS if colour == LOSS else theme.TEXT, anchor=(0, 0.5))
            text.setFont(theme.font(theme.SMALL))
            text.setPos(max(span), row)
            self.addItem(text)
        self._scale(names, left, high, len(spans))

    def _draw_links(self, path: list[float]) -> None:
        """Thin lines from the end of each bar to the start of the next."""
        for row, score in enumerate(path):
            self.plot([score, score], [row, row + 1], pen=pyqtgraph.mkPen(theme.LINE, width=1))

    def _scale(self, names: list[str], left: float, high: float, count: int) -> None:
        metrics = QFontMetrics(theme.font(theme.SMALL))
        shown = [metrics.elidedText(name, Qt.TextElideMode.ElideRight, NAMES - 12) for name in names]
        axis = self.getPlotItem().getAxis("left")
        axis.setTicks([list(enumerate(shown))])
        axis.setWidth(NAMES)
        self.setFixedHeight(ROW * count + 8)
        self.setYRange(-0.5, count - 0.5, padding=0)
        self._range = left, high
        self._fit()

    def _fit(self) -> None:
        """Keep room for the numbers, which are as wide in a narrow chart."""
        left, high = self._range
        bars = max(self.width() - NAMES - NUMBERS, NUMBERS)
        self.setXRange(left, high + (high - left) * NUMBERS / bars, padding=0)
