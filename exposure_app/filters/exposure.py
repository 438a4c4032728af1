"""Exposure: as if the shutter had been open longer or shorter."""

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
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    gain = np.float32(2.0 ** values[0])
    for i in range(r.size):
        r[i] *= gain
        g[i] *= gain
        b[i] *= gain


class Exposure(Filter):
    """Brightens or darkens the whole picture evenly, measured in stops (EV): +1 EV doubles the light.

    Source: paper, table 1: p' = 2^E p.
    """

    id = "exposure"
    label = "Exposure"
    paper = True
    params = (Scalar("ev", "Exposure", agent=(-3.5, 3.5), slider=(-6, 6), neutral=0, initial=0, unit="EV"),)
    kernel = staticmethod(_kernel)
    python = '''
def exposure(rgb, ev):
    """Open the shutter longer: +1 EV doubles the light."""
    return rgb * 2.0**ev
'''
    glsl = """
vec3 exposure(vec3 rgb, float ev) {
    return rgb * exp2(ev);
}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        return rgb * per_image(values, 0).exp2()

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return f"{params['ev']:+.2f} EV"
