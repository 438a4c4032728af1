"""Saving what was edited, by itself and within a second, so that a crash loses nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from exposure_app.gui.workers import Lane

if TYPE_CHECKING:
    from exposure_app.session.document import Document, State

QUIET_MS = 300  # after the last edit
LATEST_MS = 800  # after the first one that is not saved, however long a drag goes on


class Autosave(QObject):
    """Writes documents in the background.

    Signals:
        saved: Path of a photo whose edits are on the disk.
        failed: An exception, once for each photo.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._photo: Path | None = None
        self._document: Document | None = None
        self._refused: set[Path] = set()
        self._unwritten: dict[Path, State] = {}
        self._waited = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self.save)

    def watch(self, photo: Path | None, document: "Document | None") -> None:
        """Look after another document; the one before is saved first."""
        self.save()
        self._photo, self._document = photo, document

    def touch(self) -> None:
        """The document has changed."""
        if not self._timer.isActive():
            self._waited.start()
        self._timer.start(max(0, min(QUIET_MS, LATEST_MS - self._waited.elapsed())))

    @Slot()
    def save(self) -> None:
        """Write now what is not saved, in the background."""
        self._timer.stop()
        photo, document = self._photo, self._document
        if photo is None or document is None or not document.is_dirty:
            return
        state = document.state
        document.mark_saved(state)
        self._unwritten[photo] = state
        job = self._lane.submit(lambda job: _save(photo, state))
        job.done.connect(lambda _: self._saved(photo, state))
        job.failed.connect(lambda error: self._failed(photo, state, error))

    def finish(self) -> None:
        """Write what is not on the disk, before the program ends; the lane must be closed."""
        self.save()
        for photo, state in list(self._unwritten.items()):
            try:
                _save(photo, state)
            except Exception as error:
                self._failed(photo, state, error)
        self._unwritten.clear()

    def unwritten(self, photo: Path) -> "State | None":
        """The state of a photo that is still on its way to the disk."""
        return self._unwritten.get(photo)

    def _saved(self, photo: Path, state: "State") -> None:
        if self._unwritten.get(photo) is state:
            del self._unwritten[photo]
        self.saved.emit(photo)

    def _failed(self, photo: Path, state: "State", error: Exception) -> None:
        if self._unwritten.get(photo) is state:
            del self._unwritten[photo]
        if photo not in self._refused:
            self._refused.add(photo)
            self.failed.emit(error)


def _save(photo: Path, state: "State") -> Path:
    from exposure_app.session.keep import save_state

    save_state(photo, state)
    return photo
