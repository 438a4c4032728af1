"""The lake of the sample scene: ripples, reflections of what is already drawn, and glints of the sun."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .noise import fbm2, hash2, noise2, noise2d, smoothstep
from .shapes import GROUP_HUTS, GROUP_JETTY
from .sky import clear_sky
from .terrain import NO_LAND, bank_height
from .things import trace
from .view import EYE, SUN_X, SUN_Y, SUN_Z, View


@njit(cache=True)
def _slope(x: float, z: float, spread: float) -> tuple[float, float]:
    """Return the slopes of the water; waves shorter than spread (metres in z) are left out."""
    sx = sz = 0.0
    wind = 0.25 + 0.95 * smoothstep(0.40, 0.66, fbm2(x / 38.0 + 2.0, z / 95.0, 3, 91))
    length = 5.2
    steep = 0.012
    px, pz = x, z
    for i in range(7):
        keep = smoothstep(0.9, 0.25, spread / length)
        if keep <= 0.0:
            break
        _n, nx, nz = noise2d(px / length * 0.55, pz / length * 1.25, 92 + i)
        sx += nx * steep * keep * wind
        sz += nz * steep * keep * wind * 1.35
        length *= 0.56
        steep *= 1.02
        px, pz = px * 0.94 + pz * 0.342, pz * 0.94 - px * 0.342
    return sx, sz


@njit(cache=True)
def _mirror(
    image: np.ndarray,
    depth: np.ndarray,
    px: float,
    pz: float,
    dx: float,
    dy: float,
    dz: float,
    cx: float,
    horizon: float,
    focal: float,
) -> tuple[float, float, float]:
    """Return what a reflected ray meets, looked up in the picture of the far scene."""
    # First guess: infinitely far. Then take the depth found there for the true parallax, twice.
    col = cx + focal * dx / dz
    row = horizon - focal * dy / dz
    cols = depth.shape[1]
    for _ in range(2):
        i = min(int(horizon) - 1, max(0, int(row)))
        j = min(cols - 1, max(0, int(col)))
        z = depth[i, j]
        if z >= NO_LAND or z <= pz + 1.0:
            break
        t = (z - pz) / dz
        col = cx + focal * (px + dx * t) / z
        row = horizon - focal * (dy * t - EYE) / z
    if row < 1.0 or col < -60.0 or col > cols + 60.0:
        return clear_sky(dx, dy, dz)
    row = min(horizon - 1.5, row) - 0.5
    # A ray past the side edge meets what is mirrored about that edge.
    col = abs(col - 0.5)
    if col > cols - 2.0:
        col = 2.0 * (cols - 2.0) - col
    i, j = int(row), int(col)
    u, v = col - j, row - i
    r = g = b = 0.0
    for k in range(4):
        w = (u if k & 1 else 1.0 - u) * (v if k & 2 else 1.0 - v)
        p = image[i + (k >> 1), j + (k & 1)]
        r, g, b = r + w * p[0], g + w * p[1], b + w * p[2]
    return r, g, b


@njit(cache=True)
def _glint(dx: float, dy: float, dz: float, sx: float, sz: float, rough: float, chance: float) -> float:
    """Return the light of the sun's mirror image on ripples too small to be seen.

    The needed tilt is compared with Gaussian slopes around the mean ones; where the facets in a sample are few,
    only some samples flash, so that the lake sparkles rather than glows.
    """
    hx, hy, hz = SUN_X - dx, SUN_Y - dy, SUN_Z - dz
    tx, tz = -hx / hy - sx, -hz / hy - sz
    likely = math.exp(-(tx * tx + tz * tz) / (2.0 * rough * rough))
    if likely < 1e-4:
        return 0.0
    start = 1.0 - 0.62 * likely**0.36
    return 42.0 * likely**0.35 * smoothstep(start, start + 0.12, chance) + 0.25 * likely


@njit(cache=True)
def _reflected(
    mirror: np.ndarray,
    far: np.ndarray,
    x: float,
    z: float,
    dx: float,
    dy: float,
    dz: float,
    cx: float,
    horizon: float,
    focal: float,
) -> tuple[float, float, float]:
    """Return the light from a direction as a point of the lake sees it: near things first, then the far scene."""
    hit = -1.0
    r = g = b = 0.0
    if 9.0 < z < 36.0 and -16.0 < x < 5.5:
        r, g, b, hit = trace(GROUP_JETTY, x, 0.0, z, dx, dy, dz, 0.02, 14.0)
    elif 38.0 < z < 99.0 and 0.27 * z < x < 0.74 * z:
        r, g, b, hit = trace(GROUP_HUTS, x, 0.0, z, dx, dy, dz, 0.02, 75.0)
    if hit < 0.0:
        return _mirror(mirror, far, x, z, dx, dy, dz, cx, horizon, focal)
    return r, g, b


@njit(cache=True)
def _depths(x: float, z: float, sx: float, sz: float) -> tuple[float, float, float]:
    """Return the light from under the surface: green shallows over stones, then dark blue depth."""
    if z > 40.0:
        return 0.010, 0.032, 0.046
    bed = 0.05 - bank_height(x, z) + 0.10 * max(0.0, z - 14.0)
    shallow = math.exp(-max(0.0, bed) * 2.2)
    stone = fbm2(x * 2.2 + sx * 3.0, z * 2.2 + sz * 3.0, 4, 99)
    return 0.010 + 0.16 * shallow * stone, 0.032 + 0.14 * shallow * stone, 0.046 + 0.06 * shallow * stone


@njit(cache=True)
def _sample(
    mirror: np.ndarray, far: np.ndarray, col: float, row: float, cx: float, horizon: float, focal: float
) -> tuple[float, float, float]:
    """Return the light of the lake at a place in the picture (pixels, with fractions)."""
    a = (col - cx) / focal
    up = (horizon - row) / focal
    z = EYE / max(1e-5, -up)
    x = a * z
    n = 1.0 / math.sqrt(a * a + up * up + 1.0)
    dx, dy, dz = a * n, up * n, n
    spread = z * z / (focal * EYE)
    sx, sz = _slope(x, z, spread)
    # Beyond the resolved waves, a random tilt per sample gives the vertical smear of far ripples.
    i, j = int(2.0 * col), int(2.0 * row)
    h1, h2, h3 = hash2(i, j, 95), hash2(i, j, 96), hash2(i, j, 97)
    wind = smoothstep(0.36, 0.62, fbm2(x / (9.0 + 0.055 * z), math.log(z) * 9.0, 4, 98))
    tiny = smoothstep(0.15, 3.0, spread) * (0.006 + 0.034 * wind)
    sz += (h1 + h2 - 1.0) * tiny
    sx += (h2 + h3 - 1.0) * tiny * 0.35
    m = 1.0 / math.sqrt(1.0 + sx * sx + sz * sz)
    cosine = max(0.02, -(dx * -sx + dy + dz * -sz) * m)
    mx = dx + 2.0 * cosine * -sx * m
    my = max(0.004, dy + 2.0 * cosine * m)
    mz = dz + 2.0 * cosine * -sz * m
    r, g, b = _reflected(mirror, far, x, z, mx, my, mz, cx, horizon, focal)
    # A little more than calm water mirrors at this angle: it keeps the colours of the sky in the near lake.
    fresnel = min(1.0, 0.121 + 1.029 * (1.0 - cosine) ** 5)
    lr, lg, lb = _depths(x, z, sx, sz)
    # Facets as wide as some pixels at any distance: sparkles rather than salt.
    scale = focal / 2900.0
    facet = noise2(col * 0.17 / scale + 40.0 * sx, row * 0.34 / scale + 60.0 * sz, 94)
    s = _glint(dx, dy, dz, sx, sz, 0.075 + 0.045 * wind, smoothstep(0.15, 0.96, facet))
    keep = 1.0 - fresnel
    return r * fresnel + lr * keep + s, g * fresnel + lg * keep + 0.8 * s, b * fresnel + lb * keep + 0.5 * s


@njit(cache=True, nogil=True)
def _fill(
    image: np.ndarray,
    mirror: np.ndarray,
    far: np.ndarray,
    depth: np.ndarray,
    row0: int,
    cx: float,
    horizon: float,
    focal: float,
) -> None:
    """Draw the lake from row0 down with four samples per pixel, in place; see draw_water."""
    for row in range(row0, depth.shape[0]):
        for col in range(depth.shape[1]):
            if depth[row, col] < 0.97 * focal * EYE / (row + 1.0 - horizon):
                continue
            r = g = b = 0.0
            for k in range(4):
                at_col, at_row = col + 0.25 + 0.5 * (k & 1), row + 0.25 + 0.5 * (k >> 1)
                sr, sg, sb = _sample(mirror, far, at_col, at_row, cx, horizon, focal)
                r, g, b = r + sr, g + sg, b + sb
            image[row, col, 0] = r * 0.25
            image[row, col, 1] = g * 0.25
            image[row, col, 2] = b * 0.25


def draw_water(image: np.ndarray, depth: np.ndarray, mirror: np.ndarray, mirror_depth: np.ndarray, view: View) -> None:
    """Draw the lake into a picture of the far scene, in place.

    Args:
        image: (rows, columns, 3) linear light.
        depth: (rows, columns) depth in metres; a pixel at the depth of the lake's plane is taken as water.
        mirror: (rows, columns, 3) linear light to reflect, complete above the horizon.
        mirror_depth: (rows, columns) depth of mirror in metres.
        view: The projection.
    """
    row0 = int(view.horizon) + 1
    _fill(image, mirror[:row0], mirror_depth[:row0], depth, row0, view.cx, view.horizon, view.focal)
