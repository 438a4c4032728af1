"""What files say about photos: read from JPEG, PNG, TIFF, WebP, AVIF and RAW files, cleaned for writing again."""

import io
import struct
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image as PILImage
from PIL.ExifTags import Base

from exposure_app.errors import ExposureError
from exposure_app.image import Metadata
from exposure_app.io import exif as exifs
from exposure_app.io import kinds
from exposure_app.io.blocks import EXIF_HEAD, Blocks, blocks_in_picture, blocks_in_raw, blocks_in_tiff
from exposure_app.io.directories import Entry, rationals, shorts, text
from exposure_app.io.exif import Exif, positive, read_exif
from exposure_app.io.facts import facts_in_xmp, filled
from exposure_app.io.formats import is_raw_inside
from exposure_app.io.xmp import merged
from exposure_app.io.xmp_sidecar import agreeing, read_xmp_sidecars
from exposure_app.reading import open_ordinary

# What damaged metadata ends in. A photo is never refused because of it.
_MALFORMED = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, OverflowError,
    MemoryError, RecursionError, struct.error,
)  # fmt: skip
# How much of a RAW file that is no TIFF is looked through for its EXIF: cameras write it first, the pixels last.
_HEAD_BYTES = 4 << 20
_MOST_SHORT = 0xFFFF


def read_metadata(path: Path) -> Metadata:
    """Metadata of a photo and of the .xmp beside it, without decoding the picture. What cannot be read has none."""
    try:
        with open_ordinary(path) as stream:
            kind = kinds.kind_of(stream.read(kinds.HEAD))
        if is_raw_inside(path):
            from exposure_app.io.raw import open_raw

            with open_raw(path) as raw:
                return read_raw_metadata(path, raw, 1)
        if kind == "TIFF":
            return read_tiff_metadata(path)
        if kind == "HEIC":
            from exposure_app.io.heif import heic_blocks

            return read_block_metadata(*heic_blocks(path), path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with PILImage.open(path, formats=("JPEG", "PNG", "WEBP", "AVIF")) as picture:
                return read_raster_metadata(picture, path)
    except (ExposureError, PILImage.DecompressionBombError, *_MALFORMED):
        return Metadata()  # whoever reads the photo says what is wrong with it


def read_raw_metadata(path: Path, raw: Any, orientation: int) -> Metadata:
    """Metadata of a RAW file and of the .xmp beside it.

    Args:
        path: The file.
        raw: The opened ``rawpy.RawPy``, asked for what the file's EXIF does not tell.
        orientation: EXIF orientation as LibRaw understands the file.

    Returns:
        Whatever could be read. Unreadable metadata counts as none.
    """
    from exposure_app.io.libraw_facts import facts_of

    blocks = Blocks()
    try:
        with path.open("rb") as stream:
            blocks = blocks_in_raw(stream, stream.read(_HEAD_BYTES))
    except _MALFORMED:
        pass
    exif = filled(blocks.exif, facts_of(path, raw))
    return _described(replace(blocks, exif=exif), path, is_raw=True, orientation=orientation)


def read_raster_metadata(picture: PILImage.Image, path: Path | None = None) -> Metadata:
    """Metadata of a picture that Pillow opened, and of the .xmp beside its file. Unreadable metadata counts as none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            blocks = blocks_in_picture(picture)
    except _MALFORMED:
        blocks = Blocks()
    return _described(blocks, path)


def read_block_metadata(exif: bytes, xmp: bytes, path: Path) -> Metadata:
    """Metadata of an upright picture from its EXIF block and XMP packet, and of the .xmp beside its file."""
    try:
        blocks = Blocks(read_exif(exif.removeprefix(EXIF_HEAD)), xmp)
    except _MALFORMED:
        blocks = Blocks(xmp=xmp)
    return _described(blocks, path, orientation=1)


def read_tiff_metadata(path: Path) -> Metadata:
    """Metadata of a TIFF of any pixel type, even if Pillow cannot open it. Unreadable metadata counts as none."""
    try:
        with path.open("rb") as stream:
            blocks = blocks_in_tiff(stream)
    except _MALFORMED:
        blocks = Blocks()
    return _described(blocks, path)


def jpeg_orientation(content: bytes) -> int | None:
    """EXIF orientation (1 to 8) inside a JPEG, None if it does not say."""
    try:
        with PILImage.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            value = picture.getexif().get(Base.Orientation)
    except _MALFORMED:
        return None
    return value if value in range(1, 9) else None


def metadata_of(exif: Exif, xmp: bytes = b"", orientation: int | None = None) -> Metadata:
    """The fields of ``Metadata`` in EXIF.

    Args:
        exif: The block.
        xmp: The packet that goes with it.
        orientation: Overrides what the EXIF says, which in RAW files may be about the preview.
    """
    taken = exifs.date(exif.get(Base.DateTimeOriginal)) or exifs.date(exif.get(Base.DateTime))
    return Metadata(
        camera=_camera(text(exif.get(Base.Make)), text(exif.get(Base.Model))),
        lens=text(exif.get(Base.LensModel)),
        iso=_iso(exif),
        exposure_time=positive(exif.get(Base.ExposureTime)),
        aperture=positive(exif.get(Base.FNumber)),
        focal_length=positive(exif.get(Base.FocalLength)),
        taken=taken.isoformat() if taken else "",
        gps=exifs.position(exif.position),
        orientation=orientation or exif.orientation,
        exif=exif.to_bytes(),
        xmp=xmp,
    )


def _described(blocks: Blocks, path: Path | None, *, is_raw: bool = False, orientation: int | None = None) -> Metadata:
    """What the blocks of a file and the .xmp beside it say."""
    exif, xmp = _with_resolution(blocks.exif, blocks.dpi), blocks.xmp
    beside = merged(read_xmp_sidecars(path, is_raw=is_raw)) if path is not None else b""
    if beside:
        exif, xmp = agreeing(exif, beside), merged([beside, xmp])
    return metadata_of(filled(exif, facts_in_xmp(xmp)) if xmp else exif, xmp, orientation)


def _with_resolution(exif: Exif, dpi: tuple[float, float] | None) -> Exif:
    """The EXIF with the resolution that the file tells elsewhere, where it lacks one."""
    if dpi is None or Base.XResolution in exif.main or not all(1 < side < 1e5 for side in dpi):
        return exif
    across, down = (rationals((round(side * 100), 100)) for side in dpi)
    told: dict[int, Entry] = {
        int(Base.XResolution): across, int(Base.YResolution): down, int(Base.ResolutionUnit): shorts(2),
    }  # fmt: skip
    return replace(exif, main={**exif.main, **told})


def _iso(exif: Exif) -> float | None:
    iso = positive(exif.get(Base.ISOSpeedRatings))
    if iso == _MOST_SHORT:  # the field holds no more; newer cameras tell it in another
        others = (Base.RecommendedExposureIndex, Base.ISOSpeed, Base.StandardOutputSensitivity)
        return next((other for tag in others if (other := positive(exif.get(tag)))), iso)
    return iso


def _camera(make: str, model: str) -> str:
    """``NIKON CORPORATION`` and ``NIKON D850`` become ``NIKON D850``; ``SONY`` goes before ``ILCE-7M3``."""
    if not make or not model:
        return model or make
    words = make.casefold().split()
    is_told = model.casefold().startswith(words[0]) or model.casefold().split()[0] in words
    return model if is_told else f"{make} {model}"
