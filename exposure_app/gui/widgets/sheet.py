"""The contact sheet of a run, as wide as there is room."""

from pathlib import Path

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme


class Sheet(QWidget):
    """A picture, kept whole and in its proportions, at the top of its place; read again when its file changes.

    Args:
        fills_width: Whether it is as high as its width asks for, for a place that scrolls.
    """

    def __init__(self, *, fills_width: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fills_width = fills_width
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 120)
        self.picture = QImage()
        self._key: tuple[Path, int] | None = None
        self.empty = ""

    def show_file(self, path: Path | None) -> None:
        """Show what is in the file now; nothing if there is none."""
        key = (path, path.stat().st_mtime_ns) if path is not None and path.is_file() else None
        if key != self._key:
            self._key = key
            self._show(QImage(str(path)) if key else QImage())

    def show_picture(self, picture: QImage) -> None:
        """Show a picture."""
        self._key = None
        self._show(picture)

    def _show(self, picture: QImage) -> None:
        self.picture = picture
        self._fit()
        self.update()

    def _fit(self) -> None:
        if self._fills_width and not self.picture.isNull():
            self.setFixedHeight(max(1, round(self.width() * self.picture.height() / self.picture.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(480, 240)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self.picture.isNull():
            painter.setPen(QColor(theme.SECOND))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty)
        else:
            ratio = self.devicePixelRatioF()
            room = self.size() * ratio
            size = self.picture.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
            fitted = self.picture.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            left = (room.width() - size.width()) / 2 / ratio
            painter.drawImage(QRectF(left, 0, size.width() / ratio, size.height() / ratio), fitted)
        painter.end()
