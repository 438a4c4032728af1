"""Saving what was edited, by itself and within a second, so that a crash loses nothing.

What could not be written stays in memory and is tried again: with the next edit, with the next photo, after a while,
and when the program ends.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from exposure_app.gui.workers import JobQueue

if TYPE_CHECKING:
    from exposure_app.documents.document import Document, State
    from exposure_app.documents.document_store import Kept, Labels

QUIET_MS = 300  # after the last edit
LATEST_MS = 800  # after the first one that is not saved, however long a drag goes on
AGAIN_MS = 15_000  # after a failure


class Autosave(QObject):
    """Writes documents in the background.

    Signals:
        saved: Path of a photo whose edits are on the disk.
        failed: An exception: once for each photo, or for each folder where edits are safe but cannot lie beside photos,
            until it works again.
        joined: A photo that others have changed meanwhile, and what ``keep_state`` has made of it.

    Args:
        queue: Where it writes.
        labels: Gives the words for what is written.
        parent: Its parent.
    """

    saved = Signal(object)
    failed = Signal(object)
    joined = Signal(object, object)
    _tried = Signal(object, object)

    def __init__(self, queue: JobQueue, labels: "Callable[[], Labels]", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._labels = queue, labels
        self._photo: Path | None = None
        self._document: Document | None = None
        self._refused: set[Path] = set()
        self._unwritten: dict[Path, State] = {}
        self._at_risk: dict[Path, Exception] = {}  # those that no disk has, or not all of them
        self._list, self._disk = threading.Lock(), threading.Lock()  # for the two above, for writing
        self._waited = QElapsedTimer()
        self._timer = QTimer(self, singleShot=True)
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        for timer in (self._timer, self._again):
            timer.timeout.connect(self.save)
        self._tried.connect(self._tell)

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
        self._take()
        if self._unwritten:
            self._queue.submit(lambda job: self.keep_now())

    def save_now(self) -> dict[Path, Exception]:
        """Write what is not saved before this returns; the photos whose edits are still at risk, and why."""
        self._take()
        self.keep_now()
        return dict(self._at_risk)

    def keep_now(self) -> None:
        """From any thread: write all that was to be written and is not, also what failed before."""
        for photo in list(self._unwritten):
            self._keep(photo)

    def unwritten(self, photo: Path) -> "State | None":
        """The state of a photo that is still on its way to the disk; from any thread."""
        return self._unwritten.get(photo)

    def _take(self) -> None:
        """What has changed is to be written."""
        self._timer.stop()
        photo, document = self._photo, self._document
        if photo is not None and document is not None and document.is_dirty:
            document.mark_saved(document.state)
            with self._list:
                self._unwritten[photo] = document.state

    def _keep(self, photo: Path) -> None:
        from exposure_app.documents.document_store import keep_state

        with self._disk:  # one at a time: an older state must not come after a newer one
            state = self._unwritten.get(photo)
            if state is None:
                return
            try:
                result: Kept | Exception = keep_state(photo, state, self._labels())
            except Exception as error:  # whatever it is, the edits stay in memory, and the window shows it
                result = error
            problem, is_safe = _problem(result)
            with self._list:
                if problem is None and self._unwritten.get(photo) is state:
                    del self._unwritten[photo]
                if problem is None or is_safe:
                    self._at_risk.pop(photo, None)
                else:
                    self._at_risk[photo] = problem
        self._tried.emit(photo, result)

    @Slot(object, object)
    def _tell(self, photo: Path, result: "Kept | Exception") -> None:
        problem, is_safe = _problem(result)
        if not isinstance(result, Exception) and result.theirs is not None:
            self.joined.emit(photo, result)
        if problem is None:
            self._refused -= {photo, photo.parent}
            self.saved.emit(photo)
            return
        self._again.start()
        told = photo.parent if is_safe else photo
        if told not in self._refused:
            self._refused.add(told)
            self.failed.emit(problem)


def _problem(result: "Kept | Exception") -> tuple[Exception | None, bool]:
    """What went wrong, and whether the edits are safe all the same."""
    return (result, False) if isinstance(result, Exception) else (result.problem, result.is_safe)
