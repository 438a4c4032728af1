"""The photos of a batch as Qt's views see them."""

import os
from collections import OrderedDict
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QImage, QPixmap

from exposure_app.gui.batch import words

if TYPE_CHECKING:
    from exposure_app.batch.batch import Batch, BatchEvent
    from exposure_app.batch.models import BatchItem, ItemResult, State

STATE = Qt.ItemDataRole.UserRole
REVIEW = Qt.ItemDataRole.UserRole + 1
PIXMAP = Qt.ItemDataRole.DecorationRole

_MAX_PIXMAPS = 500
_QUICK = (".jpg", ".webp")  # results that are shown small at no cost; the others keep the photo's thumbnail

_Index = QModelIndex | QPersistentModelIndex


class Shown(Enum):
    """Which photos are listed."""

    ALL = "all"
    FAILED = "failed"
    REVIEW = "review"


class QueueModel(QAbstractListModel):
    """A row a photo, in the order of the batch."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[BatchItem] = []
        self._names: list[str] = []
        self._at: dict[int, int] = {}
        self._states: list[State] = []
        self._rows: list[ItemResult | None] = []
        self._review: dict[int, tuple[str, ...]] = {}
        self._pixmaps: OrderedDict[Path, QPixmap] = OrderedDict()
        self._missing: set[Path] = set()

    def set_batch(self, batch: "Batch | None") -> None:
        """List another batch."""
        self.beginResetModel()
        self._jobs = list(batch.jobs) if batch else []
        self._names = _names([job.photo for job in self._jobs])
        self._at = {job.number: at for at, job in enumerate(self._jobs)}
        self._states = [batch.states[job.number] for job in self._jobs] if batch else []
        self._rows = [batch.rows.get(job.number) for job in self._jobs] if batch else []
        self._review = {}
        self._missing.clear()
        self.endResetModel()

    def update_photo(self, event: "BatchEvent") -> None:
        """A photo has changed its state."""
        at = self._at.get(event.job.number)
        if at is not None:
            self._states[at] = event.state
            self._rows[at] = event.row or self._rows[at]
            self.dataChanged.emit(self.index(at, 0), self.index(at, 0))

    def set_review(self, review: dict[int, tuple[str, ...]]) -> None:
        """Mark the photos that a person should look at, by number."""
        self._review = review
        if self._jobs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._jobs) - 1, 0))

    @property
    def running(self) -> list[int]:
        """The rows that are being worked on."""
        return [at for at, state in enumerate(self._states) if state == "running"]

    def photo(self, at: int) -> Path:
        """The input of a row."""
        return Path(self._jobs[at].photo)

    def photos(self) -> list[Path]:
        """All inputs."""
        return [Path(job.photo) for job in self._jobs]

    def result(self, at: int) -> Path | None:
        """The finished picture of a row, if there is one."""
        row = self._rows[at]
        return Path(row.output) if row and self._states[at] in ("done", "skipped") and row.output else None

    # --- pictures ---

    def wanted_picture(self, at: int) -> Path | None:
        """Of which file a row still needs a thumbnail."""
        source = self._source(at)
        return None if source in self._pixmaps or source in self._missing else source

    def set_picture(self, source: Path, image: QImage, ratio: float) -> None:
        """A thumbnail has been made."""
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(ratio)
        self._pixmaps[source] = pixmap
        while len(self._pixmaps) > _MAX_PIXMAPS:
            self._pixmaps.popitem(last=False)
        self._tell(source)

    def set_broken(self, source: Path) -> None:
        """There is no thumbnail of a file."""
        self._missing.add(source)

    def _source(self, at: int) -> Path:
        result = self.result(at)
        return result if result is not None and result.suffix in _QUICK else self.photo(at)

    def _tell(self, source: Path) -> None:
        for at in range(len(self._jobs)):
            if self._source(at) == source:
                self.dataChanged.emit(self.index(at, 0), self.index(at, 0), [PIXMAP])

    # --- for Qt ---

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._jobs)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        at = index.row()
        name = self._names[at]
        if role == Qt.ItemDataRole.DisplayRole:
            return name
        if role == STATE:
            return self._states[at]
        if role == REVIEW:
            return self._review.get(self._jobs[at].number, ())
        if role == PIXMAP:
            return self._pixmaps.get(self._source(at)) or self._pixmaps.get(self.photo(at))
        if role in (Qt.ItemDataRole.StatusTipRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            told = words.state(self._states[at], self._rows[at], self.data(index, REVIEW))
            if role == Qt.ItemDataRole.StatusTipRole:
                return told
            about = self._jobs[at].photo if role == Qt.ItemDataRole.ToolTipRole else name
            return f"{about}\n{told}"
        return None


class ShownPhotos(QSortFilterProxyModel):
    """Those of the photos that a person wants to see."""

    def __init__(self, source: QueueModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = Shown.ALL
        self.setSourceModel(source)

    def choose(self, shown: Shown) -> None:
        """List these."""
        self.beginFilterChange()
        self._shown = shown
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: _Index) -> bool:
        index = self.sourceModel().index(row, 0)
        if self._shown is Shown.FAILED:
            return bool(index.data(STATE) == "failed")
        return bool(index.data(REVIEW)) if self._shown is Shown.REVIEW else True

    def rows(self, shown: Sequence[QModelIndex]) -> list[int]:
        """The rows of the batch that these are."""
        return [self.mapToSource(index).row() for index in shown]


def _names(photos: Sequence[str]) -> list[str]:
    """What the photos are called, with the folders below the one they have in common."""
    try:
        common = os.path.commonpath([str(Path(photo).parent) for photo in photos])
        return [str(Path(photo).relative_to(common)) for photo in photos]
    except ValueError:  # none, or on several drives
        return [Path(photo).name for photo in photos]
