"""Black and white: fades towards a monochrome picture."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE, lum, luminance, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    amount = values[0]
    for i in range(r.size):
        grey = lum(r[i], g[i], b[i])
        r[i] += amount * (grey - r[i])
        g[i] += amount * (grey - g[i])
        b[i] += amount * (grey - b[i])


class BlackWhite(Filter):
    """Blends the picture with its luminance; 100 % is black and white.

    Source: paper, section 8: p' = lerp(p, Lum(p), w).
    """

    id = "black_white"
    label = "Black and white"
    paper = True
    params = (
        Scalar("amount", "Black and white", agent=(0, 1), slider=(0, 1), neutral=0, initial=0.5, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def black_white(rgb, amount):
    """Blend with luminance; 1 is black and white."""
    return rgb + amount * (({PYTHON_LUMINANCE})[..., None] - rgb)
'''
    glsl = f"""
vec3 black_white(vec3 rgb, float amount) {{
    return mix(rgb, vec3(dot(rgb, {GLSL_WEIGHTS})), amount);
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        return rgb + per_image(values, 0) * (luminance(rgb) - rgb)

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        amount = float(params["amount"])  # type: ignore[arg-type]
        return "black and white" if amount > 0.995 else f"{100 * amount:.0f} % desaturated"
