"""The settings of a given sequence of filters that turn some colours into others, by nonlinear least squares.

All filters look at one pixel at a time, so that a picture is a bag of colours. Each colour is given to the filters as
an image of its own with its own copy of the settings: three backward passes, one a channel, then give the exact
derivative of every colour by every setting, whatever the filters are. That is what Levenberg and Marquardt's method
needs; it takes some ten iterations where descending along the gradient takes hundreds.

The error is CIEDE2000, linearised about the wanted colour: weighted differences of lightness, chroma and hue.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from exposure_app import filters
from exposure_app.filters import Filter
from exposure_app.params import Curve, Scalar
from exposure_app.pipeline.color_difference import lab

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]
Names = tuple[str, ...]  # ids of filters, first to last

NUDGE = 1e-3  # for the derivative of Lab: lab() counts in float32
LEAK = 0.1  # what is left of the error above white: without any slope a picture that is too bright stays so
WHITE = 254.5 / 255  # from here a wanted colour counts as clipped: the result may lie above
BEND = 1.0  # Delta E from which errors count linearly, so that the mean is what is made small and outliers do not rule
HOLD = 0.02  # pulls what the colours do not decide, such as curves where there are none, to neutral
DAMPING, LEAST_DAMPING, MOST_DAMPING = 1e-2, 1e-7, 1e6
GAIN = 2e-4  # share of the error that an iteration must save to be followed by another one


@dataclass(frozen=True)
class Samples:
    """Colours before and after.

    Attributes:
        before: N x 3, linear light.
        after: N x 3, display-referred sRGB, 0 to 1.
        wanted: Lab of ``after``.
        scale: N x 3 x 3, from a difference in Lab to lightness, chroma and hue in units of CIEDE2000.
        open: N x 3, False where ``after`` is clipped at white.
    """

    before: Array
    after: Array
    wanted: Array
    scale: Array
    open: NDArray[np.bool_]

    @classmethod
    def of(cls, before: Array, after: Array) -> "Samples":
        """From colours, N x 3 each: linear light, and display-referred sRGB."""
        before, after = (np.ascontiguousarray(colours, np.float64) for colours in (before, after))
        wanted = lab(after)
        return cls(before, after, wanted, _scale(wanted), after < WHITE)

    def take(self, chosen: NDArray[Any]) -> "Samples":
        """Some of them."""
        parts = (self.before, self.after, self.wanted, self.scale, self.open)
        return Samples(*(part[chosen] for part in parts))

    def __len__(self) -> int:
        return len(self.before)


@dataclass(frozen=True)
class Solution:
    """A sequence with its best settings.

    Attributes:
        names: Filters, first to last.
        places: The settings in coordinates, see ``ParameterSpace``; all of them in a row.
        cost: What was made small.
    """

    names: Names
    places: Array
    cost: float

    @property
    def values(self) -> list[Array]:
        """The value vector of each step."""
        return ParameterSpace.of(self.names).values(self.places)


@dataclass(frozen=True)
class ParameterSpace:
    """Settings as numbers in which equal steps do about equally much.

    Scalars and bands run from 0 to 1 along their slider. Slopes of curves are counted as logarithms.

    Attributes:
        filters: First to last.
        low: Ends of the sliders.
        high: Likewise.
        neutral: Where nothing changes.
        logs: Which ones are logarithms of the setting.
    """

    filters: tuple[Filter, ...]
    low: Array
    high: Array
    neutral: Array
    logs: NDArray[np.bool_]

    @classmethod
    def of(cls, names: Names) -> "ParameterSpace":
        """For a sequence of filters."""
        chosen = tuple(filters.get(name) for name in names)
        rows = []
        for param in (param for filter_ in chosen for param in filter_.params):
            is_log = isinstance(param, Curve) or (isinstance(param, Scalar) and param.scale == "log")
            neutral = np.atleast_1d(np.asarray(param.neutral_value, float))
            rows += [(*param.slider, value, is_log) for value in neutral]
        table = np.array(rows, float).reshape(-1, 4)
        logs = table[:, 3] > 0
        ends = np.where(logs[:, None], np.log(np.where(logs[:, None], table[:, :3], 1)), table[:, :3])
        return cls(chosen, ends[:, 0], ends[:, 1], (ends[:, 2] - ends[:, 0]) / (ends[:, 1] - ends[:, 0]), logs)

    @property
    def widths(self) -> list[int]:
        """Number of settings of each step."""
        return [filter_.width for filter_ in self.filters]

    def values(self, places: Array) -> list[Array]:
        """The value vector of each step."""
        flat = self.low + places * (self.high - self.low)
        flat = np.where(self.logs, np.exp(np.where(self.logs, flat, 0)), flat)
        return np.split(flat, np.cumsum(self.widths))[:-1]

    def places(self, values: Sequence[Array]) -> Array:
        """The coordinates of value vectors."""
        flat = np.concatenate([*values, np.empty(0)])
        flat = np.where(self.logs, np.log(np.where(self.logs, flat, 1)), flat)
        return np.clip((flat - self.low) / (self.high - self.low), 0, 1)

    def slopes(self, places: Array) -> Array:
        """Derivative of the values by the coordinates."""
        flat = np.concatenate([*self.values(places), np.empty(0)])
        return (self.high - self.low) * np.where(self.logs, flat, 1)


def render(names: Names, values: Sequence[Array], before: Array) -> Array:
    """What a sequence makes of colours.

    Args:
        names: Filters, first to last.
        values: The value vector of each.
        before: N x 3, linear light.

    Returns:
        N x 3, display-referred, not clipped.
    """
    import torch

    with torch.inference_mode():
        rgb = torch.from_numpy(before.T[..., None].copy())
        for name, vector in zip(names, values, strict=True):
            rgb = filters.get(name).apply(rgb, torch.from_numpy(vector))
        return cast("Array", rgb[..., 0].T.numpy())


def errors(samples: Samples, rgb: Array, leak: float = 0.0) -> Array:
    """Differences of lightness, chroma and hue from what is wanted, N x 3, of display-referred colours."""
    difference = lab(_limited(rgb, samples.open, leak)) - samples.wanted
    return cast("Array", np.einsum("nij,nj->ni", samples.scale, difference))


def solve(
    samples: Samples, names: Names, start: Array, iterations: int, leak: float = LEAK, enough: float = 0.0
) -> Solution:
    """The best settings of a sequence that can be reached from a start.

    Args:
        samples: The colours.
        names: Filters, first to last.
        start: Coordinates to begin with.
        iterations: At most.
        leak: How much of an error above white counts.
        enough: Cost at which to stop.
    """
    room = ParameterSpace.of(names)
    places = np.clip(start, 0, 1)
    damping = DAMPING
    current = _derived(samples, room, places, leak)
    for _ in range(iterations):
        cost, matrix, gradient = current
        if cost <= enough or not places.size:
            break
        moved = _step(matrix, gradient, places, damping)
        following = _derived(samples, room, moved, leak)
        if following[0] < cost:
            saved = cost - following[0]
            places, current = moved, following
            damping = max(damping / 5, LEAST_DAMPING)
            if saved < GAIN * cost:
                break
        else:
            damping *= 8
            if damping > MOST_DAMPING:
                break
    return Solution(names, places, current[0])


def outlook(samples: Samples, names: Names, start: Array) -> Solution:
    """A sequence as it is, with the cost that one step from there promises: much quicker than to take it."""
    cost, matrix, gradient = _derived(samples, ParameterSpace.of(names), start, LEAK)
    system = matrix + DAMPING * np.diag(np.diag(matrix) + 1e-9)
    return Solution(names, start, cost - 0.5 * float(gradient @ np.linalg.solve(system, gradient)))


def _derived(samples: Samples, room: ParameterSpace, places: Array, leak: float) -> tuple[float, Array, Array]:
    """Cost, curvature and gradient at a place."""
    rgb, by_values = _jacobian(samples.before, room, room.values(places))
    error = errors(samples, rgb, leak)
    size = 1 / np.sqrt(1 + (error**2).sum(1) / BEND**2)  # of pseudo-Huber: its weight in the least squares
    held = HOLD * (places - room.neutral) * _spread(room)
    cost = float(BEND**2 * (1 / size - 1).mean() + (held**2).sum() / 2)
    by_rgb = np.stack([_by_channel(samples, rgb, channel, leak) for channel in range(3)], axis=-1)
    by_places = np.einsum("nec,ncp->nep", by_rgb, by_values * room.slopes(places))
    rows = by_places.reshape(3 * len(samples), places.size) * np.sqrt(size / len(samples)).repeat(3)[:, None]
    residual = (error * np.sqrt(size / len(samples))[:, None]).reshape(-1)
    hold = HOLD * _spread(room)
    return cost, _product(rows, rows) + np.diag(hold**2), _product(rows, residual[:, None])[:, 0] + hold * held


def _product(left: Array, right: Array) -> Array:
    """``left.T @ right`` by torch, which can be kept to one thread, see ``pipeline.device.one_thread``."""
    import torch

    return cast("Array", (torch.from_numpy(left).T @ torch.from_numpy(right)).numpy())


def _spread(room: ParameterSpace) -> Array:
    """In what settings are held: slopes and exponents by their logarithms, others by their share of the slider."""
    return np.where(room.logs, room.high - room.low, 1.0)


def _by_channel(samples: Samples, rgb: Array, channel: int, leak: float) -> Array:
    """Derivative of the errors by one channel of the colours."""
    nudge = np.zeros(3)
    nudge[channel] = NUDGE
    return (errors(samples, rgb + nudge, leak) - errors(samples, rgb - nudge, leak)) / (2 * NUDGE)


def _jacobian(before: Array, room: ParameterSpace, values: Sequence[Array]) -> tuple[Array, Array]:
    """The colours that settings give, N x 3, and their derivatives by every setting, N x 3 x P."""
    import torch

    if not values:
        return before, np.empty((*before.shape, 0))
    count = len(before)
    rgb: Tensor = torch.from_numpy(before)[:, :, None, None].repeat(3, 1, 1, 1)
    leaves = [torch.from_numpy(vector).expand(3 * count, -1).clone().requires_grad_() for vector in values]
    for filter_, leaf in zip(room.filters, leaves, strict=True):
        rgb = filter_.apply(rgb, leaf)
    copies = rgb.reshape(3, count, 3)  # each has one channel to answer for, so that one pass back does for all
    total = torch.diagonal(copies, dim1=0, dim2=2).sum()
    grads = torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)
    derived = torch.cat(grads, dim=-1).reshape(3, count, -1)
    return copies[0].detach().numpy(), derived.transpose(0, 1).contiguous().numpy()


def _step(matrix: Array, gradient: Array, places: Array, damping: float) -> Array:
    """One damped step that stays between the ends of the sliders."""
    scale = np.diag(matrix) + 1e-9
    free = np.ones(len(places), bool)
    moved = places
    for _ in range(3):  # what runs into an end is left there, and the rest moves on without it
        system = matrix[np.ix_(free, free)] + damping * np.diag(scale[free])
        step = np.zeros(len(places))
        step[free] = -np.linalg.solve(system, gradient[free])
        moved = np.clip(places + step, 0, 1)
        stuck = free & (moved == places) & (step != 0)
        if not stuck.any() or not (free & ~stuck).any():
            break
        free &= ~stuck
    return moved


def _limited(rgb: Array, is_open: NDArray[np.bool_], leak: float) -> Any:
    above = np.maximum(rgb - 1, 0)
    return np.clip(rgb, 0, 1) + leak * above * is_open


def _scale(wanted: Array) -> Array:
    """CIEDE2000 about given colours as a matrix: S_L, S_C and S_H of Sharma et al. 2005, without its rotation term."""
    lightness, a, b = np.moveaxis(wanted, -1, 0)
    chroma = np.hypot(a, b)
    seventh = chroma**7
    stretch = 1 + 0.5 * (1 - np.sqrt(seventh / (seventh + 25.0**7)))
    chroma = np.hypot(stretch * a, b)
    hue = np.arctan2(b, stretch * a)
    T = 1 - 0.17 * np.cos(hue - np.pi / 6) + 0.24 * np.cos(2 * hue)
    T += 0.32 * np.cos(3 * hue + np.pi / 30) - 0.2 * np.cos(4 * hue - np.radians(63))
    of_lightness = 1 + 0.015 * (lightness - 50) ** 2 / np.sqrt(20 + (lightness - 50) ** 2)
    of_chroma, of_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * T
    zero = np.zeros_like(lightness)
    rows = [
        [1 / of_lightness, zero, zero],
        [zero, stretch * np.cos(hue) / of_chroma, np.sin(hue) / of_chroma],
        [zero, -stretch * np.sin(hue) / of_hue, np.cos(hue) / of_hue],
    ]
    return np.moveaxis(np.array(rows), -1, 0)
