"""How well edits are read off pictures: our own recipes at random, films, and filters as apps sell them.

Own recipes: the neutral rendering moved a little, then two to four other filters in random order, each setting drawn
from the middle half of the agent's range; recipes that clip more than a tenth of the picture are drawn again. The
picture after has 8 bits. Photos and films of the shared data are left out where those are absent.
"""

import csv
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.app_filters import APP_FILTERS
from benchmarks.measure import Figure
from exposure_app import filters
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.params import Bands, Curve, Value
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.recover_edits.fit_pairs import fit_pairs
from exposure_app.recover_edits.pairs import FINE, PhotoPair, laid_over, reduced

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("EXPOSURE_DATA") or ROOT.parent / "shared" / "data")
RECIPES = 20
FILMS = 5  # pairs of each film
BOUND = 0.5  # mean CIEDE2000 that own recipes stay below
CLIPPED = 0.1
_PHOTOS = (
    ROOT / "resources/sample.dng",
    DATA / "raw/gopro_hero6black_1.dng",
    DATA / "raw/nikon_crop768_1.dng",
    DATA / "photos/input_kodak24/0004.jpg",
    DATA / "photos/input_camera_jpegs/0100.jpg",
)


def run() -> list[Figure]:
    """Decompile all of them and print each."""
    found = [*_measured("own recipe", _own()), *_measured("app", _apps()), *_measured("film", _films())]
    figures = []
    for what in dict.fromkeys(what for what, _, _ in found):
        some = [(error, seconds) for kind, error, seconds in found if kind == what]
        bound = BOUND if what.startswith("own") else None
        figures.append(Figure(f"{what}, {len(some)} pictures: mean error of each", [e for e, _ in some], "ΔE", bound))
        figures.append(Figure(f"{what}: processor time", [seconds for _, seconds in some], "s"))
    return figures


def photos() -> list[Path]:
    """The photos that are there."""
    return [photo for photo in _PHOTOS if photo.exists()]


def random_recipe(image: Image, rng: np.random.Generator) -> Recipe:
    """A recipe of our own filters as somebody might make it."""
    start = neutral_recipe(image)
    ev, gamma = start.steps
    ev = Step(ev.filter, {"ev": float(ev.params["ev"]) + rng.uniform(-0.7, 0.7)})
    gamma = Step(gamma.filter, {"gamma": float(gamma.params["gamma"]) * rng.uniform(0.85, 1.2)})
    others = [filter_ for filter_ in filters.registry().values() if filter_.id not in (ev.filter, gamma.filter)]
    chosen = rng.permutation(len(others))[: rng.integers(2, 5)]
    steps = [Step(others[i].id, {p.name: _drawn(p, rng) for p in others[i].params}) for i in chosen]
    recipe = Recipe((ev, gamma, *steps))
    codes = render(image.pixels[::4, ::4], recipe)
    blown = (codes == 255).all(-1).mean() + (codes == 0).all(-1).mean()
    return recipe if blown <= CLIPPED else random_recipe(image, rng)


def _drawn(param: object, rng: np.random.Generator) -> Value:
    if isinstance(param, Curve):
        low, high = np.log(param.agent[0]) / 2, np.log(param.agent[1]) / 2
        return tuple(np.exp(rng.uniform(low, high, np.shape(param.neutral_value))).tolist())
    low, high = param.agent
    if isinstance(param, Bands):
        return tuple(rng.uniform(low / 2, high / 2, param.width).tolist())
    return float(param.neutral + rng.uniform(0.5 * (low - param.neutral), 0.5 * (high - param.neutral)))


def _own() -> Iterator[tuple[str, PhotoPair]]:
    images = {photo: _read(photo) for photo in photos()}
    for number in range(RECIPES):
        for photo, image in images.items():
            rng = np.random.default_rng(number)
            yield f"{photo.stem}, recipe {number}", _edited(image, random_recipe(image, rng))


def _apps() -> Iterator[tuple[str, PhotoPair]]:
    for photo in photos():
        image = _read(photo)
        finished = render(image.pixels, neutral_recipe(image), depth=32)
        for name, look in APP_FILTERS.items():
            yield f"{photo.stem}, {name}", _pair(image, look(finished))


def _films() -> Iterator[tuple[str, PhotoPair]]:
    table = DATA / "film_pairs.csv"
    if not table.exists():
        return
    taken: dict[str, int] = {}
    with table.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            film = Path(row["film"]).parent.name.removeprefix("target_film_")
            taken[film] = taken.get(film, 0) + 1
            if taken[film] <= FILMS:
                before, after = (read_image(DATA / row[column]) for column in ("original", "film"))
                yield f"{film}, {Path(row['film']).stem}", laid_over(before, after, row["film"])


def _read(photo: Path) -> Image:
    """The photo at twice the size that is looked at."""
    image = read_image(photo)
    return replace(image, pixels=np.ascontiguousarray(reduced(image.pixels, 2 * FINE), np.float32))


def _edited(image: Image, recipe: Recipe) -> PhotoPair:
    return _pair(image, render(image.pixels, recipe, depth=32))


def _pair(image: Image, after: np.ndarray) -> PhotoPair:
    codes = np.round(np.clip(after, 0, 1) * 255) / 255
    return laid_over(image, Image(srgb_to_linear(codes).astype(np.float32)), "photo")


def _measured(what: str, pairs: Iterator[tuple[str, PhotoPair]]) -> Iterator[tuple[str, float, float]]:
    """Kind, mean error and seconds of each pair; prints a table meanwhile."""
    table = Table(title=what, title_justify="left")
    for heading in ("picture", "mean ΔE", "95 %", "max", "s", "steps"):
        table.add_column(heading)
    for name, pair in pairs:
        start = time.process_time()
        recipe = fit_pairs([pair])
        seconds = time.process_time() - start
        error = DeltaE.of(pair.errors(recipe))
        steps = ", ".join(step.filter for step in recipe.steps)
        table.add_row(name, f"{error.mean:.2f}", f"{error.p95:.2f}", f"{error.max:.1f}", f"{seconds:.1f}", steps)
        kind = what if what == "own recipe" else f"{what} {name.split(', ')[0 if what == 'film' else 1]}"
        yield kind, error.mean, seconds
    Console(width=140).print(table)
