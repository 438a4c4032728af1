"""A monotone curve as heights of knots that can be dragged, and back to the slopes that recipes store.

The curve goes through (0, 0) and (1, 1); its inner knots lie at equal distances. Slopes are kept at a mean of 1, so
that a slope says how much contrast its piece gets.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app.params import Curve

Mode = Literal["segments", "points"]
Heights = tuple[float, ...]

POINTS = (0.25, 0.5, 0.75)
DECIMALS = 4
_ROOM = 1.02  # knots stay this much further apart than the smallest slope asks, so that rounding cannot cross it


def heights(slopes: Sequence[float]) -> Heights:
    """Heights of all knots, from 0 to 1, of the curve with these slopes."""
    knots = np.concatenate([[0.0], np.cumsum(slopes) / np.sum(slopes)])
    return tuple(float(height) for height in knots)


def slopes(knots: Sequence[float], limits: tuple[float, float]) -> tuple[float, ...]:
    """Slopes with mean 1 of the curve through these heights, the nearest within the limits."""
    steep = np.diff(np.asarray(knots, float)) * (len(knots) - 1)
    fitted = np.round(_project(steep, *limits), DECIMALS)
    return tuple(float(slope) for slope in np.clip(fitted, *limits))


def control_x(curve: Curve, mode: Mode) -> tuple[float, ...]:
    """Where the knots lie that can be dragged."""
    return POINTS if mode == "points" else tuple(i / curve.width for i in range(1, curve.width))


def control_heights(curve: Curve, values: Sequence[float], mode: Mode) -> Heights:
    """How high the knots lie that can be dragged."""
    knots = heights(values)
    at = control_x(curve, mode)
    return tuple(float(y) for y in np.interp(at, np.linspace(0, 1, len(knots)), knots))


def drag(curve: Curve, start: Sequence[float], mode: Mode, index: int, height: float) -> tuple[float, ...]:
    """The slopes after a knot was dragged to a height; it pushes its neighbours so that the curve keeps rising.

    Args:
        curve: The declaration.
        start: Slopes when the drag began: what was pushed comes back when the knot does.
        mode: Which knots there are.
        index: The knot among those that can be dragged.
        height: Where it is wanted, 0 to 1.
    """
    x = np.array([0.0, *control_x(curve, mode), 1.0])
    y = np.array([0.0, *control_heights(curve, start, mode), 1.0])
    gap = curve.slider[0] * _ROOM
    here = index + 1
    y[here] = min(max(height, gap * x[here]), 1 - gap * (1 - x[here]))
    y[here + 1 :] = np.maximum(y[here + 1 :], y[here] + gap * (x[here + 1 :] - x[here]))
    y[:here] = np.minimum(y[:here], y[here] - gap * (x[here] - x[:here]))
    y[0], y[-1] = 0.0, 1.0
    if mode == "points":
        y = interpolate(x, y, np.linspace(0, 1, curve.width + 1))
    return slopes(tuple(float(value) for value in y), curve.slider)


def interpolate(x: NDArray[np.float64], y: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smooth curve through rising points that rises everywhere (Fritsch and Carlson, 1980)."""
    width, rise = np.diff(x), np.diff(y)
    secant = rise / width
    inner = (secant[:-1] * width[1:] + secant[1:] * width[:-1]) / (width[:-1] + width[1:])
    tangent = np.concatenate([[secant[0]], inner, [secant[-1]]])
    tangent[:-1] = np.minimum(tangent[:-1], 3 * secant)
    tangent[1:] = np.minimum(tangent[1:], 3 * secant)
    piece = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(width) - 1)
    t = (at - x[piece]) / width[piece]
    return np.asarray(
        (1 + 2 * t) * (1 - t) ** 2 * y[piece]
        + t * (1 - t) ** 2 * width[piece] * tangent[piece]
        + t**2 * (3 - 2 * t) * y[piece + 1]
        + t**2 * (t - 1) * width[piece] * tangent[piece + 1]
    )


def _project(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """The slopes moved by one common shift, then clipped, so that their mean is 1."""
    down, up = low - values.max(), high - values.min()
    for _ in range(60):
        shift = (down + up) / 2
        if np.clip(values + shift, low, high).mean() < 1:
            down = shift
        else:
            up = shift
    return np.clip(values + (down + up) / 2, low, high)
