"""Brushes for plants: anti-aliased tapered strokes, blades and leaves in linear light, tested against depth."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .noise import fbm2


@njit(cache=True)
def _mix(
    image: np.ndarray,
    depth: np.ndarray,
    row: int,
    col: int,
    cover: float,
    r: float,
    g: float,
    b: float,
    z: float,
    solid: bool,
) -> None:
    """Lay a colour over one pixel by its coverage, unless something nearer is there."""
    if depth[row, col] < 0.985 * z:
        return
    keep = 1.0 - cover
    image[row, col, 0] = image[row, col, 0] * keep + r * cover
    image[row, col, 1] = image[row, col, 1] * keep + g * cover
    image[row, col, 2] = image[row, col, 2] * keep + b * cover
    if solid and cover > 0.5:
        depth[row, col] = z


@njit(cache=True)
def stroke(
    image: np.ndarray,
    depth: np.ndarray,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    w0: float,
    w1: float,
    r: float,
    g: float,
    b: float,
    z: float,
    around: float,
) -> None:
    """Draw a straight tapered stroke.

    Args:
        image: (rows, columns, 3) linear light, changed in place.
        depth: (rows, columns) depth in metres, changed in place.
        x0: Column of the start.
        y0: Row of the start.
        x1: Column of the end.
        y1: Row of the end.
        w0: Half width at the start in pixels.
        w1: Half width at the end.
        r: Red light.
        g: Green light.
        b: Blue light.
        z: Depth of the stroke in metres.
        around: 0 for flat light; 1 for a round stem that is lit from the left.
    """
    m = max(w0, w1) + 1.0
    row0 = max(0, int(min(y0, y1) - m))
    row1 = min(depth.shape[0], int(max(y0, y1) + m) + 1)
    col0 = max(0, int(min(x0, x1) - m))
    col1 = min(depth.shape[1], int(max(x0, x1) + m) + 1)
    dx, dy = x1 - x0, y1 - y0
    inv = 1.0 / max(1e-6, dx * dx + dy * dy)
    for row in range(row0, row1):
        py = row + 0.5 - y0
        for col in range(col0, col1):
            px = col + 0.5 - x0
            t = min(1.0, max(0.0, (px * dx + py * dy) * inv))
            ex, ey = px - dx * t, py - dy * t
            w = w0 + (w1 - w0) * t
            q = math.sqrt(ex * ex + ey * ey)
            # A stroke thinner than a pixel keeps its width as coverage. It leaves the depth alone (see the last
            # argument), or it would cut dotted lines into what is drawn after it.
            cover = min(1.0, max(0.0, max(w, 0.5) + 0.5 - q)) * min(1.0, 2.0 * w)
            if cover <= 0.004:
                continue
            k = 1.0
            if around > 0.0:
                s = min(1.0, max(-1.0, ex / max(w, 0.5)))
                k = 1.0 - around + around * (0.13 + 0.9 * max(0.0, 0.30 - 0.95 * s) ** 0.8)
                if w > 6.0:
                    # Bark: stretched around the stem, in units of its width.
                    k *= 0.62 + 0.76 * fbm2(1.6 * s + 0.03 * x0, (row + 5.0 * s * s) / w * 3.2, 5, 118)
            _mix(image, depth, row, col, cover, r * k, g * k, b * k, z, m > 2.2)


@njit(cache=True)
def blade(
    image: np.ndarray,
    depth: np.ndarray,
    x: float,
    y: float,
    height: float,
    bend: float,
    width: float,
    root: tuple[float, float, float],
    tip: tuple[float, float, float],
    z: float,
) -> None:
    """Draw a blade of grass row by row: a parabola from (x, y) up, bent sideways, from its root's to its tip's light.

    Args:
        image: Linear light, changed in place.
        depth: Depth in metres, changed in place.
        x: Column of the root.
        y: Row of the root.
        height: Height in pixels.
        bend: Sideways way of the tip in pixels.
        width: Half width at the root in pixels.
        root: Light at the root.
        tip: Light at the tip.
        z: Depth in metres.
    """
    rows, cols = depth.shape
    first = max(0, int(y - height))
    last = min(rows - 1, int(y))
    for row in range(first, last + 1):
        t = (y - row - 0.5) / height
        if t < 0.0 or t > 1.0:
            continue
        # Near the tip the blade runs more level, so that it covers more columns in a row.
        centre = x + bend * t * t
        w = width * (1.0 - t * t) + 0.12
        reach = w + 0.5 * abs(2.0 * bend * t / height)
        strength = min(1.0, w / max(reach, 1e-6) + 0.15)
        c0 = max(0, int(centre - reach))
        c1 = min(cols - 1, int(centre + reach))
        for col in range(c0, c1 + 1):
            cover = (min(centre + reach, col + 1.0) - max(centre - reach, float(col))) * strength
            if cover > 0.004:
                side = 0.86 + 0.28 * ((centre - col - 0.5) / reach * 0.5 + 0.5)
                r = (root[0] + (tip[0] - root[0]) * t) * side
                g = (root[1] + (tip[1] - root[1]) * t) * side
                b = (root[2] + (tip[2] - root[2]) * t) * side
                _mix(image, depth, row, col, min(1.0, cover), r, g, b, z, True)


@njit(cache=True)
def leaf(
    image: np.ndarray,
    depth: np.ndarray,
    x: float,
    y: float,
    long: float,
    wide: float,
    turn: float,
    r: float,
    g: float,
    b: float,
    z: float,
) -> None:
    """Draw a pointed leaf or petal with its middle at (x, y), half-sizes in pixels, turned by an angle in radians."""
    m = long + 1.0
    if x < -m or y < -m:
        return
    row0, row1 = max(0, int(y - m)), min(depth.shape[0], int(y + m) + 1)
    col0, col1 = max(0, int(x - m)), min(depth.shape[1], int(x + m) + 1)
    c, s = math.cos(turn), math.sin(turn)
    for row in range(row0, row1):
        for col in range(col0, col1):
            px, py = col + 0.5 - x, row + 0.5 - y
            u = (px * c + py * s) / long
            v = -px * s + py * c
            edge = wide * (1.0 - u * u)
            cover = min(1.0, max(0.0, edge - abs(v) + 0.5)) * min(1.0, 2.0 * wide)
            if abs(u) < 1.0 and cover > 0.004:
                k = 0.90 + 0.20 * (v > 0.0)
                _mix(image, depth, row, col, cover, r * k, g * k, b * k, z, True)
