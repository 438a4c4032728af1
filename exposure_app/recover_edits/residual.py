"""What the steps could not explain: where, how much, and what it looks like it was."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.transfer import linear_to_srgb
from exposure_app.pipeline.color_difference import DeltaE, Lab, delta_e_2000, lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe
from exposure_app.recover_edits.causes.cause import Cause
from exposure_app.recover_edits.causes.detail import STEP, details, displaced, moved
from exposure_app.recover_edits.causes.spot import spot
from exposure_app.recover_edits.causes.surface import Surface
from exposure_app.recover_edits.pairs import PhotoPair

CUT = 0.02  # share of the picture that is told when it is gone
SHADOW = 0.4  # of the strongest cause in the colours: weaker ones may be its own shadow


@dataclass(frozen=True, eq=False)
class Residual:
    """A pair, and a recipe for it.

    Attributes:
        pair: The pictures.
        recipe: The steps.
    """

    pair: PhotoPair
    recipe: Recipe

    @cached_property
    def ours(self) -> Pixels:
        """The picture before as the recipe renders it: display-referred sRGB, H x W x 3."""
        return render(self.pair.before, self.recipe, depth=32, device="cpu")

    @cached_property
    def after(self) -> Pixels:
        """The picture after: display-referred sRGB, the same size."""
        return linear_to_srgb(self.pair.after).clip(0, 1)

    @cached_property
    def map(self) -> NDArray[np.float64]:
        """CIEDE2000 of each pixel."""
        return delta_e_2000(lab(self.ours), lab(self.after))

    @cached_property
    def errors(self) -> NDArray[np.float64]:
        """CIEDE2000 of each cell."""
        return delta_e_2000(*self._cells)

    @property
    def delta_e(self) -> DeltaE:
        """The error over the cells."""
        return DeltaE.of(self.errors)

    @cached_property
    def _cells(self) -> tuple[Lab, Lab]:
        """The cells in Lab: as the recipe renders them, and of the picture after."""
        return lab(self.pair.cells_of(self.recipe)), lab(self.pair.cells_after)

    @cached_property
    def causes(self) -> list[Cause]:
        """What was done beside the steps, strongest first; empty where nothing gives itself away."""
        ours, after = self._cells
        surface = Surface.of(ours, after)
        structure, cut = self._structure(), self._cut()
        colors = surface.causes()
        is_displaced = any(cause.id in ("moved", "warped") for cause in structure)
        place = (
            None if is_displaced else spot(ours, surface.rest * ~surface.unsettled[..., None])
        )  # edges that are off look like edits
        colors += [place] if place else []
        least = SHADOW * max((cause.strength for cause in colors), default=0.0)
        found = [*(cause for cause in colors if cause.strength >= least), *structure, *cut]
        return sorted(found, key=lambda cause: -cause.strength)

    def _structure(self) -> list[Cause]:
        pair = self.pair
        whole = moved(_codes(self.ours), _codes(self.after), pair.scale)
        if pair.detail is None or whole is not None:
            return [whole] if whole else []
        before, after = pair.detail
        ours = _codes(render(before, self.recipe, depth=32, device="cpu"))
        theirs = _codes(linear_to_srgb(after).clip(0, 1))
        place = moved(ours, theirs, 1.0)
        return [place] if place else details(ours, theirs)

    def _cut(self) -> list[Cause]:
        left, right, top, bottom = self.pair.box
        gone = 1 - min(right - left, 1.0) * min(bottom - top, 1.0)
        if gone > CUT:
            words = f"cropped: {100 * gone:.0f} % of the picture before is not in the picture after"
            return [Cause("crop", 100 * gone, "%", gone / CUT, words)]
        height, width = self.pair.before.shape[:2]
        size = float(np.hypot((left + right - 1) / 2 * width, (top + bottom - 1) / 2 * height))
        return [displaced(size, self.pair.scale)] if size >= STEP else []


def _codes(picture: Pixels) -> NDArray[np.float64]:
    """Brightness on the screen, 0 to 255."""
    codes: NDArray[np.float64] = 255 * np.clip(picture, 0, 1).astype(float).mean(-1)
    return codes
