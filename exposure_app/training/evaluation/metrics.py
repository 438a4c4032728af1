"""How close results are to a style: the paper's histogram intersections (supplement, section 9).

With what they need beside them to mean something: plain baselines, and signs of broken pictures.

All pictures here are display-referred sRGB, float32, H x W x 3, in [0, 1].
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from exposure_app.agent import statistics
from exposure_app.bootstrap import Estimate, bootstrap
from exposure_app.image import Pixels
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.proxy import SIZE, area_resize
from exposure_app.training.photos import data

QUANTITIES = ("luminance", "contrast", "saturation")
BINS = 32
SQUARES = 4
CROPS = 4  # of each square
LEVELS_CUT = 0.5  # percent of the pixels that auto levels clips at each end
CLIPPED_WHITE, CLIPPED_BLACK = 254.5 / 255, 0.5 / 255

Looks = NDArray[np.float32]  # pictures x 16 patches x 3 quantities
Shares = NDArray[np.float64]  # pictures x 3 quantities x 32 bins


def looks(pictures: Sequence[Pixels], seed: int = 0) -> Looks:
    """Luminance, contrast and saturation of 16 patches of each picture.

    4 random squares of the shorter edge are resized to 80 x 80 and each is cropped 4 times to 64 x 64.
    """
    found = []
    for number, picture in enumerate(pictures):
        rng = np.random.default_rng([seed, number])
        patches = []
        for _ in range(SQUARES):
            small = area_resize(data.square(picture, rng), data.CROP, data.CROP)
            for top, left in rng.integers(data.CROP - SIZE + 1, size=(CROPS, 2)):
                patches.append(small[top : top + SIZE, left : left + SIZE].transpose(2, 0, 1))
        found.append(statistics.look(torch.from_numpy(np.stack(patches))).numpy())
    return np.stack(found).astype(np.float32)


def histograms(looks_: Looks) -> Shares:
    """The share of each picture's patches in each of 32 bins from 0 to 1, for each quantity."""
    bins = (looks_.clip(0, 1) * BINS).astype(int).clip(max=BINS - 1)
    shares: Shares = (bins[..., None] == np.arange(BINS)).mean(axis=1)
    return shares


def in_common(some: Shares, others: Shares) -> NDArray[np.float64]:
    """Histogram intersections of two groups of pictures in percent, in the order of ``QUANTITIES``: (3,)."""
    shared: NDArray[np.float64] = 100 * np.minimum(some.mean(0), others.mean(0)).sum(1)
    return shared


def intersections(some: Looks, others: Looks) -> dict[str, float]:
    """The same by quantity."""
    return dict(zip(QUANTITIES, in_common(histograms(some), histograms(others)).tolist(), strict=True))


def above(results: Shares, baselines: Sequence[Shares], targets: Shares) -> Estimate:
    """Points of the mean intersection by which results are above the best of the baselines of the same photos."""

    def points(rows: Shares, others: Shares) -> NDArray[np.float64]:
        first, *rest = (in_common(rows[:, row], others).mean() for row in range(rows.shape[1]))
        return np.array([first - max(rest)])

    return bootstrap(points, np.stack([results, *baselines], axis=1), targets)[0]


def auto_levels(picture: Pixels) -> Pixels:
    """The classical one-click correction: each channel is stretched so that 0.5 % are clipped at each end."""
    low, high = np.percentile(picture, [LEVELS_CUT, 100 - LEVELS_CUT], axis=(0, 1))
    stretched: Pixels = ((picture - low) / np.maximum(high - low, 1e-3)).clip(0, 1).astype(np.float32)
    return stretched


def signs(pictures: Sequence[Pixels]) -> dict[str, NDArray[np.float64]]:
    """Signs of broken pictures, one figure a picture.

    Returns:
        ``highlights`` and ``shadows``: percent of pixels with a channel at white and with all channels at black;
        ``L``, ``a``, ``b``, ``chroma``: mean Lab; ``black``: L* that 1 % of the pixels fall below;
        ``tint``: mean chroma of the brightest 2 % of the pixels, for colour casts in highlights.
    """
    rows = []
    for picture in pictures:
        points = lab(picture).reshape(-1, 3)
        chroma = np.hypot(points[:, 1], points[:, 2])
        brightest = points[:, 0] >= np.percentile(points[:, 0], 98)
        rows.append(
            {
                "highlights": 100 * float((picture >= CLIPPED_WHITE).any(-1).mean()),
                "shadows": 100 * float((picture <= CLIPPED_BLACK).all(-1).mean()),
                "L": float(points[:, 0].mean()),
                "a": float(points[:, 1].mean()),
                "b": float(points[:, 2].mean()),
                "chroma": float(chroma.mean()),
                "black": float(np.percentile(points[:, 0], 1)),
                "tint": float(chroma[brightest].mean()),
            }
        )
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


def health(pictures: Sequence[Pixels]) -> dict[str, float]:
    """``signs``, means over pictures."""
    return {name: float(values.mean()) for name, values in signs(pictures).items()}


def spread(pictures: Sequence[Pixels]) -> dict[str, float]:
    """How much pictures differ: standard deviations over them of mean L* and chroma; 0 if all look alike."""
    found = signs(pictures)
    return {name: float(found[name].std()) for name in ("L", "chroma")}
