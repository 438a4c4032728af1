"""Purple and green rims along bright edges, which no shift of colours explains, made as colourful as what is around."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.camera_color import for_each
from exposure_app.jit import jit

_REACH = 5  # px around, of which the mean colour is taken
_ROWS_AT_ONCE = 128


def defringed(pixels: Pixels, strength: float, threads: int | None = None) -> Pixels:
    """The picture with less colour in its rims; greens and purples that cover an area stay.

    Args:
        pixels: float32, H x W x 3, linear light. Not changed.
        strength: 0 to 1.
        threads: All available cores when None.

    Returns:
        New pixels of the same kind.
    """
    out = np.empty_like(pixels)
    share = np.float32(strength)

    def run(top: int) -> None:
        bottom = min(top + _ROWS_AT_ONCE, len(pixels))
        first, last = max(top - _REACH, 0), min(bottom + _REACH, len(pixels))
        around = _means(pixels[first:last])
        _calm(pixels[top:bottom], around, top - first, share, out[top:bottom])

    for_each(run, range(0, len(pixels), _ROWS_AT_ONCE), threads)
    return out


@jit
def _means(pixels: Any) -> NDArray[np.float32]:
    """Means of red less green, blue less green and green, over a square that ends at the border."""
    height, width, _ = pixels.shape
    wide = np.zeros((height, width, 3), np.float32)
    for y in range(height):
        for x in range(width):
            first, last = max(x - _REACH, 0), min(x + _REACH, width - 1)
            for u in range(first, last + 1):
                wide[y, x, 0] += pixels[y, u, 0] - pixels[y, u, 1]
                wide[y, x, 1] += pixels[y, u, 2] - pixels[y, u, 1]
                wide[y, x, 2] += pixels[y, u, 1]
            for c in range(3):
                wide[y, x, c] /= np.float32(last + 1 - first)
    means = np.zeros((height, width, 3), np.float32)
    for y in range(height):
        first, last = max(y - _REACH, 0), min(y + _REACH, height - 1)
        for v in range(first, last + 1):
            for x in range(width):
                for c in range(3):
                    means[y, x, c] += wide[v, x, c]
        for x in range(width):
            for c in range(3):
                means[y, x, c] /= np.float32(last + 1 - first)
    return means


@jit
def _calm(pixels: Any, means: Any, offset: Any, strength: Any, out: Any) -> None:
    """Where red and blue together depart from their surroundings, they are led back; green stays."""
    height, width, _ = pixels.shape
    zero, one = np.float32(0), np.float32(1)
    for y in range(height):
        for x in range(width):
            red, green, blue = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
            usual_red, usual_blue, light = means[y + offset, x, 0], means[y + offset, x, 1], means[y + offset, x, 2]
            more_red, more_blue = red - green - usual_red, blue - green - usual_blue
            both = min(abs(more_red), abs(more_blue)) if more_red * more_blue > zero else zero
            share = strength * min(both / (np.float32(0.04) * (light + np.float32(0.01))), one)
            out[y, x, 0] = max(red - share * more_red, min(red, zero))
            out[y, x, 1] = green
            out[y, x, 2] = max(blue - share * more_blue, min(blue, zero))
