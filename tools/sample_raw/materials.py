"""Reflectance of the man-made things and the figure in the sample scene (linear, sRGB primaries)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .noise import fbm2, hash2, noise2, smoothstep
from .shapes import (
    AX,
    AZ,
    BALLOON,
    BALLOONS,
    BASKET,
    BLACK,
    BOAT_WOOD,
    CARD,
    CARD_HALF_H,
    CARD_HALF_W,
    CARD_X,
    CARD_Y,
    DOOR,
    GLASS,
    GROUP_BALLOON_A,
    HAIR,
    HUT,
    JACKET,
    JEANS,
    JETTY_X,
    JETTY_Z,
    MAST,
    POST,
    RED_HULL,
    ROOF,
    ROPE,
    SAIL,
    SKIN,
    TRIM,
    WHITE_HULL,
    WOOD,
    hut_local,
)

CARD_GREYS = (0.88, 0.36, 0.09, 0.03)
# The last of each three is a skin colour.
_CARD_COLOURS = np.array(
    [
        (0.46, 0.035, 0.045),
        (0.06, 0.29, 0.065),
        (0.61, 0.37, 0.27),
        (0.035, 0.06, 0.33),
        (0.02, 0.25, 0.36),
        (0.34, 0.165, 0.10),
        (0.50, 0.09, 0.30),
        (0.80, 0.57, 0.03),
        (0.105, 0.052, 0.033),
    ]
)
_HUT_COLOURS = np.array([(0.50, 0.055, 0.035), (0.80, 0.48, 0.055), (0.05, 0.19, 0.46), (0.10, 0.36, 0.26)])
_GORES = np.array(
    [
        [(0.74, 0.035, 0.03), (0.90, 0.52, 0.02), (0.84, 0.80, 0.72), (0.03, 0.16, 0.58)],
        [(0.02, 0.40, 0.36), (0.88, 0.84, 0.76), (0.02, 0.40, 0.36), (0.90, 0.30, 0.03)],
        [(0.52, 0.04, 0.34), (0.90, 0.66, 0.05), (0.52, 0.04, 0.34), (0.90, 0.66, 0.05)],
    ]
)
_PLAIN = np.zeros((30, 3))
"""Reflectance of the materials of one colour, by their number."""
for _mat, _rgb in (
    (ROOF, (0.085, 0.080, 0.082)),
    (BOAT_WOOD, (0.40, 0.215, 0.085)),
    (ROPE, (0.52, 0.43, 0.29)),
    (SKIN, (0.60, 0.345, 0.235)),
    (JACKET, (0.78, 0.24, 0.02)),
    (JEANS, (0.055, 0.085, 0.17)),
    (HAIR, (0.075, 0.040, 0.022)),
    (BLACK, (0.018, 0.018, 0.020)),
    (GLASS, (0.018, 0.018, 0.020)),
    (BASKET, (0.21, 0.115, 0.05)),
    (SAIL, (0.84, 0.81, 0.74)),
    (DOOR, (0.10, 0.075, 0.055)),
    (TRIM, (0.78, 0.76, 0.72)),
    (MAST, (0.45, 0.43, 0.40)),
):
    _PLAIN[_mat] = _rgb


@njit(cache=True)
def _card_colour(x: float, y: float) -> tuple[float, float, float]:
    """Return the reflectance of the test card; x and y run from -1 to 1 over it."""
    if max(abs(x), abs(y)) > 0.965:
        return 0.02, 0.02, 0.02
    if y < -0.52:
        grey = CARD_GREYS[min(3, int((x + 1.0) * 2.0))]
        return grey, grey, grey
    if x < 0.12:
        return 0.18, 0.18, 0.18
    k = min(2, int((0.965 - y) / 0.495)) * 3 + min(2, int((x - 0.12) / 0.282))
    return _CARD_COLOURS[k, 0], _CARD_COLOURS[k, 1], _CARD_COLOURS[k, 2]


@njit(cache=True)
def _balloon_colour(group: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the reflectance of the cloth of a balloon at a world point."""
    bx, by, bz, radius = BALLOONS[group - GROUP_BALLOON_A]
    h = (y - by) / radius
    turn = math.atan2(z - bz, x - bx) / (2.0 * math.pi) * 20.0 + 40.0
    gore = int(turn)
    if group == GROUP_BALLOON_A:
        # Steps along the gores wind the colours round the envelope.
        gore += int((h + 2.0) * 4.2)
    c = _GORES[group - GROUP_BALLOON_A, gore % 4]
    seam = 0.72 + 0.28 * smoothstep(0.0, 0.10, 0.5 - abs(turn - math.floor(turn) - 0.5))
    if h > 0.93 or h < -1.30:
        c = _GORES[group - GROUP_BALLOON_A, 0]
    return c[0] * seam, c[1] * seam, c[2] * seam


