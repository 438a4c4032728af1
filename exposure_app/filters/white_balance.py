"""White balance: warmer or cooler, greener or more magenta."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, LUMINANCE, PYTHON_WEIGHTS, lum
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    green, blue = np.float32(np.exp(values[0])), np.float32(np.exp(values[1]))
    norm = np.float32(1) / lum(np.float32(1), green, blue)
    green, blue = green * norm, blue * norm
    for i in range(r.size):
        r[i] *= norm
        g[i] *= green
        b[i] *= blue


class WhiteBalance(Filter):
    """Changes the balance of red, green and blue while the brightness of a grey stays.

    Source: paper, table 1: a gain for each channel. Red is fixed and green and blue move against it, then all three
    are divided by the luminance of the gains.
    """

    id = "white_balance"
    label = "White balance"
    paper = True
    params = (
        Scalar("green", "Green", agent=(-0.5, 0.5), slider=(-1, 1), neutral=0, initial=0),
        Scalar("blue", "Blue", agent=(-0.5, 0.5), slider=(-1, 1), neutral=0, initial=0),
    )
    editor = "color_balance"
    kernel = staticmethod(_kernel)
    python = f'''
def white_balance(rgb, green, blue):
    """Gains for the channels that keep the luminance of a grey."""
    gains = np.array([1.0, np.exp(green), np.exp(blue)])
    return rgb * (gains / (gains @ {PYTHON_WEIGHTS}))
'''
    glsl = f"""
vec3 white_balance(vec3 rgb, float green, float blue) {{
    vec3 gains = vec3(1.0, exp(green), exp(blue));
    return rgb * gains / dot(gains, {GLSL_WEIGHTS});
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        import torch

        gains = torch.cat([torch.zeros_like(values[..., :1]), values], dim=-1).exp()
        norm = sum(weight * gains[..., i : i + 1] for i, weight in enumerate(LUMINANCE))
        return rgb * (gains / norm)[..., None, None]

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        gains = [1.0, math.exp(cast("float", params["green"])), math.exp(cast("float", params["blue"]))]
        norm = sum(weight * gain for weight, gain in zip(LUMINANCE, gains, strict=True))
        changes = [100 * (gain / norm - 1) for gain in gains]
        moved = [
            f"{name} {'up' if change > 0 else 'down'} {abs(change):.0f} %"
            for name, change in zip(("red", "green", "blue"), changes, strict=True)
            if abs(change) >= 1
        ]
        if not moved:
            return "no change"
        warmth = changes[0] - changes[2]
        words = ["warmer" if warmth > 0 else "cooler"] if abs(warmth) >= 1 else []
        return ", ".join(words + moved)
