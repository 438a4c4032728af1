"""What a style is measured by: its results beside targets, plain renderings and what can be reached at best.

Pictures are display-referred sRGB and photos to be retouched linear light, float32, H x W x 3.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.agent.effects import Placed
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style
from exposure_app.bootstrap import Estimate, Group, Statistic, bootstrap, halves, mean_of
from exposure_app.filters import Filter
from exposure_app.image import Pixels
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.proxy import view
from exposure_app.pipeline.recipe import Recipe
from exposure_app.training.evaluation import distances, metrics, two_sample
from exposure_app.training.evaluation.validate import Edits, color_cast, render
from exposure_app.training.photos import data

SEEDS = 4  # that consistency is measured with
SEED_PHOTOS = 40  # at most
NEEDED_ABOVE = 4.0  # points that a style should be above the better of neutral and auto levels
NEAR_CEILING = 6.0  # points below the ceiling that are good enough
FEW = 30  # photos of the style to compare with; fewer tell little
GOOD = {"luminance": 85.0, "contrast": 90.0, "saturation": 84.0}  # good enough whatever the ceiling

Progress = Callable[[str, int, int], None]
Rows = Mapping[str, Sequence[Pixels]]


@dataclass(frozen=True, eq=False)
class Pair:
    """A photo whose true rendering in the style is known.

    Attributes:
        photo: Linear light.
        truth: The rendering, of the same size.
    """

    photo: Pixels
    truth: Pixels


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Pictures that training never saw, and some that it did.

    Attributes:
        photos: To be retouched.
        targets: Pictures of the style, to compare with.
        trained: Other pictures of the style, seen or not: against the targets they show what can be reached. Without
            them that is taken from halves of the targets.
        pairs: Photos with their known true renderings.
    """

    photos: Sequence[Pixels]
    targets: Sequence[Pixels]
    trained: Sequence[Pixels] = ()
    pairs: Sequence[Pair] = ()


