"""What an unknown edit is made of: the few steps that turn colours before into colours after (paper, section 6.2).

The paper reads the steps of a black box off an agent that was trained with its results. With pairs of colours at hand
no agent is needed: the filters are differentiable, so that sequences can be solved for (``search``) and then
made as short and as round as the error allows (``tidy``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.device import one_thread
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.recover_edits import tidy as tidying
from exposure_app.recover_edits.search import Budget, search
from exposure_app.recover_edits.solver import Array, Samples, render

SEARCHED, SOLVED, JUDGED = 800, 3000, 20_000  # colours: to search with, to solve with, to measure the error on
RARE = 0.3  # share of the colours that is drawn evenly over what colours there are, instead of over the pixels
CELLS = 8  # of the cube of colours, along each axis
SEARCH_SHARE = 0.75  # of the time

Tell = Callable[[float], None]


@dataclass(frozen=True)
class Fitted:
    """What was found.

    Attributes:
        recipe: The steps.
        delta_e: What is left between its result and the wanted colours.
    """

    recipe: Recipe
    delta_e: DeltaE


def fit(
    before: NDArray[Any],
    after: NDArray[Any],
    *,
    seed: int = 0,
    steps: int = 6,
    tolerance: float = tidying.TOLERANCE,
    beam: int = Budget.beam,
    tell: Tell = lambda share: None,
) -> Fitted:
    """The shortest recipe found that turns some colours into others.

    The same colours and seed give the same recipe. torch keeps to one thread meanwhile.

    Args:
        before: (..., 3), linear light, sRGB primaries.
        after: The same shape: display-referred sRGB, 0 to 1.
        seed: Of the choice of colours.
        steps: At most so many.
        tolerance: Mean CIEDE2000 up to which steps may be left out; see ``tidy.limit``.
        beam: How widely to search: sequences that are followed at the same time.
        tell: Told the share done; what it raises ends the search.

    Raises:
        ExposureError: The colours do not pair up, or are none.
    """
    if before.shape != after.shape or before.shape[-1:] != (3,) or not before.size:
        raise ExposureError(f"Colours before and after must pair up, not {before.shape} and {after.shape}")
    pixels, wanted = np.asarray(before, float).reshape(-1, 3), np.asarray(after, float).reshape(-1, 3)
    good = np.isfinite(pixels).all(1) & np.isfinite(wanted).all(1)
    pixels, wanted = np.maximum(pixels[good], 0), np.clip(wanted[good], 0, 1)
    rng = np.random.default_rng(seed)
    drawn = _chosen(wanted, SOLVED, rng)
    chosen = Samples.of(pixels[drawn], wanted[drawn])
    with one_thread():
        neutral = neutral_recipe(Image(pixels[None].astype(np.float32)))
        start = [(edit.filter, filters.get(edit.filter).pack(edit.params).astype(float)) for edit in neutral.edits()]
        found = search(
            chosen.take(np.arange(min(SEARCHED, len(chosen)))),
            [[], start],
            Budget(steps, beam),
            lambda share: tell(SEARCH_SHARE * share),
        )
        judged = rng.permutation(len(pixels))[:JUDGED]
        yardstick = tidying.Yardstick(chosen, pixels[judged], wanted[judged], tolerance)
        names, values = tidying.tidied(found, yardstick, lambda share: tell(SEARCH_SHARE + (1 - SEARCH_SHARE) * share))
        recipe = Recipe(tuple(Step(name, filters.get(name).unpack(v)) for name, v in zip(names, values, strict=True)))
    tell(1.0)
    return Fitted(recipe, difference(recipe, before, after))


def difference(recipe: Recipe, before: NDArray[Any], after: NDArray[Any]) -> DeltaE:
    """What is left between a recipe's result and the wanted colours, (..., 3) as for ``fit``."""
    return DeltaE.between(np.clip(rendered(recipe, np.asarray(before)), 0, 1).astype(np.float32), np.asarray(after))


def rendered(recipe: Recipe, before: NDArray[Any]) -> Array:
    """What a recipe, without geometry and masked steps, makes of colours (..., 3): display-referred, not clipped."""
    edits = [edit for edit in recipe.edits() if edit.mask is None]
    vectors = [filters.get(edit.filter).pack(edit.params).astype(float) for edit in edits]
    flat = np.asarray(before, float).reshape(-1, 3)
    return render(tuple(edit.filter for edit in edits), vectors, flat).reshape(before.shape)


def _chosen(colours: Array, count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Which colours to solve with, in random order: most of them as often as they are, some for being rare."""
    order = rng.permutation(len(colours))
    if len(colours) <= count:
        return order
    rare = round(RARE * count)
    cells = np.minimum((colours * CELLS).astype(int), CELLS - 1) @ (CELLS**2, CELLS, 1)
    weights = 1 / np.bincount(cells)[cells]
    others = order[: count - rare]
    weights[others] = 0
    drawn = rng.choice(
        len(colours), min(rare, int(np.count_nonzero(weights))), replace=False, p=weights / weights.sum()
    )
    return rng.permutation(np.concatenate([others, drawn]))
