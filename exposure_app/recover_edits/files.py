"""From files before and after an edit to its steps, what they do not explain, and all of that on disk.

pairs of files --read_pairs--> Pairs --fit--> Recipe --Residual, each pair--> Rows --write--> code, test, maps, report
"""

import json
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage

from exposure_app.atomic import atomic_path, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.interop import export_look
from exposure_app.io.develop import Develop
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe, to_json
from exposure_app.recover_edits.causes.cause import Cause
from exposure_app.recover_edits.emitted_test import source_of_test
from exposure_app.recover_edits.error_map import write_map
from exposure_app.recover_edits.fit_pairs import fit_pairs
from exposure_app.recover_edits.pairs import PhotoPair, chosen_of, read_pair
from exposure_app.recover_edits.residual import Residual

FORMS = ("json", "python", "glsl", "cube")
READ, FITTED = 0.1, 0.9  # shares of the time when that is done
TEST_SIZE = 192  # longer edge of the picture that the written test uses
COMMON = 0.5  # share of the pairs that a cause must be found in to be told of all
MOST_NAMES = 1000

Files = tuple[Path, Path]
Tell = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class PairResult:
    """One pair, and what the steps leave of it.

    Attributes:
        files: Before and after.
        errors: CIEDE2000 of the cells.
        causes: What was done beside the steps, strongest first.
        map: CIEDE2000 of the pixels, H x W.
    """

    files: Files
    errors: NDArray[np.float64]
    causes: tuple[Cause, ...]
    map: NDArray[np.floating[Any]]

    @property
    def delta_e(self) -> DeltaE:
        """The error."""
        return DeltaE.of(self.errors)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        before, after = self.files
        causes = [cause.to_json() for cause in self.causes]
        return {"before": str(before), "after": str(after), "delta_e": _json_of(self.delta_e), "causes": causes}


