"""The styles, each with what it would make of the open photo."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.parts import heading

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader

THUMBNAIL = QSize(64, 44)
ROW = 52  # height of a row, px
MOST_ROWS = 5


class StylesPanel(QWidget):
    """A click retouches the photo in that style.

    Signals:
        style_clicked: Name of a style.
    """

    style_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listed = QListWidget()
        self.listed.setAccessibleName(self.tr("Styles"))
        self.listed.setIconSize(THUMBNAIL)
        self.listed.setUniformItemSizes(True)
        self.listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.listed.itemClicked.connect(self._chosen)
        self.listed.itemActivated.connect(self._chosen)
        self.empty = QLabel(self.tr("No style is installed yet. A style is learned from photos you like."))
        self.empty.setProperty("role", "second")
        self.empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading(self.tr("STYLES")))
        column.addWidget(self.empty)
        column.addWidget(self.listed)

    def set_styles(self, styles: "list[StyleHeader]") -> None:
        """Offer these styles."""
        self.listed.clear()
        for style in styles:
            item = QListWidgetItem(self._placeholder(), style.title or style.name)
            item.setData(Qt.ItemDataRole.UserRole, style.name)
            item.setToolTip(style.description)
            item.setSizeHint(QSize(0, ROW))
            self.listed.addItem(item)
        self.listed.setFixedHeight(min(len(styles), MOST_ROWS) * ROW)
        self.listed.setVisible(bool(styles))
        self.empty.setVisible(not styles)

    def names(self) -> list[str]:
        """The styles on offer."""
        return [self.listed.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.listed.count())]

    def mark(self, name: str) -> None:
        """Show which style the photo has; empty for none."""
        names = self.names()
        self.listed.setCurrentRow(names.index(name) if name in names else -1)

    def clear_previews(self) -> None:
        """Another photo: what the styles made of the last one is no longer true."""
        for row in range(self.listed.count()):
            self.listed.item(row).setIcon(self._placeholder())

    def set_preview(self, name: str, picture: QImage, words: str) -> None:
        """Show what a style would make of the photo, as a picture and in words."""
        names = self.names()
        if name not in names:
            return
        item = self.listed.item(names.index(name))
        item.setIcon(_icon(self._framed(picture)))
        item.setToolTip(words)

    def _chosen(self, item: QListWidgetItem) -> None:
        self.style_clicked.emit(item.data(Qt.ItemDataRole.UserRole))

    def _placeholder(self) -> QIcon:
        return _icon(self._framed(None))

    def _framed(self, picture: QImage | None) -> QPixmap:
        """The picture in the middle of a frame of always the same size, so that the names stay in line."""
        ratio = self.devicePixelRatioF()
        frame = QPixmap(THUMBNAIL * ratio)
        frame.fill(QColor(theme.WINDOW))
        if picture is not None:
            small = picture.scaled(
                frame.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            painter = QPainter(frame)
            painter.drawImage((frame.width() - small.width()) // 2, (frame.height() - small.height()) // 2, small)
            painter.end()
        frame.setDevicePixelRatio(ratio)
        return frame


def _icon(picture: QPixmap) -> QIcon:
    """An icon that looks the same when it is selected: the picture's colours are never tinted."""
    icon = QIcon(picture)
    for mode in (QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(picture, mode)
    return icon
