"""Plants of the sample scene: conifer woods, the meadow with its flowers and the birch in front."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .noise import fbm2, hash2, smoothstep
from .sky import air
from .strokes import blade, leaf, stroke
from .terrain import bank_height, land_height
from .view import EYE, View


@njit(cache=True)
def _twigs(
    image: np.ndarray,
    depth: np.ndarray,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    reach: float,
    width: float,
    tier: int,
    arm: int,
    light: tuple[float, float, float],
    z: float,
) -> None:
    """Hang twigs from a conifer's arm (pixels), brighter toward its end."""
    for q in range(5):
        u = 0.25 + 0.17 * q
        h = hash2(tier, arm * 8 + q, 119)
        s = (0.5 + 0.9 * h) * (0.6 + 0.5 * u)
        x, y = x0 + (x1 - x0) * u, y0 + (y1 - y0) * u
        xe = x + (h - 0.5) * 0.5 * reach + 0.12 * (x1 - x0)
        ye = y + reach * (0.10 + 0.22 * h)
        r, g, b = light[0] * s, light[1] * s, light[2] * s
        stroke(image, depth, x, y, xe, ye, 0.8 * width, 0.2 * width, r, g, b, z, 0.0)


@njit(cache=True, nogil=True)
def _conifers(image: np.ndarray, depth: np.ndarray, trees: np.ndarray, cx: float, horizon: float, focal: float) -> None:
    """Draw conifers, far to near; each row of trees is x, ground height, z, height in metres and a random number."""
    for i in range(trees.shape[0]):
        x, y, z, tall, luck = trees[i]
        px = cx + focal * x / z
        base = horizon - focal * (y - EYE) / z
        size = focal * tall / z
        if px < -size or px > depth.shape[1] + size or size < 1.5:
            continue
        n = math.sqrt(x * x + z * z)
        dx, dz = x / n, z / n
        r, g, b = air(0.030, 0.022, 0.015, y, n, dx, 0.0, dz)
        stroke(
            image, depth, px, base + 0.02 * size, px, base - 0.95 * size, 0.016 * size, 0.002 * size, r, g, b, z, 0.0
        )
        tiers = int(min(60.0, max(6.0, size * 0.34)))
        arms = int(min(11.0, max(4.0, size * 0.09)))
        small = smoothstep(60.0, 20.0, size)
        slim = (0.14 + 0.09 * luck) * (1.0 + 0.35 * small)
        for t in range(tiers):
            f = (t + 0.35) / tiers
            reach = slim * size * (1.0 - f) ** 0.85 * (0.75 + 0.5 * hash2(i, t, 101))
            level = base - size * (0.07 + 0.92 * f)
            for k in range(arms):
                # Arms at the back first, so that the near ones lie over them.
                phi = math.pi * ((k + hash2(i * 61 + t, k, 102)) / arms - 0.5)
                turn = math.sin(phi * 2.0) if k & 1 else math.sin(phi)
                front = (k + 0.5) / arms
                h = hash2(i * 61 + t, k, 103)
                sun = max(0.0, -0.75 * turn + 0.30 - 0.55 * front + 0.35 * f) * (0.45 + 0.9 * h)
                dark = (0.30 + 0.70 * f) * (0.5 + 0.5 * abs(turn))
                cr = 0.052 * sun * 1.75 + 0.0075 * dark * (1.0 + luck)
                cg = 0.090 * sun * 1.16 + 0.0135 * dark * (1.0 + 0.4 * luck)
                cb = 0.022 * sun * 0.60 + 0.0130 * dark
                cr, cg, cb = air(cr, cg, cb, y + tall * f, n, dx, 0.0, dz)
                drop = reach * (0.42 + 0.35 * h - 0.35 * f)
                w = max((0.05 + 0.22 * small) * reach, 0.006 * size)
                ex, ey = px + reach * turn, level + drop
                stroke(image, depth, px, level, ex, ey, w, 0.3 * w, cr * 0.7, cg * 0.7, cb * 0.7, z, 0.0)
                if size < 40.0:
                    continue
                _twigs(image, depth, px, level, ex, ey, reach, w, i * 61 + t, k, (cr, cg, cb), z)


