"""What LibRaw knows of a RAW file and rawpy does not tell: the camera, and the lens of the maker note.

rawpy brings LibRaw with it, whose C interface tells both. The two structures read here are described for LibRaw 0.22;
with another LibRaw, or where the library cannot be reached, nothing is known.
"""

import ctypes
import os
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from exposure_app.io.facts import Facts
from exposure_app.io.quiet import libraw_remarks

_DESCRIBED = (0, 22)
# These keep seconds since 1970 as the camera's clock showed them, which LibRaw takes for UTC.
_CLOCKS_WITHOUT_A_ZONE = frozenset({".crw", ".x3f"})
_OLDEST = 1981  # a camera that does not know the date says 1970 or 1980


class _Camera(ctypes.Structure):
    _fields_ = (
        ("guard", ctypes.c_char * 4),
        ("make", ctypes.c_char * 64),
        ("model", ctypes.c_char * 64),
    )


class _MakerNoteLens(ctypes.Structure):
    _fields_ = (
        ("lens_id", ctypes.c_ulonglong),
        ("name", ctypes.c_char * 128),
        ("format", ctypes.c_ushort),
        ("mount", ctypes.c_ushort),
        ("camera_id", ctypes.c_ulonglong),
        ("camera_format", ctypes.c_ushort),
        ("camera_mount", ctypes.c_ushort),
        ("body", ctypes.c_char * 64),
        ("focal_type", ctypes.c_short),
        ("features_before", ctypes.c_char * 16),
        ("features_behind", ctypes.c_char * 16),
        ("range", ctypes.c_float * 4),
    )


class _Lens(ctypes.Structure):
    _fields_ = (
        ("range", ctypes.c_float * 4),
        ("widest", ctypes.c_float),
        ("make", ctypes.c_char * 128),
        ("name", ctypes.c_char * 128),
        ("serial", ctypes.c_char * 128),
        ("internal_serial", ctypes.c_char * 128),
        ("focal_length_35mm", ctypes.c_ushort),
        ("nikon_aperture", ctypes.c_float),
        ("nikon_bytes", ctypes.c_ubyte * 4),
        ("dng_range", ctypes.c_float * 4),
        ("maker_note", _MakerNoteLens),
    )


def facts_of(path: Path, raw: Any) -> Facts:
    """What LibRaw knows of a file.

    Args:
        path: The file.
        raw: The same, opened: a ``rawpy.RawPy``.
    """
    make, model, lens, reach = _asked(path)
    other = raw.other
    return Facts(
        make=make,
        # LibRaw cuts the make off the model; Canon and nobody else among the files that lack both writes it there too.
        model=f"{make} {model}" if make == "Canon" and model else model,
        owner=_clean(other.artist) if path.suffix.lower() == ".crw" else "",
        lens=raw.lens.model.strip() or lens,
        lens_range=reach,
        iso=other.iso_speed,
        exposure_time=other.shutter_speed,
        aperture=other.aperture,
        focal_length=other.focal_length,
        taken=_taken(path, other),
    )


def _taken(path: Path, other: Any) -> datetime | None:
    try:
        taken: datetime | None = other.timestamp
        if taken is not None and path.suffix.lower() in _CLOCKS_WITHOUT_A_ZONE:
            taken = datetime.fromtimestamp(taken.timestamp(), UTC).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):  # a date that no calendar has
        return None
    return taken if taken is not None and taken.year >= _OLDEST else None


def _asked(path: Path) -> tuple[str, str, str, tuple[float, float, float, float] | None]:
    """Make, model, lens and its range; empty and None where LibRaw does not know, or cannot be asked."""
    library = _library()
    if library is None:
        return "", "", "", None
    handle = library.libraw_init(0)
    if not handle:
        return "", "", "", None
    try:
        with libraw_remarks():
            if sys.platform == "win32":
                status = library.libraw_open_wfile(handle, str(path))
            else:
                status = library.libraw_open_file(handle, os.fsencode(path))
        if status:
            return "", "", "", None
        camera = ctypes.cast(library.libraw_get_iparams(handle), ctypes.POINTER(_Camera)).contents
        lens = ctypes.cast(library.libraw_get_lensinfo(handle), ctypes.POINTER(_Lens)).contents
        names = [_clean(words.decode("utf-8", "replace")) for words in (camera.make, camera.model, lens.name)]
        name = names[2] or _clean(lens.maker_note.name.decode("utf-8", "replace"))
        reaches = [tuple(part) for part in (lens.range, lens.dng_range, lens.maker_note.range)]
        reach = next((part for part in reaches if part[0] > 0 and part[1] > 0), None)
        return names[0], names[1], name, reach
    finally:
        library.libraw_close(handle)


def _clean(words: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


@cache
def _library() -> Any:
    """LibRaw's C interface as rawpy brings it; None if it is not there or not the one described here."""
    import rawpy
    from rawpy import _rawpy

    if rawpy.libraw_version[:2] != _DESCRIBED:
        return None
    # Looking a name up in the extension finds it in what the extension is linked to; Windows does not look that far.
    for place in (Path(_rawpy.__file__), Path(rawpy.__file__).with_name("raw_r.dll")):
        try:
            library = ctypes.CDLL(str(place))
            for name in ("libraw_init", "libraw_get_iparams", "libraw_get_lensinfo"):
                getattr(library, name).restype = ctypes.c_void_p
            library.libraw_init.argtypes = [ctypes.c_uint]
            for name in ("libraw_get_iparams", "libraw_get_lensinfo", "libraw_close"):
                getattr(library, name).argtypes = [ctypes.c_void_p]
            if sys.platform == "win32":
                library.libraw_open_wfile.argtypes = [ctypes.c_void_p, ctypes.c_wchar_p]
            else:
                library.libraw_open_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
        except (OSError, AttributeError):
            continue
        return library
    return None
