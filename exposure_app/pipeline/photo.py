"""One photo on its way through the program: read and developed, placed as its geometry shows it, and looked at.

Whoever plans, explains, renders or writes a photo starts from here. What takes long is done when it is first asked for,
and once.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from exposure_app.image import Image, Pixels
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.proxy import every_nth, view
from exposure_app.pipeline.recipe import Neutral, Recipe, neutral_of
from exposure_app.pipeline.resample import place_image

SAMPLE_PIXELS = 12_000


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo in memory, and what its geometry shows of it. Linear light throughout.

    Attributes:
        image: The whole photo.
        geometry: Which part of it is shown, and which way up.
        develop: How it was developed.
    """

    image: Image
    geometry: Geometry = field(default_factory=Geometry)
    develop: Develop = field(default_factory=Develop)

    @cached_property
    def placed(self) -> Image:
        """What the geometry shows; the image itself where that is all."""
        return place_image(self.image, self.geometry)

    @cached_property
    def grid(self) -> Grid:
        """Where the placed pixels lie in the whole photo, for masks."""
        return Grid.of(self.geometry, self.image.size)

    @cached_property
    def neutral(self) -> Neutral:
        """What the photo looks like without edits."""
        return neutral_of(self.image)

    @property
    def proxy(self) -> Pixels:
        """What the agent sees of the placed photo, 3 x 64 x 64 (``pipeline.proxy.make_proxy``)."""
        return self._view[0]

    @property
    def proxy_grid(self) -> Grid:
        """Where the proxy's pixels lie in the whole photo."""
        return self._view[1]

    @property
    def sample(self) -> Pixels:
        """A regular sample of the placed pixels, H x W x 3: unlike the proxy's averages it shows what is clipped."""
        return self._sampled[0]

    @property
    def sample_grid(self) -> Grid:
        """Where the sample's pixels lie in the whole photo."""
        return self._sampled[1]

    @cached_property
    def _view(self) -> tuple[Pixels, Grid]:
        return view(self.placed.pixels, self.grid)

    @cached_property
    def _sampled(self) -> tuple[Pixels, Grid]:
        return every_nth(self.placed.pixels, self.grid, SAMPLE_PIXELS)


def open_photo(
    path: Path, recipe: Recipe | None = None, develop: Develop | None = None, *, wide: bool = False
) -> Photo:
    """Read a photo.

    Args:
        path: Any file that ``read_image`` opens.
        recipe: Which develops and places it, such as ``read_sidecar`` finds beside it; None for the whole photo.
        develop: How it is developed where the recipe decides nothing.
        wide: See ``read_image``.

    Raises:
        ExposureError: As ``read_image``.
    """
    develop = develop or Develop()
    if recipe is not None:
        develop = recipe.develop.over(develop)
    image = read_image(path, develop=develop, wide=wide)
    return Photo(image, recipe.geometry if recipe else Geometry(), develop)
