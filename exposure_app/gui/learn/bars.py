"""Shares as horizontal bars."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme

ROW = 20  # height, px
NAME, VALUE = 104, 84  # widths, px


@dataclass(frozen=True)
class Bar:
    """One row.

    Attributes:
        name: Left of the bar.
        share: Of the bar that is filled, 0 to 1.
        words: The value, right of it.
        mark: Where on the bar a mark stands, 0 to 1; None for no mark.
    """

    name: str
    share: float
    words: str
    mark: float | None = None


class Bars(QWidget):
    """Rows of a name, a bar, perhaps a mark on it, and the value in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Bar, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Bar]) -> None:
        """Show these."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            self.setAccessibleName(", ".join(f"{bar.name} {bar.words}" for bar in rows))
            self.setFixedHeight(ROW * len(rows))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(NAME + VALUE + 120, ROW * len(self.rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width = float(NAME), float(max(self.width() - NAME - VALUE, 1))
        for number, bar in enumerate(self.rows):
            top, middle = number * ROW, number * ROW + ROW / 2
            painter.setPen(QColor(theme.SECOND))
            painter.drawText(QRectF(0, top, NAME - 8, ROW), Qt.AlignmentFlag.AlignVCenter, bar.name)
            painter.setPen(QColor(theme.TEXT))
            place = QRectF(left + width + 8, top, VALUE - 8, ROW)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, bar.words)
            painter.setPen(Qt.PenStyle.NoPen)
            for colour, extent in ((theme.RAISED, 1.0), (theme.SECOND, min(max(bar.share, 0.0), 1.0))):
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(QRectF(left, middle - 3, width * extent, 6), 2, 2)
            if bar.mark is not None:
                painter.setBrush(QColor(theme.TEXT))
                painter.drawRect(QRectF(left + width * min(max(bar.mark, 0.0), 1.0) - 1, middle - 6, 2, 12))
        painter.end()
