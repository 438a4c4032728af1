"""White balance as temperature and tint: from blue to amber, from green to magenta."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, LUMINANCE, PYTHON_WEIGHTS, lum
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

WARMTH = 0.5  # log gain of red at temperature 1, and of blue the other way: together a factor of 2.7
TINT = 0.35  # log gain of green at tint -1: a factor of 1.4


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    red, blue = np.float32(np.exp(WARMTH * values[0])), np.float32(np.exp(-WARMTH * values[0]))
    green = np.float32(np.exp(-TINT * values[1]))
    norm = np.float32(1) / lum(red, green, blue)
    red, green, blue = red * norm, green * norm, blue * norm
    for i in range(r.size):
        r[i] *= red
        g[i] *= green
        b[i] *= blue


class TemperatureTint(Filter):
    """Makes the light warmer or cooler, and takes out or adds a green cast, while the brightness of a grey stays.

    The two directions in which lights differ: daylight from lamplight, and lamps from black bodies. One is not seen
    without the other, so these two sliders are what photographers look for. At +-100 the ratio of red to blue changes
    by a factor of 2.7, about what lies between daylight and lamplight that the camera has corrected by half.

    Source: our own; gains and norm as in the paper's white balance (table 1), along other axes.
    """

    id = "temperature_tint"
    label = "Temperature and tint"
    params = (
        Scalar("temperature", "Temperature", agent=(-1, 1), slider=(-2, 2), neutral=0, initial=0, factor=100),
        Scalar("tint", "Tint", agent=(-1, 1), slider=(-2, 2), neutral=0, initial=0, factor=100),
    )
    editor = "light"
    kernel = staticmethod(_kernel)
    python = f'''
def temperature_tint(rgb, temperature, tint):
    """Gains from blue to amber and from green to magenta that keep the luminance of a grey."""
    gains = np.exp([{WARMTH} * temperature, -{TINT} * tint, -{WARMTH} * temperature])
    return rgb * (gains / (gains @ {PYTHON_WEIGHTS}))
'''
    glsl = f"""
vec3 temperature_tint(vec3 rgb, float temperature, float tint) {{
    vec3 gains = vec3(exp({WARMTH} * temperature), exp(-{TINT} * tint), exp(-{WARMTH} * temperature));
    return rgb * gains / dot(gains, {GLSL_WEIGHTS});
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        import torch

        temperature, tint = values[..., :1], values[..., 1:]
        gains = torch.cat([WARMTH * temperature, -TINT * tint, -WARMTH * temperature], dim=-1).exp()
        norm = sum(weight * gains[..., i : i + 1] for i, weight in enumerate(LUMINANCE))
        return rgb * (gains / norm)[..., None, None]

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        temperature, tint = (round(100 * float(params[name])) for name in ("temperature", "tint"))  # type: ignore[arg-type]
        words = [f"{'warmer' if temperature > 0 else 'cooler'} by {abs(temperature)}"] if temperature else []
        words += [f"tint {abs(tint)} to {'magenta' if tint > 0 else 'green'}"] if tint else []
        return ", ".join(words) or "no change"
