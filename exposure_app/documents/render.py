"""What the editor shows of a photo: the part that is visible at the size it is shown, and numbers about the whole.

An engine holds one photo. It is used by one thread at a time and keeps nothing about the recipe: a recipe of five steps
takes a few milliseconds for all that fits on a screen, so that caching its prefixes would cost more than it saves.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from exposure_app.documents.view import View
from exposure_app.errors import ExposureError
from exposure_app.image import Image, Pixels
from exposure_app.io.transfer import linear_to_srgb
from exposure_app.pipeline import execute
from exposure_app.pipeline.clipping import extremes
from exposure_app.pipeline.device import DeviceChoice, choose_device
from exposure_app.pipeline.execute import Depth, Shortage
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.histogram import Histogram, histogram
from exposure_app.pipeline.proxy import area_resize, every_nth
from exposure_app.pipeline.recipe import Recipe

Codes = NDArray[np.uint8]
Fallback = Literal[Shortage, "absent"]  # what became of the device that was asked for

SAMPLE_PIXELS = 200_000  # what histograms of the whole photo are counted on
STEP_SAMPLE_PIXELS = 20_000  # the same for the histogram behind each step's curve
SOURCES_KEPT = 2  # the view and its predecessor, for switching between two zooms
CLIPPED = 0.9995  # linear value from which a channel of the file counts as blown


class Engine:
    """Renders one photo for the screen.

    Attributes:
        device: Where to compute. An absent one, or one whose memory does not suffice, becomes the processor.
        on_fallback: Told when that happens, or tiles get smaller, in the thread that renders.
        grid: Where the picture's pixels lie in the whole photo; masks of recipes are placed by it.
    """

    def __init__(self, image: Image, grid: Grid | None = None) -> None:
        self.image = image
        self.grid = grid or Grid.of(Geometry(), image.size)
        self.device: DeviceChoice = "auto"
        self.on_fallback: Callable[[Fallback], None] = lambda fallback: None
        self._sources: OrderedDict[View, Pixels] = OrderedDict()
        self._extremes: tuple[View, tuple[Pixels, Pixels]] | None = None
        self._sample, self._sample_grid = every_nth(image.pixels, self.grid, SAMPLE_PIXELS)
        self._step_sample, self._step_grid = every_nth(self._sample, self._sample_grid, STEP_SAMPLE_PIXELS)
        self._raw: Histogram | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""
        return self.image.size

    def frame(self, recipe: Recipe, view: View) -> Codes:
        """The visible part of the photo, uint8, rows x columns x 3."""
        codes: Codes = self._render(self._source(view), recipe, self._view_grid(view))
        return codes

    def extremes(self, recipe: Recipe, view: View) -> tuple[Codes, Codes]:
        """The frame of a view as if all under each of its pixels were as dark, and as bright, as it gets there.

        What is clipped in the photo is clipped in one of these, however small it is shown.
        """
        if (view.rows, view.columns) == (view.height, view.width):
            codes = self.frame(recipe, view)
            return codes, codes
        if self._extremes is None or self._extremes[0] != view:
            self._extremes = view, extremes(self._area(view), view.rows, view.columns)
        dark, bright = (self._render(pixels, recipe, self._view_grid(view)) for pixels in self._extremes[1])
        return dark, bright

    def mask(self, recipe: Recipe, index: int, view: View) -> Pixels:
        """How much a step does in the visible part of the photo: float32, rows x columns, 0 to 1."""
        return execute.mask_weights(self._source(view), recipe, index, grid=self._view_grid(view))

    def histogram(self, recipe: Recipe) -> Histogram:
        """Of the whole picture, whatever is visible."""
        return histogram(self._render(self._sample, recipe, self._sample_grid))

    def raw_histogram(self) -> Histogram:
        """Of the file before any step, spread like sRGB; what counts as clipped is blown in the file itself."""
        if self._raw is None:
            codes = np.minimum(linear_to_srgb(self._sample), 1) * np.float32(255) + np.float32(0.5)
            counted = histogram(codes.astype(np.uint8))
            blown = float((self._sample.max(axis=2) >= CLIPPED).mean())
            self._raw = Histogram(counted.counts, counted.low, blown)
        return self._raw

    def thumbnails(self, recipe: Recipe, side: int) -> list[Codes]:
        """The picture after each step, the longer side at most ``side`` pixels."""
        small, grid = self._small(side)
        return [self._render(small, first_steps(recipe, count + 1), grid) for count in range(len(recipe.steps))]

    def picture(self, recipe: Recipe, side: int) -> Codes:
        """The whole picture, the longer side at most ``side`` pixels."""
        small, grid = self._small(side)
        codes: Codes = self._render(small, recipe, grid)
        return codes

    def step_histograms(self, recipe: Recipe) -> list[NDArray[np.int64]]:
        """What enters each step: 3 x 256 counts of red, green and blue, from 0 to 1."""
        prefixes = [first_steps(recipe, count) for count in range(len(recipe.steps))]
        inputs = (self._render(self._step_sample, prefix, self._step_grid) for prefix in prefixes)
        return [histogram(codes).counts[:3] for codes in inputs]

    def mean_before(
        self, recipe: Recipe, index: int, left: int, top: int, width: int, height: int
    ) -> tuple[float, ...]:
        """Mean colour of an area of the photo as the step of that index receives it."""
        area, grid = self._inside(left, top, width, height)
        return _mean(self._render(area, first_steps(recipe, index), grid, depth=32))

    def mean_developed(self, left: int, top: int, width: int, height: int) -> tuple[float, ...]:
        """Mean colour of an area of the photo as it was developed: linear light, before any step."""
        return _mean(self._inside(left, top, width, height)[0])

    def _inside(self, left: int, top: int, width: int, height: int) -> tuple[Pixels, Grid]:
        """The part of an area that lies in the photo, at least a pixel."""
        columns, rows = self.size
        left, top = min(max(left, 0), columns - 1), min(max(top, 0), rows - 1)
        area = self.image.pixels[top : min(top + max(height, 1), rows), left : min(left + max(width, 1), columns)]
        return np.ascontiguousarray(area), self.grid.part(left, top)

    def _render(self, pixels: Pixels, recipe: Recipe, grid: Grid, depth: Depth = 8) -> NDArray[Any]:
        try:
            self.device = cast("DeviceChoice", choose_device(self.device))
        except ExposureError:
            self._fall_back("absent")
        return execute.render(pixels, recipe, grid=grid, depth=depth, device=self.device, on_shortage=self._fall_back)

    def _fall_back(self, to: Fallback) -> None:
        if to != "tiles":
            self.device = "cpu"
        self.on_fallback(to)

    def _small(self, side: int) -> tuple[Pixels, Grid]:
        width, height = self.size
        scale = min(1.0, side / max(width, height))
        rows, columns = max(1, round(height * scale)), max(1, round(width * scale))
        pixels, grid = self._sample, self._sample_grid
        if 2 * side > max(pixels.shape[:2]):  # too coarse for a picture this large
            pixels, grid = self.image.pixels, self.grid
        height, width = pixels.shape[:2]
        return area_resize(pixels, rows, columns), grid.part(0, 0, width / columns, height / rows)

    def _view_grid(self, view: View) -> Grid:
        return self.grid.part(view.left, view.top, view.width / view.columns, view.height / view.rows)

    def _area(self, view: View) -> Pixels:
        return self.image.pixels[view.top : view.top + view.height, view.left : view.left + view.width]

    def _source(self, view: View) -> Pixels:
        """The linear pixels of a view at the size they are drawn; the last few are kept."""
        found = self._sources.pop(view, None)
        if found is None:
            area = self._area(view)
            if (view.rows, view.columns) == area.shape[:2]:
                found = np.ascontiguousarray(area)
            else:
                found = area_resize(area, view.rows, view.columns)
        self._sources[view] = found
        while len(self._sources) > SOURCES_KEPT:
            self._sources.popitem(last=False)
        return found


def _mean(pixels: Pixels) -> tuple[float, ...]:
    return tuple(float(mean) for mean in pixels.reshape(-1, 3).mean(axis=0))


def first_steps(recipe: Recipe, count: int) -> Recipe:
    """The recipe cut off after a number of steps."""
    return replace(recipe, steps=recipe.steps[:count])
