"""Colour curves: one gentle curve for each channel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from exposure_app.filters._base import Filter
from exposure_app.filters._math import bend, describe_curve, piecewise_linear
from exposure_app.jit import jit
from exposure_app.params import Curve, Value

if TYPE_CHECKING:
    from torch import Tensor

SEGMENTS = 8


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    bend(r, values[:SEGMENTS])
    bend(g, values[SEGMENTS : 2 * SEGMENTS])
    bend(b, values[2 * SEGMENTS :])


class ColorCurve(Filter):
    """A rising curve for each of red, green and blue: tints shadows, middle tones and highlights separately.

    Source: paper, section 4.2, equation 5 for each channel. Values above 1 are clipped.
    """

    id = "color_curve"
    label = "Colour curves"
    paper = True
    params = tuple(
        Curve(name, name.capitalize(), agent=(0.9, 1.1), slider=(0.01, 8), initial=1.0, width=SEGMENTS)
        for name in ("red", "green", "blue")
    )
    kernel = staticmethod(_kernel)
    python = '''
def color_curve(rgb, red, green, blue):
    """A rising curve of equal segments with these slopes for each channel."""
    bent = np.empty_like(rgb)
    for channel, slopes in enumerate((red, green, blue)):
        knots = np.concatenate([[0.0], np.cumsum(slopes) / np.sum(slopes)])
        bent[..., channel] = np.interp(rgb[..., channel], np.linspace(0, 1, len(knots)), knots)
    return bent
'''
    glsl = """
vec3 color_curve(vec3 rgb, float red[8], float green[8], float blue[8]) {
    vec3 bent = vec3(0.0);
    vec3 total = vec3(0.0);
    for (int i = 0; i < 8; i++) {
        vec3 slopes = vec3(red[i], green[i], blue[i]);
        bent += slopes * clamp(rgb - float(i) / 8.0, 0.0, 0.125);
        total += slopes;
    }
    return bent * 8.0 / total;
}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        return piecewise_linear(rgb, values.unflatten(-1, (3, SEGMENTS)))

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        parts = [
            f"{param.name} {words}"
            for param in self.params
            if (words := describe_curve(cast("tuple[float, ...]", params[param.name])))
        ]
        return "; ".join(parts) or "no change"
