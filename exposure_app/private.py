"""Folders that nobody but this user can put anything into: for what is trusted because it lies there."""

import os
import stat
from contextlib import suppress
from pathlib import Path


def make_private(folder: Path) -> bool:
    """Make a folder that only this user can enter, or see to it that a folder is such a one.

    Returns:
        Whether it is. A folder of somebody else, or one that others could write to until now, is left alone: what lies
        in it may be theirs.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        state = folder.stat()
        if not stat.S_ISDIR(state.st_mode):
            return False
        if not hasattr(os, "geteuid"):  # on Windows the user's folders are the user's
            return True
        if state.st_uid != os.geteuid() or state.st_mode & 0o022:
            return False
        if state.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
