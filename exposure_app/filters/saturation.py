"""Saturation: more colour where there is little, or less everywhere."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE, lum, luminance, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

NEUTRAL_GUARD = 0.15  # saturation below which the boost fades, so that the noise of greys does not turn to colour
TINY = 1e-6


@jit
def _boost(r: Any, g: Any, b: Any, amount: Any) -> None:
    for i in range(r.size):
        x, y, z = min(r[i], np.float32(1)), min(g[i], np.float32(1)), min(b[i], np.float32(1))
        high, low = max(x, max(y, z)), min(x, min(y, z))
        weight = amount * np.float32(0.8) * (np.float32(0.5) - abs(np.float32(0.5) - high))
        stretch = np.float32(1) + weight * low / (high - low + np.float32(NEUTRAL_GUARD) * high + np.float32(TINY))
        r[i] = high - (high - x) * stretch
        g[i] = high - (high - y) * stretch
        b[i] = high - (high - z) * stretch


@jit
def _fade(r: Any, g: Any, b: Any, amount: Any) -> None:
    for i in range(r.size):
        x, y, z = min(r[i], np.float32(1)), min(g[i], np.float32(1)), min(b[i], np.float32(1))
        grey = lum(x, y, z)
        r[i] = x + amount * (x - grey)
        g[i] = y + amount * (y - grey)
        b[i] = z + amount * (z - grey)


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    if values[0] > 0:
        _boost(r, g, b, values[0])
    elif values[0] < 0:
        _fade(r, g, b, values[0])


class Saturation(Filter):
    """Strengthens muted colours of the middle tones and spares what is already strong; below 0 it fades all colours.

    Source: paper, section 8: p' = lerp(p, HSV(h, S + (1 - S)(0.5 - |0.5 - V|) 0.8, V), s). Written without hue, and
    with a guard: the original gives the least noise beside grey a strong colour, here the boost fades towards grey.
    Values below 0 (a person's choice only) move towards luminance. Values above 1 are clipped, as in the original.
    """

    id = "saturation"
    label = "Saturation"
    paper = True
    params = (
        Scalar("amount", "Saturation", agent=(0, 1), slider=(-1, 1), neutral=0, initial=0.5, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def saturation(rgb, amount):
    """Strengthen muted colours; below 0 fade all colours."""
    if amount == 0:
        return rgb
    rgb = np.minimum(rgb, 1.0)
    if amount < 0:
        return rgb + amount * (rgb - ({PYTHON_LUMINANCE})[..., None])
    high, low = rgb.max(-1, keepdims=True), rgb.min(-1, keepdims=True)
    weight = amount * 0.8 * (0.5 - abs(0.5 - high))
    return high - (high - rgb) * (1 + weight * low / (high - low + {NEUTRAL_GUARD} * high + {TINY}))
'''
    glsl = f"""
vec3 saturation(vec3 rgb, float amount) {{
    if (amount == 0.0) return rgb;
    rgb = min(rgb, 1.0);
    if (amount < 0.0) return rgb + amount * (rgb - dot(rgb, {GLSL_WEIGHTS}));
    float high = max(rgb.r, max(rgb.g, rgb.b));
    float low = min(rgb.r, min(rgb.g, rgb.b));
    float weight = amount * 0.8 * (0.5 - abs(0.5 - high));
    return high - (high - rgb) * (1.0 + weight * low / (high - low + {NEUTRAL_GUARD} * high + {TINY:.8f}));
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        amount = per_image(values, 0)
        clipped = rgb.clamp(max=1)
        high = clipped.amax(dim=-3, keepdim=True)
        low = clipped.amin(dim=-3, keepdim=True)
        weight = amount.clamp(min=0) * 0.8 * (0.5 - (0.5 - high).abs())
        boosted = high - (high - clipped) * (1 + weight * low / (high - low + NEUTRAL_GUARD * high + TINY))
        faded = clipped + amount.clamp(max=0) * (clipped - luminance(clipped))
        changed = boosted.where(amount > 0, faded)
        return changed.where(amount != 0, rgb)

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return f"colours {100 * float(params['amount']):+.0f} %"  # type: ignore[arg-type]
