"""EXIF: what of a photo's is true of the finished picture too, as the bytes it is stored in.

Kept is what is listed here. Whatever describes the old file is not: its size and colours, its preview, and the maker
note, which is full of offsets into it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from PIL.ExifTags import GPS, IFD, Base

from exposure_app.io.directories import Directory, Entry, Tiff, longs, numbers, open_tiff, shorts, text, write_tiff

_RIGHTS = (Base.Artist, Base.Copyright)
_MAIN = frozenset(
    int(tag) for tag in (
        Base.ImageDescription, Base.Make, Base.Model, Base.XResolution, Base.YResolution, Base.ResolutionUnit,
        Base.Software, Base.DateTime, Base.HostComputer, Base.Rating, Base.RatingPercent,
        Base.XPTitle, Base.XPComment, Base.XPAuthor, Base.XPKeywords, Base.XPSubject, *_RIGHTS,
    )
)  # fmt: skip
_DETAILS = frozenset(
    int(tag) for tag in (
        Base.ExposureTime, Base.FNumber, Base.ExposureProgram, Base.SpectralSensitivity, Base.ISOSpeedRatings,
        Base.SensitivityType, Base.StandardOutputSensitivity, Base.RecommendedExposureIndex, Base.ISOSpeed,
        Base.ISOSpeedLatitudeyyy, Base.ISOSpeedLatitudezzz, Base.TimeZoneOffset, Base.SelfTimerMode, Base.ExifVersion,
        Base.DateTimeOriginal, Base.DateTimeDigitized, Base.OffsetTime, Base.OffsetTimeOriginal,
        Base.OffsetTimeDigitized, Base.SubsecTime, Base.SubsecTimeOriginal, Base.SubsecTimeDigitized,
        Base.ShutterSpeedValue, Base.ApertureValue, Base.BrightnessValue, Base.ExposureBiasValue,
        Base.MaxApertureValue, Base.SubjectDistance, Base.MeteringMode, Base.LightSource, Base.Flash,
        Base.FocalLength, Base.UserComment, Base.AmbientTemperature, Base.Humidity, Base.Pressure, Base.WaterDepth,
        Base.Acceleration, Base.CameraElevationAngle, Base.FlashEnergy, Base.ExposureIndex, Base.SensingMethod,
        Base.FileSource, Base.SceneType, Base.CustomRendered, Base.ExposureMode, Base.WhiteBalance,
        Base.DigitalZoomRatio, Base.FocalLengthIn35mmFilm, Base.SceneCaptureType, Base.GainControl, Base.Contrast,
        Base.Saturation, Base.Sharpness, Base.SubjectDistanceRange, Base.ImageUniqueID, Base.CameraOwnerName,
        Base.BodySerialNumber, Base.LensSpecification, Base.LensMake, Base.LensModel, Base.LensSerialNumber,
        Base.CompositeImage, Base.CompositeImageCount, Base.CompositeImageExposureTimes,
    )
) | frozenset(range(0xA436, 0xA43D))  # fmt: skip  # EXIF 3.0: title, photographer, editor, what developed and edited
_POSITION = frozenset(range(32))
XMP_TAG, IPTC_TAG, RESOURCES_TAG = 700, int(Base.IPTCNAA), int(Base.ImageResources)
_OTHERS = frozenset({XMP_TAG, IPTC_TAG, RESOURCES_TAG, int(Base.MakerNote)})
_DNG = {50735: int(Base.BodySerialNumber), 50736: int(Base.LensSpecification)}
_WANTED = (
    _MAIN | _DETAILS | frozenset(_DNG)
    | {int(Base.Orientation), int(IFD.Exif), int(IFD.GPSInfo), XMP_TAG, IPTC_TAG, RESOURCES_TAG}
)  # fmt: skip
_LONGEST = 65_000  # bytes; a segment of a JPEG holds little more
_INCHES = {2: 1.0, 3: 2.54}  # by TIFF's number for the unit of a resolution
_UNICODE = b"UNICODE\0"


@dataclass(frozen=True)
class Exif:
    """What is kept of an EXIF block, by tag.

    Attributes:
        main: What it says of the picture.
        details: What it says of the taking.
        position: Where.
        orientation: Of the stored file, 1 to 8.
        others: What lies beside it and is not kept as it is: XMP, IPTC, Photoshop's resources, the maker note.
    """

    main: Directory = field(default_factory=dict)
    details: Directory = field(default_factory=dict)
    position: Directory = field(default_factory=dict)
    orientation: int = 1
    others: Directory = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.main or self.details or self.position)

    def get(self, tag: int) -> Entry | None:
        """An entry, in whichever of ``main`` and ``details`` it is."""
        return self.main.get(tag) or self.details.get(tag)

    def directories(self) -> tuple[Directory, Mapping[int, Directory]]:
        """The main directory of an upright picture, and those below it by their pointers' tags."""
        return {**self.main, int(Base.Orientation): shorts(1)}, {
            int(IFD.Exif): self.details,
            int(IFD.GPSInfo): self.position,
        }

    def to_bytes(self, *, is_upright: bool = True) -> bytes:
        """As a TIFF structure that fits into a JPEG; the longest values are left out if it would not. Empty if none.

        Args:
            is_upright: Whether it says that the picture is upright, or nothing of it.
        """
        lasting = self
        while lasting:
            main, below = lasting.directories()
            content = write_tiff(main if is_upright else lasting.main, below)
            if len(content) <= _LONGEST:
                return content
            lasting = lasting._without_the_longest()
        return b""

    def _without_the_longest(self) -> "Exif":
        everything = [
            (tag not in _RIGHTS, len(entry.data), part, tag)
            for part, directory in (("main", self.main), ("details", self.details), ("position", self.position))
            for tag, entry in directory.items()
        ]
        _, _, part, longest = max(everything)
        shorter = {tag: entry for tag, entry in getattr(self, part).items() if tag != longest}
        parts: dict[str, Any] = {part: shorter}
        return replace(self, **parts)


