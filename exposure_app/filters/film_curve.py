"""Film curve: turns scene light into the picture a screen expects, with a soft shoulder and toe."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_TONE, PYTHON_TONE, exp2, log2, per_image, tone, tone_of
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

GREY = 0.18  # of scene light
SHOWN = 0.46135613  # what grey becomes: its sRGB code
SLOPE = 0.86577  # exponent of the curve at contrast 1 that is as steep at grey as sRGB's
GAMMA = 1 / 2.2  # exponent that keeps colours as they are on the screen
TOE = 0.02  # light below which the toe works
LEAST = 0.001  # light below which all lines are straight
PURE = 0.02  # share of the tone below which a channel falls to 0 in a straight line
LOGIT = math.log2(SHOWN / (1 - SHOWN))


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    if values[0] == 0:
        return
    one, least, pure = np.float32(1), np.float32(LEAST), np.float32(PURE)
    amount = np.float32(values[0] * (2 - values[0]))
    toe, edge = np.float32(TOE * 4 ** -values[3]), np.float32(4 * (1 - values[2]) ** 4)
    bend = edge * np.float32(GREY * GREY)
    power = np.float32(SLOPE * values[1] / (1 + 2 * bend / (1 + bend)))
    level = np.float32(LOGIT - power * np.log2(GREY * (GREY + toe) / (GREY + TOE) * (1 + bend)))
    color = np.float32(GAMMA / 2 * (1 + values[1]))
    for i in range(r.size):
        light = max(tone_of(r[i], g[i], b[i]), least)
        held = light * (light + toe) * (one + edge * light * light) / (light + np.float32(TOE))
        odds = exp2(power * log2(held) + level)
        shown = light * odds / ((one - amount) * odds + amount * light * (one + odds))
        white = min(shown, one)
        white *= white
        white *= white
        white *= white
        kept = one - amount * (one - color * (one - white * white))
        share = one / light
        line = max(pure, least * share)
        steep = one / line
        x, y, z = r[i] * share, g[i] * share, b[i] * share
        r[i] = shown * exp2(kept * log2(max(x, line))) * min(x * steep, one)
        g[i] = shown * exp2(kept * log2(max(y, line))) * min(y * steep, one)
        b[i] = shown * exp2(kept * log2(max(z, line))) * min(z * steep, one)


class FilmCurve(Filter):
    """Develops scene light as film does: contrast about middle grey, and bright skies that roll off instead of burning.

    It stands in place of gamma. Contrast is the steepness at middle grey, 100 % that of the plain rendering. A softer
    shoulder holds more of what is above white, up to some 16 times, and shows white itself darker. The toe lets the
    shadows sink into black, or opens them below 0. Colours keep their hue; the brightest go over into white.

    Source: our own. With the tone v, the mean of the channels weighted by their fourth powers, u = v (1 + (k v)^2)
    (v + 0.02 / 4^t) / (v + 0.02), k = 2 (1 - s)^2, and u' the same of middle grey: y / (1 - y) = 0.857 (u / u')^n, a
    logistic curve of logarithms, as of film and of the eye (K.-I. Naka and W. A. H. Rushton 1966). p' = y (p / v)^c: c
    is 1 / 2.2 at contrast 100 %, which keeps colours, times 1 - y^16, which makes the brightest white. With an amount a
    and w = (1 - a)^2, y becomes the harmonic mean of v and y with weights w and 1 - w, c the arithmetic one of 1 and c.
    """

    id = "film_curve"
    label = "Film curve"
    params = (
        Scalar("amount", "Amount", agent=(0.9, 1), slider=(0, 1), neutral=0, initial=0.98, unit="%", factor=100),
        Scalar(
            "contrast", "Contrast", agent=(0.7, 1.6), slider=(0.5, 1.75), neutral=1, initial=1, unit="%", factor=100
        ),
        Scalar("shoulder", "Shoulder", agent=(0, 1), slider=(0, 1), neutral=0.5, initial=0.5, unit="%", factor=100),
        Scalar("toe", "Toe", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=-0.5, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def film_curve(rgb, amount, contrast, shoulder, toe):
    """Scene light to display with a soft shoulder and toe; colours keep their hue, the brightest turn white."""

    def held(light):
        return light * (light + {TOE} * 4.0**-toe) / (light + {TOE}) * (1 + 4 * (1 - shoulder) ** 4 * light**2)

    amount = amount * (2 - amount)
    bend = 4 * (1 - shoulder) ** 4 * {GREY}**2
    power = {SLOPE} * contrast / (1 + 2 * bend / (1 + bend))
    light = np.maximum({PYTHON_TONE}, {LEAST})
    odds = {SHOWN / (1 - SHOWN)} * (held(light) / held({GREY})) ** power
    shown = light * odds / ((1 - amount) * odds + amount * light * (1 + odds))
    kept = 1 - amount * (1 - {GAMMA / 2} * (1 + contrast) * (1 - np.minimum(shown, 1) ** 16))
    ratio, line = rgb / light, np.maximum({PURE}, {LEAST} / light)
    return shown * np.maximum(ratio, line) ** kept * np.minimum(ratio / line, 1)
'''
    glsl = f"""
