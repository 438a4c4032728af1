"""Photos as rows of small pictures, and a field to collect them in."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.documents.thumbnails import ThumbnailCache
from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.thumbnail_loader import ThumbnailLoader

TILE = QSize(84, 56)
GAP = 4
ROWS = 4  # of pictures in a field


class Thumbnails(QObject):
    """Makes small pictures in the background, for several rows.

    Signals:
        ready: A photo and its picture.

    Args:
        ratio: Device pixels of a pixel.
    """

    ready = Signal(object, QImage)

    def __init__(self, ratio: float, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._box = TILE * ratio
        self._made: dict[Path, QImage] = {}
        self._missing: list[Path] = []
        self._loader = ThumbnailLoader(ThumbnailCache(), threads=1, parent=self)
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._failed)

    def want(self, photos: Sequence[Path]) -> None:
        """Make these pictures; each is announced, at once if there is one."""
        for photo in photos:
            if photo in self._made:
                self.ready.emit(photo, self._made[photo])
            elif photo not in self._missing:
                self._missing.append(photo)
        self._loader.want(self._missing, self._box)

    def close(self) -> None:
        """End the threads."""
        self._loader.close()

    @Slot(object, QImage)
    def _loaded(self, photo: Path, picture: QImage) -> None:
        self._failed(photo)
        self._made[photo] = picture
        self.ready.emit(photo, picture)

    @Slot(object)
    def _failed(self, photo: Path, reason: str = "") -> None:
        if photo in self._missing:
            self._missing.remove(photo)


class PhotoRow(QListWidget):
    """Some photos side by side; those that do not fit are counted by whoever shows the row.

    Args:
        thumbnails: Where the pictures come from.
        rows: Rows of pictures.
    """

    def __init__(self, thumbnails: Thumbnails, rows: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._items: dict[Path, QListWidgetItem] = {}
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setIconSize(TILE)
        self.setGridSize(TILE + QSize(GAP, GAP))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QListView::item { padding: 0; } QListView::item:hover { background: transparent; }")
        self.setFixedHeight(rows * (TILE.height() + GAP))
        thumbnails.ready.connect(self._show)

    def set_photos(self, photos: Sequence[Path]) -> None:
        """Show these."""
        self.clear()
        self._items = {}
        for photo in photos:
            item = QListWidgetItem(self._tile(None), "")
            item.setToolTip(photo.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, photo.name)
            item.setSizeHint(TILE)
            self.addItem(item)
            self._items[photo] = item
        self._thumbnails.want(photos)

    @Slot(object, QImage)
    def _show(self, photo: Path, picture: QImage) -> None:
        if photo in self._items:
            self._items[photo].setIcon(self._tile(picture))

    def _tile(self, picture: QImage | None) -> QIcon:
        """The picture filling a tile of always the same size."""
        ratio = self.devicePixelRatioF()
        tile = QPixmap(TILE * ratio)
        tile.fill(QColor(theme.RAISED))
        if picture is not None:
            painter = QPainter(tile)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            filled = picture.scaled(
                tile.size(),
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.drawImage((tile.width() - filled.width()) // 2, (tile.height() - filled.height()) // 2, filled)
            painter.end()
        tile.setDevicePixelRatio(ratio)
        return QIcon(tile)


class PhotoField(QFrame):
    """Photos to collect: by buttons, or dropped onto it.

    Signals:
        places_given: Files and folders that were dropped.
        changed: There are other photos in it.

    Args:
        title: What the photos are.
        words: What is expected of them.
        thumbnails: Where the pictures come from.
        shown: Pictures shown at most.
    """

    places_given = Signal(list)
    changed = Signal()

    def __init__(
        self, title: str, words: str, thumbnails: Thumbnails, shown: int = 20, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("photo-field")
        self.setAcceptDrops(True)
        self._mark(False)
        self._shown = shown
        self.photos: tuple[Path, ...] = ()
        self.count = QLabel()
        self.count.setProperty("role", "second")
        self.row = PhotoRow(thumbnails, ROWS)
        self.row.setAccessibleName(title)
        self.empty = QLabel(self.tr("Drop photos or folders here"))
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setFixedHeight(self.row.height())
        self.empty.setStyleSheet(f"border: 1px dashed {theme.DISABLED}; border-radius: 4px; color: {theme.SECOND};")
        explained = QLabel(words)
        explained.setProperty("role", "second")
        explained.setWordWrap(True)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        self.buttons.addStretch()
        self.clear_button = self.add_button(self.tr("Clear"), flat=True)
        self.clear_button.clicked.connect(lambda: self.set_photos(()))
        top = QHBoxLayout()
        top.addWidget(heading(title))
        top.addStretch()
        top.addWidget(self.count)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(explained)
        column.addStretch()
        column.addWidget(self.empty)
        column.addWidget(self.row)
        column.addLayout(self.buttons)
        self.set_photos(())

    def add_button(self, text: str, *, flat: bool = False) -> QPushButton:
        """A button below the photos; all but a flat one stand to the left."""
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.setProperty("flat", flat)
        place = self.buttons.count() if flat else self.buttons.count() - 2  # before the gap and the flat one
        self.buttons.insertWidget(place, button)
        return button

    def set_photos(self, photos: Sequence[Path]) -> None:
        """Replace the photos."""
        self.photos = tuple(dict.fromkeys(photos))
        step = max(1, len(self.photos) // self._shown)
        self.row.set_photos(self.photos[::step][: self._shown])
        shown, hidden = (self.row, self.empty) if self.photos else (self.empty, self.row)
        hidden.hide()  # first: with both there the window would grow
        shown.show()
        self.clear_button.setEnabled(bool(self.photos))
        count = len(self.photos)
        words = self.tr("1 photo") if count == 1 else self.tr("{count} photos").format(count=count)
        self.count.setText(words if count else "")
        self.changed.emit()

    def add_photos(self, photos: Sequence[Path]) -> None:
        """Add photos to those that are there."""
        self.set_photos((*self.photos, *photos))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            self._mark(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: object) -> None:
        self._mark(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._mark(False)
        self.places_given.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()

    def _mark(self, on: bool) -> None:
        edge = theme.ACCENT if on else theme.PANEL
        self.setStyleSheet(
            f"QFrame#photo-field {{ background: {theme.PANEL}; border: 1px solid {edge}; border-radius: 4px; }}"
        )
