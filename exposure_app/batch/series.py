"""Photos of one shoot: found by folder, camera and time, their settings pulled together; doubtful shots pointed out.

A style treats every photo by itself, so that two shots of one scene may differ more than a person would let them. The
pull moves each setting some of the way to its median among the photos of the series that have the same edit.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import fmean, median
from typing import TypeVar

from exposure_app.agent.rollout import DECIMALS
from exposure_app.batch.models import ItemResult
from exposure_app.params import Value
from exposure_app.pipeline.recipe import Recipe, from_json

LONGEST_PAUSE = timedelta(minutes=30)  # between two photos of a series
_FEWEST_FOR_SCORES = 5
_LOW = 3.0  # deviations below the median
_CLIPPED = 0.05
_NORMAL = 1.4826  # times the median absolute deviation is the standard deviation of a normal distribution

_Key = tuple[str, int]  # a filter, and which of its occurrences in a recipe


@dataclass(frozen=True)
class Series:
    """Photos that belong together.

    Attributes:
        folder: Where they are.
        camera: What took them.
        begin: When the first one was taken, ISO 8601.
        end: When the last one was.
        numbers: Of their jobs, by time.
        spread: By setting (``exposure.ev``), the mean distance from the median before and after the pull.
    """

    folder: str
    camera: str
    begin: str
    end: str
    numbers: tuple[int, ...]
    spread: dict[str, tuple[float, float]] = field(default_factory=dict)


def find_series(looks: Iterable[ItemResult]) -> list[Series]:
    """Group photos of the same folder and camera with no long pause between them; single photos are no series."""
    found = []
    for group in _groups((look, look.photo, look.camera, look.taken) for look in looks if look.recipe is not None):
        numbers = tuple(look.number for look in group)
        first, last = group[0], group[-1]
        found.append(Series(str(Path(first.photo).parent), first.camera, first.taken, last.taken, numbers))
    return found


def taken_with(photo: Path, photos: Iterable[Path]) -> list[Path]:
    """The photos of the series that a photo belongs to, without it, as their files tell."""
    from exposure_app.io.metadata import read_metadata

    beside = [other for other in dict.fromkeys((photo, *photos)) if other.parent == photo.parent]
    about = ((other, read_metadata(other)) for other in beside)
    groups = _groups((other, str(other), data.camera, data.taken) for other, data in about)
    found = next((set(group) for group in groups if photo in group), set())
    return [other for other in photos if other in found and other != photo]


_T = TypeVar("_T")


def _groups(shots: Iterable[tuple[_T, str, str, str]]) -> Iterable[list[_T]]:
    """Shots of one folder and camera without a long pause, two or more, by time; of each its path, camera and date."""
    places: dict[tuple[str, str], list[tuple[datetime, int, _T]]] = defaultdict(list)
    for number, (shot, photo, camera, date) in enumerate(shots):
        taken = _moment(date)
        if camera and taken is not None:
            places[str(Path(photo).parent), camera].append((taken, number, shot))
    for found in places.values():
        found.sort(key=lambda shot: shot[:2])
        groups = [[found[0]]]
        for before, after in itertools.pairwise(found):
            if after[0] - before[0] > LONGEST_PAUSE:
                groups.append([])
            groups[-1].append(after)
        yield from ([shot for _, _, shot in group] for group in groups if len(group) > 1)


def pull_together(series: Series, recipes: dict[int, Recipe], share: float) -> tuple[Series, dict[int, Recipe]]:
    """Move every setting of a series some of the way to its median.

    Args:
        series: Which photos.
        recipes: Their recipes by number; others may be there too.
        share: 0 leaves them, 1 makes them equal.

    Returns:
        The series with its spread, and the new recipes of its photos.
    """
    own = {number: recipes[number] for number in series.numbers}
    middles = {name: median(values) for name, values in _settings(own.values()).items() if len(values) > 1}
    pulled = {number: _pulled(recipe, middles, share) for number, recipe in own.items()}
    return replace(series, spread=_spread(own.values(), pulled.values(), middles)), pulled


def made_consistent(looks: Sequence[ItemResult], share: float) -> tuple[list[Series], dict[int, Recipe]]:
    """The series among photos that have been looked at, and the recipes of all, by number."""
    recipes = {look.number: from_json(look.recipe) for look in looks if look.recipe is not None}
    found = []
    for series in find_series(looks):
        series, pulled = pull_together(series, recipes, share)
        recipes |= pulled
        found.append(series)
    return found, recipes


def doubtful(rows: Iterable[ItemResult]) -> dict[int, tuple[str, ...]]:
    """Why a person should look at some of the results, by number.

    A score is low when it lies far below the others' median; how far the others spread is told by their median
    absolute deviation, which a few bad shots do not move.
    """
    rows = [row for row in rows if row.state == "done"]
    scores = [row.score for row in rows if row.score is not None]
    limit = float("-inf")
    if len(scores) >= _FEWEST_FOR_SCORES:
        middle = median(scores)
        deviation = _NORMAL * median(abs(score - middle) for score in scores)
        limit = middle - _LOW * deviation if deviation else limit
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        reasons = []
        if row.score is not None and row.score < limit:
            reasons.append(f"the critic's score is low ({row.score:.2f}, the middle is {median(scores):.2f})")
        if row.clipped is not None and row.clipped > _CLIPPED:
            reasons.append(f"{100 * row.clipped:.0f} % of the picture is pure white or black")
        if reasons:
            found[row.number] = tuple(reasons)
    return found


_Name = tuple[_Key, str, int]  # a step, its parameter, and which of its numbers


def _numbers(recipe: Recipe) -> Iterable[tuple[_Name, float]]:
    """Every number of a recipe's settings under a name that means the same in another recipe."""
    for key, step in zip(_keys(recipe), recipe.steps, strict=True):
        for param, value in step.params.items():
            parts = value if isinstance(value, tuple) else (value,)
            yield from (((key, param, place), part) for place, part in enumerate(parts))


