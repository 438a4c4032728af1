"""The .xmp file beside a photo, in which Lightroom, darktable and others keep what people say about it.

Only what it says of the photograph is taken, never instructions for developing it. It is read, never written.
"""

import re
from fractions import Fraction
from pathlib import Path

from PIL.ExifTags import GPS, Base

from exposure_app.io.directories import BYTE, Directory, Entry, ascii_entry, rationals, shorts
from exposure_app.io.exif import Exif, date, position
from exposure_app.io.facts import time_in
from exposure_app.io.xmp import DC, EXIF, PHOTOSHOP, XMP, packet_of, properties, said_in, text_of

_LONGEST = 16 << 20  # bytes
_FOR_WHICH = f"{{{PHOTOSHOP}}}SidecarForExtension"
_IN_EXIF = {
    Base.ImageDescription: f"{{{DC}}}description",
    Base.Artist: f"{{{DC}}}creator",
    Base.Copyright: f"{{{DC}}}rights",
}
_ANGLE = re.compile(r"(\d{1,3}),(\d{1,2}(?:\.\d{1,9})?)(?:,(\d{1,2}(?:\.\d{1,9})?))?([NSEW])")
_SAME_PLACE = 1e-5  # degrees


def read_xmp_sidecars(photo: Path, *, is_raw: bool) -> list[bytes]:
    """What the .xmp files beside a photo say about it.

    Args:
        photo: ``photo.nef``: ``photo.nef.xmp`` and ``photo.xmp`` are looked for.
        is_raw: Of other photos only ``photo.jpg.xmp`` is read: ``photo.xmp`` is that of the RAW file they come from.

    Returns:
        A packet each, the one written last first. What cannot be read says nothing.
    """
    names = [photo.name] + [photo.stem] * is_raw
    paths = {photo.with_name(name + suffix): None for name in names for suffix in (".xmp", ".XMP")}
    found: dict[tuple[int, int], tuple[int, bytes]] = {}
    for place, path in enumerate(paths):
        try:
            if not path.is_file():  # a pipe would never end
                continue
            about = path.stat()
            with path.open("rb") as stream:
                packet = stream.read(_LONGEST + 1)
        except OSError:
            continue
        if _is_for(packet, photo):  # where names do not tell case, .xmp and .XMP are one file
            found.setdefault((about.st_dev, about.st_ino or place), (about.st_mtime_ns, packet))
    newest = sorted(found.values(), key=lambda one: one[0], reverse=True)
    return [packet_of(list(said.values())) for _, packet in newest if (said := said_in(packet))]


def agreeing(exif: Exif, packet: bytes) -> Exif:
    """The EXIF with what a sidecar says otherwise: caption, author, copyright, rating, time and position."""
    said = said_in(packet)
    main = {
        **exif.main,
        **{int(tag): ascii_entry(words) for tag, name in _IN_EXIF.items() if (words := text_of(said.get(name)))},
    }
    rating = text_of(said.get(f"{{{XMP}}}Rating"))
    if rating in ("0", "1", "2", "3", "4", "5"):
        main[int(Base.Rating)] = shorts(int(rating))
        main.pop(int(Base.RatingPercent), None)
    details = dict(exif.details)
    taken = time_in(text_of(said.get(f"{{{EXIF}}}DateTimeOriginal")))
    if taken and taken != date(exif.get(Base.DateTimeOriginal)):
        details[int(Base.DateTimeOriginal)] = ascii_entry(taken.strftime("%Y:%m:%d %H:%M:%S"))
        for tag in (Base.SubsecTimeOriginal, Base.OffsetTimeOriginal):  # of the old time
            details.pop(int(tag), None)
    place: Directory = _position(*(text_of(said.get(f"{{{EXIF}}}GPS{name}")) for name in ("Latitude", "Longitude")))
    old, new = position(exif.position), position(place)
    if new is None or (old and max(abs(one - other) for one, other in zip(old, new, strict=True)) < _SAME_PLACE):
        place = exif.position
    return Exif(main, details, place, exif.orientation, exif.others)


def _is_for(packet: bytes, photo: Path) -> bool:
    """Lightroom writes for which of IMG_1.CR2 and IMG_1.JPG it is."""
    which = text_of(properties(packet).get(_FOR_WHICH))
    return not which or which.casefold() == photo.suffix[1:].casefold()


def _position(latitude: str, longitude: str) -> dict[int, Entry]:
    """EXIF of a position in XMP's way, ``33,30.6S`` or ``33,30,36S``; nothing if it is in no such way."""
    found: dict[int, Entry] = {}
    for at, words in ((GPS.GPSLatitudeRef, latitude), (GPS.GPSLongitudeRef, longitude)):
        match = _ANGLE.fullmatch(words)
        if match is None:
            return {}
        parts = [Fraction(part).limit_denominator(10**6) for part in match.groups("0")[:3]]
        found[int(at)] = ascii_entry(match[4])
        found[int(at) + 1] = rationals(*((part.numerator, part.denominator) for part in parts))
    return {int(GPS.GPSVersionID): Entry(BYTE, 4, b"\2\3\0\0"), **found}
