"""Files that are being written: hidden beside their place, and removed once whoever wrote them has died.

A killed process cannot clean up, so the next one that writes into the folder does. A file that is alive is locked by
its writer, and the system unlocks it when the writer dies, however that happens: what can be locked is dead. Locks need
not reach other computers, so names say which one wrote them, and only its own are removed.
"""

import hashlib
import os
import platform
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LONGEST_SUFFIX = 20  # bytes; a longer one says nothing to whoever writes the file
_NAME = re.compile(r"\.exposure-(?P<machine>[0-9a-f]{8})-[a-z0-9_]{8}(\.[^.]*)?")

if sys.platform == "win32":
    _DEAD_AFTER = 24 * 3600  # seconds; a locked file could not be written to by anybody else

    def _lock(handle: int) -> None:
        pass

    def _claim(handle: int) -> None:
        """Raises an OSError while the file may be alive."""
        if time.time() - os.fstat(handle).st_mtime < _DEAD_AFTER:
            raise BlockingIOError
else:
    import fcntl

    def _lock(handle: int) -> None:
        with suppress(OSError):  # a disk without locks: nobody can claim the file either
            fcntl.flock(handle, fcntl.LOCK_EX)

    def _claim(handle: int) -> None:
        """Raises an OSError while the file is alive."""
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def temporary_file(folder: Path, suffix: str) -> Iterator[Path]:
    """An empty file in a folder, removed at the end unless it has been renamed; dead ones there are removed before.

    Args:
        folder: Where it shall be.
        suffix: What its name shall end in, such as ``.jpg``.

    Raises:
        OSError: The folder cannot be written to.
    """
    remove_dead(folder)
    suffix = suffix if len(os.fsencode(suffix)) <= _LONGEST_SUFFIX else ""
    while True:
        handle, name = tempfile.mkstemp(prefix=f".exposure-{_machine()}-", suffix=suffix, dir=folder)
        _lock(handle)
        if Path(name).exists():
            break
        os.close(handle)  # taken for dead and removed before it was locked
    path = Path(name)
    if sys.platform == "win32":
        os.close(handle)  # an open file could not be renamed
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        if sys.platform != "win32":
            os.close(handle)


def remove_dead(folder: Path) -> None:
    """Remove what processes of this computer were writing in a folder when they died."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            named = _NAME.fullmatch(entry.name)
            if named and named["machine"] == _machine() and entry.is_file(follow_symlinks=False):
                _remove_if_dead(Path(entry.path))


def _remove_if_dead(path: Path) -> None:
    with suppress(OSError):
        handle = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        try:
            _claim(handle)
            if sys.platform != "win32":
                path.unlink()
        finally:
            os.close(handle)
        if sys.platform == "win32":
            path.unlink()


def _machine() -> str:
    return hashlib.sha256(platform.node().encode("utf-8", "replace")).hexdigest()[:8]
