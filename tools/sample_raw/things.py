"""Ray marching and light of the man-made things in the sample scene (linear light, see view)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .materials import reflectance
from .noise import smoothstep
from .shapes import (
    BALLOON,
    BALLOONS,
    BLACK,
    CARD,
    GLASS,
    GROUP_BALLOON_A,
    GROUP_HUTS,
    GROUP_JETTY,
    GROUP_SAIL,
    MAST,
    RED_HULL,
    SAIL,
    SKIN,
    WHITE_HULL,
    scene_distance,
)
from .sky import air
from .view import EYE, SKY_RGB, SUN_RGB, SUN_X, SUN_Y, SUN_Z, View

CARD_LIGHT = 0.78
"""Light on the card. It has no colour: the camera is balanced to the mix of sun and sky that falls there."""


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
    r, g, b = reflectance(group, mat, x, y, z)
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
