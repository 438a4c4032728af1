"""Contrast: an S-shaped curve on luminance."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE, lum, luminance, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

TINY = 1e-6  # keeps the ratio finite at black


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    strength = values[0]
    for i in range(r.size):
        light = min(max(lum(r[i], g[i], b[i]), np.float32(0)), np.float32(1))
        # (1 - cos(pi x)) / 2 = sin(pi x / 2)^2, the sine by a fitted odd polynomial (error below 2e-6).
        square = light * light
        sine = np.float32(-0.00437101)
        sine = sine * square + np.float32(0.07950065)
        sine = sine * square - np.float32(0.64592596)
        sine = (sine * square + np.float32(1.57079514)) * light
        ratio = sine * sine / (light + np.float32(TINY))
        gain = np.float32(1) + strength * (ratio - np.float32(1))
        r[i] *= gain
        g[i] *= gain
        b[i] *= gain


class Contrast(Filter):
    """Darkens shadows and brightens highlights (or the reverse, below 0); colours keep their ratios.

    Source: paper, section 8: p' = lerp(p, p (1 - cos(pi Lum)) / (2 Lum), c).
    """

    id = "contrast"
    label = "Contrast"
    paper = True
    params = (Scalar("amount", "Contrast", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=0, unit="%", factor=100),)
    kernel = staticmethod(_kernel)
    python = f'''
def contrast(rgb, amount):
    """An S-shaped curve on luminance; colours keep their ratios."""
    light = np.clip({PYTHON_LUMINANCE}, 0, 1)[..., None]
    return rgb * (1 + amount * ((1 - np.cos(np.pi * light)) / 2 / (light + {TINY}) - 1))
'''
    glsl = f"""
vec3 contrast(vec3 rgb, float amount) {{
    float light = clamp(dot(rgb, {GLSL_WEIGHTS}), 0.0, 1.0);
    float ratio = (1.0 - cos({np.pi:.8f} * light)) / 2.0 / (light + {TINY:.8f});
    return rgb * (1.0 + amount * (ratio - 1.0));
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        light = luminance(rgb).clamp(0, 1)
        ratio = (1 - (np.pi * light).cos()) / 2 / (light + TINY)
        return rgb * (1 + per_image(values, 0) * (ratio - 1))

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return f"contrast {100 * float(params['amount']):+.0f} %"  # type: ignore[arg-type]
