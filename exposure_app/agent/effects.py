"""What a step of a recipe does to pictures in the memory of numpy or torch: a filter, or a filter with a mask."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from exposure_app.array_module import module_of
from exposure_app.filters import Filter
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.mask_blend import weigh_array

if TYPE_CHECKING:
    from torch import Tensor


class Effect(Protocol):
    """What can be done to a picture: every filter is one."""

    @property
    def id(self) -> str:
        """Id of the filter."""

    @property
    def label(self) -> str:
        """Name of the filter on the screen."""

    def apply(self, rgb: "Tensor", values: "Tensor") -> "Tensor":
        """Do it to pictures (..., 3, H, W), given the value vector (..., width) of each; differentiable in both."""


@dataclass(frozen=True)
class Placed:
    """A filter and a mask of a recipe, for whole photos of any size.

    Attributes:
        filter: Whose parameters are the value vector.
        mask: Where it works.
    """

    filter: Filter
    mask: Mask

    @property
    def id(self) -> str:
        """See ``Effect.id``."""
        return self.filter.id

    @property
    def label(self) -> str:
        """See ``Effect.label``."""
        return self.filter.label

    def apply(self, rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Effect.apply``; nothing was cut from the photos, and they are upright."""
        height, width = rgb.shape[-2:]
        after = self.filter.apply(rgb, values)
        placed: Tensor = blended(rgb, after, self.mask, Grid.guessed(Geometry(), width, height))
        return placed


def blended(rgb: Any, after: Any, mask: Mask, grid: Grid) -> Any:
    """What a step with a mask of a recipe makes of pictures, arrays of numpy or torch.

    Args:
        rgb: (..., 3, H, W), what enters the step.
        after: The same after its filter.
        mask: Of the step.
        grid: Where the pixels lie in the photo.
    """
    module = module_of(rgb)
    row, column = (module.arange(n, dtype=rgb.dtype, device=rgb.device) for n in rgb.shape[-2:])
    return rgb + weigh_array(rgb, mask.field(grid), column, row[:, None]) * (after - rgb)
