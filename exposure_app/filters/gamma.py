"""Gamma: lifts or lowers the middle tones, black and white stay."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import exp2, log2, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

TOE = 0.001  # below it the curve is a straight line to black


@jit
def _plane(plane: Any, exponent: Any) -> None:
    slope = exp2(np.float32(exponent - np.float32(1)) * log2(np.float32(TOE)))
    for i in range(plane.size):
        x = plane[i]
        power = exp2(exponent * log2(max(x, np.float32(TOE))))
        plane[i] = power if x > np.float32(TOE) else x * slope


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    _plane(r, values[0])
    _plane(g, values[0])
    _plane(b, values[0])


class Gamma(Filter):
    """Raises every value to a power: below 1 it opens the shadows, above 1 it deepens them.

    1/2.2 turns linear light into the picture a screen expects.

    Source: paper, section 8: p' = p^g. Below 0.001 a straight line replaces the power: its slope stays finite for
    learning, and black stays black, where a clamp would lift it to code 11 at g = 1/2.2.
    """

    id = "gamma"
    label = "Gamma"
    paper = True
    params = (
        Scalar("gamma", "Gamma", agent=(1 / 3, 3), slider=(0.2, 5), neutral=1, initial=1, scale="log", decimals=3),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def gamma(rgb, gamma):
    """Raise to a power, with a straight line to black below {TOE}."""
    return np.where(rgb > {TOE}, np.maximum(rgb, {TOE}) ** gamma, rgb * {TOE} ** (gamma - 1))
'''
    glsl = f"""
vec3 gamma(vec3 rgb, float gamma) {{
    vec3 line = rgb * pow({TOE}, gamma - 1.0);
    return mix(line, pow(max(rgb, {TOE}), vec3(gamma)), step({TOE}, rgb));
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        exponent = per_image(values, 0)
        # The clamp comes before the power: the power's gradient is infinite at 0, and where() would pass on its NaN.
        power = (rgb.clamp(min=TOE).log() * exponent).exp()
        line = rgb * TOE ** (exponent - 1)
        return power.where(rgb > TOE, line)

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        value = cast("float", params["gamma"])
        if abs(value - 1) < 0.005:
            return "no change"
        return f"midtones {'brightened' if value < 1 else 'darkened'}, gamma " + (
            f"1/{1 / value:.2f}" if value < 1 else f"{value:.2f}"
        )
