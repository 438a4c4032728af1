"""Highlights and shadows: brightens or darkens the bright and the dark tones, each for itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_TONE, PYTHON_TONE, exp2, log2, per_image, tone, tone_of
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

DARK = 0.26  # tone at which half of the shadows' lift is left
BRIGHT = 0.8  # tone from which on highlights are pressed together
PRESSURE = (
    0.8  # share of their contrast that the brightest tones lose at -100 %; below 1, so that tones keep their order
)


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    slope = np.float32(0.25 * PRESSURE * (1 - np.exp2(-values[0])))
    shadows = values[1] * np.float32(DARK**3)
    for i in range(r.size):
        level = tone_of(r[i], g[i], b[i])
        square = level * level
        bright = log2(np.float32(1) + square * square * np.float32(BRIGHT**-4))
        gain = exp2(slope * bright + shadows / (np.float32(DARK**3) + square * level))
        r[i] *= gain
        g[i] *= gain
        b[i] *= gain


class HighlightsShadows(Filter):
    """Opens or deepens the shadows, brings back or brightens the highlights; middle tones and hues stay.

    Shadows at +100 % lift a subject against the light (15 % of white on the screen) by a stop and a half and hardly
    move what is brighter than 60 %; no tone is more than doubled, and no noise. Highlights at -100 % bring tones up to
    twice as bright as white back below it. Each pixel is scaled by itself, so that nothing can glow at an edge, and
    tones keep their order at all settings.

    Source: our own. With the tone v, the mean of the channels weighted by their fourth powers (a saturated colour
    counts as bright): p' = p (1 + (v / 0.8)^4)^(a / 4) 2^(s 0.26^3 / (0.26^3 + v^3)), a = 0.8 (1 - 2^-h). On
    logarithmic scales the first factor changes the slope by at most 0.8 and only in highlights, the second by at most
    0.52 and only in shadows.
    """

    id = "highlights_shadows"
    label = "Highlights and shadows"
    params = (
        Scalar(
            "highlights", "Highlights", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=-0.2, unit="%", factor=100
        ),
        Scalar("shadows", "Shadows", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=0.2, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def highlights_shadows(rgb, highlights, shadows):
    """Scale bright and dark tones; tones are nearly the strongest channel."""
    tone = {PYTHON_TONE}
    bright = (1 + (tone / {BRIGHT}) ** 4) ** ({PRESSURE} / 4 * (1 - 2.0**-highlights))
    return rgb * bright * 2 ** (shadows * {DARK}**3 / ({DARK}**3 + tone**3))
'''
    glsl = f"""
vec3 highlights_shadows(vec3 rgb, float highlights, float shadows) {{
    float tone = {GLSL_TONE};
    float square = tone * tone;
    float bright = log2(1.0 + square * square * {BRIGHT**-4:.8f});
    float dark = {DARK**3:.8f} / ({DARK**3:.8f} + square * tone);
    return rgb * exp2({PRESSURE / 4:.8f} * (1.0 - exp2(-highlights)) * bright + shadows * dark);
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        level = tone(rgb)
        bright = (1 + (level / BRIGHT) ** 4).log2()
        dark = DARK**3 / (DARK**3 + level**3)
        slope = PRESSURE / 4 * (1 - (-per_image(values, 0)).exp2())
        return rgb * (slope * bright + per_image(values, 1) * dark).exp2()

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        return ", ".join(f"{name} {100 * float(params[name]):+.0f} %" for name in ("highlights", "shadows"))  # type: ignore[arg-type]
