"""The floating point pixels of a DNG, of 16, 24 or 32 bits, as they are stored (DNG 1.7; TIFF Technical Note 3).

LibRaw decodes them too, but gives out 14 bits of them; tifffile knows no 24 bits with differences.
"""

import zlib
from typing import IO

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.dng import DngDirectory

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _SAMPLES, _PLANAR, _PREDICTOR = 256, 257, 258, 259, 277, 284, 317
_STRIPS, _ROWS_PER_STRIP, _STRIP_BYTES = 273, 278, 279
_TILE_WIDTH, _TILE_HEIGHT, _TILES, _TILE_BYTES = 322, 323, 324, 325
_NONE, _DEFLATE = 1, (8, 32946)
_DISTANCES = {3: 1, 34894: 2, 34895: 4}  # in pixels, over which each of the predictors takes differences
_MOST_BYTES = 1 << 32  # of the picture; larger ones were refused before

Bytes = NDArray[np.uint8]


def read_floats(stream: IO[bytes], directory: DngDirectory) -> NDArray[np.float32]:
    """Decode the pixels of a directory.

    Returns:
        float32, H x W x samples.

    Raises:
        ValueError: They are damaged, or packed in a way that DNG does not know.
    """
    width, height, samples = directory.first(_WIDTH), directory.first(_HEIGHT), max(1, directory.first(_SAMPLES))
    bits = {int(each) for each in directory.numbers(_BITS)}
    compression, predictor = directory.first(_COMPRESSION) or _NONE, directory.first(_PREDICTOR) or 1
    if bits not in ({16}, {24}, {32}) or (samples > 1 and directory.first(_PLANAR) == 2):
        raise ValueError("floating point pixels of an unknown layout")
    if compression not in (_NONE, *_DEFLATE) or not (predictor == 1 or predictor in _DISTANCES):
        raise ValueError(f"floating point pixels with compression {compression}, predictor {predictor}")
    size = bits.pop() // 8
    if directory.numbers(_TILES):
        tile, tags = (directory.first(_TILE_HEIGHT), directory.first(_TILE_WIDTH)), (_TILES, _TILE_BYTES)
    else:
        tile, tags = (min(directory.first(_ROWS_PER_STRIP) or height, height), width), (_STRIPS, _STRIP_BYTES)
    offsets, lengths = ([int(value) for value in directory.numbers(tag)] for tag in tags)
    if min(*tile, width, height) < 1 or tile[0] * tile[1] * samples * size > _MOST_BYTES:
        raise ValueError("tiles of an impossible size")
    places = [(top, left) for top in range(0, height, tile[0]) for left in range(0, width, tile[1])]
    if not len(places) == len(offsets) == len(lengths):
        raise ValueError("a part of the picture is missing")
    values = np.empty((height, width, samples), np.float32)
    for (top, left), offset, length in zip(places, offsets, lengths, strict=True):
        rows = tile[0] if directory.numbers(_TILES) else min(tile[0], height - top)
        shape = rows, tile[1] * samples, size
        stream.seek(offset)
        data = _unpacked(stream.read(length), compression, int(np.prod(shape)))
        if predictor == 1:
            each = data.reshape(shape)[..., :: 1 if directory.order == ">" else -1]
        else:
            each = _undone(data.reshape(rows, -1), _DISTANCES[predictor] * samples, size)
        part = _to_float32(np.ascontiguousarray(each)).reshape(rows, tile[1], samples)
        room = values[top : top + rows, left : left + tile[1]]
        room[:] = part[: room.shape[0], : room.shape[1]]
    return values


def _unpacked(data: bytes, compression: int, size: int) -> Bytes:
    """The bytes of a tile, never more than there should be."""
    if compression != _NONE:
        try:
            data = zlib.decompressobj().decompress(data, size)
        except zlib.error as error:
            raise ValueError(str(error)) from error
    if len(data) < size:
        raise ValueError("a part of the picture is missing")
    return np.frombuffer(data, np.uint8, size)


def _undone(rows: Bytes, distance: int, size: int) -> Bytes:
    """Undo the floating point predictor: sums along each row, whose bytes lie sorted by their weight, highest first."""
    count = rows.shape[1]
    whole = np.zeros((len(rows), -(-count // distance) * distance), np.uint8)
    whole[:, :count] = rows
    sums = np.cumsum(whole.reshape(len(rows), -1, distance), axis=1, dtype=np.uint8).reshape(len(rows), -1)
    return sums[:, :count].reshape(len(rows), size, -1).transpose(0, 2, 1)


def _to_float32(each: Bytes) -> NDArray[np.float32]:
    """Numbers of 2, 3 or 4 bytes, highest first, along the last axis. Three: a sign, 7 of exponent, 16 of mantissa."""
    if each.shape[-1] != 3:
        return each.view(f">f{each.shape[-1]}")[..., 0].astype(np.float32)
    high = each[..., 0].astype(np.uint32)
    mantissa = each[..., 1].astype(np.uint32) << 8 | each[..., 2]
    exponent = high & 0x7F
    normal = ((exponent + 64) << 23 | mantissa << 7).view(np.float32)
    size = np.where(exponent == 0, mantissa.astype(np.float32) * np.float32(2.0**-78), normal)
    size = np.where(exponent == 0x7F, np.float32(np.nan), size)
    return np.where(high & 0x80, -size, size).astype(np.float32)
