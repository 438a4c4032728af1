"""Mosaics to a small linear sRGB picture at once: sites averaged in blocks, for a first look.

Plain numpy: when the first photo is opened, compiled loops are still being loaded.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels

SCREENFUL = 1500  # px; the longer side of the small picture is at least so long, and less than twice, where it can be


def block_side(height: int, width: int, period: int = 2) -> int:
    """How many sites, a multiple of the pattern's period, make one pixel in each direction."""
    return period * max(1, max(height, width) // (period * SCREENFUL))


def bin_mosaic(
    sites: NDArray[Any],
    pattern: NDArray[np.uint8],
    black: NDArray[np.float64],
    gain: NDArray[np.float64],
    matrix: NDArray[np.float64],
) -> Pixels:
    """Average a mosaic in blocks of ``block_side`` and convert the colours.

    Args:
        sites: uint16 or float32, H x W, the visible part of the sensor.
        pattern: Square, the colours of sites from the upper left one on: 0 red, 1 and 3 green, 2 blue.
        black: Black level of each colour of the pattern.
        gain: What turns a level above black into white-balanced camera RGB in which 1 is white.
        matrix: 3 x 3, camera RGB to linear sRGB.

    Returns:
        float32, H // block x W // block x 3, linear light, sRGB primaries, 0 to 1: highlights are clipped to white.
    """
    period = len(pattern)
    block = block_side(sites.shape[0], sites.shape[1], period)
    rows, columns = (side // block for side in sites.shape)
    # Small numbers where they hold the sum: half the memory to pass through.
    whole = np.uint16 if (block // period) ** 2 * float(sites.max()) <= np.iinfo(np.uint16).max else np.uint32
    dtype = np.float32 if sites.dtype == np.float32 else whole
    camera = np.zeros((3, rows, columns), np.float32)
    counts = [0, 0, 0]
    for y in range(period):
        lines = _sum([sites[top : rows * block : block] for top in range(y, block, period)], dtype)
        for x in range(period):
            color = pattern[y, x]
            here = _sum([lines[:, left : columns * block : block] for left in range(x, block, period)], dtype)
            channel, count = color % 2 if color == 3 else color, (block // period) ** 2
            camera[channel] += (here.astype(np.float32) - np.float32(count * black[color])) * np.float32(gain[color])
            counts[channel] += count
    camera /= np.array(counts, np.float32)[:, np.newaxis, np.newaxis]
    np.clip(camera, 0, 1, out=camera)
    small = np.tensordot(matrix.astype(np.float32), camera, 1)
    np.clip(small, 0, 1, out=small)
    return np.ascontiguousarray(small.transpose(1, 2, 0))


def _sum(parts: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    total = parts[0].astype(dtype, copy=False)
    for part in parts[1:]:
        total = np.add(total, part, dtype=dtype)
    return total
