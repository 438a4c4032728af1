"""What a run leaves behind beside the style and its card: contact sheets."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from exposure_app import drawing
from exposure_app.drawing import GAP, PAGE, Cell
from exposure_app.image import Pixels
from exposure_app.training.evaluation import metrics, two_sample
from exposure_app.training.evaluation.evaluate import Evaluation, Retouched, edits_of
from exposure_app.training.evaluation.validate import Edits, Retoucher, color_cast, recipes, render
from exposure_app.training.photos import data

SHOWN, WORST, SMALL_SHOWN = 20, 12, 12  # results on a sheet
CELL = (192, 144)  # of a picture on a sheet
SMALL_COLUMNS = 3  # of pairs
SMALL_SIZE = 400_000  # bytes
SEEN_CLIPPED, SEEN_CAST = 0.5, 1.0  # percent of pixels, chroma of greys: less is not seen
PLAIN = "Plain rendering"


def contact_sheet(
    path: Path,
    retoucher: Retoucher,
    photos: Sequence[Pixels],
    targets: Sequence[Pixels],
) -> None:
    """A row for each photo: its plain rendering, the picture after each step, and beside them a target."""
    rows = []
    found = recipes(retoucher, photos)
    for number, (photo, edits) in enumerate(zip(photos, found, strict=True)):
        row = [Cell(data.neutral(photo), PLAIN), *_step_cells(photo, edits, [effect.label for effect, _ in edits])]
        rows.append([*row, Cell(targets[number], "One of the style")] if number < len(targets) else row)
    drawing.save(path, _grid("While it learns", "Photos kept for choosing the best moment, step by step", rows))


def write_sheets(path: Path, evaluation: Evaluation, seed: int = 0) -> None:
    """Write the contact sheets of a measured style beside its file.

    ``NAME-sheet.jpg``: random results step by step and the target that is most like each; ``NAME-failures.jpg``: the
    worst ones; ``NAME-small.jpg``: before and after of random ones, below 400 kB.

    Raises:
        ExposureError: A file cannot be written.
    """
    title, made = evaluation.style.header.title, evaluation.retouched
    drawn = np.random.default_rng(seed).permutation(len(made))[:SHOWN]
    some = [made[number] for number in drawn]
    nearest = _nearest([entry.result for entry in some], evaluation.targets)
    rows = [[*_story(entry), Cell(target, "Nearest of the style")] for entry, target in zip(some, nearest, strict=True)]
    words = f"{len(some)} random ones of {len(made)} photos that training never saw, step by step"
    drawing.save(path.with_name(f"{path.stem}-sheet.jpg"), _grid(title, words, rows))
    bad = [_story(entry, why) for entry, why in worst(made)]
    words = "The worst results: least like the style to the critic, most clipped, strongest tint of greys"
    drawing.save(path.with_name(f"{path.stem}-failures.jpg"), _grid(f"{title}: failures", words, bad))
    drawing.save(path.with_name(f"{path.stem}-small.jpg"), _before_after(title, some[:SMALL_SHOWN]), SMALL_SIZE)


def worst(made: Sequence[Retouched], count: int = WORST) -> list[tuple[Retouched, str]]:
    """The worst results and why: in turn by the critic's score, by clipped pixels and by what greys are tinted with.

    Only what can be seen counts as clipped or tinted; the critic always finds some worse than others.
    """
    found = metrics.signs([entry.result for entry in made])
    clipped = found["highlights"] + found["shadows"]
    casts = np.array([color_cast([entry.photo], [edits_of(entry.recipe)]) for entry in made])
    scores = np.array([entry.score for entry in made])
    middle = np.median(scores)
    reasons: tuple[tuple[NDArray[np.float64], float, Callable[[int], str]], ...] = (
        (-scores, -np.inf, lambda n: f"the critic gives {scores[n]:+.2f}, to the middle one {middle:+.2f}"),
        (clipped, SEEN_CLIPPED, lambda n: f"{clipped[n]:.1f} % of the pixels clipped"),
        (casts, SEEN_CAST, lambda n: f"greys get a chroma of {casts[n]:.1f}"),
    )
    ranked = (
        [(int(n), words(int(n))) for n in np.argsort(-badness, kind="stable") if badness[n] > least]
        for badness, least, words in reasons
    )
    chosen: dict[int, str] = {}
    for turn in zip_longest(*ranked):
        for number, why in filter(None, turn):
            if len(chosen) < count:
                chosen.setdefault(number, why)
    return [(made[number], why) for number, why in chosen.items()]


def _story(entry: Retouched, words: str = "") -> list[Cell]:
    steps = _step_cells(entry.photo, edits_of(entry.recipe), entry.recipe.describe())
    return [Cell(data.neutral(entry.photo), PLAIN, words), *steps]


def _step_cells(photo: Pixels, edits: Edits, descriptions: Sequence[str]) -> list[Cell]:
    """The picture after each step; descriptions are such as ``Exposure: +0.50 EV``."""
    cells = []
    stages = render(photo, edits, stages=True)
    for number, (picture, description) in enumerate(zip(stages, descriptions, strict=True), start=1):
        label, _, words = description.partition(": ")
        cells.append(Cell(picture, f"{number}. {label}", words, marked=number == len(stages)))
    return cells


def _nearest(results: Sequence[Pixels], targets: Sequence[Pixels]) -> list[Pixels]:
    """The target whose tones and colours are most like each result's."""
    wanted, given = (two_sample.fingerprints(pictures) for pictures in (targets, results))
    scale = wanted.std(0) + 1e-6
    apart = np.linalg.norm((given[:, None] - wanted) / scale, axis=2)
    return [targets[number] for number in apart.argmin(1)]


def _grid(title: str, words: str, rows: Sequence[Sequence[Cell]]) -> PillowImage.Image:
    wide, high = CELL
    columns, step = max(map(len, rows)), high + drawing.words_height() + GAP
    size = 2 * PAGE + columns * (wide + GAP) - GAP, drawing.heading_height() + len(rows) * step + PAGE - GAP
    sheet, pen, top = drawing.page(*size, title, words)
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            drawing.put(sheet, pen, cell, (PAGE + x * (wide + GAP), top + y * step, wide, high))
    return sheet


def _before_after(title: str, some: Sequence[Retouched]) -> PillowImage.Image:
    wide, high = CELL
    pair, step = 2 * wide + 2, high + GAP
    lines = -(-len(some) // SMALL_COLUMNS)
    size = 2 * PAGE + SMALL_COLUMNS * (pair + GAP) - GAP, drawing.heading_height() + lines * step + PAGE - GAP
    sheet, pen, top = drawing.page(*size, title, "Plain rendering on the left, the style's result on the right")
    for number, entry in enumerate(some):
        y, x = divmod(number, SMALL_COLUMNS)
        left = PAGE + x * (pair + GAP)
        for picture, at in ((data.neutral(entry.photo), left), (entry.result, left + wide + 2)):
            drawing.put(sheet, pen, Cell(picture), (at, top + y * step, wide, high))
    return sheet
