"""Lens shading as a DNG prescribes it: the gain maps of OpcodeList2 (DNG 1.7, chapter 7), applied to the mosaic."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_GAIN_MAP = 9  # OpcodeID
_MOST_POINTS = 1 << 20
_LARGEST = 64.0
_BAND = 128  # rows at once; temporaries stay small


@dataclass(frozen=True, eq=False)
class GainMap:
    """Factors for some of a sensor's sites.

    Attributes:
        area: Top, left, bottom, right of the sites, inside the active area.
        pitch: Every how many rows and columns a site is one of these.
        gains: float64, V x H, the factors at the points of a grid.
        spacing: Of the points, down and across, as shares of the active area.
        origin: Of the first point, likewise.
    """

    area: tuple[int, int, int, int]
    pitch: tuple[int, int]
    gains: NDArray[np.float64]
    spacing: tuple[float, float]
    origin: tuple[float, float]


def read_gain_maps(opcodes: bytes) -> list[GainMap]:
    """The gain maps in a list of opcodes; the others of it are left alone.

    Raises:
        ValueError: The list is damaged.
    """
    try:
        (count,) = struct.unpack_from(">I", opcodes)
        maps, at = [], 4
        for _ in range(count):
            kind, _, _, size = struct.unpack_from(">4I", opcodes, at)
            at += 16
            if kind == _GAIN_MAP:
                maps.append(_read(opcodes[at : at + size]))
            at += size
    except struct.error as error:
        raise ValueError("a list of opcodes ends early") from error
    return maps


def _read(content: bytes) -> GainMap:
    top, left, bottom, right, _, _, *pitch, down, across = struct.unpack_from(">10I", content)
    spacing_v, spacing_h, origin_v, origin_h = struct.unpack_from(">4d", content, 40)
    (planes,) = struct.unpack_from(">I", content, 72)
    points = down * across * planes
    if not 0 < points <= _MOST_POINTS or min(pitch) < 1 or len(content) < 76 + 4 * points:
        raise ValueError("a gain map of impossible size")
    gains = np.frombuffer(content, ">f4", points, 76).reshape(down, across, planes)[..., 0].astype(np.float64)
    places = np.array([spacing_v, spacing_h, origin_v, origin_h])
    if not (np.isfinite(gains).all() and gains.min() > 0 and gains.max() <= _LARGEST and np.isfinite(places).all()):
        raise ValueError("a gain map of impossible factors")
    if (down > 1 and spacing_v <= 0) or (across > 1 and spacing_h <= 0):
        raise ValueError("a gain map without extent")
    return GainMap(
        (top, left, bottom, right), (pitch[0], pitch[1]), gains, (spacing_v, spacing_h), (origin_v, origin_h)
    )


def apply_gain_map(sites: NDArray[Any], found: GainMap, black: float, white: float) -> None:
    """Multiply what sites see, in place; white stays white.

    Args:
        sites: uint16, H x W, the active area.
        found: The map.
        black: What these sites see in the dark.
        white: The largest value.
    """
    height, width = sites.shape
    top, left, bottom, right = found.area
    rows, columns = range(top, min(bottom, height), found.pitch[0]), np.arange(left, min(right, width), found.pitch[1])
    if not len(rows) or not len(columns):
        return
    first, part = _between(columns, width, found.spacing[1], found.origin[1], found.gains.shape[1])
    second = np.minimum(first + 1, found.gains.shape[1] - 1)
    for start in range(0, len(rows), _BAND):
        some = np.asarray(rows[start : start + _BAND])
        above, share = _between(some, height, found.spacing[0], found.origin[0], found.gains.shape[0])
        below = np.minimum(above + 1, found.gains.shape[0] - 1)
        lines = found.gains[above] * (1 - share)[:, np.newaxis] + found.gains[below] * share[:, np.newaxis]
        gains = (lines[:, first] * (1 - part) + lines[:, second] * part).astype(np.float32)
        view = sites[some[0] : some[-1] + 1 : found.pitch[0], columns[0] : columns[-1] + 1 : found.pitch[1]]
        light = (view - np.float32(black)) * gains + np.float32(black + 0.5)
        view[:] = np.clip(light, 0, np.maximum(view, white))


def _between(
    at: NDArray[Any], length: int, spacing: float, origin: float, points: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The point before each row or column, and how far it lies on the way to the next."""
    place = np.clip(((at + 0.5) / length - origin) / (spacing if points > 1 else 1.0), 0, points - 1)
    before = np.floor(place).astype(np.int64)
    return before, place - before
