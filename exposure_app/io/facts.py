"""What is known of a photo beside its EXIF, put into it where it lacks it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from PIL.ExifTags import Base

from exposure_app.io.directories import ASCII, Entry, ascii_entry, longs, rationals, shorts, text
from exposure_app.io.exif import Exif, date, positive
from exposure_app.io.xmp import said_in, text_of

_LONGEST_NUMBER = 40  # letters
_FINEST = 10_000  # the largest denominator that is written
_MOST = 0xFFFF  # ISO, in the field that every program reads


@dataclass(frozen=True)
class Facts:
    """What somebody knows of a photo. Unknown values are empty or None.

    Attributes:
        make: Of the camera.
        model: Of the camera.
        owner: Of the camera.
        lens: Its name.
        lens_range: Shortest and longest focal length in mm, then the f-number at each; 0 where unknown.
        iso: Sensitivity.
        exposure_time: In seconds.
        aperture: f-number.
        focal_length: In millimetres.
        taken: Local time.
    """

    make: str = ""
    model: str = ""
    owner: str = ""
    lens: str = ""
    lens_range: tuple[float, float, float, float] | None = None
    iso: float | None = None
    exposure_time: float | None = None
    aperture: float | None = None
    focal_length: float | None = None
    taken: datetime | None = None


def filled(exif: Exif, facts: Facts) -> Exif:
    """The EXIF with the facts that it lacks. Where it says anything, if only that an f-number is 0, that stays."""
    main, details = _main(facts), _details(facts)
    if not main and not details:
        return exif
    main |= {tag: entry for tag, entry in exif.main.items() if not (tag in main and _says_nothing(tag, entry))}
    details |= {tag: entry for tag, entry in exif.details.items() if not (tag in details and _says_nothing(tag, entry))}
    return replace(exif, main=main, details=details)


def facts_in_xmp(packet: bytes) -> Facts:
    """What a packet says of camera, lens and exposure, which some programs write nowhere else."""
    said = {name.rpartition("}")[2]: text_of(element) for name, element in said_in(packet).items()}
    return Facts(
        make=said.get("Make", ""),
        model=said.get("Model", ""),
        lens=said.get("LensModel") or said.get("Lens", ""),
        iso=_number(said.get("PhotographicSensitivity") or said.get("ISOSpeedRatings", "")),
        exposure_time=_number(said.get("ExposureTime", "")),
        aperture=_number(said.get("FNumber", "")),
        focal_length=_number(said.get("FocalLength", "")),
        taken=time_in(said.get("DateTimeOriginal") or said.get("DateCreated", "")),
    )


def time_in(words: str) -> datetime | None:
    """A time as XMP writes it, or as EXIF does; None if it is no whole one."""
    try:
        return datetime.strptime(words[:19].replace("-", ":").replace("T", " "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None


def _number(words: str) -> float | None:
    """A number or a fraction, of some length: Python's would take any."""
    try:
        return float(Fraction(words)) if len(words) <= _LONGEST_NUMBER and "e" not in words.lower() else None
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def lens_name(reach: Sequence[float]) -> str:
    """What a lens is called that is known by its range only, as its maker would: ``18-55mm f/3.5-5.6``."""
    short, long, wide, narrow = reach
    if not 0 < short <= long:
        return ""
    name = f"{short:.4g}mm" if short == long else f"{short:.4g}-{long:.4g}mm"
    if wide > 0:
        name += f" f/{wide:.3g}" if wide == narrow or narrow <= 0 else f" f/{wide:.3g}-{narrow:.3g}"
    return name


def _main(facts: Facts) -> dict[int, Entry]:
    texts = {Base.Make: facts.make, Base.Model: facts.model}
    return {int(tag): ascii_entry(words) for tag, words in texts.items() if words}


def _details(facts: Facts) -> dict[int, Entry]:
    taken = facts.taken.strftime("%Y:%m:%d %H:%M:%S") if facts.taken is not None else ""
    reach = facts.lens_range if facts.lens_range and lens_name(facts.lens_range) else None
    lens = facts.lens or (lens_name(reach) if reach else "")
    texts = {Base.DateTimeOriginal: taken, Base.LensModel: lens, Base.CameraOwnerName: facts.owner}
    details = {int(tag): ascii_entry(words) for tag, words in texts.items() if words}
    measures = {
        Base.ExposureTime: facts.exposure_time,
        Base.FNumber: round(facts.aperture, 2) if facts.aperture else None,
        Base.FocalLength: facts.focal_length,
    }
    for tag, value in measures.items():
        if value and math.isfinite(value) and 0 < value < 1e5 and (part := _fraction(value))[0]:
            details[int(tag)] = rationals(part)
    if reach:
        details[int(Base.LensSpecification)] = rationals(
            *(_fraction(value) if value > 0 else (0, 0) for value in reach)
        )
    if facts.iso and 1 <= facts.iso < 1e9:
        details[int(Base.ISOSpeedRatings)] = shorts(min(round(facts.iso), _MOST))
        if facts.iso > _MOST:
            details[int(Base.RecommendedExposureIndex)] = longs(round(facts.iso))
    return details


def _fraction(value: float) -> tuple[int, int]:
    fraction = Fraction(value).limit_denominator(_FINEST)
    return fraction.numerator, fraction.denominator


def _says_nothing(tag: int, entry: Entry) -> bool:
    if tag == Base.DateTimeOriginal:
        return date(entry) is None
    if tag == Base.ISOSpeedRatings:
        return positive(entry) is None
    return entry.kind == ASCII and not text(entry)
