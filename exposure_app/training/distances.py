"""Distances between colours, and between the colours of two groups of pictures.

Pictures are display-referred sRGB, float32, H x W x 3, in [0, 1].
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.transfer import SRGB_TO_XYZ, srgb_to_linear

DIRECTIONS = 64  # of the sliced Wasserstein distance
SAMPLES = 2048  # pixels a picture
REACH = 192  # no colour projects further than this from mid-grey, in units of Lab

Lab = NDArray[np.float64]
Shares = NDArray[np.float32]  # pictures x directions x places: share of the pixels up to a place along a direction


def lab(picture: Pixels) -> Lab:
    """CIE L*a*b* (D65) of pixels, (..., 3)."""
    xyz = srgb_to_linear(picture) @ SRGB_TO_XYZ.T / SRGB_TO_XYZ.sum(1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def delta_e_2000(some: Lab, others: Lab) -> NDArray[np.float64]:
    """CIEDE2000 colour difference (CIE 142, Sharma et al. 2005) of colours in Lab, (..., 3) each; (...)."""
    (L1, a1, b1), (L2, a2, b2) = np.moveaxis(some, -1, 0), np.moveaxis(others, -1, 0)
    G = 0.5 * (1 - _weight((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    C1, C2 = np.hypot((1 + G) * a1, b1), np.hypot((1 + G) * a2, b2)
    h1, h2 = (np.arctan2(b, (1 + G) * a) % (2 * np.pi) for a, b in ((a1, b1), (a2, b2)))
    # From the first hue to the second the short way round; opposite hues count as they are, rounding errors or not.
    dh = h2 - h1
    dh = np.where(np.abs(dh) <= np.pi + 1e-9, dh, dh - 2 * np.pi * np.sign(dh))
    dh = np.where(C1 * C2 > 0, dh, 0)
    h = np.where(C1 * C2 > 0, h1 + dh / 2, h1 + h2)  # half-way; the other's where one is grey
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    T = 1 - 0.17 * np.cos(h - np.pi / 6) + 0.24 * np.cos(2 * h)
    T += 0.32 * np.cos(3 * h + np.pi / 30) - 0.2 * np.cos(4 * h - np.radians(63))
    turned = ((np.degrees(h) % 360 - 275) / 25) ** 2
    R = -2 * _weight(C) * np.sin(np.radians(60) * np.exp(-turned))
    S_L = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    x = (L2 - L1) / S_L
    y = (C2 - C1) / (1 + 0.045 * C)
    z = 2 * np.sqrt(C1 * C2) * np.sin(dh / 2) / (1 + 0.015 * C * T)
    found: NDArray[np.float64] = np.sqrt(np.maximum(x**2 + y**2 + z**2 + R * y * z, 0))
    return found


def difference(some: Pixels, others: Pixels) -> float:
    """Mean CIEDE2000 over the pixels of two pictures of one size; every second row and column is looked at."""
    return float(delta_e_2000(lab(some[::2, ::2]), lab(others[::2, ::2])).mean())


def colour_shares(pictures: Sequence[Pixels], seed: int = 0) -> Shares:
    """How the Lab colours of each picture spread along ``DIRECTIONS`` random directions, as cumulative shares.

    Every picture counts the same, whatever its size: ``SAMPLES`` of its pixels are drawn.
    """
    rng = np.random.default_rng(seed)
    directions = rng.normal(size=(3, DIRECTIONS))
    directions /= np.linalg.norm(directions, axis=0)
    rows = []
    for picture in pictures:
        pixels = picture.reshape(-1, 3)
        points = lab(pixels[rng.integers(len(pixels), size=SAMPLES)]) - (50, 0, 0)
        places = np.clip((points @ directions + REACH).astype(int), 0, 2 * REACH - 1)
        flat = (places + 2 * REACH * np.arange(DIRECTIONS)).ravel()
        counts = np.bincount(flat, minlength=DIRECTIONS * 2 * REACH).reshape(DIRECTIONS, 2 * REACH)
        rows.append(counts.cumsum(1) / SAMPLES)
    return np.stack(rows).astype(np.float32)


def sliced_wasserstein(some: Shares, others: Shares) -> NDArray[np.float64]:
    """How far colours must move, in units of Lab, to turn the pixels of one group into those of the other.

    The Wasserstein-1 distance along each direction is the area between the two cumulative distributions; its mean.

    Returns:
        (1,)
    """
    areas = np.abs(some.mean(0) - others.mean(0)).sum(1)
    return np.array([areas.mean()], np.float64)


def _weight(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    seventh = chroma**7
    weight: NDArray[np.float64] = np.sqrt(seventh / (seventh + 25.0**7))
    return weight
