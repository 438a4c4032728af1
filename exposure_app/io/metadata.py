"""What files say about photos: EXIF read from JPEG, PNG, TIFF, WebP and RAW files, cleaned for writing again."""

import io
import math
import struct
import warnings
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import Image as PILImage
from PIL.ExifTags import GPS, IFD, Base

from exposure_app.image import Metadata

# Pillow raises all of these on malformed EXIF. A photo is never refused because of its metadata.
_MALFORMED = (
    OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, AttributeError, ZeroDivisionError, OverflowError,
    MemoryError, struct.error,
)  # fmt: skip

_KEPT_IN_MAIN = (
    Base.ImageDescription, Base.Make, Base.Model, Base.XResolution, Base.YResolution, Base.ResolutionUnit,
    Base.Software, Base.DateTime, Base.Artist, Base.Copyright, Base.Rating, Base.RatingPercent,
)  # fmt: skip
# Sizes change on export, maker notes hold offsets into the old file, interoperability describes the old file.
_DROPPED_IN_EXIF = (Base.MakerNote, Base.ExifImageWidth, Base.ExifImageHeight, IFD.Interop)
_LONGEST_VALUE = 4096
_LONGEST_EXIF = 60_000
_XMP_TAG, _LONGEST_XMP = 700, 1 << 20
_EXIF_PREFIX = b"Exif\0\0"
# How much of a RAW file that is no TIFF is looked through for its EXIF: cameras write it first, the pixels last.
_HEAD_BYTES = 4 << 20
_TIFF_MAGIC = (b"II*\0", b"MM\0*")


def read_raw_metadata(path: Path, raw: Any, orientation: int) -> Metadata:
    """Metadata of a RAW file.

    Args:
        path: The file: a TIFF structure (DNG, NEF, CR2, ARW, PEF, ORF, RW2), Fuji's RAF or Canon's CR3.
        raw: The opened ``rawpy.RawPy``, asked for what the file's EXIF does not tell.
        orientation: EXIF orientation as LibRaw understands the file.

    Returns:
        Whatever could be read. Unreadable metadata counts as none.
    """
    metadata = Metadata(orientation=orientation)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
            if head[:4] in _TIFF_MAGIC:  # DNG writers may put the directories behind the pixels
                stream.seek(0)
                exif = PILImage.Exif()
                exif.load_from_fp(stream)
                metadata = metadata_from_exif(exif, orientation)
            else:
                metadata = metadata_from_exif(_exif_in_raw(head), orientation)
    except _MALFORMED:
        pass
    other = raw.other
    taken = other.timestamp.isoformat() if other.timestamp is not None and other.timestamp.year > 1980 else ""
    return Metadata(
        camera=metadata.camera,
        lens=metadata.lens or raw.lens.model.strip(),
        iso=metadata.iso or _positive(other.iso_speed),
        exposure_time=metadata.exposure_time or _positive(other.shutter_speed),
        aperture=metadata.aperture or _positive(other.aperture),
        focal_length=metadata.focal_length or _positive(other.focal_length),
        taken=metadata.taken or taken,
        gps=metadata.gps,
        orientation=orientation,
        exif=metadata.exif,
        xmp=metadata.xmp,
    )


