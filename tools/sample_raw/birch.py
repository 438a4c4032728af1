"""The birch that frames the sample scene: grown from seeds, drawn as strokes and leaves."""

from __future__ import annotations

import numpy as np
from numba import njit

from .noise import fbm2, hash2, smoothstep
from .strokes import leaf, stroke
from .view import EYE, View


def _grow(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the birch: branch segments (two ends, two radii in metres) and twig ends that bear leaves."""
    segments: list[tuple[float, ...]] = []
    twigs: list[tuple[float, float, float]] = []
    todo = [(np.array([5.35, 2.2, 7.7]), np.array([-0.02, 1.0, 0.0]), 0.165, 0)]
    while todo:
        place, way, radius, level = todo.pop()
        count = (15, 7, 5, 4)[level]
        length = (0.82, 0.34, 0.20, 0.13)[level]
        for k in range(count):
            # Branches reach up, twigs hang: birches weep at their ends.
            pull = np.array([0.0, (0.10, 0.03, -0.10, -0.22)[level], 0.0])
            way = way + pull + rng.normal(0.0, (0.045, 0.13, 0.20, 0.24)[level], 3)
            way /= np.linalg.norm(way)
            end = place + way * length * (0.8 + 0.4 * rng.random())
            thin = radius * (1.0 - 0.88 / count)
            segments.append((*place, *end, radius, thin))
            if level < 3 and (level > 0 or k >= 4):
                for _ in range((3, 2, 2)[level]):
                    side = rng.normal(0.0, 1.0, 3) * (1.0, 0.45, 1.0)
                    if level == 0:
                        side[0] -= 0.55
                    side /= np.linalg.norm(side)
                    turn = 0.35 * way + side
                    todo.append((end, turn / np.linalg.norm(turn), thin * (0.36, 0.5, 0.55)[level], level + 1))
            if level >= 2:
                twigs.append((end[0], end[1], end[2]))
            place, radius = end, thin
    return np.array(segments), np.array(twigs)


@njit(cache=True, nogil=True)
def _birch(
    image: np.ndarray,
    depth: np.ndarray,
    segments: np.ndarray,
    leaves: np.ndarray,
    cx: float,
    horizon: float,
    focal: float,
) -> None:
    """Draw the birch: its wood, then its leaves far to near (x, y, z and four random numbers each)."""
    for i in range(segments.shape[0]):
        x0, y0, z0, x1, y1, z1, w0, w1 = segments[i]
        c0, r0 = cx + focal * x0 / z0, horizon - focal * (y0 - EYE) / z0
        c1, r1 = cx + focal * x1 / z1, horizon - focal * (y1 - EYE) / z1
        bark = 1.0 if w0 > 0.05 else 0.22
        r, g, b = 0.66 * bark, 0.53 * bark, 0.39 * bark
        stroke(image, depth, c0, r0, c1, r1, w0 * focal / z0, w1 * focal / z0, r, g, b, z0, 1.0)
        if w0 > 0.05:
            # Dark scars across the white bark.
            for k in range(16):
                f = hash2(i, k, 114)
                u = (hash2(i, k, 115) - 0.5) * 1.5
                w = w0 * focal / z0
                col, row = c0 + (c1 - c0) * f + u * w, r0 + (r1 - r0) * f
                long = w * (0.10 + 0.34 * hash2(i, k, 116)) * (1.0 - 0.5 * abs(u))
                leaf(image, depth, col, row, long, 0.10 * long + 0.8, 0.12, 0.035, 0.028, 0.022, z0 - 0.01)
    for i in range(leaves.shape[0]):
        x, y, z, h1, h2, h3, h4 = leaves[i]
        m = focal / z
        # Light from behind turns leaves gold-green; those inside the crown stay dark.
        clump = fbm2(x * 1.9 + 3.0 * z, y * 1.9 + 1.3 * z, 3, 117)
        sun = h2 * h2 * (0.15 + 0.95 * smoothstep(5.6, 2.8, x)) + 0.55 * h2 * smoothstep(0.50, 0.70, clump)
        r = (0.10 + 0.26 * h4 * h4) * (0.06 + 1.45 * sun)
        g = 0.205 * (0.08 + 1.25 * sun)
        b = 0.026 * (0.25 + 0.55 * sun)
        leaf(
            image,
            depth,
            cx + focal * x / z,
            horizon - focal * (y - EYE) / z,
            (0.022 + 0.014 * h1) * m,
            (0.005 + 0.013 * h3) * m,
            1.2 + 1.5 * (h4 - 0.5) + h1,
            r,
            g,
            b,
            z,
        )


def draw_birch(image: np.ndarray, depth: np.ndarray, view: View) -> None:
    """Draw the birch over the picture, in place."""
    rng = np.random.default_rng(1887)
    segments, twigs = _grow(rng)
    segments = segments[np.argsort(-segments[:, 2], kind="stable")]
    leaves = np.repeat(twigs, 3, axis=0) + rng.normal(0.0, 0.07, (3 * len(twigs), 3))
    leaves = np.column_stack([leaves, rng.random((len(leaves), 4))])
    leaves = leaves[np.argsort(-leaves[:, 2], kind="stable")]
    _birch(image, depth, segments, leaves, view.cx, view.horizon, view.focal)
