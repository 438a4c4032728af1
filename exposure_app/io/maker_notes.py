"""The lens, where only a maker note tells it: Canon, Nikon, Olympus and Panasonic before EXIF had a field for it.

Of RAW files LibRaw reads the notes of all makers (``libraw_facts``); this is for JPEGs. Notes hold offsets into their
file, some from its beginning, some from their own.
"""

from dataclasses import replace

from PIL.ExifTags import Base

from exposure_app.io.directories import Entry, Tiff, numbers, open_tiff, text
from exposure_app.io.exif import Exif
from exposure_app.io.facts import Facts

_CANON_LENS, _PANASONIC_LENS = 0x0095, 0x0051
_NIKON_ISO, _NIKON_LENS = 0x0002, 0x0084
_OLYMPUS_EQUIPMENT, _OLYMPUS_LENS = 0x2010, 0x0203
_NIKON, _OLYMPUS, _PANASONIC = b"Nikon\0\2", b"OLYMPUS\0", b"Panasonic\0\0\0"


def facts_in_maker_note(tiff: Tiff, exif: Exif) -> Facts:
    """What the maker note in a block says of lens and sensitivity; nothing of a note that is not known or damaged."""
    note = exif.others.get(int(Base.MakerNote))
    if note is None or not note.at:
        return Facts()
    try:
        return _facts(tiff, note, text(exif.main.get(Base.Make)))
    except ValueError:
        return Facts()


def _facts(tiff: Tiff, note: Entry, make: str) -> Facts:
    if note.data.startswith(_NIKON):
        own = open_tiff(tiff.stream, tiff.base + note.at + 10)
        found = own.directory(own.first, {_NIKON_ISO, _NIKON_LENS})
        reach, iso = numbers(found.get(_NIKON_LENS)), numbers(found.get(_NIKON_ISO))
        return Facts(
            lens_range=(reach[0], reach[1], reach[2], reach[3]) if len(reach) == 4 else None,
            iso=iso[1] if len(iso) == 2 else None,
        )
    if note.data.startswith(_OLYMPUS):
        own = replace(tiff, base=tiff.base + note.at, order="<" if note.data[8:10] == b"II" else ">")
        equipment = own.below(own.directory(12, {_OLYMPUS_EQUIPMENT}), _OLYMPUS_EQUIPMENT, {_OLYMPUS_LENS})
        return Facts(lens=text(equipment.get(_OLYMPUS_LENS)))
    if note.data.startswith(_PANASONIC):
        return Facts(lens=text(tiff.directory(note.at + 12, {_PANASONIC_LENS}).get(_PANASONIC_LENS)))
    if make.casefold().startswith("canon"):
        return Facts(lens=text(tiff.directory(note.at, {_CANON_LENS}).get(_CANON_LENS)))
    return Facts()
