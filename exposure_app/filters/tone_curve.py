"""Tone curve: one curve for all three channels."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from exposure_app.filters._base import Filter
from exposure_app.filters._math import bend, describe_curve, piecewise_linear
from exposure_app.jit import jit
from exposure_app.params import Curve, Value

if TYPE_CHECKING:
    from torch import Tensor


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    bend(r, values)
    bend(g, values)
    bend(b, values)


class ToneCurve(Filter):
    """A rising curve from black to white made of eight straight pieces; steeper pieces get more contrast.

    Source: paper, section 4.2, equation 5. Values above 1 are clipped.
    """

    id = "tone_curve"
    label = "Tone curve"
    paper = True
    params = (Curve("slopes", "Tone curve", agent=(0.5, 2), slider=(0.01, 8), initial=1.25),)
    kernel = staticmethod(_kernel)
    python = '''
def tone_curve(rgb, slopes):
    """A rising curve of equal segments with these slopes."""
    knots = np.concatenate([[0.0], np.cumsum(slopes) / np.sum(slopes)])
    return np.interp(rgb, np.linspace(0, 1, len(knots)), knots)
'''
    glsl = """
vec3 tone_curve(vec3 rgb, float slopes[8]) {
    vec3 bent = vec3(0.0);
    float total = 0.0;
    for (int i = 0; i < 8; i++) {
        bent += slopes[i] * clamp(rgb - float(i) / 8.0, 0.0, 0.125);
        total += slopes[i];
    }
    return bent * 8.0 / total;
}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        return piecewise_linear(rgb, values[..., None, :])

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return describe_curve(cast("tuple[float, ...]", params["slopes"])) or "no change"
