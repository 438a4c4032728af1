"""Why this recipe: what each step gains by the style's critic, what clipping it causes, and when it would be enough.

The critic D judges small pictures: the photo with any subset of the recipe's steps. From the scores of all subsets
follow the waterfall (one step more at a time) and the Shapley shares, which give each step its mean gain over all
orders in which the steps could join: fair to steps that only work together, and in sum exactly the whole gain (Shapley
1953).

A critic is never sure to the last digit. How little it can be trusted is seen where it must not see a difference: a
picture and its mirror image. A gain that is no larger is none.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app import filters
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.histogram import histogram
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe

if TYPE_CHECKING:
    from exposure_app.agent.style import Style

WEAK = 0.05  # a smaller share of the gain than this is not worth a step
EXACT_STEPS = 8  # all subsets of up to so many steps are rendered; of more, those of some random orders
ORDERS = 48  # so many, and each backwards too
BATCH = 16  # pictures that are judged at once

Subset = int  # bit i says whether step i is in it
Worth = Callable[[Sequence[Subset]], Sequence[float]]


@dataclass(frozen=True)
class StepReason:
    """One enabled step of a recipe.

    Attributes:
        index: Which step of the recipe.
        filter: Id of its filter.
        name: What it is called.
        words: What it does.
        before: Score of the picture after the steps before it.
        after: Score after it, too.
        share: Its Shapley share of the gain.
        white: How many more pixels are clipped to white through it, as a share of the picture; its Shapley share.
        black: The same for black.
        expected: V before the step: the reward that the agent expects from it and the following ones.
        locked: Whether it is locked.
    """

    index: int
    filter: str
    name: str
    words: str
    before: float
    after: float
    share: float
    white: float
    black: float
    expected: float
    locked: bool

    @property
    def gain(self) -> float:
        """What the score rises by when the step joins those before it."""
        return self.after - self.before


@dataclass(frozen=True)
class Reasons:
    """Why a recipe is as it is, in the eyes of one style.

    Attributes:
        style: Name of the style.
        steps: The enabled steps.
        start: Score of the photo without any.
        score: Score of the finished picture.
        white: Share of the pixels clipped to white before the steps, and after.
        black: The same for black.
        expected: V of the finished picture, were one more step allowed.
        leaner: Score without the steps that are weak, see ``weak``.
        noise: What mirroring the photo or the finished picture changes in the score: a smaller gain is none.
        exact: Whether all subsets were seen; else the shares are estimates, though their sum is not.
    """

    style: str
    steps: tuple[StepReason, ...]
    start: float
    score: float
    white: tuple[float, float]
    black: tuple[float, float]
    expected: float
    leaner: float
    noise: float
    exact: bool

    @property
    def gain(self) -> float:
        """What all steps together raise the score by; the sum of their shares."""
        return self.score - self.start

    @property
    def has_gain(self) -> bool:
        """Whether the score rises by more than the critic's noise."""
        return self.gain > self.noise

    def weak(self, threshold: float = WEAK) -> tuple[int, ...]:
        """Which steps of the recipe have a smaller share of the gain than ``threshold``; none where nothing is gained.

        Locked steps are never among them.
        """
        if not self.has_gain:
            return ()
        return tuple(step.index for step in self.steps if step.share < threshold * self.gain and not step.locked)

    @property
    def enough_after(self) -> int | None:
        """After how many of the steps the value net expects nothing more, then or later; None if it always does."""
        values = [*(step.expected for step in self.steps), self.expected]
        hopeful = [count for count, value in enumerate(values, 1) if value > WEAK * max(0.0, values[0])]
        after = max(hopeful, default=0)
        return after if after < len(values) else None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        steps = [{**asdict(step), "gain": step.gain} for step in self.steps]
        more = {
            "gain": self.gain,
            "has_gain": self.has_gain,
            "weak": list(self.weak()),
            "enough_after": self.enough_after,
        }
        return {**asdict(self), "steps": steps, **more}


def attribute(recipe: Recipe, style: "Style", photo: Photo, check: Callable[[], None] = lambda: None) -> Reasons:
    """Find the reasons for any recipe, made by an agent or by hand, in the eyes of any style.

    Args:
        recipe: Its enabled steps are explained; what the picture is without some of them is what the editor would show.
        style: Whose critic and value net judge.
        photo: The photo. The critic judges the agent's view of it; clipping is counted in the sample.
        check: Called now and then; may raise to stop.
    """
    shown = [index for index, step in enumerate(recipe.steps) if step.enabled]
    count, everything = len(shown), (1 << len(shown)) - 1
    sets = _needed(count)
    recipes = [_without(recipe, shown, subset) for subset in sets]
    scores = dict(zip(sets, _scores(recipes, style, photo, check), strict=True))
    clips = dict(zip(sets, _clipped(recipes, photo, check), strict=True))
    white, black = ({subset: both[side] for subset, both in clips.items()} for side in (0, 1))
    expected = _expected(recipe, style, photo)
    find = shapley if count <= EXACT_STEPS else _by_orders
    shares, whites, blacks = (find(count, worth) for worth in (scores, white, black))
    path = [scores[(1 << place) - 1] for place in range(count + 1)]
    steps = tuple(
        StepReason(
            index=index,
            filter=recipe.steps[index].filter,
            name=recipe.steps[index].name or filters.get(recipe.steps[index].filter).label,
            words=recipe.steps[index].sentence(recipe.geometry),
            before=path[place],
            after=path[place + 1],
            share=shares[place],
            white=whites[place],
            black=blacks[place],
            expected=expected[place],
            locked=recipe.steps[index].locked,
        )
        for place, index in enumerate(shown)
    )
    found = Reasons(
        style=style.name,
        steps=steps,
        start=path[0],
        score=path[-1],
        white=(white[0], white[everything]),
        black=(black[0], black[everything]),
        expected=expected[-1],
        leaner=path[-1],
        noise=_noise(path, [recipes[0], recipes[-1]], style, photo, check),
        exact=count <= EXACT_STEPS,
    )
    return replace(found, leaner=_scores([drop_weak(recipe, found)], style, photo, check)[0]) if found.weak() else found


