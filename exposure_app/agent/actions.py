"""What the agent can do in one step: a filter, or, with masks, a filter and where in the picture it works.

Masks are the paper's way out of editing the whole picture alike (section 7); by default they are off. With them every
head of pi_2 has six outputs more, one for each parameter of a gradient with luminance (``pipeline.mask``):

    m = strength * sigmoid(sharpness * (a x + b y + c (Lum - 0.5) + d))

x, y is the place in the view, from its centre, each of its edges being 1: that is what the network sees, whatever part
of which photo the view shows and however that was squashed to a square. A recipe measures places in the photo, in
units of its short edge. A linear form stays one when the photo is stretched, turned or cropped, so the mask of a recipe
is the same one, pixel by pixel, written for the photo.

Outputs of 0 are a step that works everywhere. A mask that leaves hardly anything out is none, in training as in
recipes; in training its gradient is that of the mask all the same, so that it can become one.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from exposure_app.array_module import module_of
from exposure_app.filters import Filter
from exposure_app.params import Param, Range, Scalar, squash
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import EDGE, KINDS, Mask, gradient_settings
from exposure_app.pipeline.mask_blend import share_of_effect, sigmoid, weigh_array
from exposure_app.pipeline.proxy import SIZE

if TYPE_CHECKING:
    from torch import Tensor

# What people can set ends at 2 short edges from the centre, a feather of 3 and a brightness of 4. In a photo of 3 : 2,
# distances, feathers and brightnesses across it are 1.5 times as large as in the view: this is what then still fits.
STRETCH = 1.5
LEAST_LENGTH = 0.01  # of a direction, a pair of outputs of which only the ratio counts
FULL = 0.85  # share of the effect; a mask with more of it at every place and brightness is none


def _output(name: str, agent: tuple[float, float], initial: float, **more: Any) -> Scalar:
    return Scalar(name, name.capitalize(), agent, agent, initial, initial, **more)


MASK: tuple[Scalar, ...] = (
    _output("right", (-1, 1), 0),  # with ``down`` the direction of the full effect, (a, b)
    _output("down", (-1, 1), 0),
    _output("distance", (-2 / STRETCH, 2 / STRETCH), 0.93),  # d: of the line from the centre, against that direction
    _output("brightness", (-4 / STRETCH, 4 / STRETCH), 0),  # c
    _output("feather", (0.2, 3 / STRETCH), 0.5, scale="log"),  # 2 EDGE / sharpness
    Scalar("strength", "Strength", (0, 1), (0, 1), neutral=1, initial=0.99),
)


class Effect(Protocol):
    """What can be done to a picture."""

    @property
    def id(self) -> str:
        """Id of the filter."""

    @property
    def label(self) -> str:
        """Name of the filter on the screen."""

    def apply(self, rgb: "Tensor", values: "Tensor") -> "Tensor":
        """Do it to pictures (..., 3, H, W), given the value vector (..., width) of each; differentiable in both."""


class Action(Effect, Protocol):
    """One of the things that the agent can do: a filter, or one with a mask."""

    @property
    def params(self) -> tuple[Param, ...]:
        """The parameters, in the order of the value vector."""

    @property
    def width(self) -> int:
        """Length of the value vector."""

    def squash(self, raw: Any) -> Any:
        """Map network outputs (..., width), of numpy or torch, to value vectors within the agent's ranges."""


def actions(filters: Iterable[Filter], masks: bool) -> tuple[Action, ...]:
    """The action space of an agent that knows these filters."""
    return tuple(Masked(filter_) if masks else filter_ for filter_ in filters)


@dataclass(frozen=True)
class _OfFilter:
    """An effect that is known by its filter."""

    filter: Filter

    @property
    def id(self) -> str:
        """See ``Effect.id``."""
        return self.filter.id

    @property
    def label(self) -> str:
        """See ``Effect.label``."""
        return self.filter.label


@dataclass(frozen=True)
class Masked(_OfFilter):
    """An action: a filter and where it works.

    Attributes:
        filter: Whose parameters come first in the value vector; those of ``MASK`` follow.
    """

    @property
    def params(self) -> tuple[Param, ...]:
        """See ``Action.params``."""
        return (*self.filter.params, *MASK)

    @property
    def width(self) -> int:
        """See ``Action.width``."""
        return self.filter.width + len(MASK)

    def squash(self, raw: Any) -> Any:
        """See ``Action.squash``."""
        return squash(self.params, raw)

    def apply(self, rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Effect.apply``; the pictures are whole views, of any size and shape."""
        after = self.filter.apply(rgb, values[..., : self.filter.width])
        return rgb.lerp(after, weights(rgb, values[..., self.filter.width :]))


def weights(rgb: "Tensor", values: "Tensor") -> "Tensor":
    """The share of a step's effect at each pixel of whole views.

    Args:
        rgb: (..., 3, H, W), what enters the step.
        values: (..., 6), of ``MASK``.

    Returns:
        (..., 1, H, W), 0 to 1.
    """
    import torch

    right, down, distance, brightness, feather, strength = values[..., None, None, None].unbind(-4)
    length = (right.square() + down.square() + LEAST_LENGTH**2).sqrt()
    y, x = ((torch.arange(n, device=rgb.device).to(rgb.dtype) + 0.5) / n - 0.5 for n in rgb.shape[-2:])
    place = (right * x + down * y[:, None]) / length + distance
    found = share_of_effect(rgb, place, brightness, 2 * EDGE / feather, strength)
    kept: Tensor = found + torch.where(is_full(values)[..., None, None, None], 1 - found, 0).detach()
    return kept


def is_full(values: Any) -> Any:
    """Whether masks (...) of values (..., 6), an array of numpy or torch, leave hardly anything out of any view."""
    right, down, distance, brightness, feather, strength = (values[..., i] for i in range(len(MASK)))
    length = (right * right + down * down + LEAST_LENGTH**2) ** 0.5
    least = distance - ((abs(right) + abs(down)) / length + abs(brightness)) / 2
    return strength * sigmoid(2 * EDGE / feather * least) > FULL


def mask_for(values: Any, grid: Grid, decimals: int) -> Mask | None:
    """The same mask for a recipe.

    Args:
        values: (6,), of ``MASK``; an array of numpy or torch.
        grid: Where the pixels of the agent's view lie in the photo.
        decimals: Of the settings.

    Returns:
        A gradient, None if it is full. In photos longer than 3 : 2, what people cannot set is moved to the nearest that
        they can.
    """
    if is_full(values):
        return None
    numbers: list[float] = values.tolist()
    right, down, distance, brightness, feather, strength = numbers
    length = math.hypot(right, down, LEAST_LENGTH)

    def form(x: float, y: float) -> float:
        column, row = grid.point(x, y)
        return (right * (column / SIZE - 0.5) + down * (row / SIZE - 0.5)) / length + distance

    d = form(0, 0)
    found = gradient_settings(2 * EDGE / feather, strength, form(1, 0) - d, form(0, 1) - d, brightness, d)
    settable = {param.name: param.slider for param in KINDS["gradient"].params}

    def within(value: float, limits: Range) -> float:
        return min(max(round(value, decimals) + 0.0, limits[0]), limits[1])  # no negative zero

    return Mask("gradient", {name: within(value, settable[name]) for name, value in found.items()})


@dataclass(frozen=True)
class Placed(_OfFilter):
    """A filter and a mask of a recipe, for whole photos of any size.

    Attributes:
        filter: Whose parameters are the value vector.
        mask: Where it works.
    """

    mask: Mask

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
