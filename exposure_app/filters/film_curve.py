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
LEAST = 0.001  # below it the curve is a straight line to black
LOGIT = math.log2(SHOWN / (1 - SHOWN))


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    one, least = np.float32(1), np.float32(LEAST)
    amount, toe = values[0], np.float32(4 ** -values[3] * TOE)
    edge = np.float32((2 * (1 - values[2]) ** 2) ** 2)
    bend = edge * np.float32(GREY * GREY)
    power = np.float32(SLOPE) * values[1] / (one + 2 * bend / (one + bend))
    level = np.float32(LOGIT) - power * np.float32(np.log2(GREY * (GREY + toe) / (GREY + TOE) * (1 + bend)))
    color = one - amount * (one - np.float32(GAMMA / 2) * (one + values[1]))
    line = np.float32(LEAST ** (color - one))
    for i in range(r.size):
        light = tone_of(r[i], g[i], b[i])
        x = max(light, least)
        held = x * (x + toe) * (one + edge * x * x) / (x + np.float32(TOE))
        z = exp2(power * log2(held) + level)
        gain = z / ((one - amount) * z + amount * x * (one + z))  # of the harmonic mean of light and curve
        shown = light * gain
        scale = gain * exp2((one - color) * log2(x))
        white = min(shown, one)
        white *= white
        white *= white
        white = amount * white * white
        x = exp2(color * log2(max(r[i], least))) if r[i] > least else r[i] * line
        y = exp2(color * log2(max(g[i], least))) if g[i] > least else g[i] * line
        z = exp2(color * log2(max(b[i], least))) if b[i] > least else b[i] * line
        r[i] = x * scale + (shown - x * scale) * white
        g[i] = y * scale + (shown - y * scale) * white
        b[i] = z * scale + (shown - z * scale) * white


class FilmCurve(Filter):
    """Develops scene light as film does: contrast about middle grey, whites that roll off softly and hold what lies
    above white, shadows that run out into black. It stands where gamma or a tone curve would burn a bright sky.

    Contrast is the steepness at middle grey, 100 % that of the plain rendering. A softer shoulder holds more above white
    (up to some 16 times) and shows white itself darker. The toe opens the shadows or lets them sink. Colours keep their
    hue; the brightest go over into white, as on film.

    Source: our own. With the tone v, the mean of the channels weighted by their squares, u = v (v + 0.02 / 4^t) /
    (v + 0.02) (1 + (k v)^2), k = 2 (1 - s)^2, and u' that of grey: y / (1 - y) = 0.857 (u / u')^n, a logistic curve in
    logarithms as in the description of film (and of eyes, K.-I. Naka and W. A. H. Rushton 1966). The ratios of the
    channels are raised to a power, 1 / 2.2 at contrast 100 %; then all go towards y by y^8. ``amount`` is the weight in
    a harmonic mean of light and curve, which holds what is above white as soon as it is above 0.
    """

    id = "film_curve"
    label = "Film curve"
    params = (
        Scalar("amount", "Amount", agent=(0.9, 1), slider=(0, 1), neutral=0, initial=0.98, unit="%", factor=100),
        Scalar("contrast", "Contrast", agent=(0.7, 1.6), slider=(0.5, 1.75), neutral=1, initial=1.1, unit="%", factor=100),
        Scalar("shoulder", "Shoulder", agent=(0, 1), slider=(0, 1), neutral=0.5, initial=0.5, unit="%", factor=100),
        Scalar("toe", "Toe", agent=(-1, 1), slider=(-1, 1), neutral=0, initial=-0.3, unit="%", factor=100),
    )
    kernel = staticmethod(_kernel)
    python = f'''
def film_curve(rgb, amount, contrast, shoulder, toe):
    """Scene light to display, with a soft shoulder and toe; ratios of channels keep the hue, the brightest turn white."""
    def held(light):
        return light * (light + {TOE} * 4.0**-toe) / (light + {TOE}) * (1 + (2 * (1 - shoulder) ** 2 * light) ** 2)

    bend = (2 * (1 - shoulder) ** 2 * {GREY}) ** 2
    power = {SLOPE} * contrast / (1 + 2 * bend / (1 + bend))
    color = 1 - amount * (1 - {GAMMA} / 2 * (1 + contrast))
    tone = {PYTHON_TONE}
    light = np.maximum(tone, {LEAST})
    odds = {SHOWN / (1 - SHOWN)} * (held(light) / held({GREY})) ** power
    gain = odds / ((1 - amount) * odds + amount * light * (1 + odds))
    line = rgb * {LEAST} ** (color - 1)
    rgb = np.where(rgb > {LEAST}, np.maximum(rgb, {LEAST}) ** color, line) * gain * light ** (1 - color)
    return rgb + (tone * gain - rgb) * amount * np.minimum(tone * gain, 1) ** 8
'''
    glsl = f"""
vec3 film_curve(vec3 rgb, float amount, float contrast, float shoulder, float toe) {{
    float edge = 4.0 * pow(1.0 - shoulder, 4.0);
    float deep = {TOE} * pow(4.0, -toe);
    float bend = edge * {GREY * GREY:.8f};
    float power = {SLOPE} * contrast / (1.0 + 2.0 * bend / (1.0 + bend));
    float color = 1.0 - amount * (1.0 - {GAMMA / 2:.8f} * (1.0 + contrast));
    float grey = {GREY} * ({GREY} + deep) / ({GREY} + {TOE}) * (1.0 + bend);
    float tone = {GLSL_TONE};
    float light = max(tone, {LEAST});
    float held = light * (light + deep) / (light + {TOE}) * (1.0 + edge * light * light);
    float odds = {SHOWN / (1 - SHOWN):.8f} * pow(held / grey, power);
    float gain = odds / ((1.0 - amount) * odds + amount * light * (1.0 + odds));
    vec3 line = rgb * pow({LEAST}, color - 1.0);
    vec3 shown = mix(line, pow(max(rgb, {LEAST}), vec3(color)), step({LEAST}, rgb)) * gain * pow(light, 1.0 - color);
    float white = min(tone * gain, 1.0);
    white = white * white * white * white;
    return mix(shown, vec3(tone * gain), amount * white * white);
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        amount, contrast, shoulder, toe = (per_image(values, i) for i in range(4))
        edge, deep = 4 * (1 - shoulder) ** 4, TOE * (toe * -math.log(4)).exp()
        bend = edge * GREY**2
        power = SLOPE * contrast / (1 + 2 * bend / (1 + bend))
        color = 1 - amount * (1 - GAMMA / 2 * (1 + contrast))
        grey = GREY * (GREY + deep) / (GREY + TOE) * (1 + bend)
        level = tone(rgb)
        # All clamps come before the powers, whose gradients are infinite at 0.
        light = level.clamp(min=LEAST)
        held = light * (light + deep) / (light + TOE) * (1 + edge * light**2)
        odds = SHOWN / (1 - SHOWN) * (held / grey).pow(power)
        gain = odds / ((1 - amount) * odds + amount * light * (1 + odds))
        bent = rgb.clamp(min=LEAST).pow(color).where(rgb > LEAST, rgb * LEAST ** (color - 1))
        shown = bent * gain * light.pow(1 - color)
        grey_shown: Tensor = level * gain
        return shown + (grey_shown - shown) * amount * grey_shown.clamp(max=1) ** 8

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        amount, contrast, shoulder, toe = (100 * cast("float", params[param.name]) for param in self.params)
        words = f"contrast {contrast:.0f} %, shoulder {shoulder:.0f} %, toe {toe:+.0f} %"
        return words if amount > 99.5 else f"{amount:.0f} % of {words}"
