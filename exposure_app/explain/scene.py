"""What of a photo one looks at to explain and to plan: small, and the same for all questions about it."""

from dataclasses import dataclass

from exposure_app.image import Pixels
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.proxy import every_nth, view

SAMPLE_PIXELS = 12_000


@dataclass(frozen=True, eq=False)
class AnalysisSample:
    """A photo, placed as its geometry says, in two small forms. Linear light.

    Attributes:
        proxy: The agent's view, 3 x 64 x 64 (``pipeline.proxy.make_proxy``).
        grid: Where its pixels lie in the whole photo, for masks.
        sample: A regular sample of the pixels, H x W x 3: unlike the view's averages it shows what is clipped.
        sample_grid: Where they lie.
    """

    proxy: Pixels
    grid: Grid
    sample: Pixels
    sample_grid: Grid

    @classmethod
    def of(cls, pixels: Pixels, grid: Grid) -> "AnalysisSample":
        """Look at a photo once.

        Args:
            pixels: The placed photo, H x W x 3, linear light.
            grid: Where they lie in the whole photo (``Grid.of``).
        """
        return cls(*view(pixels, grid), *every_nth(pixels, grid, SAMPLE_PIXELS))
