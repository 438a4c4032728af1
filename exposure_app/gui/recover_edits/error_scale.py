"""The scale of the map of what is left."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme
from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.recover_edits.error_map import bar, ticks

BAR, GAP, LABEL = 8, 3, 24  # px: height of the colours, room below them, width of a number


class ErrorScale(QWidget):
    """Colours from no error to a large one, with their CIEDE2000 below."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font(theme.SMALL))
        self.setToolTip(self.tr("CIEDE2000: below 1 nobody sees a difference"))
        self.setAccessibleName(self.tr("Scale of the map"))

    def sizeHint(self) -> QSize:
        return QSize(240, BAR + GAP + self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.drawImage(QRectF(0, 0, self.width(), BAR), to_qimage(bar(max(round(self.width() * ratio), 2), 1)))
        painter.setPen(QColor(theme.SECOND))
        for level, share in ticks():
            left = min(max(share * self.width() - LABEL / 2, 0), self.width() - LABEL)
            side = Qt.AlignmentFlag.AlignHCenter
            if share in (0, 1):
                side = Qt.AlignmentFlag.AlignRight if share else Qt.AlignmentFlag.AlignLeft
            painter.drawText(
                QRectF(left, BAR + GAP, LABEL, self.height()), side | Qt.AlignmentFlag.AlignTop, f"{level:g}"
            )
        painter.end()
