"""The filmstrip's photos as Qt's views see them."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QPixmap

from exposure_app.documents.library import PhotoEntry

ENTRY = Qt.ItemDataRole.UserRole
REASON = Qt.ItemDataRole.UserRole + 1
STATE = Qt.ItemDataRole.UserRole + 2
PIXMAP = Qt.ItemDataRole.DecorationRole

WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"  # of what is done with a photo

_MAX_PIXMAPS = 1500  # about 50 MB, 200 MB on a screen of double resolution

_Index = QModelIndex | QPersistentModelIndex


class FilmstripModel(QAbstractListModel):
    """One row a photo. Thumbnails are added as they come; the ones not looked at for longest are dropped again."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[PhotoEntry] = []
        self._rows: dict[Path, int] = {}
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._reasons: dict[Path, str] = {}
        self._states: dict[Path, str] = {}

    def rowCount(self, parent: _Index | None = None) -> int:
        """How many photos are listed."""
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What is known of a photo, by role."""
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == ENTRY:
            return entry
        if role == PIXMAP:
            return self.pixmap(entry.path)
        if role == REASON:
            return self._reasons.get(entry.path, "")
        if role == STATE:
            return self._states.get(entry.path, "")
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.path.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._sentence(entry, "\n")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._sentence(entry, ", ")
        return None

    def set_entries(self, entries: Sequence[PhotoEntry]) -> None:
        """Show other photos. Thumbnails of those that stay are kept."""
        self.beginResetModel()
        self._entries = list(entries)
        self._rows = {entry.path: row for row, entry in enumerate(self._entries)}
        self._reasons = {path: reason for path, reason in self._reasons.items() if path in self._rows}
        for path in [path for path in self._pixmaps if path not in self._rows]:
            del self._pixmaps[path]
        self.endResetModel()

    def update_entries(self, entries: Iterable[PhotoEntry]) -> None:
        """Show new marks of photos."""
        for entry in entries:
            row = self._rows.get(entry.path)
            if row is not None and self._entries[row] != entry:
                self._entries[row] = entry
                self._changed(row)

    def entry(self, row: int) -> PhotoEntry:
        """The photo in a row."""
        return self._entries[row]

    def row_of(self, photo: Path) -> int:
        """The row of a photo, -1 if it is not listed."""
        return self._rows.get(photo, -1)

    def pixmap(self, photo: Path) -> QPixmap | None:
        """Its thumbnail, if it has come."""
        found = self._pixmaps.get(photo)
        if found is not None:
            self._pixmaps.move_to_end(photo)
        return found

    def is_waiting(self, photo: Path) -> bool:
        """Whether it has neither a thumbnail nor a reason why not."""
        return photo not in self._pixmaps and photo not in self._reasons

    def set_image(self, photo: Path, image: QImage, ratio: float) -> None:
        """A thumbnail has come, in device pixels."""
        row = self._rows.get(photo)
        if row is None:
            return
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self._pixmaps[photo] = pixmap
        self._pixmaps.move_to_end(photo)
        self._reasons.pop(photo, None)
        while len(self._pixmaps) > _MAX_PIXMAPS:
            self._pixmaps.popitem(last=False)
        self._changed(row)

    def set_broken(self, photo: Path, reason: str) -> None:
        """There is no thumbnail, and why."""
        row = self._rows.get(photo)
        if row is not None:
            self._reasons[photo] = reason or self.tr("It cannot be shown")
            self._changed(row)

    def set_state(self, photo: Path, state: str) -> None:
        """How far a photo is with what is done to many; empty for nothing."""
        self._states[photo] = state
        if photo in self._rows:
            self._changed(self._rows[photo])

    def forget(self, photos: Iterable[Path] | None = None) -> None:
        """Let thumbnails be loaded again: of these photos, or all."""
        for photo in list(self._rows) if photos is None else photos:
            self._pixmaps.pop(photo, None)
            self._reasons.pop(photo, None)
            if photo in self._rows:
                self._changed(self._rows[photo])

    def _changed(self, row: int) -> None:
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def _sentence(self, entry: PhotoEntry, separator: str) -> str:
        words = [entry.path.name]
        if entry.rating:
            words.append(self.tr("%n star(s)", "", entry.rating))
        if entry.flag == "pick":
            words.append(self.tr("picked"))
        if entry.flag == "reject":
            words.append(self.tr("rejected"))
        if entry.edited:
            words.append(self.tr("edited"))
        states = {
            WAITING: self.tr("waits to be retouched"),
            WORKING: self.tr("is being retouched"),
            DONE: self.tr("has been retouched"),
            FAILED: self.tr("could not be retouched"),
        }
        if self._states.get(entry.path):
            words.append(states[self._states[entry.path]])
        if entry.path in self._reasons:
            words.append(self._reasons[entry.path])
        return separator.join(words)
