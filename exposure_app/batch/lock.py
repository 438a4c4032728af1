"""A file that one process at a time can hold; the system lets go of it when the process dies."""

import os
import sys
from pathlib import Path

from exposure_app.errors import ExposureError


class Lock:
    """Holds the file until ``release``.

    Raises:
        ExposureError: Another process holds it.
        OSError: The file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        try:
            _hold(self._handle)
        except OSError:
            os.close(self._handle)
            raise ExposureError(
                f"Another batch is writing to {path.parent.parent}", "Wait for it or choose another folder."
            ) from None

    def release(self) -> None:
        """Let others have it."""
        os.close(self._handle)


if sys.platform == "win32":
    import msvcrt

    def _hold(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _hold(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
