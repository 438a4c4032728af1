"""Variations: what else a style might do with a photo, gathered into a few alternatives that one can choose from.

A style gives one recipe for each seed. Some dozens of them are made and grouped by a distance that counts what is seen
and what is done:

    d^2 = (mean over 16 x 16 areas of |Lab - Lab'|^2) + (10 |p - p'|)^2

Lab is CIE L*a*b* of the small picture, so that the first part is a colour difference; p holds for each filter the
settings in units of the agent's range, neutral where the filter is not used, so that a setting moved through all of its
range counts like a colour difference of 10. A curve counts as one setting. Groups are joined, those with the smallest
mean distance first, until there are at most four and none are closer than what is worth choosing between. The medoid of
a group stands for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.explain.tones import Tones, compare, names, tones
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step, to_json

SAMPLES = 24
MOST = 4  # alternatives
CLOSE = 2.0  # groups closer than this are one: a smaller colour difference is hardly seen
AREAS = 16  # the picture is compared in so many areas each way
LONGEST = 100  # letters of a difference
SETTING_WEIGHT = 10.0  # colour difference that a setting's whole range counts like

Features = NDArray[np.float64]


@dataclass(frozen=True)
class Alternative:
    """One of the few.

    Attributes:
        name: One or two words, unlike those of the others.
        difference: How its picture differs from that of the first, in words; empty for the first.
        recipe: Of the medoid, with its seed.
        seeds: All seeds that lead about there, the medoid's first.
    """

    name: str
    difference: str
    recipe: Recipe
    seeds: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        found = {"name": self.name, "difference": self.difference, "seed": self.recipe.seed}
        return {**found, "seeds": list(self.seeds), "recipe": to_json(self.recipe)}


def explore(
    plan: Callable[[int], Recipe],
    seeds: Sequence[int],
    photo: Photo,
    progress: Callable[[float], None] = lambda share: None,
) -> list[Alternative]:
    """Make a recipe for each seed and find the alternatives among them, the most frequent first.

    Args:
        plan: Gives the recipe of a seed; may raise to stop.
        seeds: At least one.
        photo: The photo.
        progress: Told the share that is done.
    """
    recipes, looks, features = [], [], []
    source = np.ascontiguousarray(photo.proxy.transpose(1, 2, 0))
    for count, seed in enumerate(seeds, start=1):
        recipe = plan(seed)
        picture = lab(render(source, recipe, grid=photo.proxy_grid, depth=32, device="cpu"))
        recipes.append(recipe)
        looks.append(tones(picture))
        features.append(np.concatenate([_areas(picture), SETTING_WEIGHT * _settings(recipe)]))
        progress(count / len(seeds))
    groups = cluster(np.stack(features))
    return _named([[recipes[i] for i in group] for group in groups], [looks[group[0]] for group in groups])


def cluster(features: Features, most: int = MOST, close: float = CLOSE) -> list[list[int]]:
    """Group points by average linkage.

    Args:
        features: A point a row.
        most: Number of groups at the most.
        close: Groups whose mean distance is less are joined in any case.

    Returns:
        Indices by group: the largest group first, in each the medoid first and then the others as they came.
    """
    apart = np.linalg.norm(features[:, None] - features[None], axis=-1)
    groups = [[index] for index in range(len(features))]
    while len(groups) > 1:
        pairs = [(i, j) for i in range(len(groups)) for j in range(i)]
        means = [apart[np.ix_(groups[i], groups[j])].mean() for i, j in pairs]
        nearest = int(np.argmin(means))
        if len(groups) <= most and means[nearest] >= close:
            break
        i, j = pairs[nearest]
        groups[j] = sorted(groups[j] + groups.pop(i))
    groups.sort(key=lambda group: (-len(group), group[0]))
    return [_medoid_first(group, apart) for group in groups]


def _medoid_first(group: list[int], apart: Features) -> list[int]:
    medoid = group[int(np.argmin(apart[np.ix_(group, group)].sum(0)))]
    return [medoid, *(index for index in group if index != medoid)]


def _named(groups: list[list[Recipe]], looks: list[Tones]) -> list[Alternative]:
    found = []
    for group, look, title in zip(groups, looks, names(looks), strict=True):
        difference = "" if look is looks[0] else compare(look, looks[0]) or _other_steps(group[0], groups[0][0])
        found.append(Alternative(title, difference, group[0], tuple(recipe.seed for recipe in group)))
    return found


def _other_steps(recipe: Recipe, first: Recipe) -> str:
    """What differs where nothing is seen."""
    here, there = ([filters.get(step.filter).label.lower() for step in r.steps] for r in (recipe, first))
    new, gone = ([name for name in some if name not in others] for some, others in ((here, there), (there, here)))
    if new and gone:
        return f"much the same picture, with {new[0]} instead of {gone[0]}"
    if here != there:
        return "much the same picture, in another order"
    apart = [np.abs(_settings(Recipe((a,))) - _settings(Recipe((b,)))).sum() for a, b in _both(recipe, first)]
    one, other = _both(recipe, first)[int(np.argmax(apart))]
    words = f"much the same picture; {one.describe()} instead of {other.sentence()}"
    if len(words) > LONGEST or one.sentence() == other.sentence():
        return f"much the same picture, with another setting of {filters.get(one.filter).label.lower()}"
    return words


def _both(recipe: Recipe, first: Recipe) -> list[tuple[Step, Step]]:
    return list(zip(recipe.steps, first.steps, strict=True))


def _areas(picture: Features) -> Features:
    """Mean Lab of the areas, so scaled that the distance of two is the root mean square over the areas."""
    side = picture.shape[0] // AREAS
    means: Features = picture.reshape(AREAS, side, AREAS, side, 3).mean((1, 3))
    return means.ravel() / AREAS


def _settings(recipe: Recipe) -> Features:
    """The settings of all filters in units of the agent's range and neutral, from there; several uses of one add up."""
    parts = []
    for filter_ in filters.registry().values():
        uses = [step.edit(recipe.amount).params for step in recipe.steps if step.enabled and step.filter == filter_.id]
        for param in filter_.params:
            neutral = np.atleast_1d(param.neutral_value)
            moved = sum((np.atleast_1d(params[param.name]) - neutral for params in uses), np.zeros_like(neutral))
            ends = (*param.agent, *neutral)  # neutral may lie outside of what the agent chooses
            parts.append(moved / (max(ends) - min(ends)) / np.sqrt(param.width))
    return np.concatenate(parts)