def read_raster_metadata(picture: PILImage.Image) -> Metadata:
    """Metadata of a picture that Pillow opened. Unreadable metadata counts as none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = metadata_from_exif(picture.getexif())
            return replace(found, xmp=found.xmp or _xmp(picture.info.get("xmp")))
    except _MALFORMED:
        return Metadata()


def read_tiff_metadata(path: Path) -> Metadata:
    """Metadata of a TIFF of any pixel type, even if Pillow cannot open it. Unreadable metadata counts as none."""
    try:
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exif = PILImage.Exif()
            exif.load_from_fp(stream)
            return metadata_from_exif(exif)
    except _MALFORMED:
        return Metadata()


def read_block_metadata(exif: bytes, xmp: bytes) -> Metadata:
    """Metadata of an upright picture from its EXIF block and XMP packet. Unreadable metadata counts as none."""
    try:
        found = metadata_from_exif(parse_exif(exif.removeprefix(_EXIF_PREFIX)), 1) if exif else Metadata()
    except _MALFORMED:
        found = Metadata()
    return replace(found, xmp=found.xmp or _xmp(xmp))


def jpeg_orientation(content: bytes) -> int | None:
    """EXIF orientation (1 to 8) inside a JPEG, None if it does not say."""
    try:
        with PILImage.open(io.BytesIO(content)) as picture:
            value = picture.getexif().get(Base.Orientation)
    except _MALFORMED:
        return None
    return value if value in range(1, 9) else None


def metadata_from_exif(exif: PILImage.Exif, orientation: int | None = None) -> Metadata:
    """Read the fields of ``Metadata`` from EXIF.

    Args:
        exif: As Pillow reads it.
        orientation: Overrides what the EXIF says, which in RAW files may be about the preview.

    Raises:
        Any of Pillow's complaints about malformed EXIF; the readers above turn them into "no metadata".
    """
    details = exif.get_ifd(IFD.Exif)
    stored = exif.get(Base.Orientation, 1)
    return Metadata(
        camera=_camera(_text(exif.get(Base.Make)), _text(exif.get(Base.Model))),
        lens=_text(details.get(Base.LensModel)),
        iso=_positive(details.get(Base.ISOSpeedRatings)) or _positive(exif.get(Base.ISOSpeedRatings)),
        exposure_time=_positive(details.get(Base.ExposureTime)) or _positive(exif.get(Base.ExposureTime)),
        aperture=_positive(details.get(Base.FNumber)) or _positive(exif.get(Base.FNumber)),
        focal_length=_positive(details.get(Base.FocalLength)) or _positive(exif.get(Base.FocalLength)),
        taken=_date(_text(details.get(Base.DateTimeOriginal)) or _text(exif.get(Base.DateTime))),
        gps=_position(exif.get_ifd(IFD.GPSInfo)),
        orientation=orientation or (stored if stored in range(1, 9) else 1),
        exif=_clean(exif),
        xmp=_xmp(exif.get(_XMP_TAG)),
    )


def strip_gps(exif: bytes) -> bytes:
    """Remove the position from an EXIF block.

    Args:
        exif: EXIF as a TIFF structure, as in ``Metadata.exif``.

    Returns:
        The same without GPS; empty if the block cannot be read, for then nobody knows what it would give away.
    """
    if not exif:
        return b""
    try:
        parsed = parse_exif(exif)
        return _serialise(_chosen(parsed), dict(parsed.get_ifd(IFD.Exif)), {})
    except _MALFORMED:
        return b""


def parse_exif(exif: bytes) -> PILImage.Exif:
    """Read an EXIF block (a TIFF structure). Raises Pillow's errors when it is malformed."""
    parsed = PILImage.Exif()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parsed.load(_EXIF_PREFIX + exif)
    return parsed


