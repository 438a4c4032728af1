"""A small DNG writer: a preview in the first directory, the compressed mosaic in a SubIFD, and EXIF.

The layout is the one cameras and converters use (DNG 1.4), so that every reader takes it: the mosaic is in tiles of
lossless JPEG whose two components are neighbouring columns, which keeps each prediction within one colour.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import imagecodecs
import numpy as np

from .sensor import ISO, Mosaic

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, SRATIONAL = 1, 2, 3, 4, 5, 7, 10
_TILE = 512
_DATE = "2026:06:21 20:42:00"
Entry = tuple[int, int, int, bytes]
"""Tag, type, count and the value's bytes."""


def _entry(tag: int, kind: int, *values: int | float | str | bytes) -> Entry:
    """Return a directory entry with its values in little-endian bytes."""
    first = values[0]
    if isinstance(first, str):
        raw = first.encode("ascii") + b"\0"
        return tag, kind, len(raw), raw
    if isinstance(first, bytes):
        return tag, kind, len(first), first
    if kind in (RATIONAL, SRATIONAL):
        parts = [Fraction(value).limit_denominator(1000000) for value in values if not isinstance(value, str | bytes)]
        code = "<II" if kind == RATIONAL else "<ii"
        return tag, kind, len(values), b"".join(struct.pack(code, p.numerator, p.denominator) for p in parts)
    code = {BYTE: "B", SHORT: "H", LONG: "I"}[kind]
    return tag, kind, len(values), struct.pack(f"<{len(values)}{code}", *values)


class _File:
    """The bytes of a TIFF file, put together block by block."""

    def __init__(self) -> None:
        self.data = bytearray(struct.pack("<2sHI", b"II", 42, 0))

    def add(self, block: bytes) -> int:
        """Append a block at an even place and return where it lies."""
        if len(self.data) % 2:
            self.data += b"\0"
        place = len(self.data)
        self.data += block
        return place

    def add_directory(self, entries: list[Entry]) -> int:
        """Append a directory, its long values first, and return where it lies."""
        packed = []
        for tag, kind, count, raw in sorted(entries):
            value = raw.ljust(4, b"\0") if len(raw) <= 4 else struct.pack("<I", self.add(raw))
            packed.append(struct.pack("<HHI", tag, kind, count) + value)
        return self.add(struct.pack("<H", len(packed)) + b"".join(packed) + struct.pack("<I", 0))