vec3 film_curve(vec3 rgb, float amount, float contrast, float shoulder, float toe) {{
    float share = amount * (2.0 - amount);
    float edge = 4.0 * pow(1.0 - shoulder, 4.0);
    float deep = {TOE} * pow(4.0, -toe);
    float bend = edge * {GREY * GREY:.8f};
    float power = {SLOPE} * contrast / (1.0 + 2.0 * bend / (1.0 + bend));
    float grey = {GREY} * ({GREY} + deep) / ({GREY} + {TOE}) * (1.0 + bend);
    float light = max({GLSL_TONE}, {LEAST});
    float held = light * (light + deep) / (light + {TOE}) * (1.0 + edge * light * light);
    float odds = {SHOWN / (1 - SHOWN):.8f} * pow(held / grey, power);
    float shown = light * odds / ((1.0 - share) * odds + share * light * (1.0 + odds));
    float kept = 1.0 - share * (1.0 - {GAMMA / 2:.8f} * (1.0 + contrast) * (1.0 - pow(min(shown, 1.0), 16.0)));
    vec3 ratio = rgb / light;
    float line = max({PURE}, {LEAST} / light);
    return shown * pow(max(ratio, line), vec3(kept)) * min(ratio / line, 1.0);
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        amount, contrast, shoulder, toe = (per_image(values, i) for i in range(4))
        amount = amount * (2 - amount)
        edge, deep = 4 * (1 - shoulder) ** 4, TOE * (toe * -math.log(4)).exp()
        bend = edge * GREY**2
        power = SLOPE * contrast / (1 + 2 * bend / (1 + bend))
        grey = GREY * (GREY + deep) / (GREY + TOE) * (1 + bend)
        # All clamps come before the powers, whose gradients are infinite at 0.
        light = tone(rgb).clamp(min=LEAST)
        held = light * (light + deep) / (light + TOE) * (1 + edge * light**2)
        odds = SHOWN / (1 - SHOWN) * (held / grey).pow(power)
        shown = light * odds / ((1 - amount) * odds + amount * light * (1 + odds))
        kept = 1 - amount * (1 - GAMMA / 2 * (1 + contrast) * (1 - shown.clamp(max=1) ** 16))
        ratio, line = rgb / light, (LEAST / light).clamp(min=PURE)
        result: Tensor = shown * ratio.maximum(line).pow(kept) * (ratio / line).clamp(max=1)
        return result

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        amount, contrast, shoulder, toe = (100 * cast("float", params[param.name]) for param in self.params)
        words = f"contrast {contrast:.0f} %, shoulder {shoulder:.0f} %, toe {toe:+.0f} %"
        if amount < 0.5:
            return "no change"
        return words if amount >= 90 else f"{amount:.0f} % of {words}"
