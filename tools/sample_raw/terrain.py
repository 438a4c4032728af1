"""Land of the sample scene: mountains, the valley, the wooded headland and the meadow bank by the camera."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .noise import eroded2, fbm2, noise2, ridged2, smoothstep
from .sky import air
from .view import EYE, SKY_RGB, SUN_RGB, SUN_X, SUN_Y, SUN_Z, View

_FAR = 26000.0
NO_LAND = 1.0e9
"""Depth of a pixel that shows sky."""


@njit(cache=True)
def bank_height(x: float, z: float) -> float:
    """Return the height of the near meadow bank in metres; below 0 it is under the lake."""
    shore = 13.5 + 1.9 * math.sin(x * 0.21 + 0.6) + 0.016 * x * x
    shore += 1.4 * (noise2(x * 0.35, 4.0, 3) - 0.5)
    h = 3.3 * smoothstep(shore + 1.2, shore - 12.5, z) - 0.22
    return h + 0.16 * (noise2(x * 0.8, z * 0.8, 8) - 0.5) * smoothstep(shore, shore - 3.0, z)


@njit(cache=True)
def land_height(x: float, z: float, octaves: int) -> float:
    """Return the height of the ground above the lake in metres; negative under water.

    Args:
        x: Metres to the right.
        z: Metres away.
        octaves: Detail of the fractals.
    """
    if z < 70.0:
        return bank_height(x, z)
    a = x / z
    # The headland that the huts stand on, in the right third.
    coast = 40.0 + 0.13 * z + 26.0 * (fbm2(z / 70.0, 3.3, 3, 51) - 0.5)
    inland = x - coast
    head = -6.0
    if z < 1100.0:
        rise = smoothstep(0.0, 190.0, inland) * smoothstep(82.0, 150.0, z) * smoothstep(1100.0, 600.0, z)
        head = min(0.09 * inland, 2.2) * smoothstep(84.0, 100.0, z) - 0.4
        head += rise * (74.0 + 50.0 * (fbm2(x / 90.0, z / 90.0, min(octaves, 5), 52) - 0.5))
        if z > 900.0:
            head = min(head, 6.0 - 0.06 * (z - 900.0))
    if z < 1500.0:
        return head
    # The valley: the shore, foothills, then the main range with its pass on the left.
    bend = 900.0 * (fbm2(x / 1500.0, 7.7, 3, 53) - 0.5)
    zz = z + bend
    foot = smoothstep(2100.0, 4200.0, zz)
    side = smoothstep(0.02, 0.62, a) * 0.75 + smoothstep(-0.22, -0.62, a) * 0.30
    h = -5.0 + 14.0 * smoothstep(2000.0, 2300.0, zz)
    h += foot * (90.0 + 560.0 * side) * (0.25 + 1.5 * ridged2(x / 1900.0 + 3.0, z / 1900.0, min(octaves, 7), 54))
    main = smoothstep(4600.0, 10500.0, z + 0.30 * x)
    if main > 0.0:
        peak = 0.34 + 0.62 * math.exp(-(((a - 0.16) / 0.21) ** 2)) + 0.46 * math.exp(-(((a - 0.60) / 0.22) ** 2))
        peak += 0.30 * math.exp(-(((a + 0.24) / 0.16) ** 2)) - 0.16 * math.exp(-(((a + 0.62) / 0.20) ** 2))
        wx = x + 900.0 * (fbm2(x / 2600.0, z / 2600.0, 3, 57) - 0.5)
        e = eroded2(wx / 1900.0 + 11.3, z / 1900.0 + 4.1, octaves, 55)
        crest = ridged2(wx / 3100.0 + 0.4, z / 3100.0 + 6.1, min(octaves, 6), 58)
        h += main * peak * (150.0 + 2300.0 * e + 1500.0 * crest)
    return h


@njit(cache=True, nogil=True)
def march_columns(depth: np.ndarray, water: np.ndarray, col0: int, cx: float, horizon: float, focal: float) -> None:
    """Find the ground that each pixel of some columns sees.

    Args:
        depth: (rows, columns) result: z in metres, NO_LAND for sky.
        water: (rows, columns) result: True where the lake is seen.
        col0: Index of the first column in the picture.
        cx: Column of the optical axis.
        horizon: Row of the horizon.
        focal: Focal length in pixels.
    """
    rows = depth.shape[0]
    for j in range(depth.shape[1]):
        a = (col0 + j + 0.5 - cx) / focal
        top = rows
        z = 2.5
        last = z
        while z < _FAR and top > 0:
            h = land_height(a * z, z, 5 if z < 1500.0 else 8)
            wet = h < 0.0
            row = horizon - focal * (max(h, 0.0) - EYE) / z
            first = max(0, math.ceil(row - 0.5))
            if first < top:
                low = horizon + focal * EYE / last
                for i in range(first, top):
                    # Rows between two steps lie between their depths.
                    t = min(1.0, max(0.0, (low - i) / max(1e-6, low - row)))
                    depth[i, j] = last + (z - last) * t
                    water[i, j] = wet
                top = first
            last = z
            z += max(0.035 * min(1.0, z / 20.0), z * 0.0017)


@njit(cache=True)
def _sunlit(x: float, y: float, z: float, dist: float) -> float:
    """Return how much of the sun a point of the far land sees (0 to 1), by a march toward it."""
    lit = 1.0
    t = 12.0 + dist * 0.004
    for _ in range(26):
        py = y + SUN_Y * t
        if py > 2700.0:
            break
        over = py - land_height(x + SUN_X * t, z + SUN_Z * t, 5)
        lit = min(lit, 9.0 * over / t + 0.25)
        if lit <= 0.0:
            return 0.0
        t += max(25.0, over * 0.75)
    return min(1.0, lit)


@njit(cache=True)
def _cover(x: float, y: float, z: float, ny: float, slope_noise: float) -> tuple[float, float, float]:
    """Return the reflectance of the ground: forest, alp, rock or snow by height and steepness."""
    n1 = fbm2(x / 320.0, z / 320.0, 5, 61)
    n2 = fbm2(x / 45.0, z / 45.0, 4, 62)
    # Strata: bands by height, bent by noise.
    band = noise2(y / 34.0 + 4.0 * n1, 2.0, 63)
    rock = 0.55 + 0.5 * n2 + 0.30 * (band - 0.5)
    r, g, b = 0.205 * rock, 0.178 * rock, 0.160 * rock
    alp = smoothstep(0.60, 0.80, ny + 0.25 * (n2 - 0.5)) * smoothstep(1250.0, 800.0, y + 400.0 * (n1 - 0.5))
    ar, ag, ab = 0.070 + 0.075 * n2, 0.088 + 0.055 * n2, 0.030
    r, g, b = r + (ar - r) * alp, g + (ag - g) * alp, b + (ab - b) * alp
    wood = smoothstep(0.42, 0.60, ny + 0.2 * (n1 - 0.5)) * smoothstep(760.0, 560.0, y + 420.0 * (n1 - 0.5))
    wood *= smoothstep(0.30, 0.48, n1 + 0.25 * (n2 - 0.5) + 0.10)
    k = 0.55 + 0.9 * slope_noise
    r, g, b = r + (0.040 * k - r) * wood, g + (0.056 * k - g) * wood, b + (0.024 * k - b) * wood
    snow = smoothstep(0.50, 0.66, ny + 0.30 * (n2 - 0.5)) * smoothstep(1020.0, 1330.0, y + 520.0 * (n1 - 0.5))
    return r + (0.80 - r) * snow, g + (0.82 - g) * snow, b + (0.87 - b) * snow


@njit(cache=True)
def _shade(x: float, z: float, dx: float, dy: float, dz: float, dist: float) -> tuple[float, float, float]:
    """Return the light of a point of the ground as the camera receives it."""
    if z < 70.0:
        # Earth under the grass, nearly in shade; the blades are drawn over it.
        n = fbm2(x * 5.0, z * 5.0, 5, 64)
        return 0.030 + 0.055 * n, 0.030 + 0.055 * n, 0.012 + 0.018 * n
    y = land_height(x, z, 9)
    e = max(0.4, dist * 0.0009)
    octaves = 10 if z > 1500.0 else 6
    hx = land_height(x + e, z, octaves) - land_height(x - e, z, octaves)
    hz = land_height(x, z + e, octaves) - land_height(x, z - e, octaves)
    n = 1.0 / math.sqrt(hx * hx + hz * hz + 4.0 * e * e)
    nx, ny, nz = -hx * n, 2.0 * e * n, -hz * n
    bump = fbm2(x / 14.0, z / 14.0, 3, 65)
    r, g, b = _cover(x, y, z, ny, bump)
    sun = max(0.0, nx * SUN_X + ny * SUN_Y + nz * SUN_Z)
    # Rough ground scatters light back more evenly than a smooth one would.
    sun = (0.85 * sun + 0.15 * math.sqrt(sun)) * (0.65 + 0.7 * bump)
    if sun > 0.0:
        sun *= _sunlit(x, y, z, dist)
    up = 0.5 + 0.5 * ny
    sun *= 1.55
    r *= SUN_RGB[0] * sun + 0.75 * SKY_RGB[0] * up + 0.03
    g *= SUN_RGB[1] * sun + 0.75 * SKY_RGB[1] * up + 0.025
    b *= SUN_RGB[2] * sun + 0.75 * SKY_RGB[2] * up + 0.02
    r, g, b = air(r, g, b, y, dist, dx, dy, dz)
    # Morning mist lies on the water and feathers out at about the height of the trees.
    veil = fbm2(x / 420.0 + 3.0, z / 260.0 + y / 40.0, 4, 66)
    mist = smoothstep(1300.0, 2600.0, z) * math.exp(-max(0.0, y) / 34.0) * smoothstep(0.30, 0.70, veil) * 0.75
    c = max(0.0, dx * SUN_X + dz * SUN_Z) ** 3
    r += (0.62 + 0.75 * c - r) * mist
    g += (0.62 + 0.42 * c - g) * mist
    b += (0.70 + 0.10 * c - b) * mist
    return r, g, b


@njit(cache=True, nogil=True)
def shade_columns(
    image: np.ndarray,
    flat: np.ndarray,
    depth: np.ndarray,
    water: np.ndarray,
    col0: int,
    cx: float,
    horizon: float,
    focal: float,
) -> None:
    """Shade columns of ground at twice the size and lay their mean over the picture, in place.

    Args:
        image: (rows, columns, 3) linear light of the whole picture, the sky in it.
        flat: (rows, columns) depth of the whole picture in metres, filled here.
        depth: Depth of these columns at twice the size.
        water: Where these columns see the lake.
        col0: First column in the picture.
        cx: Column of the optical axis at twice the size.
        horizon: Row of the horizon at twice the size.
        focal: Focal length in pixels at twice the size.
    """
    for row in range(depth.shape[0] // 2):
        for j in range(depth.shape[1] // 2):
            r = g = b = 0.0
            land = 0
            shaded = 0
            near = NO_LAND
            # Coverage takes all four; two of them, on a diagonal where there is land, are enough for the light.
            for k in (0, 3, 1, 2):
                i2 = 2 * row + k // 2
                j2 = 2 * j + k % 2
                z = depth[i2, j2]
                if z >= NO_LAND:
                    continue
                near = min(near, z)
                if water[i2, j2]:
                    continue
                land += 1
                if shaded >= 2:
                    continue
                a = (2 * col0 + j2 + 0.5 - cx) / focal
                up = (horizon - i2 - 0.5) / focal
                n = math.sqrt(a * a + up * up + 1.0)
                cr, cg, cb = _shade(a * z, z, a / n, up / n, 1.0 / n, z * n)
                r += cr
                g += cg
                b += cb
                shaded += 1
            flat[row, col0 + j] = near
            if land:
                keep = 1.0 - land / 4.0
                part = land / (4.0 * shaded)
                image[row, col0 + j, 0] = image[row, col0 + j, 0] * keep + r * part
                image[row, col0 + j, 1] = image[row, col0 + j, 1] * keep + g * part
                image[row, col0 + j, 2] = image[row, col0 + j, 2] * keep + b * part


def draw_land(image: np.ndarray, view: View) -> np.ndarray:
    """Draw the ground over the sky, in place.

    Args:
        image: (rows, columns, 3) linear light.
        view: The projection.

    Returns:
        (rows, columns) depth along z in metres, of ground and water; NO_LAND in the sky.
    """
    flat = np.full(image.shape[:2], NO_LAND, np.float32)
    # Strips of columns keep the buffers at twice the size small.
    for col0 in range(0, view.width, 256):
        cols = min(256, view.width - col0)
        depth = np.full((2 * view.height, 2 * cols), NO_LAND, np.float32)
        water = np.zeros(depth.shape, np.bool_)
        march_columns(depth, water, 2 * col0, 2 * view.cx, 2 * view.horizon, 2 * view.focal)
        shade_columns(image, flat, depth, water, col0, 2 * view.cx, 2 * view.horizon, 2 * view.focal)
    return flat
