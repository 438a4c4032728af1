"""Distances between pictures, and between the colours of two groups of pictures.

Pictures are display-referred sRGB, float32, H x W x 3, in [0, 1].
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.pipeline.color_difference import delta_e_2000, lab

DIRECTIONS = 64  # of the sliced Wasserstein distance
SAMPLES = 2048  # pixels a picture
REACH = 192  # no colour projects further than this from mid-grey, in units of Lab

Shares = NDArray[np.float32]  # pictures x directions x places: share of the pixels up to a place along a direction


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
