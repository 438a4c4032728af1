"""Ray marching and light of the man-made things in the sample scene (linear light, see view)."""

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
    GROUP_HUTS,
    GROUP_JETTY,
    GROUP_SAIL,
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
    scene_distance,
)
from .sky import air
from .view import EYE, SKY_RGB, SUN_RGB, SUN_X, SUN_Y, SUN_Z, View

CARD_LIGHT = 0.78
"""Light on the card. It has no colour: the camera is balanced to the mix of sun and sky that falls there."""
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
def _colour(group: int, mat: int, x: float, y: float, z: float) -> tuple[float, float, float]:
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


@njit(cache=True)
def _shadow(group: int, x: float, y: float, z: float, size: float) -> float:
    """Return how much sun reaches a point past the things of its own group."""
    lit = 1.0
    t = 0.03 * size
    for _ in range(40):
        d, _m = scene_distance(group, x + SUN_X * t, y + SUN_Y * t, z + SUN_Z * t)
        lit = min(lit, 22.0 * d / t)
        if lit < 0.01:
            return 0.0
        t += max(0.02 * size, d)
        if t > 14.0 * size:
            break
    return lit


@njit(cache=True)
def _march(
    group: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, t0: float, t1: float
) -> tuple[float, int, float]:
    """Step along a ray; returns the distance, the material (0 for a miss) and the least angle to any thing."""
    t = t0
    tiny = 0.00012 * t0 + 0.0008
    miss = 1.0
    safe = 0.7 if group == GROUP_HUTS else 0.92
    for _ in range(240):
        d, mat = scene_distance(group, ox + dx * t, oy + dy * t, oz + dz * t)
        if d < tiny:
            return t, mat, 0.0
        miss = min(miss, d / t)
        t += d * safe
        if t > t1:
            break
    return t, 0, miss


@njit(cache=True)
def _light(
    group: int, mat: int, t: float, x: float, y: float, z: float, dx: float, dy: float, dz: float
) -> tuple[float, float, float, float]:
    """Return the light of a point of a thing toward a ray of direction dx, dy, dz after t metres of air, and t."""
    size = 1.0 if group == GROUP_JETTY else 2.5
    e = max(0.002, 0.00018 * t)
    nx = scene_distance(group, x + e, y, z)[0] - scene_distance(group, x - e, y, z)[0]
    ny = scene_distance(group, x, y + e, z)[0] - scene_distance(group, x, y - e, z)[0]
    nz = scene_distance(group, x, y, z + e)[0] - scene_distance(group, x, y, z - e)[0]
    n = 1.0 / max(1e-9, math.sqrt(nx * nx + ny * ny + nz * nz))
    nx, ny, nz = nx * n, ny * n, nz * n
    r, g, b = _colour(group, mat, x, y, z)
    if mat == CARD and nz < -0.9:
        return r * CARD_LIGHT, g * CARD_LIGHT, b * CARD_LIGHT, t
    facing = nx * SUN_X + ny * SUN_Y + nz * SUN_Z
    sun = max(0.0, facing)
    if mat in (BALLOON, SAIL):
        # Thin cloth: light from behind shines through and takes the colour twice.
        sun = 0.62 * sun + 0.30 * max(0.0, 0.45 - 0.75 * facing) + 0.12
    elif sun > 0.0:
        sun *= _shadow(group, x + nx * 0.01 * size, y + ny * 0.01 * size, z + nz * 0.01 * size, size)
    if mat == SKIN:
        sun = 0.9 * sun + 0.10 * smoothstep(-0.4, 0.5, facing)
    # Nearness of other surfaces along the normal darkens the light of the sky.
    open_sky = 1.0
    for k in range(1, 4):
        s = 0.11 * k * size
        open_sky -= max(0.0, s - scene_distance(group, x + nx * s, y + ny * s, z + nz * s)[0]) / s * 0.42 / k
    open_sky = max(0.12, open_sky)
    up = (0.66 + 0.34 * ny) * open_sky
    bright = max(0.0, -0.72 * nx + 0.25 * ny + 0.4 * nz) * open_sky
    light_r = SUN_RGB[0] * sun + SKY_RGB[0] * up + 0.30 * bright + 0.06 * open_sky
    light_g = SUN_RGB[1] * sun + SKY_RGB[1] * up + 0.24 * bright + 0.05 * open_sky
    light_b = SUN_RGB[2] * sun + SKY_RGB[2] * up + 0.17 * bright + 0.04 * open_sky
    r, g, b = r * light_r, g * light_g, b * light_b
    if mat in (GLASS, RED_HULL, WHITE_HULL, MAST, BLACK):
        k = 2.0 * (dx * nx + dy * ny + dz * nz)
        mx, my, mz = dx - k * nx, dy - k * ny, dz - k * nz
        fresnel = 0.05 + 0.95 * (1.0 - min(1.0, abs(k) * 0.5)) ** 5
        c = max(0.0, mx * SUN_X + my * SUN_Y + mz * SUN_Z)
        gloss = 24.0 * c**260.0 * (1.0 if sun > 0.0 else 0.0) + 1.2 * c**6.0 + 0.35 * max(0.0, my)
        r, g, b = r + fresnel * gloss * 1.1, g + fresnel * gloss * 0.9, b + fresnel * gloss * 0.7
    r, g, b = air(r, g, b, y, t, dx, dy, dz)
    return r, g, b, t


