"""Which files are photos, and which reader opens them."""

import logging
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.image import Image, Pixels
from exposure_app.io import kinds
from exposure_app.io.develop import Develop
from exposure_app.reading import open_ordinary

log = logging.getLogger(__name__)

# Beyond this a picture is more likely a decompression bomb than a photo (multi-shot cameras reach 400 megapixels).
MAX_PIXELS = 500_000_000

RAW_EXTENSIONS = frozenset(
    ".3fr .arw .bay .cap .cr2 .cr3 .crw .cs1 .dcr .dng .erf .fff .gpr .iiq .k25 .kdc .mdc .mef .mos .mrw .nef .nrw "
    ".orf .ori .pef .ptx .pxn .qtk .raf .raw .rw2 .rwl .rwz .sr2 .srf .srw .sti .x3f".split()
)
RASTER_EXTENSIONS = frozenset(suffix for suffixes in kinds.SUFFIXES.values() for suffix in suffixes)
EXTENSIONS = RAW_EXTENSIONS | RASTER_EXTENSIONS


def is_raw(path: str | os.PathLike[str]) -> bool:
    """Whether the name has the extension of a RAW format, in any case."""
    return Path(path).suffix.lower() in RAW_EXTENSIONS


def read_image(
    path: str | os.PathLike[str],
    *,
    develop: Develop | None = None,
    first: Callable[[Pixels], None] | None = None,
    wide: bool = False,
) -> Image:
    """Read a photo.

    Args:
        path: A RAW file or a JPEG, PNG, TIFF, WebP, AVIF or HEIC. What is in it decides which reader opens it, where
            that is not what its extension says.
        develop: How to develop it, the usual way when None; see ``raster.read_raster`` for finished pictures.
        first: Called with a small version of a RAW file on the way, see ``raw.read_raw``; not for finished pictures.
        wide: Whether colours outside of sRGB are wanted, see ``Image.beyond``.

    Returns:
        The upright picture: float32, H x W x 3, linear light, sRGB primaries, 0 is black, 1 is white, never negative.

    Raises:
        ExposureError: The file is missing, unreadable, damaged, too large or of a kind that Exposure does not read.
    """
    file, develop = Path(path), develop or Develop()
    if file.suffix.lower() not in EXTENSIONS:
        hint = "Open a camera RAW file, a JPEG, PNG, TIFF, WebP, AVIF or HEIC."
        raise ExposureError(f"{file} is not of a kind that Exposure reads", hint)
    _check_readable(file)
    try:
        if is_raw_inside(file):
            from exposure_app.io.raw import read_raw

            return read_raw(file, develop=develop, first=first, wide=wide)
        from exposure_app.io.raster import read_raster

        return read_raster(file, develop=develop, wide=wide)
    except MemoryError as error:
        raise ExposureError(
            f"There is not enough memory to open {file}", "Close other programs and try again."
        ) from error


def too_large(path: Path) -> ExposureError:
    """The error for a picture that is more likely a bomb."""
    return ExposureError(f"{path} is too large to open", f"At most {MAX_PIXELS // 10**6} megapixels are supported.")


def is_raw_inside(file: Path) -> bool:
    """Whether LibRaw should read a file: unless what is in it contradicts, its extension decides."""
    with file.open("rb") as stream:
        kind = kinds.kind_of(stream.read(kinds.HEAD))
    if is_raw(file):
        return kind not in kinds.SUFFIXES or kind == "TIFF"  # which many RAW formats are
    if kind == "TIFF":
        from exposure_app.io.tiff import is_raw_tiff

        return is_raw_tiff(file)
    return kind == "RAW"


def find_photos(paths: Iterable[str | os.PathLike[str]], recursive: bool = False) -> list[Path]:
    """List the photos that files and folders stand for.

    Args:
        paths: Files are taken as they are, whatever their extension: reading them tells what is wrong. Folders stand
        for
            the photos in them; hidden files, such as the ``._`` files of macOS, are left out.
        recursive: Also look into the folders inside the folders.

    Returns:
        Every photo once; in the order of ``paths``, inside a folder in natural order (``IMG_2`` before ``IMG_10``).

    Raises:
        ExposureError: A path does not exist or a folder that was named cannot be listed; one below it is a warning.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            found.update(dict.fromkeys(_photos_in(path, recursive)))
        elif path.exists():
            found[path] = None
        else:
            raise ExposureError(f"{path} does not exist", "Check the path.")
    return list(found)


def _photos_in(folder: Path, recursive: bool) -> list[Path]:
    photos: list[Path] = []
    folders = [folder]
    while folders:
        current = folders.pop()
        try:
            entries = [entry for entry in current.iterdir() if not entry.name.startswith(".")]
        except OSError as error:
            failed = ExposureError(f"Cannot list the folder {current}: {error.strerror}", "Check its permissions.")
            if current == folder:
                raise failed from error
            log.warning("%s", failed)  # the photos in the others are still there
            continue
        if recursive:
            # A linked folder could lead back to its parent and never end.
            folders += [entry for entry in entries if entry.is_dir() and not entry.is_symlink()]
        photos += [entry for entry in entries if entry.suffix.lower() in EXTENSIONS and entry.is_file()]
    return sorted(photos, key=lambda photo: [natural_key(part) for part in photo.relative_to(folder).parts])


def natural_key(name: str) -> tuple[list[tuple[int, str]], str]:
    """How names are sorted: numbers as numbers, letters without case; the name itself decides between equals."""
    parts = re.split(r"(\d+)", name.casefold())
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], name


def _check_readable(file: Path) -> None:
    """Refuse what is plainly no photo, so that every reader gives the same message for it."""
    try:
        with open_ordinary(file) as stream:
            if not stream.read(1):
                raise ExposureError(f"{file} is empty", "Copy the photo again from the camera or the backup.")
    except IsADirectoryError as error:
        raise ExposureError(f"{file} is a folder", "Choose a photo inside it.") from error
    except FileNotFoundError as error:
        raise ExposureError(f"{file} does not exist", "Check the path.") from error
    except OSError as error:
        raise ExposureError(f"Cannot read {file}: {error.strerror}", "Check the permissions of the file.") from error