@njit(cache=True)
def _wood_colour(mat: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the reflectance of weathered boards and posts."""
    u = (x - JETTY_X) * AX + (z - JETTY_Z) * AZ
    v = (x - JETTY_X) * AZ - (z - JETTY_Z) * AX
    if mat != WOOD:
        n = fbm2(x * 9.0 + z * 9.0, y * 2.0, 4, 81)
        wet = smoothstep(0.45, 0.15, y)
        k = (0.45 + 0.9 * n) * (1.0 - 0.55 * wet)
        return 0.20 * k, 0.155 * k, 0.115 * k
    board = u / 0.165
    index = math.floor(board)
    edge = 0.5 - abs(board - index - 0.5)
    n = fbm2(u * 60.0 + index * 3.7, v * 3.0 + index * 11.0, 5, 82)
    k = (0.55 + 0.75 * n) * (0.70 + 0.6 * hash2(index, 3, 83)) * smoothstep(0.0, 0.075, edge)
    for s in (-0.72, 0.72):
        nail = math.sqrt((edge - 0.5 + 0.15) ** 2 * 0.03 + (v - s) ** 2)
        k *= 0.4 + 0.6 * smoothstep(0.006, 0.014, nail)
    return 0.36 * k, 0.295 * k, 0.235 * k


@njit(cache=True)
def _painted(mat: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the reflectance of painted things: the huts' boards and the hulls with their stripes."""
    if mat == RED_HULL:
        if y > 0.395:
            return 0.62, 0.60, 0.54
        return (0.58, 0.035, 0.03) if y > 0.12 else (0.03, 0.05, 0.10)
    if mat == WHITE_HULL:
        return (0.80, 0.79, 0.76) if y > 0.22 else (0.03, 0.07, 0.26)
    u, v, k = hut_local(x, z)
    w = u if abs(v) > 2.65 else v
    board = w / 0.21
    edge = 0.5 - abs(board - math.floor(board) - 0.5)
    s = (0.80 + 0.20 * smoothstep(0.0, 0.08, edge)) * (0.82 + 0.36 * fbm2(w * 5.0, y * 0.9, 4, 84 + k))
    s *= 0.78 + 0.22 * smoothstep(1.0, 1.7, y)
    return _HUT_COLOURS[k, 0] * s, _HUT_COLOURS[k, 1] * s, _HUT_COLOURS[k, 2] * s


@njit(cache=True)
def reflectance(group: int, mat: int, x: float, y: float, z: float) -> tuple[float, float, float]:
    """Return the reflectance of a material at a world point."""
    if mat == CARD:
        return _card_colour((x - CARD_X) / CARD_HALF_W, (y - CARD_Y) / CARD_HALF_H)
    if mat == BALLOON:
        return _balloon_colour(group, x, y, z)
    if mat in (WOOD, POST):
        return _wood_colour(mat, x, y, z)
    if mat in (HUT, RED_HULL, WHITE_HULL):
        return _painted(mat, x, y, z)
    s = 1.0
    if mat == ROOF:
        s = 0.6 + 0.8 * noise2(x * 3.0 + z * 3.0, y * 3.0, 85)
    elif mat == BOAT_WOOD:
        s = 0.7 + 0.6 * fbm2(x * 14.0, z * 14.0, 3, 86)
    elif mat == ROPE:
        s = 0.75 + 0.4 * math.sin((x + z + y) * 90.0)
    elif mat == JACKET:
        s = 0.85 + 0.3 * fbm2(x * 14.0 + z * 5.0, y * 9.0, 3, 87)
    return _PLAIN[mat, 0] * s, _PLAIN[mat, 1] * s, _PLAIN[mat, 2] * s
