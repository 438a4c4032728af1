"""Black and white point: how dark black comes out, and how bright white."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor


@jit
def _plane(plane: Any, start: Any, slope: Any) -> None:
    for i in range(plane.size):
        plane[i] = max(start + plane[i] * slope, np.float32(0))


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    slope = np.float32(1) + values[1] - values[0]
    _plane(r, values[0], slope)
    _plane(g, values[0], slope)
    _plane(b, values[0], slope)


class BlackWhitePoint(Filter):
    """Sets how dark black and how bright white comes out.

    Black up fades the picture, black down makes its darkest tones black and cuts through haze; white up drives its
    brightest tones to white, white down leaves them grey. This is the levels tool in two sliders: black up and white
    down are its output side, the other directions its input side.

    Source: our own: one straight line for all channels, black comes out at b, white at 1 + w, nothing below 0:
    p' = max(b + p (1 + w - b), 0).
    """

    id = "black_white_point"
    label = "Black and white point"
    params = (
        Scalar("black", "Black", agent=(-0.2, 0.2), slider=(-0.4, 0.4), neutral=0, initial=-0.02, unit="%", factor=100),
        Scalar("white", "White", agent=(-0.3, 0.3), slider=(-0.4, 0.4), neutral=0, initial=0.05, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = '''
def black_white_point(rgb, black, white):
    """Black comes out at black, white at 1 + white."""
    return np.maximum(black + rgb * (1 + white - black), 0)
'''
    glsl = """
vec3 black_white_point(vec3 rgb, float black, float white) {
    return max(black + rgb * (1.0 + white - black), 0.0);
}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        black, white = per_image(values, 0), per_image(values, 1)
        return (black + rgb * (1 + white - black)).clamp(min=0)

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return ", ".join(f"{name} {100 * float(params[name]):+.0f} %" for name in ("black", "white"))  # type: ignore[arg-type]
