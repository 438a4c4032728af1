"""Deterministic lattice noise for the sample scene, compiled with numba.

Every function is a pure function of its arguments, so a picture is the same on each run and a point has the
same value whatever the size of the rendering.
"""

from __future__ import annotations

import math

from numba import njit

_MASK = 0xFFFFFFFF


@njit(cache=True, inline="never")
def hash2(ix: int, iz: int, seed: int) -> float:
    """Return a pseudo-random number in [0, 1] for one lattice point."""
    h = (ix * 374761393 + iz * 668265263 + seed * 1442695041) & _MASK
    h = ((h ^ (h >> 13)) * 1274126177) & _MASK
    h = ((h ^ (h >> 16)) * 2246822519) & _MASK
    h ^= h >> 13
    return h / 4294967295.0


@njit(cache=True)
def noise2(x: float, z: float, seed: int) -> float:
    """Return smooth value noise in [0, 1] with unit-size cells (quintic interpolation)."""
    fx = math.floor(x)
    fz = math.floor(z)
    u = x - fx
    v = z - fz
    ix = int(fx)
    iz = int(fz)
    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0)
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0)
    a = hash2(ix, iz, seed)
    b = hash2(ix + 1, iz, seed)
    c = hash2(ix, iz + 1, seed)
    d = hash2(ix + 1, iz + 1, seed)
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v


@njit(cache=True)
def noise2d(x: float, z: float, seed: int) -> tuple[float, float, float]:
    """Return value noise in [0, 1] and its two derivatives per cell."""
    fx = math.floor(x)
    fz = math.floor(z)
    u = x - fx
    v = z - fz
    ix = int(fx)
    iz = int(fz)
    du = 30.0 * u * u * (u * (u - 2.0) + 1.0)
    dv = 30.0 * v * v * (v * (v - 2.0) + 1.0)
    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0)
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0)
    a = hash2(ix, iz, seed)
    b = hash2(ix + 1, iz, seed)
    c = hash2(ix, iz + 1, seed)
    d = hash2(ix + 1, iz + 1, seed)
    k = a - b - c + d
    return a + (b - a) * u + (c - a) * v + k * u * v, du * (b - a + k * v), dv * (c - a + k * u)


@njit(cache=True)
def noise3(x: float, y: float, z: float, seed: int) -> float:
    """Return smooth value noise in [0, 1] in three dimensions."""
    fy = math.floor(y)
    v = y - fy
    iy = int(fy)
    v = v * v * (3.0 - 2.0 * v)
    a = noise2(x, z, seed + iy * 7919)
    b = noise2(x, z, seed + (iy + 1) * 7919)
    return a + (b - a) * v


@njit(cache=True)
def fbm2(x: float, z: float, octaves: int, seed: int) -> float:
    """Return fractal value noise in about [0, 1]; each octave is rotated so that the lattice does not show."""
    total = 0.0
    amplitude = 0.5
    norm = 0.0
    for i in range(octaves):
        total += amplitude * noise2(x, z, seed + i * 17)
        norm += amplitude
        amplitude *= 0.5
        x, z = 1.6 * x - 1.2 * z + 3.1, 1.2 * x + 1.6 * z + 7.7
    return total / norm


@njit(cache=True)
def fbm3(x: float, y: float, z: float, octaves: int, seed: int) -> float:
    """Return fractal value noise in about [0, 1] in three dimensions."""
    total = 0.0
    amplitude = 0.5
    norm = 0.0
    for i in range(octaves):
        total += amplitude * noise3(x, y, z, seed + i * 17)
        norm += amplitude
        amplitude *= 0.5
        x, y, z = 1.63 * x - 1.21 * z + 3.1, 2.03 * y + 1.7, 1.21 * x + 1.63 * z + 7.7
    return total / norm


@njit(cache=True)
def eroded2(x: float, z: float, octaves: int, seed: int) -> float:
    """Return mountain-like noise in about [0, 1]: fine octaves fade on steep ground, as erosion leaves it."""
    total = 0.0
    amplitude = 0.5
    dx = 0.0
    dz = 0.0
    for i in range(octaves):
        n, nx, nz = noise2d(x, z, seed + i * 17)
        dx += nx
        dz += nz
        total += amplitude * n / (1.0 + dx * dx + dz * dz)
        amplitude *= 0.5
        x, z = 1.6 * x - 1.2 * z, 1.2 * x + 1.6 * z
    return total


@njit(cache=True)
def ridged2(x: float, z: float, octaves: int, seed: int) -> float:
    """Return ridged fractal noise in about [0, 1], with sharp crests and rounded valleys."""
    total = 0.0
    amplitude = 0.55
    weight = 1.0
    for i in range(octaves):
        n = 1.0 - abs(2.0 * noise2(x, z, seed + i * 17) - 1.0)
        n = n * n * weight
        weight = min(1.0, max(0.0, n * 1.6))
        total += amplitude * n
        amplitude *= 0.48
        x, z = 1.65 * x - 1.23 * z + 5.3, 1.23 * x + 1.65 * z + 1.9
    return total


@njit(cache=True)
def smoothstep(a: float, b: float, x: float) -> float:
    """Return 0 below a, 1 above b and a smooth ramp between (a may exceed b)."""
    t = min(1.0, max(0.0, (x - a) / (b - a)))
    return t * t * (3.0 - 2.0 * t)
