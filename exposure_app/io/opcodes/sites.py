"""Opcodes that change values where they are: in the file's codes (list 1), the linear mosaic (2), its colours (3).

Lists 2 and 3 speak of values from 0, black, to 1, white; list 1 of the codes. Afterwards white is still white: what a
sensor could not see no factor brings back.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.opcodes.lists import GainMap, Lines, MapPolynomial, MapTable

_BAND = 128  # rows at once; temporaries stay small
_CODES = 65535.0  # of a table's range

InPlace = GainMap | MapTable | MapPolynomial | Lines
Values = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Levels:
    """What 0 and 1 are.

    Attributes:
        black: Rows x columns x planes of a pattern that repeats from the first value on.
        white: Of each plane.
        codes: Whether 0 to 65,535 are the file's own codes, whatever black and white are.
    """

    black: NDArray[np.float32]
    white: NDArray[np.float32]
    codes: bool = False

    def dark(self, rows: NDArray[np.int64], columns: NDArray[np.int64], plane: int) -> NDArray[np.float32]:
        """The black of some values."""
        down, across, planes = self.black.shape
        return self.black[np.ix_(rows % down, columns % across)][..., min(plane, planes - 1)]

    def light(self, plane: int) -> np.float32:
        """The white of a plane."""
        return np.float32(self.white[min(plane, len(self.white) - 1)])


FILE_CODES = Levels(np.zeros((1, 1, 1), np.float32), np.array([_CODES], np.float32), codes=True)


def change(opcode: InPlace, values: Values, levels: Levels) -> None:
    """Do what an opcode says, in place.

    Args:
        opcode: It.
        values: H x W or H x W x planes of any type, what the list is applied to.
        levels: What its numbers mean.
    """
    area = opcode.area
    height, width = values.shape[:2]
    rows = np.arange(area.top, min(area.bottom, height), area.down)
    columns = np.arange(area.left, min(area.right, width), area.across)
    stack = values if values.ndim == 3 else values[..., np.newaxis]
    if not len(rows) or not len(columns):
        return
    for plane in range(area.plane, min(area.plane + area.planes, stack.shape[2], 3)):
        white = levels.light(plane)
        for start in range(0, len(rows), _BAND):
            some = rows[start : start + _BAND]
            view = stack[some[0] : some[-1] + 1 : area.down, columns[0] : columns[-1] + 1 : area.across, plane]
            black = levels.dark(some, columns, plane)
            changed = _changed(opcode, (view - black) / (white - black), some, columns, plane, (height, width))
            if levels.codes and isinstance(opcode, MapPolynomial):
                changed = np.polynomial.polynomial.polyval(np.asarray(view, np.float64), opcode.coefficients) / white
            light = changed * (white - black) + black
            if view.dtype.kind == "f":
                view[:] = np.minimum(light, np.maximum(view, white))
            else:
                view[:] = np.clip(light + 0.5, 0, np.maximum(view, white))


def _changed(
    opcode: InPlace, light: Values, rows: NDArray[Any], columns: NDArray[Any], plane: int, size: tuple[int, int]
) -> Values:
    """New values for values from 0 to 1."""
    if isinstance(opcode, GainMap):
        return np.asarray(light * _gains(opcode, rows, columns, plane, size).astype(np.float32))
    if isinstance(opcode, MapTable):
        last = len(opcode.table) - 1
        places = np.clip(np.rint(light * _CODES), 0, last).astype(np.int64)
        return np.asarray((opcode.table / _CODES)[places])
    if isinstance(opcode, MapPolynomial):
        return np.asarray(np.polynomial.polynomial.polyval(light.astype(np.float64), opcode.coefficients))
    at, length = (rows, opcode.area.down) if opcode.by_row else (columns, opcode.area.across)
    first = opcode.area.top if opcode.by_row else opcode.area.left
    lines = opcode.values[(at - first) // length].astype(np.float32)
    lines = lines[:, np.newaxis] if opcode.by_row else lines
    if opcode.scales:
        return np.asarray(light * lines)
    # Some writers count in 16-bit codes, as Adobe's own reader does, others from 0 to 1: a single code is nothing.
    return np.asarray(light + (lines / _CODES if np.abs(opcode.values).max() > 1 else lines))


def _gains(found: GainMap, rows: NDArray[Any], columns: NDArray[Any], plane: int, size: tuple[int, int]) -> Values:
    """Factors for some rows and columns."""
    own = found.gains[..., min(plane - found.area.plane, found.gains.shape[2] - 1)]
    first, part = _between(columns, size[1], found.spacing[1], found.origin[1], own.shape[1])
    above, share = _between(rows, size[0], found.spacing[0], found.origin[0], own.shape[0])
    second, below = np.minimum(first + 1, own.shape[1] - 1), np.minimum(above + 1, own.shape[0] - 1)
    lines = own[above] * (1 - share)[:, np.newaxis] + own[below] * share[:, np.newaxis]
    return np.asarray(lines[:, first] * (1 - part) + lines[:, second] * part)


def _between(
    at: NDArray[Any], length: int, spacing: float, origin: float, points: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The point before each row or column, and how far it lies on the way to the next."""
    place = np.clip(((at + 0.5) / length - origin) / (spacing if points > 1 else 1.0), 0, points - 1)
    before = np.floor(place).astype(np.int64)
    return before, place - before
