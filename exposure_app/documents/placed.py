"""An engine for a photo that is turned, straightened or cropped."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from exposure_app.documents.render import Engine
from exposure_app.image import Image, Pixels
from exposure_app.io.balance import wanted_gains
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.relight import relit
from exposure_app.pipeline.execute import Depth
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.recipe import Recipe
from exposure_app.pipeline.resample import place_image


class CroppedPhotoRenderer(Engine):
    """Renders what a geometry shows of a photo: its picture is all that the rest of the editor knows.

    Another geometry is another engine: making one moves every pixel once.

    Attributes:
        source: The whole photo.
        develop: How it was developed.
        geometry: What the engine was made for; that of the recipes it renders is not looked at, nor how they develop.
    """

    def __init__(self, source: Image, geometry: Geometry, develop: Develop | None = None) -> None:
        super().__init__(place_image(source, geometry), Grid.of(geometry, source.size))
        self.source = source
        self.develop = develop or Develop()
        self.geometry = geometry
        self._expected: Develop | None = None

    @property
    def expected(self) -> Develop | None:
        """What ``expect`` has been told, if that makes a difference."""
        return self._expected

    def expect(self, develop: Develop) -> None:
        """Render as the photo will look once it has been developed this way, as far as that can be told.

        That is for another white balance, unless it has to be estimated from the file first.
        """
        old = (self.develop.white_balance, self.develop.light)
        same = (develop.white_balance, develop.light) == old
        self._expected = None if same or develop.white_balance == "auto" or self.source.light is None else develop

    def source_as(self, photo: Path, develop: Develop) -> Image:
        """The whole photo, developed so: read again where that is still on its way to the screen.

        Raises:
            ExposureError: As ``read_image``.
        """
        return self.source if self.develop == develop else read_image(photo, develop=develop)

    def moved(self, geometry: Geometry) -> "CroppedPhotoRenderer":
        """An engine for another geometry of the same photo, which renders where and as this one does."""
        made = self._beside(CroppedPhotoRenderer(self.source, geometry, self.develop))
        made._expected = self._expected
        return made

    def developed(self, source: Image, develop: Develop) -> "CroppedPhotoRenderer":
        """An engine for the same part of the same photo, developed otherwise."""
        return self._beside(CroppedPhotoRenderer(source, self.geometry, develop))

    def _render(self, pixels: Pixels, recipe: Recipe, grid: Grid, depth: Depth = 8) -> NDArray[Any]:
        expected, light = self._expected, self.source.light
        if expected is not None and light is not None:
            gains = wanted_gains(light, expected, None)
            pixels = relit(pixels, light, gains, scene_referred=self.source.scene_referred)
        return super()._render(pixels, recipe, grid, depth)

    def _beside(self, other: "CroppedPhotoRenderer") -> "CroppedPhotoRenderer":
        other.device, other.on_fallback = self.device, self.on_fallback
        return other
