"""A step with a mask on pixels: before and after blended, the formula of ``mask`` once compiled and once for arrays."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.array_module import module_of
from exposure_app.filters._math import exp2, lum, luminance
from exposure_app.image import Pixels
from exposure_app.jit import jit
from exposure_app.pipeline.mask import Field

TINT, GREY = (230, 40, 40), (255, 255, 255)
TINT_SHARE = 0.65  # of the tint where the mask is full


def weigh(planes: Pixels, field: Field, first: int, columns: int, weights: Pixels) -> None:
    """The mask of a piece of an array.

    Args:
        planes: float32, 3 x n, what enters the step.
        field: The mask for the array.
        first: Number of the piece's first pixel, counted row by row.
        columns: Pixels in a row of the array.
        weights: float32, n; filled with the share of the effect at each pixel, 0 to 1.
    """
    c, bend, strength = np.array([field.c, -field.sharpness / np.log(2), field.strength], np.float32)
    _weigh(*planes, field.lines, c, bend, strength, first, columns, weights)


def mix(before: Pixels, after: Pixels, weights: Pixels) -> None:
    """Put the blend of two times three planes, 3 x n, in place of ``after``."""
    for one, other in zip(before, after, strict=True):
        _mix(one, other, weights)


def weigh_array(rgb: Any, field: Field, column: Any, row: Any) -> Any:
    """The mask in numpy or torch: the reference, and what GPUs compute. Differentiable in ``rgb``.

    Args:
        rgb: (..., 3, H, W), what enters the step.
        field: The mask for the array.
        column: (H, W) or what extends to it: number of each pixel's column.
        row: Likewise.

    Returns:
        (..., 1, H, W), 0 to 1.
    """
    line, p, q = (form[0] + form[1] * column + form[2] * row for form in field.lines.tolist())
    place = line - p * p - q * q + field.c * (luminance(rgb) - 0.5)
    return field.strength * _sigmoid(field.sharpness * place)


def _sigmoid(x: Any) -> Any:
    """1 / (1 + e^-x) of arrays of numpy or torch; large numbers do not overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x) if module_of(x) is np else x.sigmoid()


def mark_mask(codes: NDArray[np.uint8], weights: Pixels, grey: bool) -> NDArray[np.uint8]:
    """A copy of an 8-bit picture with a mask over it: a red tint, or nothing but the mask from black to white."""
    marked = np.empty_like(codes)
    tint = np.array(GREY if grey else TINT, np.float32)
    _mark(codes, weights, np.float32(1 if grey else TINT_SHARE), grey, tint, marked)
    return marked


@jit
def _mark(codes: Any, weights: Any, share: Any, alone: Any, tint: Any, marked: Any) -> None:
    for y in range(codes.shape[0]):
        for x in range(codes.shape[1]):
            weight = share * weights[y, x]
            for channel in range(3):
                code = np.float32(0) if alone else np.float32(codes[y, x, channel])
                marked[y, x, channel] = code + weight * (tint[channel] - code) + np.float32(0.5)


@jit
def _weigh(
    r: Any, g: Any, b: Any, lines: Any, c: Any, bend: Any, strength: Any, first: Any, columns: Any, weights: Any
) -> None:
    """Where a row begins is found in double precision; along the row single precision does, and makes vector code."""
    row, column, start = first // columns, first % columns, 0
    one, half = np.float32(1), np.float32(0.5)
    right = lines[:, 1].astype(np.float32)
    while start < r.size:
        stop = min(r.size, start + columns - column)
        begin = (lines[:, 0] + lines[:, 1] * column + lines[:, 2] * row).astype(np.float32)
        red, green, blue, part = r[start:stop], g[start:stop], b[start:stop], weights[start:stop]
        for i in range(part.size):
            x = np.float32(np.int32(i))
            p, q = begin[1] + right[1] * x, begin[2] + right[2] * x
            place = begin[0] + right[0] * x - p * p - q * q
            part[i] = strength / (one + exp2(bend * (place + c * (lum(red[i], green[i], blue[i]) - half))))
        row, column, start = row + 1, 0, stop


@jit
def _mix(before: Any, after: Any, weights: Any) -> None:
    for i in range(after.size):
        after[i] = before[i] + weights[i] * (after[i] - before[i])
