"""Pixels turned, straightened and cropped, in linear light and before any step.

Steps look at one pixel at a time, so that it makes no difference to them; but the agent and the histograms then see
what the picture shows, and light is what may be averaged. Quarter turns, mirroring and cropping alone move pixels and
change none. The angle takes a cubic kernel (Catmull-Rom) over 4 x 4 pixels. Its result is never darker than the darkest
of the four pixels around: otherwise every small light would get a black rim.
"""

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np

from exposure_app.image import Image, Pixels
from exposure_app.jit import cores, inline, jit
from exposure_app.pipeline.geometry import Geometry

_BAND = 256  # rows a thread takes at once


def place_image(image: Image, geometry: Geometry) -> Image:
    """The photo as its geometry shows it; the same object where that is neutral."""
    pixels = place(image.pixels, geometry)
    if pixels is image.pixels:
        return image
    beyond = None if image.beyond is None else place(image.beyond, geometry)
    return replace(image, pixels=pixels, beyond=beyond)


def place(pixels: Pixels, geometry: Geometry) -> Pixels:
    """The part of a photo that its geometry shows.

    Args:
        pixels: float32, H x W x 3, linear light. Not changed.
        geometry: See ``Geometry``.

    Returns:
        float32, C-contiguous, of ``geometry.size``; ``pixels`` itself where the geometry is neutral.
    """
    upright = _upright(pixels, geometry)
    left, top, width, height = geometry.placed(pixels.shape[1], pixels.shape[0])
    if geometry.angle:
        return _straightened(_copied(upright), geometry.angle, left, top, width, height)
    if upright is pixels and (height, width) == pixels.shape[:2]:
        return pixels
    return _copied(upright[top : top + height, left : left + width])


def _upright(pixels: Pixels, geometry: Geometry) -> Pixels:
    """A view."""
    if geometry.mirror:
        pixels = pixels[:, ::-1]
    return np.rot90(pixels, -geometry.turns) if geometry.turns else pixels


def _copied(view: Pixels) -> Pixels:
    """C-contiguous; the same object where it is that already."""
    if view.flags.c_contiguous:
        return view
    copied = np.empty(view.shape, view.dtype)

    def copy(rows: slice) -> None:
        copied[rows] = view[rows]

    _in_bands(len(view), copy)
    return copied


def _straightened(pixels: Pixels, angle: float, left: int, top: int, width: int, height: int) -> Pixels:
    """The crop of a picture that is turned about its centre."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    middle_x, middle_y = pixels.shape[1] / 2, pixels.shape[0] / 2
    x, y = left + 0.5 - middle_x, top + 0.5 - middle_y  # centre of the first pixel, seen from the middle
    start_x = middle_x - 0.5 + x * cos + y * sin
    start_y = middle_y - 0.5 + y * cos - x * sin
    placed = np.empty((height, width, 3), np.float32)

    def turn(rows: slice) -> None:
        _turn(pixels, placed[rows], start_x + rows.start * sin, start_y + rows.start * cos, cos, sin)

    _in_bands(height, turn)
    return placed


def _in_bands(height: int, work: Callable[[slice], None]) -> None:
    bands = [slice(first, min(first + _BAND, height)) for first in range(0, height, _BAND)]
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(work, bands))


@inline
def _weights(t: Any) -> Any:
    """Catmull-Rom: shares of four neighbours at a point ``t`` of the way from the second to the third."""
    half, one = np.float32(0.5), np.float32(1)
    first = half * t * (t * (np.float32(2) - t) - one)
    second = half * (t * t * (np.float32(3) * t - np.float32(5)) + np.float32(2))
    fourth = half * t * t * (t - one)
    return first, second, one - first - second - fourth, fourth


@jit
def _turn(pixels: Any, placed: Any, start_x: Any, start_y: Any, cos: Any, sin: Any) -> None:
    """Rows of the result; the first pixel lies at ``start`` in the source, one pixel right is (cos, -sin) further."""
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1)
    for row in range(placed.shape[0]):
        for column in range(placed.shape[1]):
            x = start_x + row * sin + column * cos
            y = start_y + row * cos - column * sin
            left, top = math.floor(x), math.floor(y)
            a, b, c, d = _weights(np.float32(x - left))
            e, f, g, h = _weights(np.float32(y - top))
            down = (e, f, g, h)
            red, green, blue = np.float32(0), np.float32(0), np.float32(0)
            if 1 <= left < width - 2 and 1 <= top < height - 2:
                at = 3 * ((top - 1) * width + left - 1)
                for share in down:
                    red += share * (a * flat[at] + b * flat[at + 3] + c * flat[at + 6] + d * flat[at + 9])
                    green += share * (a * flat[at + 1] + b * flat[at + 4] + c * flat[at + 7] + d * flat[at + 10])
                    blue += share * (a * flat[at + 2] + b * flat[at + 5] + c * flat[at + 8] + d * flat[at + 11])
                    at += 3 * width
            else:
                across = (a, b, c, d)
                for j in range(4):
                    for i in range(4):
                        near_y = min(max(top - 1 + j, 0), height - 1)
                        near_x = min(max(left - 1 + i, 0), width - 1)
                        share = down[j] * across[i]
                        red += share * pixels[near_y, near_x, 0]
                        green += share * pixels[near_y, near_x, 1]
                        blue += share * pixels[near_y, near_x, 2]
            x0, x1 = min(max(left, 0), width - 1), min(max(left + 1, 0), width - 1)
            y0, y1 = min(max(top, 0), height - 1), min(max(top + 1, 0), height - 1)
            placed[row, column, 0] = max(red, _darkest(pixels, x0, x1, y0, y1, 0))
            placed[row, column, 1] = max(green, _darkest(pixels, x0, x1, y0, y1, 1))
            placed[row, column, 2] = max(blue, _darkest(pixels, x0, x1, y0, y1, 2))


@inline
def _darkest(pixels: Any, x0: Any, x1: Any, y0: Any, y1: Any, channel: Any) -> Any:
    return min(
        min(pixels[y0, x0, channel], pixels[y0, x1, channel]), min(pixels[y1, x0, channel], pixels[y1, x1, channel])
    )
