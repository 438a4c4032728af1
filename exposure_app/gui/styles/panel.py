"""The styles, each with what it would make of the open photo."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QIcon, QImage, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading, icon_button

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader

THUMBNAIL = QSize(64, 44)
ROW = 52  # height of a row, px
MOST_ROWS = 5
_NAME = Qt.ItemDataRole.UserRole


class StylesPanel(QWidget):
    """A click retouches the photo in that style. What else can be done with styles is in the two menus.

    Attributes:
        menu: Of the library, behind the button beside the heading; others add to it.

    Signals:
        style_clicked: Name of a style.
        menu_wanted: Name of a style whose menu is to be shown, and where on the screen.
        renamed: Name of a style and the title that was typed for it.
    """

    style_clicked = Signal(str)
    menu_wanted = Signal(str, QPoint)
    renamed = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.listed = _List()
        self.listed.setAccessibleName(self.tr("Styles"))
        self.listed.setIconSize(THUMBNAIL)
        self.listed.setUniformItemSizes(True)
        self.listed.setWordWrap(True)
        self.listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.listed.itemClicked.connect(self._chosen)
        self.listed.itemActivated.connect(self._chosen)
        self.listed.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.listed.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.listed.customContextMenuRequested.connect(self._ask_for_menu)
        self.listed.itemChanged.connect(self._retitled)
        self._previews: dict[str, tuple[QImage, str]] = {}
        self._titles: dict[str, str] = {}
        self.menu = QMenu(self)
        self.menu_button = icon_button("step-menu", self.tr("Style library"))
        self.menu_button.setMenu(self.menu)
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.empty = QLabel(self.tr("No style is installed yet. A style is learned from photos you like."))
        self.empty.setProperty("role", "second")
        self.empty.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(heading(self.tr("STYLES")), 1)
        top.addWidget(self.menu_button)
        self._top = top
        column.addLayout(top)
        column.addWidget(self.empty)
        column.addWidget(self.listed)

    def set_styles(self, styles: "list[StyleHeader]") -> None:
        """Offer these styles; those that were there before keep their previews and their mark."""
        marked = self.selected()
        self._titles = {style.name: style.title or style.name for style in styles}
        self._previews = {name: preview for name, preview in self._previews.items() if name in self._titles}
        with QSignalBlocker(self.listed):
            self.listed.clear()
            for style in styles:
                item = QListWidgetItem(self._placeholder(), self._titles[style.name])
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
                item.setData(_NAME, style.name)
                item.setToolTip(f"{self._titles[style.name]}\n{style.description}".strip())
                item.setSizeHint(QSize(0, ROW))
                self.listed.addItem(item)
        for name, preview in self._previews.items():
            self.set_preview(name, *preview)
        self.mark(marked)
        self.listed.setFixedHeight(min(len(styles), MOST_ROWS) * ROW)
        self.listed.setVisible(bool(styles))
        self.empty.setVisible(not styles)

    def add_action(self, action: QAction) -> None:
        """Put a button for it beside the heading, before the menu's."""
        button = QToolButton()
        button.setDefaultAction(action)
        button.setAccessibleName(action.text())
        self._top.insertWidget(self._top.count() - 1, button)

    def titles(self) -> dict[str, str]:
        """What the styles on offer are called, by name."""
        return dict(self._titles)

    def names(self) -> list[str]:
        """The styles on offer."""
        return [self.listed.item(row).data(_NAME) for row in range(self.listed.count())]

    def selected(self) -> str:
        """The style that is marked; empty for none."""
        row = self.listed.currentRow()
        return self.names()[row] if row >= 0 else ""

    def waiting(self) -> list[str]:
        """The styles that have no preview yet."""
        return [name for name in self.names() if name not in self._previews]

    def mark(self, name: str) -> None:
        """Show which style the photo has; empty for none."""
        names = self.names()
        self.listed.setCurrentRow(names.index(name) if name in names else -1)

    def clear_previews(self) -> None:
        """Another photo: what the styles made of the last one is no longer true."""
        self._previews = {}
        with QSignalBlocker(self.listed):
            for row in range(self.listed.count()):
                self.listed.item(row).setIcon(self._placeholder())
        self.listed.viewport().update()

    def set_preview(self, name: str, picture: QImage, words: str) -> None:
        """Show what a style would make of the photo, as a picture and in words."""
        item = self._item(name)
        if item is None:
            return
        self._previews[name] = (picture, words)
        with QSignalBlocker(self.listed):
            item.setIcon(_icon(self._framed(picture)))
            item.setToolTip(f"{self._titles[name]}\n{words}")
        self.listed.viewport().update()

    def preview_of(self, name: str) -> QImage | None:
        """What a style makes of the open photo; None if that is not known yet."""
        found = self._previews.get(name)
        return None if found is None else found[0]

    def words_of(self, name: str) -> str:
        """What a style does to the open photo; empty if that is not known yet."""
        return self._previews[name][1] if name in self._previews else ""

    def start_rename(self, name: str) -> None:
        """Let another title be typed where the old one stands."""
        item = self._item(name)
        if item is not None:
            self.listed.editItem(item)

    def _item(self, name: str) -> QListWidgetItem | None:
        names = self.names()
        return self.listed.item(names.index(name)) if name in names else None

    def _ask_for_menu(self, place: QPoint) -> None:
        item = self.listed.itemAt(place)
        if item is not None:
            self.menu_wanted.emit(item.data(_NAME), self.listed.viewport().mapToGlobal(place))

    def _retitled(self, item: QListWidgetItem) -> None:
        """The typed title shows only when it has been stored."""
        name, typed = item.data(_NAME), item.text()
        with QSignalBlocker(self.listed):
            item.setText(self._titles[name])
        if typed != self._titles[name]:
            self.renamed.emit(name, typed)

    def _chosen(self, item: QListWidgetItem) -> None:
        self.style_clicked.emit(item.data(_NAME))

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


class _List(QListWidget):
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:  # the menu's button marks nothing: the photo keeps its style
            super().mousePressEvent(event)


def _icon(picture: QPixmap) -> QIcon:
    """An icon that looks the same when it is selected: the picture's colours are never tinted."""
    icon = QIcon(picture)
    for mode in (QIcon.Mode.Selected, QIcon.Mode.Disabled):
        icon.addPixmap(picture, mode)
    return icon