def _tile_side(size: int) -> int:
    """Return a tile's width or height: a multiple of 16 no larger than the picture, or LibRaw misreads it."""
    return max(16, min(_TILE, size // 16 * 16))


def _tiles(mosaic: Mosaic) -> list[bytes]:
    """Return the mosaic's tiles as lossless JPEG; tiles past the edge repeat the last columns and rows."""
    rows, cols = mosaic.data.shape
    high, wide = _tile_side(rows), _tile_side(cols)
    # Repeating pairs keeps the colours of the mosaic in step.
    pairs = mosaic.data.reshape(rows // 2, 2, cols // 2, 2)
    padded = np.pad(pairs, ((0, -rows % high // 2), (0, 0), (0, -cols % wide // 2), (0, 0)), mode="edge")
    padded = padded.reshape(2 * padded.shape[0], 2 * padded.shape[2])
    result = []
    for row in range(0, padded.shape[0], high):
        for col in range(0, padded.shape[1], wide):
            tile = np.ascontiguousarray(padded[row : row + high, col : col + wide]).reshape(high, wide // 2, 2)
            result.append(imagecodecs.jpeg8_encode(tile, lossless=True, predictor=1, bitspersample=mosaic.bits))
    return result


def _raw_directory(file: _File, mosaic: Mosaic) -> list[Entry]:
    """Append the mosaic's tiles and return the entries of its directory."""
    rows, cols = mosaic.data.shape
    tiles = _tiles(mosaic)
    return [
        _entry(254, LONG, 0),
        _entry(256, LONG, cols),
        _entry(257, LONG, rows),
        _entry(258, SHORT, 16),
        _entry(259, SHORT, 7),
        _entry(262, SHORT, 32803),
        _entry(277, SHORT, 1),
        _entry(284, SHORT, 1),
        _entry(322, LONG, _tile_side(cols)),
        _entry(323, LONG, _tile_side(rows)),
        _entry(324, LONG, *[file.add(tile) for tile in tiles]),
        _entry(325, LONG, *[len(tile) for tile in tiles]),
        _entry(33421, SHORT, 2, 2),  # CFARepeatPatternDim
        _entry(33422, BYTE, 0, 1, 1, 2),  # CFAPattern: RGGB
        _entry(50710, BYTE, 0, 1, 2),  # CFAPlaneColor
        _entry(50711, SHORT, 1),  # CFALayout
        _entry(50713, SHORT, 1, 1),  # BlackLevelRepeatDim
        _entry(50714, SHORT, mosaic.black),
        _entry(50717, LONG, mosaic.white),
        _entry(50718, RATIONAL, 1, 1),  # DefaultScale
        _entry(50719, LONG, 0, 0),  # DefaultCropOrigin
        _entry(50720, LONG, cols, rows),  # DefaultCropSize
        _entry(50738, RATIONAL, 1),  # AntiAliasStrength
        _entry(50829, LONG, 0, 0, rows, cols),  # ActiveArea
    ]


def _exif_directory() -> list[Entry]:
    """Return the EXIF entries: what a photographer would have set for this scene."""
    return [
        _entry(33434, RATIONAL, Fraction(1, 125)),  # ExposureTime
        _entry(33437, RATIONAL, 8),  # FNumber
        _entry(34850, SHORT, 3),  # ExposureProgram: aperture priority
        _entry(34855, SHORT, ISO),
        _entry(36864, UNDEFINED, b"0230"),
        _entry(36867, ASCII, _DATE),
        _entry(36868, ASCII, _DATE),
        _entry(37380, SRATIONAL, 0),  # ExposureBiasValue
        _entry(37383, SHORT, 5),  # MeteringMode: pattern
        _entry(37385, SHORT, 16),  # Flash: off
        _entry(37386, RATIONAL, 24.6),  # FocalLength: what the scene's projection has on 36 mm
        _entry(41989, SHORT, 25),  # FocalLengthIn35mmFilm
        _entry(41986, SHORT, 0),  # ExposureMode: automatic
        _entry(41987, SHORT, 1),  # WhiteBalance: manual
        _entry(42036, ASCII, "Exposure 25mm F2.8"),  # LensModel
    ]


def dng_bytes(mosaic: Mosaic, preview: np.ndarray) -> bytes:
    """Return a DNG file.

    Args:
        mosaic: The raw picture.
        preview: (rows, columns, 3) uint8 sRGB picture for file lists.

    Returns:
        The file; the same bytes for the same input.
    """
    file = _File()
    jpeg = imagecodecs.jpeg8_encode(np.ascontiguousarray(preview), level=85, subsampling="420")
    raw = file.add_directory(_raw_directory(file, mosaic))
    exif = file.add_directory(_exif_directory())
    root = [
        _entry(254, LONG, 1),
        _entry(256, LONG, preview.shape[1]),
        _entry(257, LONG, preview.shape[0]),
        _entry(258, SHORT, 8, 8, 8),
        _entry(259, SHORT, 7),
        _entry(262, SHORT, 6),
        _entry(270, ASCII, "Rendered landscape, a sample picture of Exposure"),
        _entry(271, ASCII, "Exposure"),
        _entry(272, ASCII, "Sample"),
        _entry(273, LONG, file.add(jpeg)),
        _entry(274, SHORT, 1),
        _entry(277, SHORT, 3),
        _entry(278, LONG, preview.shape[0]),
        _entry(279, LONG, len(jpeg)),
        _entry(282, RATIONAL, 300),
        _entry(283, RATIONAL, 300),
        _entry(284, SHORT, 1),
        _entry(296, SHORT, 2),
        _entry(305, ASCII, "Exposure make_sample_raw"),
        _entry(306, ASCII, _DATE),
        _entry(330, LONG, raw),
        _entry(530, SHORT, 2, 2),
        _entry(531, SHORT, 1),
        _entry(34665, LONG, exif),
        _entry(50706, BYTE, 1, 4, 0, 0),  # DNGVersion
        _entry(50707, BYTE, 1, 1, 0, 0),  # DNGBackwardVersion
        _entry(50708, ASCII, "Exposure Sample"),  # UniqueCameraModel
        _entry(50721, SRATIONAL, *[float(value) for value in mosaic.color_matrix.ravel()]),  # ColorMatrix1
        _entry(50727, RATIONAL, 1, 1, 1),  # AnalogBalance
        _entry(50728, RATIONAL, *[float(value) for value in mosaic.neutral]),  # AsShotNeutral
        _entry(50730, SRATIONAL, 0.3),  # BaselineExposure
        _entry(50731, RATIONAL, 1),  # BaselineNoise
        _entry(50732, RATIONAL, 1),  # BaselineSharpness
        _entry(50734, RATIONAL, 1),  # LinearResponseLimit
        _entry(50778, SHORT, 21),  # CalibrationIlluminant1: D65
    ]
    struct.pack_into("<I", file.data, 4, file.add_directory(root))
    return bytes(file.data)


def write_dng(path: Path, mosaic: Mosaic, preview: np.ndarray) -> None:
    """Write a DNG file; see dng_bytes."""
    path.write_bytes(dng_bytes(mosaic, preview))