def _xmp(packet: Any) -> bytes:
    """An XMP packet, which Pillow gives as bytes, as numbers or as text; too long ones count as none."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if isinstance(packet, tuple):
        packet = bytes(packet)
    return packet if isinstance(packet, bytes) and len(packet) <= _LONGEST_XMP else b""


def _clean(exif: PILImage.Exif) -> bytes:
    """EXIF worth carrying on: upright, without thumbnail, maker note and what describes the old file only."""
    details = {tag: value for tag, value in exif.get_ifd(IFD.Exif).items() if tag not in _DROPPED_IN_EXIF}
    position = exif.get_ifd(IFD.GPSInfo)
    content = _serialise(_chosen(exif), details, position)
    return content if len(content) <= _LONGEST_EXIF else _serialise(_chosen(exif), {}, position)


def _chosen(exif: PILImage.Exif) -> dict[int, Any]:
    return {tag: exif[tag] for tag in _KEPT_IN_MAIN if tag in exif}


def _serialise(main: Mapping[int, Any], details: Mapping[int, Any], position: Mapping[int, Any]) -> bytes:
    """Build an EXIF block. A tag that Pillow cannot write is left out, not the whole block."""
    if not main and not details and not position:
        return b""
    parts: list[dict[int, Any]] = [{}, {}, {}]
    for part, tags in zip(parts, (main, details, position), strict=True):
        for tag, value in sorted(tags.items()):
            if _is_short(value) and _is_writable(tag, value):
                part[tag] = value
    exif = PILImage.Exif()
    exif.update({**parts[0], Base.Orientation: 1})
    for ifd, part in ((IFD.Exif, parts[1]), (IFD.GPSInfo, parts[2])):
        if part:
            exif[ifd] = part
    content = exif.tobytes()
    return content.removeprefix(_EXIF_PREFIX)


def _is_writable(tag: int, value: Any) -> bool:
    single = PILImage.Exif()
    single[tag] = value
    try:
        single.tobytes()
    except _MALFORMED:
        return False
    return True


def _is_short(value: Any) -> bool:
    return not isinstance(value, bytes | str | tuple) or len(value) <= _LONGEST_VALUE


def _exif_in_raw(head: bytes) -> PILImage.Exif:
    """Find the EXIF in the beginning of a RAW file that is no plain TIFF."""
    if head.startswith(b"FUJIFILM"):
        # RAF: the offset of an embedded JPEG is at byte 84, big endian; its EXIF is the camera's.
        start, length = struct.unpack(">II", head[84:92])
        with PILImage.open(io.BytesIO(head[start : start + length])) as picture:
            return picture.getexif()
    if head[4:8] == b"ftyp":
        return _exif_in_cr3(head)
    # Olympus and Panasonic put their own letters where TIFF has its version number 42.
    byte_order = head[:2]
    if byte_order not in (b"II", b"MM"):
        raise ValueError("no TIFF structure")
    return parse_exif(byte_order + (b"*\0" if byte_order == b"II" else b"\0*") + head[4:])


def _exif_in_cr3(head: bytes) -> PILImage.Exif:
    """CR3: boxes CMT1, CMT2 and CMT4 hold the main, EXIF and GPS directory, each as a TIFF structure of its own."""
    parts: dict[bytes, PILImage.Exif] = {}
    for name in (b"CMT1", b"CMT2", b"CMT4"):
        found = head.find(name)
        if found >= 4:
            (size,) = struct.unpack(">I", head[found - 4 : found])
            parts[name] = parse_exif(head[found + 4 : found - 4 + size])
    main, details, position = (dict(parts.get(name, {})) for name in (b"CMT1", b"CMT2", b"CMT4"))
    details.pop(Base.MakerNote, None)
    return parse_exif(_serialise(main, details, position))


def _camera(make: str, model: str) -> str:
    """``NIKON CORPORATION`` and ``NIKON D850`` become ``NIKON D850``; ``SONY`` goes before ``ILCE-7M3``."""
    if not make or not model:
        return model or make
    return model if model.casefold().startswith(make.split()[0].casefold()) else f"{make} {model}"


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return " ".join(value.replace("\0", " ").split()) if isinstance(value, str) else ""


def _positive(value: Any) -> float | None:
    """A positive finite number, from a number, a fraction or the first of several; None for anything else."""
    if isinstance(value, tuple | list):
        value = value[0] if value else None
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _date(text: str) -> str:
    try:
        return datetime.strptime(text[:19], "%Y:%m:%d %H:%M:%S").isoformat()
    except ValueError:
        return ""


def _position(position: Mapping[int, Any]) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive."""
    degrees = []
    for value_tag, sign_tag, negative, limit in (
        (GPS.GPSLatitude, GPS.GPSLatitudeRef, "S", 90),
        (GPS.GPSLongitude, GPS.GPSLongitudeRef, "W", 180),
    ):
        try:
            hours, minutes, seconds = (float(part) for part in position[value_tag])
        except (KeyError, TypeError, ValueError, ZeroDivisionError):
            return None
        angle = hours + minutes / 60 + seconds / 3600
        if not (math.isfinite(angle) and angle <= limit):
            return None
        degrees.append(-angle if _text(position.get(sign_tag)).upper() == negative else angle)
    return degrees[0], degrees[1]
