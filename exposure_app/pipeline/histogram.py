"""Histograms of rendered pictures."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import jit

BINS = 256
LUMINANCE = 3  # index of the luminance among the channels of a histogram


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
