"""Camera RGB to linear sRGB: highlights, the camera's matrix, clipping. Every sensor goes through it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import cores, jit

Floats = NDArray[np.float32]

CLIP, BLEND, RECONSTRUCT = 0, 1, 2
_WIDE = 4  # beside one of these, for kernels

EPS = np.float32(1e-5)
HALF = np.float32(0.5)
ZERO = np.float32(0.0)
UNIT = np.float32(1.0)
THREE = np.float32(3.0)
# Fast arithmetic must not meet infinities.
_NO_LIMIT = np.float32(1e30)
# Highlights: where the shoulder of "blend" starts, and between which shares of its ceiling a channel stops being
# trusted.
_KNEE = np.float32(0.75)
_TRUSTED = np.float32(0.86)
_BLOWN = np.float32(0.98)
_ROWS_AT_ONCE = 64


@dataclass(frozen=True)
class CameraColor:
    """How camera RGB, white-balanced so that 1 is the clipping level of its weakest channel, becomes linear sRGB.

    Attributes:
        matrix: float32, 3 x 3; rows give linear sRGB, each row sums to 1 so that neutral stays neutral.
        ceilings: float32, 3; the value at which each channel clips after white balance, the smallest is 1.
        highlights: ``CLIP``, ``BLEND`` or ``RECONSTRUCT``.
        wide: Whether colours outside of sRGB stay as they are, negative or above 1.
    """

    matrix: NDArray[np.float32]
    ceilings: NDArray[np.float32]
    highlights: int = CLIP
    wide: bool = False

    @property
    def mode(self) -> int:
        """How to end colours, for kernels."""
        return self.highlights | _WIDE if self.wide else self.highlights


def convert_camera_rgb(
    camera: NDArray[Any],
    scale: float | NDArray[Any],
    color: CameraColor,
    out: NDArray[np.float32],
    threads: int | None = None,
) -> None:
    """Turn camera RGB that is already demosaiced into linear sRGB.

    Args:
        camera: uint16 or float32, H x W x 3, camera RGB; black is 0.
        scale: What turns a code into camera RGB as ``color`` wants it, for all channels or each.
        color: Matrix and highlights.
        out: float32, H x W x 3, as in ``demosaic``.
        threads: How many threads to use; all available cores when None.
    """
    scales = np.array(np.broadcast_to(scale, 3), np.float32)
    arguments = (scales, color.matrix, color.ceilings, color.mode, out)
    for_each(lambda top: _convert_rows(camera, top, *arguments), range(0, len(camera), _ROWS_AT_ONCE), threads)


def for_each(run: Callable[[int], None], tops: range, threads: int | None) -> None:
    """Call a function that releases the interpreter lock for every strip, in several threads (all cores when None)."""
    workers = min(threads or cores(), len(tops))
    if workers == 1:
        for top in tops:
            run(top)
        return
    with ThreadPoolExecutor(workers) as pool:
        # Going through the results raises what a worker raised.
        for _ in pool.map(run, tops):
            pass


@jit
def _rebuild_highlights(
    low: Floats,
    middle: Floats,
    high: Floats,
    low_end: np.float32,
    middle_end: np.float32,
    high_end: np.float32,
    compress: bool,
) -> None:
    """Estimate clipped channels, in place, from those that clip later after white balance.

    A channel close to its ceiling moves to what the later ones suggest for a neutral surface, if that is brighter;
    where all are clipped the result is neutral. ``compress`` then fits everything above ``_KNEE`` below 1 in a
    smooth curve.
    """
    bend = (high_end - _KNEE) / (UNIT - _KNEE) - UNIT
    for i in range(len(low)):
        a, b, c = low[i], middle[i], high[i]
        t = min(max((b / middle_end - _TRUSTED) / (_BLOWN - _TRUSTED), ZERO), UNIT)
        b += t * t * (THREE - t - t) * max(c - b, ZERO)
        t = min(max((a / low_end - _TRUSTED) / (_BLOWN - _TRUSTED), ZERO), UNIT)
        a += t * t * (THREE - t - t) * max(HALF * (b + c) - a, ZERO)
        if compress:
            brightest = max(max(a, b), c)
            t = max(brightest - _KNEE, ZERO) / max(high_end - _KNEE, EPS)
            fitted = _KNEE + (UNIT - _KNEE) * t * (UNIT + bend) / (UNIT + bend * t)
            factor = fitted / brightest if brightest > _KNEE else UNIT
            a, b, c = a * factor, b * factor, c * factor
        low[i], middle[i], high[i] = a, b, c


@jit
def convert_line(lines: Floats, order: NDArray[np.int64], matrix: Floats, ceilings: Floats, mode: int) -> None:
    """Camera RGB to linear sRGB, in place, on float32 lines 3 x N; ``mode`` as in ``CameraColor``."""
    highlights = mode & 3
    top = UNIT if highlights == CLIP else ceilings[order[2]]
    red, green, blue = lines[0], lines[1], lines[2]
    for line in (red, green, blue):
        for i in range(len(line)):
            line[i] = min(max(line[i], ZERO), top)
    if highlights != CLIP:
        o0, o1, o2 = order[0], order[1], order[2]
        _rebuild_highlights(
            lines[o0], lines[o1], lines[o2], ceilings[o0], ceilings[o1], ceilings[o2], highlights == BLEND
        )
    limit = _NO_LIMIT if highlights == RECONSTRUCT or mode & _WIDE else UNIT
    floor = -_NO_LIMIT if mode & _WIDE else ZERO
    m00, m01, m02 = matrix[0, 0], matrix[0, 1], matrix[0, 2]
    m10, m11, m12 = matrix[1, 0], matrix[1, 1], matrix[1, 2]
    m20, m21, m22 = matrix[2, 0], matrix[2, 1], matrix[2, 2]
    for i in range(len(red)):
        r, g, b = red[i], green[i], blue[i]
        red[i] = min(max(m00 * r + m01 * g + m02 * b, floor), limit)
        green[i] = min(max(m10 * r + m11 * g + m12 * b, floor), limit)
        blue[i] = min(max(m20 * r + m21 * g + m22 * b, floor), limit)


@jit
def _convert_rows(
    camera: NDArray[Any],
    top: int,
    scale: Floats,
    matrix: Floats,
    ceilings: Floats,
    mode: int,
    out: Floats,
) -> None:
    """Convert ``_ROWS_AT_ONCE`` rows of camera RGB from ``top`` on."""
    width = camera.shape[1]
    lines = np.empty((3, width), np.float32)
    order = np.argsort(ceilings)
    for y in range(top, min(top + _ROWS_AT_ONCE, camera.shape[0])):
        for x in range(width):
            for c in range(3):
                lines[c, x] = np.float32(camera[y, x, c]) * scale[c]
        convert_line(lines, order, matrix, ceilings, mode)
        for x in range(width):
            for c in range(3):
                out[y, x, c] = lines[c, x]