def _forest(rng: np.random.Generator) -> np.ndarray:
    """Return the conifers of the headland and of the far shores, far to near (see _conifers)."""
    rows: list[tuple[float, float, float, float, float]] = []
    for near, far, count, low, high in ((1900.0, 4600.0, 26000, 13.0, 26.0), (108.0, 1050.0, 11000, 4.0, 19.0)):
        # As many trees per metre of picture at each distance: uniform in the logarithm of depth.
        z = near * (far / near) ** rng.random(count)
        x = z * (rng.random(count) * 1.56 - 0.78)
        tall = low + (high - low) * rng.random(count) ** 2.2
        luck = rng.random(count)
        for i in range(count):
            y = land_height(x[i], z[i], 6)
            if y < 0.9 or y > 520.0:
                continue
            patch = fbm2(x[i] / (0.12 * near), z[i] / (0.12 * near), 4, 104)
            if patch + 0.25 * luck[i] < (0.52 if near > 1000.0 else 0.56 - 0.0010 * y):
                continue
            rows.append((x[i], y, z[i], tall[i], luck[i]))
    trees = np.array(rows)
    return trees[np.argsort(-trees[:, 2], kind="stable")]


@njit(cache=True)
def _shade_of_birch(x: float, z: float) -> float:
    """Return how much sun reaches the meadow: the birch and trees beside the picture dapple it."""
    dapple = smoothstep(0.40, 0.60, fbm2(x * 0.55 + 0.4 * z, z * 0.8 - 0.25 * x, 3, 105))
    return 0.10 + 0.90 * max(smoothstep(3.2, 0.4, x + 0.2 * z - 1.6) * (0.30 + 0.70 * dapple), 0.80 * dapple)


@njit(cache=True, nogil=True)
def _meadow(image: np.ndarray, depth: np.ndarray, roots: np.ndarray, cx: float, horizon: float, focal: float) -> None:
    """Draw grass and flowers, far to near; each row of roots is x, z in metres and four random numbers."""
    for i in range(roots.shape[0]):
        x, z, h1, h2, h3, h4 = roots[i]
        y = bank_height(x, z)
        if y < -0.05:
            continue
        px = cx + focal * x / z
        base = horizon - focal * (y - EYE) / z
        m = focal / z
        if base < 0.0 or base - 1.1 * m > depth.shape[0] or px < -0.5 * m or px > depth.shape[1] + 0.5 * m:
            continue
        lush = fbm2(x * 0.6 + 4.0, z * 0.6, 3, 106)
        dry = smoothstep(0.45, 0.70, fbm2(x * 0.33, z * 0.33 + 9.0, 3, 107))
        reed = smoothstep(0.35, 0.0, y)
        sun = _shade_of_birch(x, z) * (0.30 + 1.15 * h4)
        tall = (0.16 + 0.34 * lush + 0.14 * h1 + 0.45 * reed * h2) * (0.7 + 0.5 * h3)
        yellow = 0.30 * dry + 0.40 * h2 * h2 * h2
        tip = (
            (0.062 + 0.42 * yellow) * (0.08 + 1.25 * sun),
            (0.125 + 0.25 * yellow) * (0.11 + 0.98 * sun),
            (0.020 + 0.05 * yellow) * (0.30 + 0.75 * sun),
        )
        root = (0.012 + 0.05 * tip[0], 0.018 + 0.07 * tip[1], 0.007 + 0.05 * tip[2])
        bend = (h1 - 0.40) * 0.55 * tall * m
        kind = int(h3 * 997.0)
        drift = fbm2(x * 0.7 + 60.0, z * 0.7, 2, 120)
        flower = 10 < kind < 11 + int(48.0 * smoothstep(0.40, 0.68, drift)) and reed < 0.4
        if flower:
            # Flowers stand above the grass, or the nearer blades would hide them.
            tall = 0.62 * tall + 0.36
            bend *= 0.4
        blade(image, depth, px, base, tall * m, bend, max(0.4, (0.0017 + 0.0022 * h2) * m), root, tip, z)
        if kind < 11 and tall > 0.3:
            # A seed head: short strokes up the end of the stem.
            for k in range(9):
                f = 0.80 + 0.025 * k
                sx, sy = px + bend * f * f, base - tall * m * f
                side = 0.010 * m * (1.0 if k & 1 else -1.0)
                stroke(
                    image,
                    depth,
                    sx,
                    sy,
                    sx + side,
                    sy - 0.022 * m,
                    0.0030 * m,
                    0.0012 * m,
                    0.55 * sun + 0.05,
                    0.40 * sun + 0.05,
                    0.16 * sun + 0.03,
                    z,
                    0.0,
                )
        elif flower:
            _flower(image, depth, px + bend, base - tall * m, m, x, z, sun, h1, h4)