def _keys(recipe: Recipe) -> list[_Key]:
    seen: dict[str, int] = defaultdict(int)
    keys = []
    for step in recipe.steps:
        keys.append((step.filter, seen[step.filter]))
        seen[step.filter] += 1
    return keys


def _settings(recipes: Iterable[Recipe]) -> dict[_Name, list[float]]:
    found: dict[_Name, list[float]] = defaultdict(list)
    for recipe in recipes:
        for name, value in _numbers(recipe):
            found[name].append(value)
    return found


def _pulled(recipe: Recipe, middles: dict[_Name, float], share: float) -> Recipe:
    steps = []
    for key, step in zip(_keys(recipe), recipe.steps, strict=True):
        params: dict[str, Value] = {}
        for param, value in step.params.items():
            parts = value if isinstance(value, tuple) else (value,)
            moved = tuple(
                round(part + share * (middles.get((key, param, place), part) - part), DECIMALS)
                for place, part in enumerate(parts)
            )
            params[param] = moved if isinstance(value, tuple) else moved[0]
        steps.append(replace(step, params=params))
    return replace(recipe, steps=tuple(steps))


def _spread(
    before: Iterable[Recipe], after: Iterable[Recipe], middles: dict[_Name, float]
) -> dict[str, tuple[float, float]]:
    """Mean distances from the middles by setting; the numbers of a curve count as one setting."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    first, second = _settings(before), _settings(after)
    for name, middle in middles.items():
        (filter_id, occurrence), param, _ = name
        words = f"{filter_id}{f' {occurrence + 1}' if occurrence else ''}.{param}"
        distances = [fmean(abs(value - middle) for value in values[name]) for values in (first, second)]
        found[words].append((distances[0], distances[1]))
    return {words: (_mean(pairs, 0), _mean(pairs, 1)) for words, pairs in found.items()}


def _mean(pairs: Sequence[tuple[float, float]], side: int) -> float:
    return round(fmean(pair[side] for pair in pairs), DECIMALS + 2)


def _moment(taken: str) -> datetime | None:
    try:
        return datetime.fromisoformat(taken).replace(tzinfo=None)
    except ValueError:
        return None
