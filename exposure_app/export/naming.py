"""How exported files are called: a pattern such as ``{name} {style} {n:04} {date}``, filled in for each photo."""

import re
import string
from datetime import datetime
from pathlib import Path

from exposure_app.errors import ExposureError

TOKENS = ("name", "style", "n", "date")
_LONGEST = 200  # bytes; file systems take 255, and the suffix and a number must fit too

_COUNTER = re.compile(r"0?[1-9]?")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_WINDOWS_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}


def check_pattern(pattern: str) -> None:
    """Refuse a pattern that cannot name files.

    Raises:
        ExposureError: It is empty, has unknown or unclosed braces, or characters that file names cannot have.
    """
    known = ", ".join(f"{{{token}}}" for token in TOKENS)
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        raise ExposureError("A brace in the file name is not closed", f"Known are {known}.") from None
    for text, token, width, conversion in parts:
        bad = _FORBIDDEN.search(text)
        if bad is not None:
            raise ExposureError(f"A file name cannot contain {bad.group()!r}", "Choose the folder below.")
        if token is None:
            continue
        if token not in TOKENS:
            raise ExposureError(f"{{{token}}} is not known in a file name", f"Known are {known}.")
        if conversion or (width and (token != "n" or not _COUNTER.fullmatch(width))):
            raise ExposureError(f"{{{token}}} has a wrong format", "Write {n:04} for a number with four digits.")
    if not pattern.strip(" ."):
        raise ExposureError("The file name is empty", f"Write a name, or one of {known}.")


def file_stem(pattern: str, photo: Path, *, style: str = "", number: int = 1, date: str = "") -> str:
    """The name of an exported file, without its suffix.

    What a photo lacks (a style, say) leaves no gap: spaces and dashes around it go with it.

    Args:
        pattern: As ``check_pattern`` allows it.
        photo: Whose name it carries.
        style: Name of the style behind its recipe.
        number: Its place in this export, from 1.
        date: When it was taken, as 2026-11-24.

    Raises:
        ExposureError: As ``check_pattern``, or nothing is left of the name.
    """
    check_pattern(pattern)
    values = {"name": photo.stem, "style": style, "n": number, "date": date}
    filled = ""
    for text, token, width, _ in string.Formatter().parse(pattern):
        filled += text
        if token is None:
            continue
        value = format(values[token], width or "") if token == "n" else str(values[token])
        filled = filled + value if value else filled.rstrip(" -_")
    stem = _FORBIDDEN.sub("-", filled).strip().rstrip(" .")
    while len(stem.encode("utf-8", "surrogateescape")) > _LONGEST:
        stem = stem[:-1].rstrip(" .")
    if not stem:
        raise ExposureError(f"Nothing is left of the file name for {photo.name}", "Add {name} to it.")
    return f"{stem}_" if stem.split(".")[0].casefold() in _WINDOWS_DEVICES else stem


def date_taken(photo: Path) -> str:
    """The day a photo was taken, as 2026-11-24: from its metadata, else when the file was last changed."""
    from exposure_app.io.metadata import read_metadata

    taken = read_metadata(photo).taken
    if taken:
        return taken[:10]
    try:
        return datetime.fromtimestamp(photo.stat().st_mtime).date().isoformat()
    except (OSError, ValueError, OverflowError):
        return ""
