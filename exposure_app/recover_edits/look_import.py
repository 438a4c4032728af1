"""Looks that come in: a recipe is taken as it is, a look-up table becomes the nearest recipe.

Nobody can read a table. The steps that come closest to what it does to a photo are found as for any unknown edit
(``recover_edits.fit``), and are told with their error. They are the steps for this photo: where the photo has no such
colours, recipe and table may differ more.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from exposure_app.image import Image, Pixels
from exposure_app.interop.export_look import SAMPLE_PIXELS, all_colours
from exposure_app.interop.lut import Lut
from exposure_app.io.develop import Develop
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.photo import open_photo
from exposure_app.pipeline.proxy import every_nth
from exposure_app.pipeline.recipe import Neutral, Recipe, to_json
from exposure_app.pipeline.resample import place
from exposure_app.pipeline.sidecar import read_sidecar
from exposure_app.recover_edits.fit import fit

UNSEEN, SEEN = 1.0, 2.5  # mean CIEDE2000: below the first hardly seen, above the second another look


@dataclass(frozen=True)
class Imported:
    """A look as steps.

    Attributes:
        recipe: The steps.
        delta_e: Between what the table and the recipe make of the photo; None where the look was a recipe.
    """

    recipe: Recipe
    delta_e: DeltaE | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "kind": "recipe" if self.delta_e is None else "table",
            "recipe": to_json(self.recipe),
            "delta_e": self.delta_e and asdict(self.delta_e),
            "verdict": self.sentence(),
        }

    def sentence(self) -> str:
        """How near the recipe comes to what the file does, for people."""
        if self.delta_e is None:
            return "The recipe itself: nothing is lost."
        mean = self.delta_e.mean
        if mean < UNSEEN:
            return f"The nearest recipe differs hardly visibly from the table ({self.delta_e})."
        if mean < SEEN:
            return f"The nearest recipe is similar to the table, not the same ({self.delta_e})."
        return f"No recipe comes close to the table: this one is visibly another look ({self.delta_e})."


_FINISHED = Neutral()


def import_look(
    look: Recipe | Lut,
    pixels: Pixels | None = None,
    neutral: Neutral = _FINISHED,
    tell: Callable[[float], None] = lambda share: None,
) -> Imported:
    """Make steps of a look.

    Args:
        look: See ``interop.import_look.read_look``.
        pixels: What a table is compared on: a photo as it is developed and placed, or a sample of it, linear light.
            Without any, all colours count alike.
        neutral: What the photo looks like without edits. A table of another program is for exposed pictures: it comes
            after that exposure.
        tell: Told the share done; what it raises ends the search.
    """
    if isinstance(look, Recipe):
        return Imported(look.from_neutral(neutral) if pixels is not None else look)
    seen = all_colours().pixels if pixels is None else pixels
    shown = look.render(seen if look.is_whole else seen * seen.dtype.type(2**neutral.ev))
    found = fit(seen, shown, tell=tell)
    return Imported(found.recipe.from_neutral(neutral), found.delta_e)


def sample(image: Image, geometry: Geometry) -> Pixels:
    """Enough of what a geometry shows of a photo to compare a table on, linear light."""
    pixels, _ = every_nth(image.pixels, Grid.of(Geometry(), image.size), SAMPLE_PIXELS)
    return place(pixels, geometry)


def import_for(
    look: Recipe | Lut, photo: Path, develop: Develop, tell: Callable[[float], None] = lambda share: None
) -> Imported:
    """Make steps of a look for a photo, as a person has developed and cropped it.

    Args:
        look: See ``interop.import_look.read_look``.
        photo: Its development and crop stay; the recipe has them.
        develop: How it is developed where nothing else was decided.
        tell: As for ``import_look``.

    Raises:
        ExposureError: The photo or its sidecar cannot be read.
    """
    opened = open_photo(photo, read_sidecar(photo), develop)
    found = import_look(look, sample(opened.image, opened.geometry), opened.neutral, tell)
    return replace(found, recipe=replace(found.recipe, geometry=opened.geometry, develop=opened.develop))
