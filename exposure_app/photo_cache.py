"""What was made of photos, kept on disk so that it need not be made again: thumbnails, small pictures for training.

An entry stands under a name made of the photo's path, time of change and size, so a changed photo gets a new one. The
folder is bounded; whoever reads an entry judges whether it is whole. Everything may be called from several threads.
"""

import hashlib
import logging
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from exposure_app.temporary import temporary_file

_ROOM_AFTER_PRUNING = 0.8
_FRESH = 24 * 3600  # seconds within which an entry need not be noted as seen again

log = logging.getLogger(__name__)


class PhotoCache:
    """One kind of things made of photos.

    Args:
        folder: Where they lie.
        suffix: Of their files.
        version: Of how they are made; another one makes all of them again.
        max_bytes: When the files take more, those not seen for longest are removed.
    """

    def __init__(self, folder: Path, suffix: str, version: str, max_bytes: int) -> None:
        self.folder, self.max_bytes = folder, max_bytes
        self._suffix, self._version = suffix, version
        self._lock = threading.Lock()
        self._bytes: int | None = None  # known after the first look

    def entry(self, photo: Path) -> Path:
        """Where the entry of a photo as it is now stands, or would.

        Raises:
            OSError: The photo cannot be looked at.
        """
        state = photo.stat()
        identity = f"{self._version}|{photo.absolute()}|{state.st_mtime_ns}|{state.st_size}"
        name = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:40]
        return self.folder / name[:2] / f"{name[2:]}{self._suffix}"

    def load(self, entry: Path) -> bytes | None:
        """The content of an entry; None if there is none."""
        try:
            content = entry.read_bytes()
        except OSError:
            return None
        with suppress(OSError):
            if time.time() - entry.stat().st_mtime > _FRESH:
                os.utime(entry)
        return content

    def keep(self, entry: Path, content: bytes) -> None:
        """Store an entry. A full or read-only disk costs time later, nothing else."""
        try:
            _replace(entry, content)
        except OSError as error:
            log.debug("cannot keep %s: %s", entry, error)
            return
        with self._lock:
            total = self.prune() if self._bytes is None else self._bytes + len(content)
            self._bytes = self.prune() if total > self.max_bytes else total

    def prune(self) -> int:
        """Remove entries, those not seen for longest first, until the cache is well within its bound.

        Returns:
            The bytes it takes now.
        """
        found: list[tuple[float, int, Path]] = []
        for path in self.folder.glob(f"*/*{self._suffix}"):
            with suppress(OSError):
                state = path.stat()
                found.append((state.st_mtime, state.st_size, path))
        total = sum(size for _, size, _ in found)
        if total > self.max_bytes:
            for _, size, path in sorted(found):
                if total <= self.max_bytes * _ROOM_AFTER_PRUNING:
                    break
                with suppress(OSError):
                    path.unlink()
                    total -= size
        return total


def _replace(path: Path, content: bytes) -> None:
    """Write whole or not at all, but without waiting for the disk: a lost entry is made again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_file(path.parent, ".tmp") as temporary:
        temporary.write_bytes(content)
        temporary.replace(path)
