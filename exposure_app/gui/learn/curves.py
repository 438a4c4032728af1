"""How the intersections grew while a style was learned."""

from collections.abc import Mapping, Sequence

import pyqtgraph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from exposure_app.gui import theme
from exposure_app.learning.state import QUANTITIES, Trial

_LINES = (  # of the quantities in their order, told apart by colour, line and symbol
    ("#e8e8e8", Qt.PenStyle.SolidLine, "o"),
    ("#6fa8d6", Qt.PenStyle.DashLine, "s"),
    ("#d08ab0", Qt.PenStyle.DotLine, "t"),
)


class Curves(pyqtgraph.PlotWidget):
    """A line a quantity over the iterations; a short tick at the right edge is what each can reach."""

    def __init__(self, names: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent, background=theme.PANEL)
        self.setAccessibleName(self.tr("Progress curves"))
        self.setMouseEnabled(False, False)
        self.setMenuEnabled(False)
        self.hideButtons()
        plot = self.getPlotItem()
        plot.showGrid(y=True, alpha=0.15)
        plot.setContentsMargins(0, 8, 12, 0)
        for side in ("left", "bottom"):
            axis = plot.getAxis(side)
            axis.setTextPen(theme.SECOND)
            axis.setPen(theme.LINE)
            axis.setTickFont(theme.font(theme.SMALL))
        plot.setLabel("bottom", self.tr("iteration"), color=theme.SECOND)  # after the axis, whose colour it would take
        plot.getAxis("bottom").label.setFont(theme.font(theme.SMALL))
        legend = plot.addLegend(offset=(-8, -36), colCount=len(QUANTITIES), labelTextColor=theme.SECOND)
        legend.setLabelTextSize(f"{theme.SMALL}px")
        self._lines, self._ceilings = {}, {}
        for quantity, (colour, style, symbol) in zip(QUANTITIES, _LINES, strict=True):
            pen = pyqtgraph.mkPen(colour, width=1.5, style=style)
            self._lines[quantity] = self.plot(
                pen=pen, symbol=symbol, symbolSize=5, symbolBrush=colour, symbolPen=None, name=names[quantity]
            )
            self._ceilings[quantity] = self.plot(pen=pyqtgraph.mkPen(colour, width=3))

    def show_trials(self, trials: Sequence[Trial], ceiling: Mapping[str, float]) -> None:
        """Draw what is known so far."""
        iterations = [trial.iteration for trial in trials]
        last = max(iterations, default=0)
        for quantity in QUANTITIES:
            values = [trial.intersections[quantity] for trial in trials]
            self._lines[quantity].setData(iterations, values)
            reach = ceiling.get(quantity)
            ends = [last * 1.01, last * 1.05] if reach is not None and last else []
            self._ceilings[quantity].setData(ends, [reach] * len(ends))
        everything = [value for trial in trials for value in trial.intersections.values()] + list(ceiling.values())
        if everything:
            low, high = min(everything), max(everything)
            self.setYRange(max(0, low - 14), min(100, high + 4), padding=0)
            self.setXRange(0, max(last * 1.06, 1), padding=0)
