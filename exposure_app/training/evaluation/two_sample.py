"""A two-sample test: can a classifier tell results from photos of the style? 50 % means that it cannot.

The classifier is a kernel machine on a fingerprint of each picture's tones and colours, not a convolutional network:
with some fifty photos a side a network learns their subjects by heart, while this one has a closed form, no luck in
it, and sees what a style changes, the spread over pictures included.

Pictures are display-referred sRGB, float32, H x W x 3, in [0, 1].
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from exposure_app.bootstrap import Estimate, bootstrap
from exposure_app.image import Pixels
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.proxy import area_resize

REPEATS, FOLDS = 20, 5
MOST = 200  # pictures a side at a time
SMOOTHING = 1.0  # on the diagonal of the kernel matrix
SIDE = 96  # pictures are looked at in this size

Prints = NDArray[np.float64]  # pictures x traits


def fingerprints(pictures: Sequence[Pixels]) -> Prints:
    """Tones and colours of each picture in some thirty numbers: L* and chroma, tints by tone, hues, fine detail."""
    return np.stack([_fingerprint(picture) for picture in pictures])


def accuracy(some: Prints, others: Prints, seed: int = 0) -> NDArray[np.float64]:
    """Percent of pictures told to the right side by classifiers that did not see them, (1,)."""
    told = [side.mean() for side in _told(some, others, seed)]
    return np.array([100 * sum(told) / len(told)])


def tell_apart(some: Prints, others: Prints, seed: int = 0) -> Estimate:
    """``accuracy`` with its bootstrap interval over the pictures that are told."""

    def both(*sides: NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = 100 * np.mean([side.mean(0) for side in sides], axis=0)
        return found

    told = (side[:, None] for side in _told(some, others, seed))
    return bootstrap(both, *told, seed=seed, limits=(0, 100))[0]


def _told(some: Prints, others: Prints, seed: int) -> list[NDArray[np.float64]]:
    """For each picture of both sides how often it was told right, over repeated cross-validation."""
    rng = np.random.default_rng(seed)
    count = min(len(some), len(others), MOST)  # as many of both sides, so that guessing is right half of the time
    right = [np.zeros(len(side)) for side in (some, others)]
    asked = [np.zeros(len(side)) for side in (some, others)]
    for _ in range(REPEATS):
        drawn = [rng.permutation(len(side))[:count] for side in (some, others)]
        traits = np.concatenate([some[drawn[0]], others[drawn[1]]])
        label = np.repeat([1.0, -1.0], count)
        fold = np.concatenate([rng.permutation(count) % FOLDS for _ in drawn])
        correct = np.zeros(2 * count)
        for number in range(FOLDS):
            out = fold == number
            correct[out] = _scores(traits[~out], label[~out], traits[out]) * label[out] > 0
        for side, half in enumerate((slice(count), slice(count, None))):
            right[side][drawn[side]] += correct[half]
            asked[side][drawn[side]] += 1
    return [r[a > 0] / a[a > 0] for r, a in zip(right, asked, strict=True)]


def _scores(known: Prints, label: NDArray[np.float64], unknown: Prints) -> NDArray[np.float64]:
    """Least-squares classifier with a Gaussian kernel, on standardised traits."""
    middle, scale = known.mean(0), known.std(0) + 1e-6
    known, unknown = (known - middle) / scale, (unknown - middle) / scale
    weights = np.linalg.solve(_kernel(known, known) + SMOOTHING * np.eye(len(known)), label)
    found: NDArray[np.float64] = _kernel(unknown, known) @ weights
    return found


def _kernel(some: Prints, others: Prints) -> NDArray[np.float64]:
    squares = (some**2).sum(1)[:, None] + (others**2).sum(1) - 2 * some @ others.T
    found: NDArray[np.float64] = np.exp(-squares / (2 * some.shape[1]))
    return found


def _fingerprint(picture: Pixels) -> NDArray[np.float64]:
    points = lab(area_resize(picture, SIDE, SIDE))
    light, a, b = np.moveaxis(points, -1, 0)
    chroma, hue = np.hypot(a, b), np.arctan2(b, a)
    third = np.digitize(light, np.percentile(light, [33, 67]))
    tints = [plane[third == part].mean() if (third == part).any() else 0 for part in range(3) for plane in (a, b)]
    hues = [(chroma * f(n * hue)).mean() for n in (1, 2, 3) for f in (np.cos, np.sin)]
    detail = [np.abs(np.diff(plane, axis=axis)).mean() for plane in (light, chroma) for axis in (0, 1)]
    return np.array(
        [
            *np.percentile(light, [1, 5, 25, 50, 75, 95, 99]),
            light.std(),
            *np.percentile(chroma, [25, 50, 75, 95, 99]),
            chroma.std(),
            *tints,
            *hues,
            *detail,
        ]
    )
