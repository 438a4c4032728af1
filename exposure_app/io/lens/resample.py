"""Pixels drawn from where ``Optics`` says they are, in one interpolation.

Where each pixel comes from is worked out at every eighth of them and lies on straight lines between: lenses bend so
smoothly that this is some thousandths of a pixel off. Between pixels a cubic kernel (Catmull-Rom) over 4 x 4 of them,
never darker than the darkest of the four around, as ``pipeline.resample`` has it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.camera_color import for_each
from exposure_app.jit import inline, jit

_STEP = 8  # pixels between places that are worked out
_ROWS_AT_ONCE = 64

Floats = NDArray[np.float64]
Source = Callable[[Floats, Floats], tuple[Floats, Floats]]

_IDENTITY = np.eye(3, dtype=np.float32)


def resampled(
    pixels: Pixels,
    source: Source,
    out: Pixels,
    *,
    matrix: NDArray[np.float32] | None = None,
    limits: tuple[float, float] = (0.0, 1e30),
    threads: int | None = None,
) -> None:
    """Draw a picture.

    Args:
        pixels: float32, H x W x 3, C-contiguous, linear light of any three primaries. Not changed.
        source: Places and gains in ``pixels`` for places in ``out``, see ``Optics.source``.
        out: float32, h x w x 3, receives the picture.
        matrix: From these primaries to those of ``out``; the same when None.
        limits: Smallest and largest value afterwards.
        threads: How many threads to use; all available cores when None.
    """
    height, width = out.shape[:2]
    rows, columns = (np.arange(-(-size // _STEP) + 1, dtype=np.float64) * _STEP for size in (height, width))
    x, y = np.meshgrid(columns, rows)
    places, gains = source(x, y)
    nodes = np.ascontiguousarray(np.concatenate([places, gains[:, np.newaxis]], axis=1))  # 3 x (x, y, gain) x V x H
    alike = bool((nodes == nodes[1]).all())
    floor, ceiling = (np.float32(limit) for limit in limits)
    colors = _IDENTITY if matrix is None else np.ascontiguousarray(matrix, np.float32)

    def run(top: int) -> None:
        _draw(pixels, nodes, alike, top, min(top + _ROWS_AT_ONCE, height), out, colors, floor, ceiling)

    for_each(run, range(0, height, _ROWS_AT_ONCE), threads)


@inline
def catmull_rom(t: Any) -> Any:
    """Catmull-Rom: shares of four neighbours at a point ``t`` of the way from the second to the third."""
    half, one = np.float32(0.5), np.float32(1)
    first = half * t * (t * (np.float32(2) - t) - one)
    second = half * (t * t * (np.float32(3) * t - np.float32(5)) + np.float32(2))
    fourth = half * t * t * (t - one)
    return first, second, one - first - second - fourth, fourth


@inline
def _sample(flat: Any, width: Any, height: Any, x: Any, y: Any, plane: Any) -> Any:
    """One plane at one place."""
    x = min(max(x, 0.0), width - 1.0)
    y = min(max(y, 0.0), height - 1.0)
    left, top = int(x), int(y)
    a, b, c, d = catmull_rom(np.float32(x - left))
    e, f, g, h = catmull_rom(np.float32(y - top))
    if 1 <= left < width - 2 and 1 <= top < height - 2:
        o0, o3 = 3 * (left - 1) + plane, 3 * (left + 2) + plane
        r0, r1, r2, r3 = (top - 1) * width * 3, top * width * 3, (top + 1) * width * 3, (top + 2) * width * 3
    else:
        o0, o3 = 3 * max(left - 1, 0) + plane, 3 * min(left + 2, width - 1) + plane
        r0, r1 = max(top - 1, 0) * width * 3, top * width * 3
        r2, r3 = min(top + 1, height - 1) * width * 3, min(top + 2, height - 1) * width * 3
    o1, o2 = 3 * left + plane, 3 * min(left + 1, width - 1) + plane
    p11, p12, p21, p22 = flat[r1 + o1], flat[r1 + o2], flat[r2 + o1], flat[r2 + o2]
    value = e * (a * flat[r0 + o0] + b * flat[r0 + o1] + c * flat[r0 + o2] + d * flat[r0 + o3])
    value += f * (a * flat[r1 + o0] + b * p11 + c * p12 + d * flat[r1 + o3])
    value += g * (a * flat[r2 + o0] + b * p21 + c * p22 + d * flat[r2 + o3])
    value += h * (a * flat[r3 + o0] + b * flat[r3 + o1] + c * flat[r3 + o2] + d * flat[r3 + o3])
    return max(value, min(min(p11, p12), min(p21, p22)))


@jit
def _draw(
    pixels: Any, nodes: Any, alike: Any, top: Any, bottom: Any, out: Any, m: Any, floor: Any, ceiling: Any
) -> None:
    """Some rows of the result."""
    height, width, _ = pixels.shape
    flat = pixels.reshape(-1)
    lines = np.empty((3, 3, nodes.shape[3]))
    share = 1.0 / _STEP
    for row in range(top, bottom):
        cell = row // _STEP
        t = (row - cell * _STEP) * share
        for p in range(3):
            for q in range(3):
                for k in range(nodes.shape[3]):
                    lines[p, q, k] = nodes[p, q, cell, k] + t * (nodes[p, q, cell + 1, k] - nodes[p, q, cell, k])
        for column in range(out.shape[1]):
            k = column // _STEP
            s = (column - k * _STEP) * share
            x = lines[1, 0, k] + s * (lines[1, 0, k + 1] - lines[1, 0, k])
            y = lines[1, 1, k] + s * (lines[1, 1, k + 1] - lines[1, 1, k])
            gain = np.float32(lines[1, 2, k] + s * (lines[1, 2, k + 1] - lines[1, 2, k]))
            green = gain * _sample(flat, width, height, x, y, 1)
            if alike:
                red = gain * _sample(flat, width, height, x, y, 0)
                blue = gain * _sample(flat, width, height, x, y, 2)
            else:
                x = lines[0, 0, k] + s * (lines[0, 0, k + 1] - lines[0, 0, k])
                y = lines[0, 1, k] + s * (lines[0, 1, k + 1] - lines[0, 1, k])
                gain = np.float32(lines[0, 2, k] + s * (lines[0, 2, k + 1] - lines[0, 2, k]))
                red = gain * _sample(flat, width, height, x, y, 0)
                x = lines[2, 0, k] + s * (lines[2, 0, k + 1] - lines[2, 0, k])
                y = lines[2, 1, k] + s * (lines[2, 1, k + 1] - lines[2, 1, k])
                gain = np.float32(lines[2, 2, k] + s * (lines[2, 2, k + 1] - lines[2, 2, k]))
                blue = gain * _sample(flat, width, height, x, y, 2)
            out[row, column, 0] = min(max(m[0, 0] * red + m[0, 1] * green + m[0, 2] * blue, floor), ceiling)
            out[row, column, 1] = min(max(m[1, 0] * red + m[1, 1] * green + m[1, 2] * blue, floor), ceiling)
            out[row, column, 2] = min(max(m[2, 0] * red + m[2, 1] * green + m[2, 2] * blue, floor), ceiling)
