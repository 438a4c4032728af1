"""Colour grading: a tint each for shadows, mid-tones and highlights."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, LUMINANCE, PYTHON_LUMINANCE, lum, luminance, per_image
from exposure_app.jit import jit
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from torch import Tensor

REGIONS = ("shadows", "midtones", "highlights")
STRENGTH = 0.45  # largest change of a channel by one axis at 100 %; two together leave every gain above 0
MAGENTA = (1.0, round(-(LUMINANCE[0] + LUMINANCE[2]) / LUMINANCE[1], 6), 1.0)  # tints that leave a grey's luminance
YELLOW = (round(LUMINANCE[2] / (LUMINANCE[0] + LUMINANCE[1]), 6),) * 2 + (-1.0,)
TINY = 1e-6


def _tint(region: str, towards: str, label: str) -> Scalar:
    return Scalar(
        f"{region}_{towards}", label, agent=(-0.6, 0.6), slider=(-1, 1), neutral=0, initial=0, unit="%", factor=100
    )


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    shadows_m, shadows_y = np.float32(STRENGTH) * values[0], np.float32(STRENGTH) * values[1]
    lower_m, lower_y = np.float32(STRENGTH) * values[2] - shadows_m, np.float32(STRENGTH) * values[3] - shadows_y
    middle_m, middle_y = np.float32(STRENGTH) * values[2], np.float32(STRENGTH) * values[3]
    highlights_m, highlights_y = np.float32(STRENGTH) * values[4], np.float32(STRENGTH) * values[5]
    one, two, zero, tiny = np.float32(1), np.float32(2), np.float32(0), np.float32(TINY)
    for i in range(r.size):
        grey = lum(r[i], g[i], b[i])
        level = min(max(grey, zero), one)
        lower, upper = min(two * level, one), max(two * level - one, zero)
        lower = lower * lower * (np.float32(3) - two * lower)
        upper = upper * upper * (np.float32(3) - two * upper)
        white = level * level
        white *= white
        white = upper * (one - white * white)
        magenta = shadows_m + lower * lower_m - upper * middle_m + white * highlights_m
        yellow = shadows_y + lower * lower_y - upper * middle_y + white * highlights_y
        x = r[i] * (one + np.float32(MAGENTA[0]) * magenta + np.float32(YELLOW[0]) * yellow)
        y = g[i] * (one + np.float32(MAGENTA[1]) * magenta + np.float32(YELLOW[1]) * yellow)
        z = b[i] * (one + np.float32(MAGENTA[2]) * magenta + np.float32(YELLOW[2]) * yellow)
        back = (grey + tiny) / (lum(x, y, z) + tiny)
        r[i] = x * back
        g[i] = y * back
        b[i] = z * back


class ColorGrading(Filter):
    """Tints shadows, mid-tones and highlights, each its own way; brightness stays, and black and white stay neutral.

    Source: own, after the colour wheels of film grading. A tint is a point between green and magenta and between blue
    and yellow, which has no hue to be undefined at 0. Regions are smooth steps of luminance that add up to 1; towards
    white the tint fades. The channels are multiplied, then brought back to the pixel's luminance. For tinted blacks,
    lift them first.
    """

    id = "color_grading"
    label = "Colour grading"
    params = tuple(
        _tint(region, towards, f"{name} {towards}")
        for region, name in zip(REGIONS, ("Shadows", "Mid-tones", "Highlights"), strict=True)
        for towards in ("magenta", "yellow")
    )
    editor = "color_wheels"
    kernel = staticmethod(_kernel)
    python = f'''
def color_grading(
    rgb, shadows_magenta, shadows_yellow, midtones_magenta, midtones_yellow, highlights_magenta, highlights_yellow
):
    """Tint shadows, mid-tones and highlights; luminance, black and white stay."""
    grey = ({PYTHON_LUMINANCE})[..., None]
    level = np.clip(grey, 0, 1)
    lower, upper = np.clip(2 * level, 0, 1), np.clip(2 * level - 1, 0, 1)
    lower, upper = lower * lower * (3 - 2 * lower), upper * upper * (3 - 2 * upper)
    weights = 1 - lower, lower - upper, upper * (1 - level**8)
    magenta = {STRENGTH} * sum(w * t for w, t in zip(weights, (shadows_magenta, midtones_magenta, highlights_magenta)))
    yellow = {STRENGTH} * sum(w * t for w, t in zip(weights, (shadows_yellow, midtones_yellow, highlights_yellow)))
    tinted = rgb * (1 + magenta * np.array({list(MAGENTA)}) + yellow * np.array({list(YELLOW)}))
    return tinted * ((grey + {TINY}) / ((tinted @ np.array({list(LUMINANCE)}))[..., None] + {TINY}))
'''
    glsl = f"""
vec3 color_grading(
    vec3 rgb, float shadows_magenta, float shadows_yellow, float midtones_magenta, float midtones_yellow,
    float highlights_magenta, float highlights_yellow
) {{
    float grey = dot(rgb, {GLSL_WEIGHTS});
    float level = clamp(grey, 0.0, 1.0);
    float lower = smoothstep(0.0, 0.5, level);
    float upper = smoothstep(0.5, 1.0, level);
    float bright = level * level * level * level;
    vec3 weights = vec3(1.0 - lower, lower - upper, upper * (1.0 - bright * bright));
    float magenta = dot(weights, vec3(shadows_magenta, midtones_magenta, highlights_magenta));
    float yellow = dot(weights, vec3(shadows_yellow, midtones_yellow, highlights_yellow));
    vec3 tinted = rgb * (1.0 + {STRENGTH} * (magenta * vec3{MAGENTA} + yellow * vec3{YELLOW}));
    return tinted * ((grey + {TINY:.8f}) / (dot(tinted, {GLSL_WEIGHTS}) + {TINY:.8f}));
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        grey = luminance(rgb)
        level = grey.clamp(0, 1)
        lower, upper = (2 * level).clamp(0, 1), (2 * level - 1).clamp(0, 1)
        lower, upper = lower * lower * (3 - 2 * lower), upper * upper * (3 - 2 * upper)
        weights = (1 - lower, lower - upper, upper * (1 - level.pow(8)))
        magenta = STRENGTH * sum(weight * per_image(values, 2 * i) for i, weight in enumerate(weights))
        yellow = STRENGTH * sum(weight * per_image(values, 2 * i + 1) for i, weight in enumerate(weights))
        gains = 1 + magenta * _channels(MAGENTA, rgb) + yellow * _channels(YELLOW, rgb)
        tinted = rgb * gains
        return tinted * ((grey + TINY) / (luminance(tinted) + TINY))

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        parts = []
        for region in REGIONS:
            words = []
            for towards, away in (("magenta", "green"), ("yellow", "blue")):
                percent = round(100 * float(params[f"{region}_{towards}"]))  # type: ignore[arg-type]
                if percent:
                    words.append(f"{towards if percent > 0 else away} {abs(percent)}")
            if words:
                parts.append(f"{region} {', '.join(words)}")
        return "; ".join(parts) or "no change"


def _channels(colour: tuple[float, ...], like: "Tensor") -> "Tensor":
    return like.new_tensor(colour)[:, None, None]
