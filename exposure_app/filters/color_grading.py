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
        _tint(region, towards, f"{name}: {axis}")
        for region, name in zip(REGIONS, ("Shadows", "Mid-tones", "Highlights"), strict=True)
        for towards, axis in (("magenta", "green to magenta"), ("yellow", "blue to yellow"))
    )
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