def drop_weak(recipe: Recipe, reasons: Reasons, threshold: float = WEAK) -> Recipe:
    """The recipe without the steps that gain less than a share of the whole; locked ones stay."""
    weak = reasons.weak(threshold)
    return replace(recipe, steps=tuple(step for index, step in enumerate(recipe.steps) if index not in weak))


def shapley(count: int, worth: "dict[Subset, Any]") -> list[Any]:
    """Shapley shares of ``count`` players, exact for numbers that are (such as fractions).

    Args:
        count: Number of players.
        worth: Of each of the 2^count subsets.

    Returns:
        A share for each; their sum is what all are worth, less what none is.
    """
    weights = [Fraction(1, count * math.comb(count - 1, others)) for others in range(count)]
    weighted = weights if isinstance(worth[0], Fraction) else [float(weight) for weight in weights]
    return [
        sum(
            weighted[subset.bit_count()] * (worth[subset | 1 << player] - worth[subset])
            for subset in range(1 << count)
            if not subset >> player & 1
        )
        for player in range(count)
    ]


def _orders(count: int) -> Iterator[list[int]]:
    """Random orders, the same each time, and each backwards: what comes early in one comes late in the other."""
    chance = random.Random(count)
    for _ in range(ORDERS):
        order = chance.sample(range(count), count)
        yield order
        yield order[::-1]


def _joining(order: Sequence[int]) -> list[Subset]:
    """The subsets from none to all as players join in that order."""
    subsets = [0]
    for player in order:
        subsets.append(subsets[-1] | 1 << player)
    return subsets


def _by_orders(count: int, worth: dict[Subset, float]) -> list[float]:
    """Shapley shares estimated from a sample of the orders; the sum is exact all the same."""
    shares = [0.0] * count
    for order in _orders(count):
        subsets = _joining(order)
        for player, before, after in zip(order, subsets, subsets[1:], strict=False):
            shares[player] += (worth[after] - worth[before]) / (2 * ORDERS)
    return shares


def _needed(count: int) -> list[Subset]:
    if count <= EXACT_STEPS:
        return list(range(1 << count))
    orders = [range(count), *_orders(count)]
    return sorted({subset for order in orders for subset in _joining(order)})


def _without(recipe: Recipe, shown: Sequence[int], subset: Subset) -> Recipe:
    """The recipe with only these of its enabled steps."""
    kept = compress((recipe.steps[index] for index in shown), (subset >> place & 1 for place in range(len(shown))))
    return replace(recipe, steps=tuple(kept))


# --- pictures and what is measured on them ---


def _noise(
    path: Sequence[float], recipes: Sequence[Recipe], style: "Style", photo: Photo, check: Callable[[], None]
) -> float:
    """How much the first and the last score of a path change if the pictures after these recipes are mirrored."""
    mirrored = _scores(recipes, style, photo, check, mirrored=True)
    return max(abs(path[0] - mirrored[0]), abs(path[-1] - mirrored[1]))


def _scores(
    recipes: Sequence[Recipe],
    style: "Style",
    photo: Photo,
    check: Callable[[], None],
    *,
    mirrored: bool = False,
) -> list[float]:
    """D of the small picture after each recipe, or of its mirror image."""
    source = np.ascontiguousarray(photo.proxy.transpose(1, 2, 0))
    scores: list[float] = []
    for start in range(0, len(recipes), BATCH):
        check()
        some = recipes[start : start + BATCH]
        batch = [render(source, recipe, grid=photo.proxy_grid, depth=32, device="cpu") for recipe in some]
        rgb_BCHW = np.stack(batch).transpose(0, 3, 1, 2).astype(np.float64)
        seen_BCHW = style.in_use.see(rgb_BCHW[..., ::-1] if mirrored else rgb_BCHW)
        scores += style.in_use.quality(seen_BCHW).tolist()
    return scores


def _clipped(recipes: Sequence[Recipe], photo: Photo, check: Callable[[], None]) -> Iterator[tuple[float, float]]:
    """Shares of white and black pixels after each recipe."""
    for recipe in recipes:
        check()
        counted = histogram(render(photo.sample, recipe, grid=photo.sample_grid, device="cpu"))
        yield float(counted.high), float(counted.low)


def _expected(recipe: Recipe, style: "Style", photo: Photo) -> list[float]:
    """V before each enabled step, and after the last."""
    from exposure_app.agent.rollout import begin, expected, taken

    states = [begin(style, photo.proxy, recipe.seed)]
    for step in recipe.steps:
        if step.enabled:
            states.append(taken(states[-1], step, style.header.filter_ids, photo.proxy_grid))
    return expected(style, states)
