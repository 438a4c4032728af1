"""Vibrance: more colour for what is muted, sparing skin and what is already strong."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE, lum, luminance, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

REACH = 2.0  # share of its chroma that a muted colour gains at 100 %; hues keep their order of chroma below 3
NEUTRAL_GUARD = 0.1  # saturation below which the boost fades, so that the noise of greys does not turn to colour
DARK_GUARD = 0.01  # value below which it fades, where even strong saturation is noise
SKIN = math.radians(25)  # hue of skin of every shade
SPARED = 0.7  # share of the effect that skin is spared
AXIS = (round(math.cos(SKIN), 6), round(math.sin(SKIN) * math.sqrt(0.75), 6))  # of skin, against R - (G + B) / 2, G - B
TINY = 1e-6


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    amount = values[0]
    up = np.float32(amount > 0)
    one, zero, tiny = np.float32(1), np.float32(0), np.float32(TINY)
    for i in range(r.size):
        x, y, z = r[i], g[i], b[i]
        high, low, grey = max(x, max(y, z)), min(x, min(y, z)), lum(x, y, z)
        scale = one / (high + tiny)
        across = (x - np.float32(0.5) * (y + z)) * scale
        along = (y - z) * scale
        near = max(np.float32(AXIS[0]) * across + np.float32(AXIS[1]) * along, zero)
        skin = near * near / (across * across + np.float32(0.75) * along * along + tiny)
        skin *= skin
        skin *= skin
        strength, room = (high - low) * scale, low * scale
        square = strength * strength
        change = amount * room * room * (one - np.float32(SPARED) * skin)
        trust = square * high / ((square + np.float32(NEUTRAL_GUARD**2)) * (high + np.float32(DARK_GUARD)))
        change *= one + up * (np.float32(REACH) * trust - one)
        white = min(high, one)
        grey += up * white * white * (high - grey)
        r[i] = x + change * (x - grey)
        g[i] = y + change * (y - grey)
        b[i] = z + change * (z - grey)


class Vibrance(Filter):
    """Strengthens muted colours and spares skin and what is already strong; below 0 it fades them likewise.

    Source: own. The distance from grey is multiplied by 1 + a (min / max)^2 (1 - 0.7 skin), with skin a narrow function
    of the hue around orange; by twice as much above 0, where the boost fades towards grey and black, whose colour is
    noise. Grey is the pixel's luminance; a boost takes the brightest channel instead as that nears white, so that
    nothing is pushed over white. Hue stays, nothing turns negative, and the order of chroma is kept.
    """

    id = "vibrance"
    label = "Vibrance"
    params = (Scalar("amount", "Vibrance", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=0, unit="%", factor=100),)
    kernel = staticmethod(_kernel)
    python = f'''
def vibrance(rgb, amount):
    """Strengthen muted colours, sparing skin and strong ones; below 0 fade them likewise."""
    high, low = rgb.max(-1, keepdims=True), rgb.min(-1, keepdims=True)
    grey = ({PYTHON_LUMINANCE})[..., None]
    scale = 1 / (high + {TINY})
    red, green, blue = (rgb[..., i : i + 1] * scale for i in range(3))
    across, along = red - (green + blue) / 2, green - blue
    near = np.maximum({AXIS[0]} * across + {AXIS[1]} * along, 0)
    skin = (near**2 / (across**2 + 0.75 * along**2 + {TINY})) ** 4
    strength = (high - low) * scale
    change = amount * (low * scale) ** 2 * (1 - {SPARED} * skin)
    if amount > 0:
        change = change * {REACH} * strength**2 / (strength**2 + {NEUTRAL_GUARD**2:g}) * high / (high + {DARK_GUARD})
        grey = grey + np.minimum(high, 1) ** 2 * (high - grey)
    return rgb + change * (rgb - grey)
'''
    glsl = f"""
vec3 vibrance(vec3 rgb, float amount) {{
    float high = max(rgb.r, max(rgb.g, rgb.b));
    float low = min(rgb.r, min(rgb.g, rgb.b));
    float grey = dot(rgb, {GLSL_WEIGHTS});
    float scale = 1.0 / (high + {TINY:.8f});
    float across = (rgb.r - 0.5 * (rgb.g + rgb.b)) * scale;
    float along = (rgb.g - rgb.b) * scale;
    float near = max({AXIS[0]} * across + {AXIS[1]} * along, 0.0);
    float skin = near * near / (across * across + 0.75 * along * along + {TINY:.8f});
    skin = skin * skin * skin * skin;
    float strength = (high - low) * scale;
    float room = low * scale;
    float change = amount * room * room * (1.0 - {SPARED} * skin);
    if (amount > 0.0) {{
        float square = strength * strength;
        change *= {REACH} * square * high / ((square + {NEUTRAL_GUARD**2:g}) * (high + {DARK_GUARD}));
        grey += min(high, 1.0) * min(high, 1.0) * (high - grey);
    }}
    return rgb + change * (rgb - grey);
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        amount = per_image(values, 0)
        high, low, grey = rgb.amax(dim=-3, keepdim=True), rgb.amin(dim=-3, keepdim=True), luminance(rgb)
        scale = 1 / (high + TINY)
        red, green, blue = (rgb * scale).split(1, dim=-3)
        across, along = red - (green + blue) / 2, green - blue
        near = (AXIS[0] * across + AXIS[1] * along).clamp(min=0)
        skin = (near.square() / (across.square() + 0.75 * along.square() + TINY)).square().square()
        strength = (high - low) * scale
        change = amount * (low * scale).square() * (1 - SPARED * skin)
        trust = strength.square() / (strength.square() + NEUTRAL_GUARD**2) * high / (high + DARK_GUARD)
        anchor = grey + high.clamp(max=1).square() * (high - grey)
        boosted: Tensor = rgb + REACH * change * trust * (rgb - anchor)
        return boosted.where(amount > 0, rgb + change * (rgb - grey))

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return f"muted colours {100 * float(params['amount']):+.0f} %"  # type: ignore[arg-type]
