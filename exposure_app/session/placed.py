"""An engine for a photo that is turned, straightened or cropped."""

from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.resample import place_image
from exposure_app.session.render import Engine


class PlacedEngine(Engine):
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

    def moved(self, geometry: Geometry) -> "PlacedEngine":
        """An engine for another geometry of the same photo, which renders where this one does."""
        return self._beside(PlacedEngine(self.source, geometry, self.develop))

    def developed(self, source: Image, develop: Develop) -> "PlacedEngine":
        """An engine for the same part of the same photo, developed otherwise."""
        return self._beside(PlacedEngine(source, self.geometry, develop))

    def _beside(self, other: "PlacedEngine") -> "PlacedEngine":
        other.device, other.on_fallback = self.device, self.on_fallback
        return other