def read_exif(source: Tiff | bytes) -> Exif:
    """Read an EXIF block, or the main directory of a TIFF.

    Raises:
        ValueError: It is no TIFF structure.
        OSError: The file cannot be read.
    """
    tiff = open_tiff(source) if isinstance(source, bytes) else source
    main = tiff.directory(tiff.first, _WANTED)
    details = {tag: entry for tag, entry in main.items() if tag in _DETAILS}  # TIFF/EP: where many RAW files keep them
    details |= {_DNG[tag]: entry for tag, entry in main.items() if tag in _DNG and entry.data.strip(b"\0")}
    below = tiff.below(main, IFD.Exif, _DETAILS | {int(Base.MakerNote)})
    details |= {tag: entry for tag, entry in below.items() if tag in _DETAILS}
    comment = details.get(Base.UserComment)
    if comment is not None and tiff.order == ">" and comment.data.startswith(_UNICODE):
        letters = comment.data[8:]
        letters = letters[: len(letters) // 2 * 2]
        turned = bytes(letters[at ^ 1] for at in range(len(letters)))  # its letters are in the order of the block
        details[Base.UserComment] = Entry(comment.kind, len(turned) + 8, _UNICODE + turned)
    orientation = int(positive(main.get(Base.Orientation)) or 1)
    return Exif(
        {tag: entry for tag, entry in main.items() if tag in _MAIN},
        details,
        tiff.below(main, IFD.GPSInfo, _POSITION),
        orientation if orientation in range(1, 9) else 1,
        {tag: entry for tag, entry in {**main, **below}.items() if tag in _OTHERS},
    )


def finished(exif: Exif, width: int, height: int, *, is_srgb: bool, keep_gps: bool) -> Exif:
    """The EXIF of a finished picture of that size; none stays none.

    Args:
        exif: Of the photo.
        width: In pixels.
        height: In pixels.
        is_srgb: Whether its pixels are sRGB.
        keep_gps: Whether it may tell the position.
    """
    if not exif:
        return exif
    details = {
        int(Base.ExifVersion): Entry(7, 4, b"0232"),
        **exif.details,
        int(Base.ColorSpace): shorts(1 if is_srgb else 0xFFFF),
        int(Base.ExifImageWidth): longs(width),
        int(Base.ExifImageHeight): longs(height),
    }
    return Exif(exif.main, details, exif.position if keep_gps else {})


def positive(entry: Entry | None) -> float | None:
    """The first number of an entry if it is positive and finite, else None."""
    found = numbers(entry)
    return found[0] if found and math.isfinite(found[0]) and found[0] > 0 else None


def resolution(exif: Exif) -> tuple[int, int] | None:
    """Dots per inch across and down, 1 to 65535 each; None if the block does not say."""
    unit = _INCHES.get(int(positive(exif.main.get(Base.ResolutionUnit)) or 2))
    across, down = positive(exif.main.get(Base.XResolution)), positive(exif.main.get(Base.YResolution))
    if unit is None or across is None or down is None:
        return None
    dpi = round(across * unit), round(down * unit)
    return dpi if all(1 <= side <= 0xFFFF for side in dpi) else None


def date(entry: Entry | None) -> datetime | None:
    """The time an entry names; None if it names none that there can be."""
    try:
        return datetime.strptime(text(entry)[:19], "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def position(directory: Directory) -> tuple[float, float] | None:
    """Latitude and longitude in degrees, north and east positive."""
    degrees = []
    for value_tag, sign_tag, negative, limit in (
        (GPS.GPSLatitude, GPS.GPSLatitudeRef, "S", 90),
        (GPS.GPSLongitude, GPS.GPSLongitudeRef, "W", 180),
    ):
        parts = numbers(directory.get(value_tag))
        if not 1 <= len(parts) <= 3:
            return None
        angle = sum(part / 60**place for place, part in enumerate(parts))
        if not (math.isfinite(angle) and 0 <= angle <= limit):
            return None
        degrees.append(-angle if text(directory.get(sign_tag)).upper() == negative else angle)
    return degrees[0], degrees[1]
