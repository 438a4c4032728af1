"""How close results are to a style: the paper's histogram intersections (supplement, section 9).

With what they need beside them to mean something: a ceiling, plain baselines, intervals, and signs of broken pictures.

All pictures here are display-referred sRGB, float32, H x W x 3, in [0, 1].
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from exposure_app.agent import statistics
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.io.formats import find_photos
from exposure_app.io.transfer import SRGB_TO_XYZ, srgb_to_linear
from exposure_app.pipeline.proxy import SIZE, area_resize
from exposure_app.training import data

QUANTITIES = ("luminance", "contrast", "saturation")
BINS = 32
SQUARES = 4
CROPS = 4  # of each square
LEVELS_CUT = 0.5  # percent of the pixels that auto levels clips at each end
CLIPPED_WHITE, CLIPPED_BLACK = 254.5 / 255, 0.5 / 255

Looks = NDArray[np.float32]  # pictures x 16 patches x 3 quantities


@dataclass(frozen=True)
class Comparison:
    """Histogram intersections in percent, by quantity.

    Attributes:
        values: The figures; 100 is identical histograms.
        low: Lower ends of their 95 % bootstrap intervals over pictures.
        high: Upper ends.
    """

    values: dict[str, float]
    low: dict[str, float]
    high: dict[str, float]

    @property
    def mean(self) -> float:
        """Mean of the three."""
        return sum(self.values.values()) / len(self.values)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            **{name: [self.values[name], self.low[name], self.high[name]] for name in self.values},
            "mean": self.mean,
        }


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


def intersections(some: Looks, others: Looks) -> dict[str, float]:
    """Histogram intersections of two groups of pictures, in percent."""
    result = {}
    for index, name in enumerate(QUANTITIES):
        first, second = (_histogram(group[..., index]) for group in (some, others))
        result[name] = 100 * float(np.minimum(first, second).sum())
    return result


def compare(some: Looks, others: Looks, resamples: int = 200, seed: int = 0) -> Comparison:
    """Intersections with bootstrap intervals: pictures of both groups are drawn again with replacement."""
    rng = np.random.default_rng(seed)
    draws = [
        list(intersections(some[_again(some, rng)], others[_again(others, rng)]).values()) for _ in range(resamples)
    ]
    # Resampling adds noise to a histogram and so lowers every intersection: the interval is moved back by that bias.
    values = intersections(some, others)
    bias = np.mean(draws, axis=0) - np.array(list(values.values()))
    low, high = np.percentile(np.array(draws) - bias, [2.5, 97.5], axis=0).clip(0, 100)
    return Comparison(
        values, dict(zip(QUANTITIES, low.tolist(), strict=True)), dict(zip(QUANTITIES, high.tolist(), strict=True))
    )


def ceiling(targets: Looks, repeats: int = 20, seed: int = 0) -> dict[str, float]:
    """What can be reached: two disjoint random halves of the targets against each other, mean over repeated splits."""
    rng = np.random.default_rng(seed)
    half = len(targets) // 2
    rows = []
    for _ in range(repeats):
        order = rng.permutation(len(targets))
        rows.append(list(intersections(targets[order[:half]], targets[order[half : 2 * half]]).values()))
    return dict(zip(QUANTITIES, np.mean(rows, axis=0).tolist(), strict=True))


def auto_levels(picture: Pixels) -> Pixels:
    """The classical one-click correction: each channel is stretched so that 0.5 % are clipped at each end."""
    low, high = np.percentile(picture, [LEVELS_CUT, 100 - LEVELS_CUT], axis=(0, 1))
    stretched: Pixels = ((picture - low) / np.maximum(high - low, 1e-3)).clip(0, 1).astype(np.float32)
    return stretched


def lab(picture: Pixels) -> NDArray[np.float64]:
    """CIE L*a*b* (D65) of pixels, (..., 3)."""
    xyz = srgb_to_linear(picture) @ SRGB_TO_XYZ.T / SRGB_TO_XYZ.sum(1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def health(pictures: Sequence[Pixels]) -> dict[str, float]:
    """Signs of broken pictures, means over pictures.

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
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def evaluate_dirs(outputs_dir: Path, targets_dir: Path, seed: int = 0) -> dict[str, Any]:
    """Compare a folder of results with a folder of photos of the style.

    Returns:
        ``intersections`` (see ``Comparison.to_json``), ``ceiling``, and the ``health`` of both sides.

    Raises:
        ExposureError: A folder is missing or has fewer than two readable photos.
    """
    sides = []
    for folder in (outputs_dir, targets_dir):
        paths = find_photos([folder], recursive=True)
        photos = data.read_photos(paths) if len(paths) > 1 else []
        if len(photos) < 2:
            raise ExposureError(f"{folder} has fewer than two photos to compare", "Choose a folder with more photos.")
        sides.append([data.neutral(photo.pixels) if photo.scene_referred else photo.pixels for photo in photos])
    outputs, targets = (looks(side, seed) for side in sides)
    return {
        "outputs": len(sides[0]),
        "targets": len(sides[1]),
        "intersections": compare(outputs, targets).to_json(),
        "ceiling": ceiling(targets),
        "health": {"outputs": health(sides[0]), "targets": health(sides[1])},
    }


def _histogram(values: NDArray[np.float32]) -> NDArray[np.float64]:
    counts, _ = np.histogram(values.clip(0, 1), bins=BINS, range=(0, 1))
    share: NDArray[np.float64] = counts / counts.sum()
    return share


def _again(looks_: Looks, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.integers(len(looks_), size=len(looks_))
