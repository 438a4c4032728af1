"""A look for other programs: one recipe in several forms, and how much each of them loses.

    recipe + photo --Look--> write --> files --read--> the picture again --DeltaE--> the error of the form

The error is that of the very files that were written, read back and applied to a sample of the photo by this program.
What another program then makes of them may differ further.
"""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from exposure_app.atomic import make_folder
from exposure_app.errors import ExposureError
from exposure_app.image import Image, Pixels
from exposure_app.interop.look_formats import LOOK_FORMATS, Look, LookFormat
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.proxy import every_nth
from exposure_app.pipeline.recipe import Recipe
from exposure_app.pipeline.resample import place

SAMPLE_PIXELS = 60_000  # what errors are measured on
_LEVELS = 30  # of each channel where there is no photo to measure on
MOST_NAMES = 10_000


@dataclass(frozen=True)
class Written:
    """One form of a look on disk.

    Attributes:
        look_format: Which form.
        files: The main file first.
        delta_e: Between our rendering and what the files give.
        left_out: What of the recipe this form cannot hold; empty if nothing.
    """

    look_format: LookFormat
    files: tuple[Path, ...]
    delta_e: DeltaE
    left_out: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "format": self.look_format.id,
            "files": [str(path) for path in self.files],
            "delta_e": {"mean": self.delta_e.mean, "p95": self.delta_e.p95, "max": self.delta_e.max},
            "left_out": list(self.left_out),
        }


def look_of(recipe: Recipe, image: Image | None = None, photo: Path | None = None, name: str = "") -> Look:
    """A look, ready to be written.

    Args:
        recipe: The steps.
        image: The photo they are for; None measures on all colours alike.
        photo: Its file.
        name: Stem of the files; the photo's by default.
    """
    if image is None:
        image = all_colours()
        recipe = replace(recipe, geometry=Geometry())
    whole, _ = every_nth(image.pixels, Grid.of(Geometry(), image.size), SAMPLE_PIXELS)
    before = place(whole, recipe.geometry)
    grid_of_sample = Grid.of(recipe.geometry, (whole.shape[1], whole.shape[0]))
    return Look(
        recipe=recipe,
        name=name or (photo.stem if photo else "look"),
        suffix=photo.suffix if photo else "",
        size=image.size,
        raw=image.scene_referred,
        orientation=image.metadata.orientation,
        whole=whole,
        before=before,
        after=render(before, recipe, grid=grid_of_sample, depth=32),
        grid=grid_of_sample,
    )


def all_colours() -> Image:
    """A picture of all colours of sRGB in even steps, to measure on where there is no photo."""
    levels = srgb_to_linear(np.linspace(0, 1, _LEVELS))
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1)
    return Image(np.ascontiguousarray(grid.reshape(_LEVELS, -1, 3), np.float32))


def rungs_named(names: Sequence[str]) -> list[LookFormat]:
    """The forms of those ids.

    Raises:
        ExposureError: There is none of that id, or none is named.
    """
    unknown = [name for name in names if name not in LOOK_FORMATS]
    if unknown or not names:
        raise ExposureError(
            f"There is no format called {unknown[0]!r}" if unknown else "No format is named",
            f"Known formats: {', '.join(LOOK_FORMATS)}.",
        )
    return [LOOK_FORMATS[name] for name in dict.fromkeys(names)]


def export_look(
    look: Look,
    look_formats: Sequence[LookFormat],
    folder: Path,
    check: Callable[[], None] = lambda: None,
    tell: Callable[[Written], None] = lambda written: None,
) -> list[Written]:
    """Write a look in several forms. Nothing is overwritten: names that are taken get a number.

    A sidecar of Camera Raw is the exception: it must have the photo's name, and is added to what is there.

    Args:
        look: What to write.
        look_formats: In which forms.
        folder: Where to; made if need be.
        check: Called before each form; what it raises ends the export.
        tell: Told each form when it is written.

    Raises:
        ExposureError: A file cannot be written.
    """
    make_folder(folder)
    look = replace(look, stem=_free_stem(look, look_formats, folder))
    written = []
    for look_format in look_formats:
        check()
        files = look_format.write(look, folder)
        written.append(
            Written(look_format, tuple(files), _error(look, look_format, files[0]), left_out(look, look_format))
        )
        tell(written[-1])
    return written


def measure(look: Look, look_format: LookFormat) -> DeltaE:
    """The error of one form, by writing and reading it in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="exposure-look-") as folder:
        return _error(look, look_format, look_format.write(look, Path(folder))[0])


def left_out(look: Look, look_format: LookFormat) -> tuple[str, ...]:
    """What of a look's recipe a form cannot hold, in words."""
    lost = []
    if look.recipe.has_masks and not look_format.holds_masks:
        lost.append("masked steps")
    if look.recipe.geometry != Geometry() and not look_format.holds_geometry(look):
        lost.append("rotation and crop")
    if look.recipe.develop.asks_of_lens and not look_format.holds_development:
        lost.append("corrections of the lens")
    return tuple(lost)


def _error(look: Look, look_format: LookFormat, file: Path) -> DeltaE:
    return DeltaE.between(look.after, _clipped(look_format.read(look, file)))


def _clipped(picture: Pixels) -> Pixels:
    return np.clip(picture, 0, 1).astype(np.float32)


def _free_stem(look: Look, look_formats: Sequence[LookFormat], folder: Path) -> str:
    for number in range(1, MOST_NAMES):
        stem = look.name if number == 1 else f"{look.name}-{number}"
        named = replace(look, stem=stem)
        if not any((folder / name).exists() for look_format in look_formats for name in look_format.names(named)):
            return stem
    raise ExposureError(f"All names for {look.name} are taken in {folder}", "Choose another folder.")
