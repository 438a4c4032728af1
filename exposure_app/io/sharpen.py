"""Capture sharpening: what lens, filter and demosaic have blurred of a RAW file, undone in linear light.

A few steps of Richardson and Lucy (W. H. Richardson, JOSA 62, 1972) on the luminance, for a Gaussian whose radius the
picture's own edges tell. Only where there is contrast beyond noise, never where something is blown, and no further
than a little over what the neighbours are: no halos, no sharpened noise. Colours keep their ratios.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.camera_color import for_each
from exposure_app.io.develop import RADII
from exposure_app.io.noise import Noise
from exposure_app.jit import jit

Floats = NDArray[np.float32]

_STEPS = 6
_HASTE = np.float32(1.8)  # of the way that a step asks for; six do the work of eleven (H.-M. Adorf et al. 1992)
_REACH = 3  # px of the Gaussian, to each side
_TILE_ROWS, _TILE_COLUMNS = 128, 256
HALO = 2 * _REACH * _STEPS + 2  # px around a tile that its pixels depend on
_ROWS, _COLUMNS = _TILE_ROWS + 2 * HALO, _TILE_COLUMNS + 2 * HALO
_SIZE = _ROWS * _COLUMNS
_PLANES = 5
# Unsigned and constant distances, as in ``demosaic``: the loops become vector code.
W, WW, WWW = np.uint64(_COLUMNS), np.uint64(2 * _COLUMNS), np.uint64(3 * _COLUMNS)
ONE, TWO, THREE = np.uint64(1), np.uint64(2), np.uint64(3)

RED, GREEN, BLUE = np.float32(0.2126), np.float32(0.7152), np.float32(0.0722)
ZERO, UNIT, HALF = np.float32(0), np.float32(1), np.float32(0.5)
_DARK = np.float32(1e-4)  # of white: below it there is nothing to sharpen
_BLOWN = np.float32(0.97)
_OVER = np.float32(0.12)  # of the local range: how far beyond it an edge may swing
_LEAST_CONTRAST = np.float32(0.04)  # of the brightness: a smaller range is an even area
_OVER_NOISE = np.float32(5.0)  # standard deviations that the range of nine noisy pixels seldom exceeds

_EDGE_ROWS = 5  # every so many rows are searched for edges
_EDGE_SPAN = 4  # px to each side within which an edge goes from dark to light
_LEAST_EDGE = 0.25  # range over sum of an edge that tells a radius
_LEAST_EDGES = 200
_SHARPEST = 0.2  # the share of edges that are taken to be in focus
_PIXEL = 0.35  # px; what a pixel's own area and its neighbours' share in it blur, which stays
_USUAL_RADIUS = 0.6


def sharpen(pixels: Pixels, strength: float, radius: float, noise: Noise, threads: int | None = None) -> None:
    """Sharpen a developed picture, in place.

    Args:
        pixels: float32, H x W x 3, linear light; may be a flipped or transposed view.
        strength: 0 to 1, the share of the way that is gone.
        radius: Standard deviation of the blur in pixels, within ``RADII``.
        noise: What is left of it in the luminance of these pixels.
        threads: Threads; all available cores when None.
    """
    source = luminance(pixels)
    weights = _gaussian(radius)
    arguments = (np.float32(strength), weights, np.float32(noise.shot), np.float32(noise.read))
    rows = range(0, pixels.shape[0], _TILE_ROWS)
    for_each(lambda top: _sharpen_rows(source, top, *arguments, pixels), rows, threads)


def luminance(pixels: Pixels) -> Floats:
    """Luminance, float32, H x W, negative where something is blown so that it is left alone."""
    out = np.empty(pixels.shape[:2], np.float32)
    for_each(lambda top: _luminance(pixels, top, out), range(0, len(out), _TILE_ROWS), None)
    return out


def blur_radius(pixels: Pixels) -> float:
    """How blurred the sharpest edges of a picture are: a standard deviation in pixels, within ``RADII``.

    An edge of height A that a Gaussian has blurred is A / (s sqrt(2 pi)) steep in its middle.
    """
    every = pixels[::_EDGE_ROWS, :, 1]
    steep = np.abs(np.diff(every, axis=1))
    span = _EDGE_SPAN
    width = steep.shape[1] - 2 * span
    if width < 1:
        return _USUAL_RADIUS
    middle = steep[:, span : span + width]
    before, after = every[:, 1 : 1 + width], every[:, 2 * span : 2 * span + width]
    height = np.abs(after - before)
    light = after + before
    is_edge = (height > _LEAST_EDGE * light) & (light > 0.02) & (np.maximum(after, before) < 0.9)
    is_edge &= (middle >= steep[:, span - 1 : span - 1 + width]) & (middle > steep[:, span + 1 : span + 1 + width])
    radii = height[is_edge] / (middle[is_edge] * np.float32(np.sqrt(2 * np.pi)))
    if len(radii) < _LEAST_EDGES:
        return _USUAL_RADIUS
    blur = float(np.quantile(radii, _SHARPEST))
    return float(np.clip(np.sqrt(max(blur * blur - _PIXEL * _PIXEL, 0)), *RADII))


def _gaussian(radius: float) -> Floats:
    """Weights of a pixel and of those 1, 2 and 3 away, the shares of a Gaussian that fall on them."""
    far = np.exp(-(np.arange(_REACH + 1) ** 2) / (2 * radius * radius))
    return np.asarray(far / (far[0] + 2 * far[1:].sum()), np.float32)


@jit
def _luminance(pixels: Any, top: Any, out: Any) -> None:
    for y in range(top, min(top + _TILE_ROWS, len(out))):
        for x in range(out.shape[1]):
            r, g, b = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
            light = max(RED * r + GREEN * g + BLUE * b, ZERO)
            out[y, x] = light if max(max(r, g), b) < _BLOWN else -max(light, _BLOWN)


@jit
def _sharpen_rows(source: Any, top: Any, strength: Any, weights: Any, shot: Any, read: Any, pixels: Any) -> None:
    """Sharpen the tiles of ``_TILE_ROWS`` rows from ``top`` on."""
    height, width = source.shape
    planes = np.zeros((_PLANES, _SIZE), np.float32)
    seen, now, across, share, mask = planes[0], planes[1], planes[2], planes[3], planes[4]
    for left in range(0, width, _TILE_COLUMNS):
        _load(source, top - HALO, left - HALO, seen)
        if _mask(seen, shot, read, across, share, mask) == ZERO:
            continue
        for i in range(_SIZE):
            seen[i] = max(abs(seen[i]), _DARK)
            now[i] = seen[i]
        for step in range(_STEPS):
            first = np.uint64((2 * step + 1) * _REACH * _COLUMNS)
            _blur(now, first, np.uint64(_SIZE) - first, weights, across, share)
            for i in range(first, np.uint64(_SIZE) - first):
                share[i] = seen[i] / share[i]
            first += np.uint64(_REACH * _COLUMNS)
            _blur(share, first, np.uint64(_SIZE) - first, weights, across, across)
            for i in range(first, np.uint64(_SIZE) - first):
                now[i] *= max(UNIT + _HASTE * (across[i] - UNIT), HALF)
        for y in range(top, min(top + _TILE_ROWS, height)):
            start = (y - top + HALO) * _COLUMNS + HALO
            _put(seen, now, mask, start, strength, pixels[y, left : min(left + _TILE_COLUMNS, width)])


@jit
def _load(source: Any, top: Any, left: Any, seen: Any) -> None:
    """A tile of the luminance with its halo, the edge pixels repeated where it sticks out."""
    height, width = source.shape
    for row in range(_ROWS):
        line = source[min(max(top + row, 0), height - 1)]
        into = seen[row * _COLUMNS : (row + 1) * _COLUMNS]
        if left >= 0 and left + _COLUMNS <= width:
            into[:] = line[left : left + _COLUMNS]
        else:
            for column in range(_COLUMNS):
                into[column] = line[min(max(left + column, 0), width - 1)]


@jit
def _blur(plane: Any, first: Any, last: Any, weights: Any, across: Any, out: Any) -> None:
    """Blur rows from ``first`` to ``last``, with three more above and below; ``across`` takes the first half."""
    a, b, c, d = weights[0], weights[1], weights[2], weights[3]
    for i in range(first - WWW + THREE, last + WWW - THREE):
        far = c * (plane[i - TWO] + plane[i + TWO]) + d * (plane[i - THREE] + plane[i + THREE])
        across[i] = a * plane[i] + b * (plane[i - ONE] + plane[i + ONE]) + far
    for i in range(first, last):
        far = c * (across[i - WW] + across[i + WW]) + d * (across[i - WWW] + across[i + WWW])
        out[i] = a * across[i] + b * (across[i - W] + across[i + W]) + far


@jit
def _mask(seen: Any, shot: Any, read: Any, low: Any, high: Any, mask: Any) -> Any:
    """Where there is contrast beyond noise and nothing blown: 0 to 1. Returns the largest value."""
    first, last = np.uint64((HALO - 1) * _COLUMNS), np.uint64(_SIZE - (HALO - 1) * _COLUMNS)
    for i in range(first - W, last + W):
        low[i] = min(min(seen[i - ONE], seen[i]), seen[i + ONE])
        high[i] = max(max(seen[i - ONE], seen[i]), seen[i + ONE])
    most = ZERO
    for i in range(first, last):
        least = min(min(low[i - W], low[i]), low[i + W])
        top = max(max(high[i - W], high[i]), high[i + W])
        spread = top - least
        light = HALF * (top + least)
        even = _LEAST_CONTRAST * light + _OVER_NOISE * np.sqrt(max(shot * light + read, ZERO)) + _DARK
        t = min(max(spread / even - UNIT, ZERO) * HALF, UNIT)
        here = t * t * (np.float32(3) - t - t) if least >= ZERO else ZERO
        mask[i] = here
        most = max(most, here)
    return most


@jit
def _put(seen: Any, now: Any, mask: Any, start: Any, strength: Any, line: Any) -> None:
    """Multiply a line of pixels by what sharpening makes of its light, kept within the range of its neighbours."""
    for x in range(len(line)):
        i = start + x
        light = seen[i]
        if mask[i] == ZERO or light <= _DARK:
            continue
        low, high = light, light
        for row in (i - _COLUMNS, i, i + _COLUMNS):
            low = min(low, min(min(seen[row - 1], seen[row]), seen[row + 1]))
            high = max(high, max(max(seen[row - 1], seen[row]), seen[row + 1]))
        swing = _OVER * (high - low)
        wanted = min(max(now[i], max(low - swing, HALF * low)), high + swing)
        factor = UNIT + strength * mask[i] * (wanted / light - UNIT)
        for c in range(3):
            value = line[x, c] * factor
            line[x, c] = min(value, max(line[x, c], UNIT))
