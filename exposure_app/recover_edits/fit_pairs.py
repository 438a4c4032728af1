"""The steps behind pairs of pictures, found beside a vignette or gradient instead of through it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from exposure_app.image import Pixels
from exposure_app.pipeline.color_difference import DeltaE, lab
from exposure_app.pipeline.recipe import Recipe
from exposure_app.recover_edits.causes.surface import Array, Surface, light
from exposure_app.recover_edits.fit import fit
from exposure_app.recover_edits.pairs import PhotoPair, colors_of

FALLS = {"vignette", "gradient"}
GAIN = 0.8  # share of the error that may be left when light that falls off is undone first

Tell = Callable[[float], None]


def fit_pairs(pairs: Sequence[PhotoPair], *, seed: int = 0, steps: int = 6, tell: Tell = lambda share: None) -> Recipe:
    """The steps that all pairs have in common.

    Where the first attempt leaves an error that falls off to the corners or from edge to edge, that fall is undone and
    the steps are looked for again: they are the better for it, and so is what is told of the rest.

    Args:
        pairs: The pictures.
        seed: Of the choice of colours.
        steps: At most so many.
        tell: Told the share done; what it raises ends the search.

    Raises:
        ExposureError: There are no pairs.
    """
    first = fit(*colors_of(pairs), seed=seed, steps=steps, tell=lambda share: tell(share / 2)).recipe
    falls = [fall for pair in pairs if (fall := _fall(pair, first)) is not None]
    if len(falls) * 2 <= len(pairs):
        tell(1.0)
        return first
    fall = np.median(falls, axis=0)
    evened = [_evened(pair, fall) for pair in pairs]
    second = fit(*colors_of(evened), seed=seed, steps=steps, tell=lambda share: tell((1 + share) / 2)).recipe
    return second if _error(evened, second) < GAIN * _error(pairs, first) else first


def _fall(pair: PhotoPair, recipe: Recipe) -> Array | None:
    """How light falls off in what a recipe leaves unexplained; None if it does not."""
    surface = Surface.of(lab(pair.cells_of(recipe)), lab(pair.cells_after))
    found = {cause.id for cause in surface.causes()} & FALLS
    kept = np.repeat([name in found for name in ("vignette", "gradient")], 2)
    return surface.falloff * kept if found else None


def _evened(pair: PhotoPair, fall: Array) -> PhotoPair:
    height, width = pair.after.shape[:2]
    after: Pixels = (pair.after / light(height, width, fall)).astype(np.float32)
    return replace(pair, after=after)


def _error(pairs: Sequence[PhotoPair], recipe: Recipe) -> float:
    return DeltaE.of(np.concatenate([pair.errors(recipe).ravel() for pair in pairs])).mean