@njit(cache=True)
def _poppy(
    image: np.ndarray,
    depth: np.ndarray,
    px: float,
    py: float,
    m: float,
    z: float,
    h: float,
    light: tuple[float, float, float],
) -> None:
    """Draw a poppy: broad petals, thin enough to glow. m is pixels per metre, h a random number."""
    for k in range(5):
        a = k * 1.257 + h * 6.0
        s = 0.75 + 0.35 * hash2(k, int(h * 1e6), 109)
        x, y = px + 0.016 * m * math.cos(a), py + 0.010 * m * math.sin(a)
        r, g, b = 0.68 * light[0] * s, 0.045 * light[1] * s, 0.020 * light[2] * s
        leaf(image, depth, x, y, 0.020 * m, 0.014 * m, a * 0.5, r, g, b, z)
    leaf(image, depth, px, py, 0.006 * m, 0.005 * m, 0.0, 0.02, 0.02, 0.02, z)


@njit(cache=True)
def _daisy(
    image: np.ndarray,
    depth: np.ndarray,
    px: float,
    py: float,
    m: float,
    z: float,
    h: float,
    light: tuple[float, float, float],
) -> None:
    """Draw a daisy: narrow white rays around a yellow middle; see _poppy."""
    for k in range(13):
        a = k * 0.4833 + h
        s = 0.85 + 0.2 * hash2(k, int(h * 1e6), 110)
        ex, ey = 0.014 * m * math.cos(a), 0.008 * m * math.sin(a)
        r, g, b = 0.78 * light[0] * s, 0.78 * light[1] * s, 0.76 * light[2] * s
        leaf(image, depth, px + ex, py + ey, 0.010 * m, 0.0034 * m, math.atan2(ey, ex), r, g, b, z)
    r, g, b = 0.78 * light[0], 0.50 * light[1], 0.015 * light[2]
    leaf(image, depth, px, py, 0.0075 * m, 0.0060 * m, 0.0, r, g, b, z)


@njit(cache=True)
def _lupin(
    image: np.ndarray,
    depth: np.ndarray,
    px: float,
    py: float,
    m: float,
    z: float,
    h: float,
    light: tuple[float, float, float],
) -> None:
    """Draw a lupin: a tapering column of small blooms from violet to pale blue; see _poppy."""
    for k in range(34):
        f = k / 34.0
        s = 0.70 + 0.5 * hash2(k, int(h * 1e6), 111)
        x = px + 0.021 * m * (1.0 - 0.8 * f) * (2.0 * hash2(k, int(h * 1e6), 112) - 1.0)
        y = py + (0.06 - 0.15 * f) * m
        r, g, b = (0.20 + 0.10 * f) * light[0] * s, (0.085 + 0.12 * f) * light[1] * s, (0.46 + 0.15 * f) * light[2] * s
        leaf(image, depth, x, y, 0.0085 * m, 0.0055 * m, h * 6.0 + k, r, g, b, z)


@njit(cache=True)
def _flower(
    image: np.ndarray,
    depth: np.ndarray,
    px: float,
    py: float,
    m: float,
    x: float,
    z: float,
    sun: float,
    h1: float,
    h2: float,
) -> None:
    """Draw one flower at a pixel place; m is pixels per metre. Kinds grow in drifts."""
    drift = fbm2(x * 0.45 + 30.0, z * 0.45, 2, 108) + 0.22 * (h2 - 0.5)
    light = (0.20 + 1.35 * sun, 0.24 + 0.98 * sun, 0.34 + 0.55 * sun)
    if drift > 0.55:
        _poppy(image, depth, px, py, m, z, h1, light)
    elif drift > 0.46:
        _daisy(image, depth, px, py, m, z, h1, light)
    else:
        _lupin(image, depth, px, py, m, z, h1, light)


def draw_forest(image: np.ndarray, depth: np.ndarray, view: View) -> None:
    """Draw the conifer woods, in place."""
    _conifers(image, depth, _forest(np.random.default_rng(2024)), view.cx, view.horizon, view.focal)


def draw_meadow(image: np.ndarray, depth: np.ndarray, view: View) -> None:
    """Draw the grass and the flowers by the camera, in place."""
    rng = np.random.default_rng(4711)
    count = 330000
    z = 2.9 * (19.0 / 2.9) ** rng.random(count)
    roots = np.column_stack([z * (rng.random(count) * 1.62 - 0.81), z, rng.random((count, 4))])
    roots = roots[np.argsort(-roots[:, 1], kind="stable")]
    _meadow(image, depth, roots, view.cx, view.horizon, view.focal)
