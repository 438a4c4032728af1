"""An engine for a photo that is turned, straightened or cropped."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from exposure_app.documents.render import Engine
from exposure_app.image import Image, Pixels
from exposure_app.io.balance import wanted_gains
from exposure_app.io.develop import Develop
from exposure_app.io.relight import relit
from exposure_app.pipeline.execute import Depth
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.photo import Photo, open_photo
from exposure_app.pipeline.recipe import Recipe


class CroppedPhotoRenderer(Engine):
    """Renders what a geometry shows of a photo: its picture is all that the rest of the editor knows.

    Another geometry is another engine: making one moves every pixel once.

    Attributes:
        photo: What the engine was made for: how the recipes that it renders develop and place is not looked at.
    """

    def __init__(self, source: Image, geometry: Geometry, develop: Develop | None = None) -> None:
        self.photo = Photo(source, geometry, develop or Develop())
        super().__init__(self.photo.placed, self.photo.grid)
        self._expected: Develop | None = None

    @property
    def source(self) -> Image:
        """The whole photo."""
        return self.photo.image

    @property
    def develop(self) -> Develop:
        """How it was developed."""
        return self.photo.develop

    @property
    def geometry(self) -> Geometry:
        """What of it is shown."""
        return self.photo.geometry

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

    def photo_for(self, recipe: Recipe, path: Path) -> Photo:
        """The photo as a recipe develops and places it: read again where that is still on its way to the screen.

        Raises:
            ExposureError: As ``read_image``.
        """
        if self.develop != recipe.develop:
            return open_photo(path, recipe)
        if self.geometry != recipe.geometry:
            return replace(self.photo, geometry=recipe.geometry)
        return self.photo

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