@dataclass(frozen=True, eq=False)
class Retouched:
    """What a style made of a photo.

    Attributes:
        photo: Linear light.
        recipe: The steps.
        score: What the discriminator gave the result; higher is closer to the style.
        result: The picture.
    """

    photo: Pixels
    recipe: Recipe
    score: float
    result: Pixels


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A measured style.

    Attributes:
        style: Which.
        figures: Everything that was measured, as plain JSON data.
        retouched: What it made of the photos.
        targets: What that was compared with.
    """

    style: Style
    figures: dict[str, Any]
    retouched: list[Retouched] = field(repr=False)
    targets: Sequence[Pixels] = field(repr=False)


@dataclass(frozen=True)
class _Measure:
    """A way to compare two groups of pictures: what is kept of each picture, and the figures of two groups."""

    prepare: Callable[[Sequence[Pixels]], Group]
    figures: Statistic
    estimate: Callable[[Group, Group], list[Estimate]]


_MEASURES = {
    "intersections": _Measure(
        lambda pictures: metrics.histograms(metrics.looks(pictures)),
        metrics.in_common,
        lambda a, b: bootstrap(metrics.in_common, a, b, limits=(0, 100)),
    ),
    "two-sample": _Measure(two_sample.fingerprints, two_sample.accuracy, lambda a, b: [two_sample.tell_apart(a, b)]),
    "wasserstein": _Measure(
        distances.colour_shares,
        distances.sliced_wasserstein,
        lambda a, b: bootstrap(distances.sliced_wasserstein, a, b, resamples=100, limits=(0, np.inf)),
    ),
}


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def edits_of(recipe: Recipe) -> Edits:
    """A recipe for a whole photo as what is done and value vectors."""
    parts: Edits = []
    for edit in recipe.edits():
        filter_ = filters.get(edit.filter)
        effect = filter_ if edit.mask is None else Placed(filter_, edit.mask)
        parts.append((effect, torch.from_numpy(filter_.pack(edit.params))[None]))
    return parts


def evaluate_style(style: Style, held_out: HeldOut, progress: Progress = silent) -> Evaluation:
    """Retouch the photos and measure the results and all they must be compared with.

    Returns:
        Among the figures, where an estimate is value, low and high end of its 95 % interval:
        ``photos``, ``compared with``: how many; ``intersections``, ``two-sample``, ``wasserstein``: see ``compared``;
        ``above``: points above the better of neutral and auto levels, an estimate; ``health`` and ``spread`` by row
        (see ``metrics``); ``usage``: share of the steps by filter; ``parameters`` and ``parameters vary``: mean
        settings of each filter used and their standard deviation over photos; ``seeds``: mean CIEDE2000 between results
        of several seeds, an estimate; ``delta E``, with pairs: mean CIEDE2000 from the true renderings by row.
    """
    made = []
    for number, photo in enumerate(held_out.photos):
        progress("Retouching", number, len(held_out.photos))
        made.append(_retouched(photo, style))
    neutral = [data.neutral(photo) for photo in held_out.photos]
    rows = {
        "results": [entry.result for entry in made],
        "neutral": neutral,
        "auto levels": [metrics.auto_levels(picture) for picture in neutral],
    }
    progress("Comparing", 0, 1)
    figures: dict[str, Any] = {"photos": len(made)} | compared(rows, held_out.targets, held_out.trained)
    looks = _MEASURES["intersections"].prepare
    results, *baselines = (looks(pictures) for pictures in rows.values())
    figures["above"] = metrics.above(results, baselines, looks(held_out.targets)).to_json()
    recipes = [entry.recipe for entry in made]
    figures["health"]["results"]["cast"] = color_cast(held_out.photos, [edits_of(recipe) for recipe in recipes])
    figures |= _habits(recipes, style.filters)
    progress("Trying other seeds", 0, 1)
    figures["seeds"] = _between_seeds(style, made[:SEED_PHOTOS]).to_json()
    if held_out.pairs:
        progress("Comparing with true renderings", 0, 1)
        figures["delta E"] = _from_truth(style, held_out.pairs)
    return Evaluation(style, figures, made, held_out.targets)


def compared(rows: Rows, targets: Sequence[Pixels], trained: Sequence[Pixels] = ()) -> dict[str, Any]:
    """Compare groups of pictures with the targets by every measure.

    Returns:
        For each measure the estimates by row, ``ceiling`` among them: what other pictures of the style get, or without
        any, halves of the targets against each other. ``intersections`` (percent of histograms in common) have one
        estimate a quantity and their ``mean``; ``two-sample`` is the percentage of pictures that a classifier tells to
        the right side, ``wasserstein`` the sliced Wasserstein distance in units of Lab. And ``health`` and ``spread``
        of the rows and the targets.
    """
    figures: dict[str, Any] = {"compared with": len(targets)}
    for name, measure in _MEASURES.items():
        wanted = measure.prepare(targets)
        found = {row: measure.estimate(measure.prepare(pictures), wanted) for row, pictures in rows.items()}
        found["ceiling"] = (
            measure.estimate(measure.prepare(trained), wanted) if trained else halves(measure.figures, wanted)
        )
        figures[name] = {row: _plain(name, estimates) for row, estimates in found.items()}
    everything = {**rows, "targets": targets}
    figures["health"] = {row: metrics.health(pictures) for row, pictures in everything.items()}
    figures["spread"] = {row: metrics.spread(pictures) for row, pictures in everything.items()}
    return figures


def shortfalls(figures: Mapping[str, Any]) -> list[str]:
    """What a style falls short of, a sentence each."""
    sentences = []
    if "above" in figures and figures["above"][0] < NEEDED_ABOVE:
        sentences.append(
            "Its mean intersection less that of the better of neutral rendering and auto levels is"
            f" {figures['above'][0]:+.1f} points; {NEEDED_ABOVE:+.0f} are asked for."
        )
    for name, good in GOOD.items():
        value, ceiling = (figures["intersections"][row][name][0] for row in ("results", "ceiling"))
        if value < min(good, ceiling - NEAR_CEILING):
            sentences.append(
                f"It has {value:.1f} % of {name} in common with the targets, neither {good:.0f} % nor within"
                f" {NEAR_CEILING:.0f} points of the ceiling ({ceiling:.1f} %)."
            )
    if "delta E" in figures:
        result, neutral = (figures["delta E"][row][0] for row in ("results", "neutral"))
        if result > neutral / 2:
            sentences.append(
                f"Its mean distance from the true rendering is {result:.1f} (CIEDE2000), not half of the neutral"
                f" rendering's {neutral:.1f}."
            )
    if figures.get("compared with", FEW) < FEW:
        sentences.append(_few(figures))
    return sentences


def _few(figures: Mapping[str, Any]) -> str:
    ceiling = figures["intersections"]["ceiling"]["mean"]
    words = f"Only {figures['compared with']} photos of the style were left to compare with, and few to learn from:"
    words += f" its own photos have no more than {ceiling:.0f} % in common"
    if "above" in figures:
        _, low, high = figures["above"]
        words += f", and the points above the better baseline are known to within {(high - low) / 2:.0f}"
    return words + "."


def _plain(measure: str, estimates: list[Estimate]) -> Any:
    if measure != "intersections":
        return estimates[0].to_json()
    by_quantity = {name: estimate.to_json() for name, estimate in zip(metrics.QUANTITIES, estimates, strict=True)}
    return {**by_quantity, "mean": float(np.mean([estimate.value for estimate in estimates]))}


def _retouched(photo: Pixels, style: Style, seed: int = 0) -> Retouched:
    proxy, grid = view(photo, Grid.guessed(Geometry(), photo.shape[1], photo.shape[0]))
    recipe, trace = retouch(proxy, style, seed, grid=grid)
    return Retouched(photo, recipe, trace.score, render(photo, edits_of(recipe))[0])


def _habits(recipes: Sequence[Recipe], known: Sequence[Filter]) -> dict[str, Any]:
    steps = [step for recipe in recipes for step in recipe.steps]
    used = Counter(step.filter for step in steps)
    settings: dict[str, list[NDArray[np.float32]]] = {}
    for step in steps:
        settings.setdefault(step.filter, []).append(filters.get(step.filter).pack(step.params))

    def by_name(of: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> dict[str, Any]:
        return {id_: _unpacked(filters.get(id_), of(np.stack(rows))) for id_, rows in sorted(settings.items())}

    return {
        "usage": {filter_.id: used[filter_.id] / len(steps) for filter_ in known},
        "parameters": by_name(lambda rows: rows.mean(0)),
        "parameters vary": by_name(lambda rows: rows.std(0)),
    }


def _unpacked(filter_: Filter, values: NDArray[np.float32]) -> dict[str, Any]:
    """Values of a filter by parameter, a list where it has several."""
    rest, named = values.tolist(), {}
    for param in filter_.params:
        head, rest = rest[: param.width], rest[param.width :]
        named[param.name] = head[0] if param.width == 1 else head
    return named


def _between_seeds(style: Style, made: Sequence[Retouched]) -> Estimate:
    distances_ = []
    for entry in made:
        results = [entry.result, *(_retouched(entry.photo, style, seed).result for seed in range(1, SEEDS))]
        distances_.append(float(np.mean([distances.difference(a, b) for a, b in combinations(results, 2)])))
    return mean_of(distances_)


def _from_truth(style: Style, pairs: Sequence[Pair]) -> dict[str, Any]:
    found: dict[str, list[float]] = {"results": [], "neutral": [], "auto levels": []}
    for pair in pairs:
        neutral = data.neutral(pair.photo)
        shown = (_retouched(pair.photo, style).result, neutral, metrics.auto_levels(neutral))
        for row, picture in zip(found.values(), shown, strict=True):
            row.append(distances.difference(picture, pair.truth))
    return {"pairs": len(pairs)} | {row: mean_of(values).to_json() for row, values in found.items()}
