"""How files from outside are read: ordinary files only, no more of them than makes sense, and JSON in one way.

A path that a person or another file has named may be a named pipe, which would be waited for without end, or a device.
A file may be of any size, and its JSON hold numbers, texts and depths that break whatever takes them in. Whoever reads
such a file reads it here, and catches ``OSError`` for the file and ``Unreadable`` for what is in it.
"""

import errno
import hashlib
import json
import os
import re
import stat
from pathlib import Path
from typing import IO, Any

MOST_BYTES = 16 << 20  # of a file that people or this program write: recipes, settings, lists
DEEPEST = 64  # objects and lists inside each other
_MOST_DIGITS = 20  # of a whole number; more would not fit a float, or take a minute to read
_ESCAPED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_NO_PATH = re.compile("[\0\ud800-\udc7f\udd00-\udfff]")  # bytes that are no UTF-8 stand in names as U+DC80 to U+DCFF

_BINARY = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)  # what turned into a pipe meanwhile does not hang


class Unreadable(ValueError):
    """What is in a file cannot be understood; as text, why: a clause about "it"."""


def check_ordinary(path: str | os.PathLike[str]) -> None:
    """Refuse what is no ordinary file, before anything opens it: opening a pipe or a device can already do something.

    Raises:
        OSError: It is missing, a folder, a pipe, a device or a socket, or cannot be looked at.
    """
    try:
        mode = Path(path).stat().st_mode
    except ValueError:  # a null byte
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
    _check_mode(mode, path)


def open_ordinary(path: str | os.PathLike[str]) -> IO[bytes]:
    """Open an ordinary file for reading bytes.

    Raises:
        OSError: As ``check_ordinary``, or it cannot be opened.
    """
    check_ordinary(path)
    handle = os.open(path, os.O_RDONLY | _BINARY | _AT_ONCE)
    try:
        _check_mode(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def read_bytes(path: str | os.PathLike[str], most: int = MOST_BYTES) -> bytes:
    """The content of an ordinary file.

    Args:
        path: The file.
        most: Bytes that it may have.

    Raises:
        OSError: As ``open_ordinary``, or it is larger.
    """
    with open_ordinary(path) as stream:
        expected = os.fstat(stream.fileno()).st_size
        content = stream.read(min(expected, most) + 1)
        if expected < len(content) <= most:  # it is being written, or the system makes it up as it is read
            content += stream.read(most + 1 - len(content))
    if len(content) > most:
        raise OSError(errno.EFBIG, f"it is larger than {max(1, most >> 20)} MB", str(path))
    return content


def read_text(path: str | os.PathLike[str], most: int = MOST_BYTES) -> str:
    """The text of a UTF-8 file; arguments and errors as ``read_bytes``.

    Raises:
        Unreadable: It is no UTF-8.
    """
    try:
        return read_bytes(path, most).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("it is no text") from None


def read_json(path: str | os.PathLike[str], most: int = MOST_BYTES, *, paths: bool = False) -> Any:
    """The data in a JSON file; arguments and errors as ``read_text`` and ``parse_json``."""
    return parse_json(read_text(path, most), paths=paths)


def digest_of(path: str | os.PathLike[str]) -> str:
    """SHA-256 of an ordinary file, in hexadecimal digits.

    Raises:
        OSError: As ``open_ordinary``.
    """
    digest = hashlib.sha256()
    with open_ordinary(path) as stream:
        while part := stream.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def parse_json(text: str | bytes, *, paths: bool = False) -> Any:
    """The data in a JSON text: numbers are finite and fit a float, texts can be written as UTF-8.

    Args:
        text: JSON; bytes are UTF-8.
        paths: Whether its texts may be paths, which can have bytes that are no UTF-8.

    Raises:
        Unreadable: It is not JSON, or has in it what JSON or this program cannot hold.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        data = json.loads(text, parse_int=_whole, parse_float=_number, parse_constant=_constant)
    except UnicodeDecodeError:
        raise Unreadable("it is no text") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"{error}") from None
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    forbidden = _NO_PATH if paths else _NO_TEXT
    _check(data, forbidden if _ESCAPED.search(text) or forbidden.search(text) else None)
    return data


def _check(data: Any, forbidden: re.Pattern[str] | None) -> None:
    """Refuse what is nested too deeply, and texts with what is forbidden."""
    level = [data]
    for _ in range(DEEPEST):
        inside: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                inside += item.values()
                inside += item if forbidden else ()
            elif isinstance(item, list):
                inside += item
            elif forbidden and isinstance(item, str) and forbidden.search(item):
                raise Unreadable("it has a text with a character that no text can have")
        if not inside:
            return
        level = inside
    raise Unreadable("it is nested too deeply")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise Unreadable(f"it has a number of {len(digits)} digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits)
    if number - number != 0:  # infinite
        raise Unreadable("it has a number that is too large")
    return number


def _constant(name: str) -> float:
    raise Unreadable(f"it has {name} in place of a number")


def _check_mode(mode: int, path: str | os.PathLike[str]) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is no ordinary file but a pipe, a device or a socket", str(path))
