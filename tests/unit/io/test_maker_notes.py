"""Lenses that only maker notes tell."""

import struct
from collections.abc import Callable

import pytest

from exposure_app.io.blocks import EXIF_HEAD, blocks_in_jpeg
from exposure_app.io.directories import Entry, ascii_entry, open_tiff, write_tiff
from exposure_app.io.metadata import metadata_of


def block(make: str, note: Callable[[int], bytes]) -> bytes:
    """EXIF whose maker note is told where in it it lies."""

    def written(at: int) -> bytes:
        data = note(at)
        return write_tiff({271: ascii_entry(make)}, {34665: {37500: Entry(7, len(data), data)}})

    tiff = open_tiff(written(0))
    at = tiff.below(tiff.directory(tiff.first), 34665)[37500].at
    return written(at)


def canon(at: int) -> bytes:
    return struct.pack("<HHHII", 1, 0x95, 2, 9, at + 18) + bytes(4) + b"EF 50mm\0\0"


def nikon(_at: int) -> bytes:
    ratios = struct.pack(">8I", 18, 1, 55, 1, 35, 10, 56, 10)
    table = struct.pack(">HHHIHH", 2, 2, 3, 2, 0, 800) + struct.pack(">HHII", 0x84, 5, 4, 38) + bytes(4)
    return b"Nikon\0\2\x10\0\0" + b"MM\0*" + struct.pack(">I", 8) + table + ratios


def olympus(_at: int) -> bytes:
    equipment = struct.pack("<HHHII", 1, 0x203, 2, 8, 48) + bytes(4) + b"OM 25mm\0"
    return b"OLYMPUS\0II\3\0" + struct.pack("<HHHII", 1, 0x2010, 13, 1, 30) + bytes(4) + equipment


def panasonic(at: int) -> bytes:
    return b"Panasonic\0\0\0" + struct.pack("<HHHII", 1, 0x51, 2, 9, at + 30) + bytes(4) + b"LUMIX 20\0"


@pytest.mark.parametrize(
    ("make", "note", "lens"),
    [
        ("Canon", canon, "EF 50mm"),
        ("NIKON CORPORATION", nikon, "18-55mm f/3.5-5.6"),
        ("OLYMPUS", olympus, "OM 25mm"),
        ("Panasonic", panasonic, "LUMIX 20"),
    ],
)
def test_the_lens_is_read_and_put_into_the_exif(make, note, lens):
    metadata = metadata_of(blocks_in_jpeg([("APP1", EXIF_HEAD + block(make, note))]).exif)
    assert metadata.lens == lens and metadata.iso == (800 if note is nikon else None)
    again = metadata_of(blocks_in_jpeg([("APP1", EXIF_HEAD + metadata.exif)]).exif)
    assert again == metadata


@pytest.mark.parametrize("note", [canon, nikon, olympus, panasonic])
def test_a_damaged_note_says_nothing(note):
    whole = block("Canon", note)
    for end in range(60, len(whole), 7):
        blocks_in_jpeg([("APP1", EXIF_HEAD + whole[:end])])
    for place in range(60, len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        blocks_in_jpeg([("APP1", EXIF_HEAD + bytes(damaged))])
