"""Names of files: short enough for every disk, and as text that any file can hold, whatever bytes they are made of."""

import hashlib
import os
from pathlib import Path
from urllib.parse import quote

MAX_BYTES = 255  # of one name on Linux and macOS; Windows counts UTF-16 units, of which no name has more than bytes
SIDECAR_SUFFIX = ".exposure.json"

_ESCAPED = "file:"  # begins what stands for a name that is no text
_DIGEST = 8  # hexadecimal digits that keep shortened names apart


def fitted(stem: str, ending: str) -> str:
    """A file name of a stem and an ending; a stem that is too long is cut, and ends in a digest of the whole.

    The same parts always give the same name, on every system.
    """
    if _size(stem + ending) <= MAX_BYTES:
        return stem + ending
    ending = f"~{hashlib.sha256(os.fsencode(stem)).hexdigest()[:_DIGEST]}{ending}"
    while stem and _size(stem + ending) > MAX_BYTES:
        stem = stem[:-1]
    return stem + ending


def sidecar_name(photo: str) -> str:
    """The name of the sidecar of a photo with this name."""
    return fitted(photo, SIDECAR_SUFFIX)


def as_text(name: str | os.PathLike[str]) -> str:
    """A name or path as text that can be encoded, also where its bytes are no UTF-8; another name is another text."""
    text = os.fspath(name)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _ESCAPED + quote(os.fsencode(text))
    return _ESCAPED + quote(text) if text.startswith(_ESCAPED) else text


def path_key(path: Path) -> str:
    """Digest of a path, as given: 16 hexadecimal digits to name files with that belong to it."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:16]


def _size(name: str) -> int:
    return len(os.fsencode(name))
