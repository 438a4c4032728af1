"""Bad pixels that the file names, made from what their neighbours of the same colour saw."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.opcodes.lists import FixBadPixels
from exposure_app.jit import inline, jit

_FARTHEST = 8  # sites; whoever has no good neighbour within stays


def mend(opcode: FixBadPixels, sites: NDArray[Any], pattern: NDArray[Any]) -> None:
    """Give bad sites new values, in place.

    Args:
        opcode: Which are bad.
        sites: uint16 or float32, H x W, all of the sensor.
        pattern: Colours of the sites, repeating from the first one on.
    """
    height, width = sites.shape
    bad = np.zeros((height, width), np.bool_)
    if opcode.constant is not None:
        np.equal(sites, opcode.constant, out=bad)
    for row, column in opcode.points:
        if 0 <= row < height and 0 <= column < width:
            bad[row, column] = True
    for top, left, bottom, right in opcode.boxes:
        bad[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    rows, columns = np.nonzero(bad)
    if len(rows):
        sites[rows, columns] = _mended(sites, bad, np.ascontiguousarray(pattern, np.int64), rows, columns)


@jit
def _mended(sites: Any, bad: Any, pattern: Any, rows: Any, columns: Any) -> Any:
    found = np.empty(len(rows), sites.dtype)
    for k in range(len(rows)):
        found[k] = sites[rows[k], columns[k]]
        for reach in range(1, _FARTHEST + 1):
            there, value = _around(sites, bad, pattern, rows[k], columns[k], reach)
            if there:
                found[k] = value
                break
    return found


@jit
def _around(sites: Any, bad: Any, pattern: Any, y: Any, x: Any, reach: Any) -> Any:
    """Of opposite good neighbours at a distance the pair that agrees best; else the mean of the good ones there."""
    value, best = 0.0, 1e30
    total, count = 0.0, 0
    for i in range(-reach, reach + 1):
        for j in range(-reach, reach + 1):
            if max(abs(i), abs(j)) != reach or not _is_good(sites, bad, pattern, y, x, i, j):
                continue
            one = float(sites[y + i, x + j])
            total += one
            count += 1
            if not _is_good(sites, bad, pattern, y, x, -i, -j):
                continue
            other = float(sites[y - i, x - j])
            apart = abs(one - other) * (i * i + j * j) ** 0.5
            if apart < best:
                best, value = apart, 0.5 * (one + other)
    if best < 1e30:
        return True, value
    return count > 0, total / max(count, 1)


@inline
def _is_good(sites: Any, bad: Any, pattern: Any, y: Any, x: Any, i: Any, j: Any) -> Any:
    """Whether a neighbour is there, good and of the same colour."""
    height, width = sites.shape
    down, across = pattern.shape
    v, u = y + i, x + j
    if v < 0 or u < 0 or v >= height or u >= width:
        return False
    return not bad[v, u] and pattern[v % down, u % across] == pattern[y % down, x % across]