@njit(cache=True)
def trace(
    group: int, ox: float, oy: float, oz: float, dx: float, dy: float, dz: float, t0: float, t1: float
) -> tuple[float, float, float, float]:
    """Follow a ray into a group of things.

    Args:
        group: One of the groups of shapes.
        ox: x of the origin in metres.
        oy: y of the origin.
        oz: z of the origin.
        dx: x of the unit direction.
        dy: y of the unit direction.
        dz: z of the unit direction.
        t0: Distance to start at.
        t1: Distance to stop at.

    Returns:
        The light that comes back (linear, sRGB primaries) and the distance, which is negative for a miss.
    """
    t, mat, _miss = _march(group, ox, oy, oz, dx, dy, dz, t0, t1)
    if mat == 0:
        return 0.0, 0.0, 0.0, -1.0
    return _light(group, mat, t, ox + dx * t, oy + dy * t, oz + dz * t, dx, dy, dz)


@njit(cache=True, nogil=True)
def _draw_group(
    image: np.ndarray,
    depth: np.ndarray,
    group: int,
    bounds: tuple[int, int, int, int],
    near: float,
    far: float,
    cx: float,
    horizon: float,
    focal: float,
    grid: int,
) -> None:
    """Draw a group into bounds (row0, row1, col0, col1) with grid x grid rays per pixel, in place."""
    row0, row1, col0, col1 = bounds
    for row in range(row0, row1):
        for col in range(col0, col1):
            r = g = b = 0.0
            hits = 0
            zmin = 0.0
            # One ray through the middle tells whether anything is near enough to touch the pixel.
            a = (col + 0.5 - cx) / focal
            up = (horizon - row - 0.5) / focal
            n = 1.0 / math.sqrt(a * a + up * up + 1.0)
            _t, first, miss = _march(group, 0.0, EYE, 0.0, a * n, up * n, n, near, far)
            if first == 0 and miss > 1.6 / focal:
                continue
            for k in range(grid * grid):
                a = (col + (k % grid + 0.5) / grid - cx) / focal
                up = (horizon - row - (k // grid + 0.5) / grid) / focal
                n = 1.0 / math.sqrt(a * a + up * up + 1.0)
                stop = far
                if up < 0.0:
                    stop = min(far, EYE / (-up * n))
                tr, tg, tb, t = trace(group, 0.0, EYE, 0.0, a * n, up * n, n, near, stop)
                if t > 0.0:
                    r, g, b = r + tr, g + tg, b + tb
                    hits += 1
                    zmin = t * n
            if hits:
                total = grid * grid
                keep = 1.0 - hits / total
                image[row, col, 0] = image[row, col, 0] * keep + r / total
                image[row, col, 1] = image[row, col, 1] * keep + g / total
                image[row, col, 2] = image[row, col, 2] * keep + b / total
                if 2 * hits >= total:
                    depth[row, col] = zmin


def _extent(group: int) -> tuple[float, float, float, float, float, float]:
    """Return the box of a group in metres: x, y and z from and to."""
    if group == GROUP_JETTY:
        return -10.5, 0.0, 10.5, 5.2, 2.7, 33.0
    if group == GROUP_HUTS:
        return 29.0, 0.0, 87.0, 61.0, 8.0, 99.0
    if group == GROUP_SAIL:
        return -42.0, 0.0, 145.0, -30.0, 12.0, 155.0
    x, y, z, r = BALLOONS[group - GROUP_BALLOON_A]
    return x - r, y - 2.3 * r, z - r, x + r, y + r, z + r


def draw_group(image: np.ndarray, depth: np.ndarray, view: View, group: int) -> None:
    """Draw one group of things over a picture, in place.

    Args:
        image: (rows, columns, 3) linear light.
        depth: (rows, columns) depth in metres, updated where the things cover it.
        view: The projection.
        group: One of the groups of shapes.
    """
    x0, y0, z0, x1, y1, z1 = _extent(group)
    corners = [view.project(x, y, z) for x in (x0, x1) for y in (y0, y1) for z in (z0, z1)]
    cols = [c[0] for c in corners]
    rows = [c[1] for c in corners]
    bounds = (
        max(0, int(min(rows)) - 2),
        min(view.height, int(max(rows)) + 3),
        max(0, int(min(cols)) - 2),
        min(view.width, int(max(cols)) + 3),
    )
    near = max(1.0, z0 * 0.98)
    far = 1.02 * math.sqrt(max(abs(x0), abs(x1)) ** 2 + max(y1, EYE) ** 2 + z1**2)
    _draw_group(image, depth, group, bounds, near, far, view.cx, view.horizon, view.focal, 3)