@dataclass(frozen=True, eq=False)
class Decompiled:
    """What was found.

    Attributes:
        recipe: The steps, one recipe for all pairs.
        rows: The pairs.
        alone: Photos without a counterpart.
        first: The first pair with its pictures, to look at.
    """

    recipe: Recipe
    rows: tuple[PairResult, ...]
    alone: tuple[Path, ...]
    first: Residual

    @property
    def delta_e(self) -> DeltaE:
        """The error over the cells of all pairs."""
        return DeltaE.of(np.concatenate([row.errors.ravel() for row in self.rows]))

    @property
    def causes(self) -> list[Cause]:
        """What was done beside the steps to at least half of the pairs, each as in the pair where it is typical."""
        found: dict[str, list[Cause]] = {}
        for cause in (cause for row in self.rows for cause in row.causes):
            found.setdefault(cause.id, []).append(cause)
        common = [some for some in found.values() if len(some) >= COMMON * len(self.rows)]
        typical = [sorted(some, key=lambda cause: cause.strength)[len(some) // 2] for some in common]
        return sorted(typical, key=lambda cause: -cause.strength)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "delta_e": _json_of(self.delta_e),
            "recipe": to_json(self.recipe),
            "causes": [cause.to_json() for cause in self.causes],
            "pairs": [row.to_json() for row in self.rows],
            "without_counterpart": [str(photo) for photo in self.alone],
        }


def decompile(
    files: Sequence[Files],
    alone: Sequence[Path] = (),
    *,
    seed: int = 0,
    steps: int = 6,
    develop: Develop | None = None,
    tell: Tell = lambda share: None,
) -> Decompiled:
    """Find the steps that make the pictures after of those before.

    Of very many pairs some, evenly spread, are solved with; the error is that of all.

    Args:
        files: Pairs of files, see ``pairs.pair_up``.
        alone: Photos without a counterpart.
        seed: Of the choice of colours.
        steps: At most so many.
        develop: How the photos before are developed; the recipe says so, too.
        tell: Told the share done; what it raises ends the search.

    Raises:
        ExposureError: There are no pairs, a file cannot be read, or two pictures do not show the same.
    """
    if not files:
        raise ExposureError(
            "No photo before has the name of one after", "Name them alike, or say that they are no pairs."
        )
    pairs: dict[Files, PhotoPair] = {}
    chosen = chosen_of(files)
    for number, some in enumerate(chosen):
        tell(READ * number / len(chosen))
        pairs[some] = read_pair(*some, develop)
    recipe = fit_pairs(
        list(pairs.values()), seed=seed, steps=steps, tell=lambda share: tell(READ + (FITTED - READ) * share)
    )
    recipe = replace(recipe, develop=develop or Develop())
    rows = []
    first = Residual(pairs[files[0]], recipe)
    for number, some in enumerate(files):
        tell(FITTED + (1 - FITTED) * number / len(files))
        pair = pairs.pop(some, None) or read_pair(*some, develop)
        residual = first if not number else Residual(pair, recipe)
        rows.append(PairResult(some, residual.errors, tuple(residual.causes), residual.map.astype(np.float32)))
    tell(1.0)
    return Decompiled(recipe, tuple(rows), tuple(alone), first)


def write(found: Decompiled, folder: Path, further: Mapping[str, Any] = MappingProxyType({})) -> list[Path]:
    """Write recipe, code, a test of the code, maps of the error and a report. Nothing is overwritten.

    Args:
        found: What to write.
        folder: Where to; made if need be.
        further: More for the report, plain JSON data.

    Raises:
        ExposureError: A file cannot be written.
    """
    name = _free_name(found, folder)
    written = export_look.export_look(
        export_look.look_of(found.recipe, name=name), export_look.rungs_named(FORMS), folder
    )
    paths = [path for form in written for path in form.files]
    paths += _write_test(found, folder, name)
    for row, path in zip(found.rows, _maps(found, folder, name), strict=True):
        write_map(path, row.map.astype(np.float64), f"{row.files[1].name}: {row.delta_e}")
        paths.append(path)
    report = folder / f"{name}.report.json"
    content = {**found.to_json(), **further, "paths": [str(path) for path in (*paths, report)]}
    write_text_atomic(report, json.dumps(content, indent=2) + "\n")
    return [*paths, report]


def _write_test(found: Decompiled, folder: Path, name: str) -> list[Path]:
    """A test of the module, with a small picture before and what the steps make of it."""
    pixels = found.first.pair.before
    height, width = pixels.shape[:2]
    share = min(1.0, TEST_SIZE / max(height, width))
    small = area_resize(pixels, max(1, round(share * height)), max(1, round(share * width))).astype(np.float16)
    test, before, after = _test_files(folder, name)
    with atomic_path(before) as temporary, temporary.open("wb") as file:
        np.save(file, small)
    with atomic_path(after) as temporary:
        PillowImage.fromarray(render(small.astype(np.float32), found.recipe, device="cpu")).save(temporary, "PNG")
    write_text_atomic(test, source_of_test(f"{name}.py", before.name, after.name))
    return [test, before, after]


def _test_files(folder: Path, name: str) -> tuple[Path, Path, Path]:
    return folder / f"test_{name}.py", folder / f"{name}.before.npy", folder / f"{name}.after.png"


def _maps(found: Decompiled, folder: Path, name: str) -> list[Path]:
    if len(found.rows) == 1:
        return [folder / f"{name}.residual.png"]
    return [folder / f"{name}.residual.{row.files[0].stem}.png" for row in found.rows]


def _free_name(found: Decompiled, folder: Path) -> str:
    """A name that none of the files has yet; the module can be imported by it."""
    for number in range(1, MOST_NAMES):
        name = "look" if number == 1 else f"look_{number}"
        files = [*_test_files(folder, name), *_maps(found, folder, name), folder / f"{name}.report.json"]
        files += [folder / f"{name}{ending}" for ending in (".recipe.json", ".py", ".frag", "33.cube")]
        if not any(file.exists() for file in files):
            return name
    raise ExposureError(f"All names are taken in {folder}", "Choose another folder.")


def _json_of(error: DeltaE) -> dict[str, float]:
    return {"mean": error.mean, "p95": error.p95, "max": error.max}


def words_of(found: Decompiled) -> list[str]:
    """What was done beside the steps, in words; one sentence where nothing gives itself away."""
    causes = [cause.words for cause in found.causes]
    if causes:
        return causes
    mean = statistics.fmean(row.delta_e.mean for row in found.rows)
    if mean < 1:
        return ["Nothing is left unexplained."]
    return ["The rest is none of vignette, blur, grain, local edit and the like: colours that no filter here makes."]
