"""Histograms of rendered pictures, and which of their pixels are clipped."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import jit

BINS = 256
LUMINANCE = 3  # index of the luminance among the channels of a histogram
CHECKER = 4  # side of the squares that mark clipped pixels, in pixels of the picture on the screen

_LOW_MARK = (64, 112, 216)  # blue and red differ in brightness too, and the squares in position
_HIGH_MARK = (216, 48, 40)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How often each brightness occurs.

    Attributes:
        counts: int64, 4 x 256: red, green, blue and luminance.
        low: Share of pixels that are black in all channels.
        high: Share of pixels that are white in at least one channel.
    """

    counts: NDArray[np.int64]
    low: float
    high: float


def histogram(codes: NDArray[np.uint8]) -> Histogram:
    """Count the codes of an 8-bit picture, H x W x 3."""
    counts = np.zeros((4, BINS), np.int64)
    clipped = np.zeros(2, np.int64)
    flat = np.ascontiguousarray(codes).reshape(-1)
    _count(flat, counts, clipped)
    pixels = max(flat.size // 3, 1)
    return Histogram(counts, clipped[0] / pixels, clipped[1] / pixels)


def mark_clipped(codes: NDArray[np.uint8], low: bool, high: bool) -> NDArray[np.uint8]:
    """A copy of an 8-bit picture with a checker pattern where it is clipped: blue for black, red for white."""
    marked = codes.copy()
    _mark(marked, low, high, np.array(_LOW_MARK, np.uint8), np.array(_HIGH_MARK, np.uint8))
    return marked


@jit
def _count(codes: Any, counts: Any, clipped: Any) -> None:
    for i in range(codes.size // 3):
        r, g, b = codes[3 * i], codes[3 * i + 1], codes[3 * i + 2]
        counts[0, r] += 1
        counts[1, g] += 1
        counts[2, b] += 1
        # 27, 67 and 6 per cent, the weights that the filters use, in 256ths
        counts[3, (69 * np.int64(r) + 172 * np.int64(g) + 15 * np.int64(b) + 128) >> 8] += 1
        if r == 0 and g == 0 and b == 0:
            clipped[0] += 1
        if r == 255 or g == 255 or b == 255:
            clipped[1] += 1


@jit
def _mark(codes: Any, low: Any, high: Any, low_mark: Any, high_mark: Any) -> None:
    for y in range(codes.shape[0]):
        for x in range(codes.shape[1]):
            if (y // CHECKER + x // CHECKER) % 2 == 1:
                continue
            r, g, b = codes[y, x, 0], codes[y, x, 1], codes[y, x, 2]
            if low and r == 0 and g == 0 and b == 0:
                codes[y, x, 0], codes[y, x, 1], codes[y, x, 2] = low_mark[0], low_mark[1], low_mark[2]
            elif high and (r == 255 or g == 255 or b == 255):
                codes[y, x, 0], codes[y, x, 1], codes[y, x, 2] = high_mark[0], high_mark[1], high_mark[2]
