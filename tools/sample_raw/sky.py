"""Sky, clouds and air of the sample scene (linear light, see view)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .filters import blur, enlarge
from .noise import fbm2, fbm3, smoothstep
from .view import SUN_X, SUN_Y, SUN_Z, View

_CLOUD_LOW = 1500.0
_CLOUD_HIGH = 2600.0
_STEPS = 44


@njit(cache=True)
def clear_sky(dx: float, dy: float, dz: float) -> tuple[float, float, float]:
    """Return the light of the cloudless sky from a unit direction."""
    up = max(0.0, dy)
    c = dx * SUN_X + dy * SUN_Y + dz * SUN_Z
    low = math.exp(-up * 7.5)
    mid = math.exp(-up * 2.6)
    r = 0.065 + 0.13 * mid + 0.42 * low
    g = 0.165 + 0.27 * mid + 0.26 * low
    b = 0.450 + 0.36 * mid - 0.04 * low
    # Three lobes stand for the light scattered forward by haze: wide and pink, narrower and gold, then the corona.
    c = max(0.0, c)
    wide = c * c * c * (0.35 + 0.65 * mid)
    near = c**14.0
    corona = c**110.0
    b *= 1.0 - 0.45 * wide
    r += 0.68 * wide + 0.95 * near + 3.2 * corona
    g += 0.37 * wide + 0.60 * near + 2.4 * corona
    b += 0.07 * wide + 0.22 * near + 1.3 * corona
    return r, g, b


@njit(cache=True)
def _density(x: float, y: float, z: float, octaves: int) -> float:
    """Return cloud density (0 outside, about 1 inside) at a world point in metres."""
    h = (y - _CLOUD_LOW) / (_CLOUD_HIGH - _CLOUD_LOW)
    if h <= 0.0 or h >= 1.0:
        return 0.0
    cover = fbm2(x / 7400.0 + 5.35, z / 6200.0 + 1.2, 3, 71)
    shape = smoothstep(0.0, 0.12, h) * (1.0 - smoothstep(0.25, 1.0, h))
    base = cover * 1.25 - 0.70 + 0.30 * shape
    if base < -0.60:
        return 0.0
    n = fbm3(x / 1300.0, y / 620.0, z / 1300.0, octaves, 37)
    return max(0.0, min(1.0, (base - 0.05 + (n - 0.5) * 1.75) * 6.5 * shape))


@njit(cache=True)
def _clouds(dx: float, dy: float, dz: float, jitter: float) -> tuple[float, float, float, float]:
    """March the cloud layer along a direction; returns its light and what it lets through."""
    t0 = _CLOUD_LOW / dy
    t1 = min(_CLOUD_HIGH / dy, t0 + 9000.0)
    step = (t1 - t0) / _STEPS
    through = 1.0
    r = g = b = 0.0
    c = max(0.0, dx * SUN_X + dy * SUN_Y + dz * SUN_Z)
    phase = 0.62 + 0.75 * c**6.0 + 1.6 * c**40.0
    for i in range(_STEPS):
        t = t0 + (i + jitter) * step
        x = dx * t
        y = dy * t
        z = dz * t
        d = _density(x, y, z, 7)
        if d <= 0.003:
            continue
        shade = 0.0
        for k in range(3):
            s = 90.0 * 2.3**k
            shade += _density(x + SUN_X * s, y + SUN_Y * s + 30.0, z + SUN_Z * s, 3) * (0.75 + 0.5 * k)
        sun = (math.exp(-shade * 1.15) + 0.18 * math.exp(-shade * 0.25)) * phase
        h = (y - _CLOUD_LOW) / (_CLOUD_HIGH - _CLOUD_LOW)
        alpha = 1.0 - math.exp(-d * step / 210.0)
        w = through * alpha
        r += w * (1.95 * sun + 0.15 + 0.12 * h)
        g += w * (1.34 * sun + 0.19 + 0.16 * h)
        b += w * (0.80 * sun + 0.28 + 0.22 * h)
        through *= 1.0 - alpha
        if through < 0.01:
            break
    # Far clouds melt into the haze near the horizon.
    fade = math.exp(-t0 / 21000.0)
    hr, hg, hb = clear_sky(dx, dy, dz)
    cover = 1.0 - through
    r = r * fade + cover * (1.0 - fade) * hr
    g = g * fade + cover * (1.0 - fade) * hg
    b = b * fade + cover * (1.0 - fade) * hb
    return r, g, b, through


@njit(cache=True)
def sky(dx: float, dy: float, dz: float, jitter: float) -> tuple[float, float, float]:
    """Return the light of the sky with its clouds from a unit direction; jitter in [0, 1) offsets the march."""
    r, g, b = clear_sky(dx, dy, dz)
    if dy < 0.012:
        return r, g, b
    # Thin ice clouds high above: long streaks, warped so that they do not run straight.
    u = dx / dy
    v = dz / dy
    warp = fbm2(u * 0.35 + 2.0, v * 0.35, 3, 5)
    streak = fbm2((u + 0.45 * v) * 0.42 + 2.1 * warp, (v - 0.3 * u) * 1.15 + 2.6 * warp, 6, 11)
    patch = smoothstep(0.42, 0.72, fbm2(u * 0.16 + 9.0, v * 0.22 + 2.4, 3, 23))
    ice = smoothstep(0.40, 0.86, streak) * patch * 0.62 * smoothstep(0.02, 0.16, dy)
    c = max(0.0, dx * SUN_X + dy * SUN_Y + dz * SUN_Z)
    glow = 0.75 + 0.55 * c * c
    r += (1.00 * glow - r) * ice
    g += (0.86 * glow - g) * ice
    b += (0.78 * glow - b) * ice
    cr, cg, cb, through = _clouds(dx, dy, dz, jitter)
    return r * through + cr, g * through + cg, b * through + cb


@njit(cache=True)
def air(
    r: float, g: float, b: float, y: float, dist: float, dx: float, dy: float, dz: float
) -> tuple[float, float, float]:
    """Return light after its way through the air.

    Args:
        r: Red light that leaves the point.
        g: Green light.
        b: Blue light.
        y: Height of the point above the lake in metres.
        dist: Distance in metres.
        dx: x of the unit view direction.
        dy: y of the unit view direction.
        dz: z of the unit view direction.

    Returns:
        The light that reaches the camera.
    """
    c = max(0.0, dx * SUN_X + dy * SUN_Y + dz * SUN_Z)
    # Haze thins with height: the mean density between the eye and the point decides.
    k = max(0.0, y) / 900.0
    mean = 1.0 if k < 0.01 else (1.0 - math.exp(-k)) / k
    optical = dist * (0.25 + 0.75 * mean) * (1.0 + 0.9 * c * c * c)
    tr = math.exp(-optical / 42000.0)
    tg = math.exp(-optical / 32000.0)
    tb = math.exp(-optical / 21000.0)
    glow = c**5.0
    hr = 0.26 + 0.30 * c + 1.20 * glow
    hg = 0.39 + 0.16 * c + 0.66 * glow
    hb = 0.64 - 0.04 * c + 0.16 * glow
    return r * tr + hr * (1.0 - tr), g * tg + hg * (1.0 - tg), b * tb + hb * (1.0 - tb)


@njit(cache=True, nogil=True)
def fill_sky(image: np.ndarray, row0: int, row1: int, cx: float, horizon: float, focal: float) -> None:
    """Draw the sky into rows row0 up to row1 of a linear picture, in place."""
    for row in range(row0, row1):
        for col in range(image.shape[1]):
            dx = (col + 0.5 - cx) / focal
            dy = (horizon - row - 0.5) / focal
            n = 1.0 / math.sqrt(dx * dx + dy * dy + 1.0)
            # Interleaved gradient noise hides the steps of the march without a visible pattern.
            j = 52.9829189 * ((0.06711056 * col + 0.00583715 * row) % 1.0)
            r, g, b = sky(dx * n, max(dy, 0.0) * n, n, j % 1.0)
            image[row, col, 0] = r
            image[row, col, 1] = g
            image[row, col, 2] = b


def draw_sky(image: np.ndarray, view: View) -> None:
    """Draw the sky down to the horizon, in place.

    Clouds are soft, so half the size is enough; a small blur also evens out the grain of the march.
    """
    rows = min(view.height, int(view.horizon) + 2)
    half = np.zeros((rows // 2 + 4, view.width // 2, 3), np.float32)
    fill_sky(half, 0, half.shape[0], view.cx / 2, view.horizon / 2, view.focal / 2)
    image[:rows] = enlarge(blur(half, 0.7), 2 * half.shape[0], view.width)[:rows]
