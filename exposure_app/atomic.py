"""Files that are either the old one or the new one, never a half-written one."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.names import fitted
from exposure_app.temporary import temporary_file

_HINTS = {
    errno.ENOENT: "Create the folder first or choose another one.",
    errno.ENOTDIR: "Create the folder first or choose another one.",
    errno.EACCES: "You have no permission to write there; choose another folder.",
    errno.EPERM: "You have no permission to write there; choose another folder.",
    errno.EROFS: "That disk is read-only; choose another folder.",
    errno.ENOSPC: "The disk is full; free some space and try again.",
    errno.EDQUOT: "Your disk quota is used up; free some space and try again.",
    errno.EISDIR: "A folder has that name; choose another file name.",
    errno.ENAMETOOLONG: "Choose a shorter file name.",
}


def make_folder(folder: Path, hint: str = "Choose another folder.") -> None:
    """Make a folder, and those it lies in, where they are missing.

    Raises:
        ExposureError: That is not possible; the hint is what to do about it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot make the folder {folder} ({error.strerror})", hint) from error


@contextmanager
def atomic_path(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Write a file under a temporary name and put it in place when all is written.

    The temporary file lies in the same folder under a hidden name with the same suffix. It is flushed to the disk
    before it replaces ``path``, and removed when the block fails, so that ``path`` is never half written. What a
    killed process leaves is removed by the next one that writes there.

    Args:
        path: Where the file shall be in the end; an existing file is replaced.

    Yields:
        The temporary path (an empty file) to write to. Close every handle on it before the block ends: Windows cannot
        rename open files.

    Raises:
        ExposureError: The folder is missing or not writable, the disk is full, ``path`` is a folder.
    """
    target = Path(path)
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        mode = _mode_for(target)
        with temporary_file(target.parent, target.suffix) as temporary:
            yield temporary
            _flush_to_disk(temporary)
            temporary.chmod(mode)
            temporary.replace(target)
    except OSError as error:
        raise _explain(target, error) from error


def write_bytes_atomic(path: str | os.PathLike[str], content: bytes | bytearray | memoryview) -> None:
    """Write bytes to a file so that a failure leaves the old file as it was.

    Raises:
        ExposureError: As ``atomic_path``.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def write_text_atomic(path: str | os.PathLike[str], text: str) -> None:
    r"""Write UTF-8 text with ``\n`` line ends to a file so that a failure leaves the old file as it was.

    Raises:
        ExposureError: As ``atomic_path``.
    """
    write_bytes_atomic(path, text.encode("utf-8"))


def put_in_place(finished: Path, target: Path) -> None:
    """Give a file that is whole and on the disk its final name; an existing file is replaced.

    Raises:
        ExposureError: As ``atomic_path``.
    """
    try:
        finished.replace(target)
        return
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise _explain(target, error) from error
    with atomic_path(target) as temporary:  # the target's folder leads to another disk
        shutil.copyfile(finished, temporary)


def backup_name(path: Path) -> Path:
    """Where a file that cannot be understood is set aside: ``.bak``, or ``.bak2`` and so on while those are taken."""
    number = 1
    while (backup := path.with_name(fitted(path.name, f".bak{number if number > 1 else ''}"))).exists():
        number += 1
    return backup


def set_aside(path: Path) -> Path:
    """Rename a file that cannot be understood, so that nothing overwrites it.

    Returns:
        Its new name, see ``backup_name``.

    Raises:
        ExposureError: It cannot be renamed.
    """
    backup = backup_name(path)
    try:
        path.rename(backup)
    except OSError as error:
        raise ExposureError(
            f"{path} cannot be understood and cannot be renamed ({error.strerror})", "Move it away yourself."
        ) from error
    return backup


def _mode_for(target: Path) -> int:
    """Permission bits for the new file: those of the old one, or what the umask gives (mkstemp alone gives 0600)."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0o077)
    os.umask(umask)
    return 0o666 & ~umask


def _flush_to_disk(path: Path) -> None:
    # Windows flushes only handles that are open for writing.
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _explain(target: Path, error: OSError) -> ExposureError:
    reason = error.strerror or str(error)
    hint = _HINTS.get(error.errno or 0, "Choose another folder or file name.")
    return ExposureError(f"Cannot write {target}: {reason}", hint)
