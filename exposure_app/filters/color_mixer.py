"""Colour mixer: hue, saturation and luminance of eight bands of hue."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exposure_app.filters._base import Filter
from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE, lum, luminance
from exposure_app.jit import inline, jit
from exposure_app.params import Bands, Value

if TYPE_CHECKING:
    from torch import Tensor

BANDS = ("red", "orange", "yellow", "green", "aqua", "blue", "purple", "magenta")
CENTRES = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0, 4.5, 5.0, 6.0)  # in sixths of the circle; the last is red again
TURN = 0.5  # sixths of the circle that a hue moves at 100 %
DARKEN = 0.5  # share of the light that is taken at -100 %
NEUTRAL_GUARD = 0.1  # saturation below which the effect fades: greys and their noise have no hue
TINY = 1e-8
TOLD = 4  # changes that are told in words
_GLSL_STEPS = "\n".join(
    f"    amount += (bands[{(i + 1) % 8}] - bands[{i}]) * smoothstep({CENTRES[i]}, {CENTRES[i + 1]}, angle);"
    for i in range(8)
)


def _band(name: str, agent: float) -> Bands:
    return Bands(name, name.capitalize(), BANDS, agent=(-agent, agent), slider=(-1, 1), unit="%", factor=100)


@inline
def _step(x: Any) -> Any:
    x = min(max(x, np.float32(0)), np.float32(1))
    return x * x * (np.float32(3) - np.float32(2) * x)


@inline
def _steps(angle: Any) -> Any:
    """How far a hue lies beyond each band on the way to the next, 0 to 1."""
    twice = np.float32(2) * angle
    return (
        _step(twice),
        _step(twice - np.float32(1)),
        _step(angle - np.float32(1)),
        _step(angle - np.float32(2)),
        _step(angle - np.float32(3)),
        _step(twice - np.float32(8)),
        _step(twice - np.float32(9)),
        _step(angle - np.float32(5)),
    )


@inline
def _amount(first: Any, c: Any, s: Any) -> Any:
    """The number at a hue, from the first band's, the changes from each band to the next, and ``_steps``."""
    early = first + c[0] * s[0] + c[1] * s[1] + c[2] * s[2] + c[3] * s[3]
    return early + c[4] * s[4] + c[5] * s[5] + c[6] * s[6] + c[7] * s[7]


@inline
def _changes(v: Any) -> Any:
    return v[1] - v[0], v[2] - v[1], v[3] - v[2], v[4] - v[3], v[5] - v[4], v[6] - v[5], v[7] - v[6], v[0] - v[7]


@jit
def _kernel(r: Any, g: Any, b: Any, values: Any) -> None:
    first_h, first_s, first_l = np.float32(TURN) * values[0], values[8], values[16]
    hues, colours, lights = _changes(np.float32(TURN) * values[:8]), _changes(values[8:16]), _changes(values[16:])
    zero, one, two, six, tiny = np.float32(0), np.float32(1), np.float32(2), np.float32(6), np.float32(TINY)
    for i in range(r.size):
        x, y, z = r[i], g[i], b[i]
        high, low = max(x, max(y, z)), min(x, min(y, z))
        span = high - low
        sector = y - z if high == x else (z - x if high == y else x - y)
        angle = sector / (span + tiny) + (zero if high == x else (two if high == y else np.float32(4)))
        angle += six if angle < zero else zero
        scale = one / (high + tiny)
        square = span * scale * span * scale
        trust = square / (square + np.float32(NEUTRAL_GUARD**2))
        steps = _steps(angle)
        colour = trust * _amount(first_s, colours, steps)
        light = trust * _amount(first_l, lights, steps)
        angle += trust * _amount(first_h, hues, steps)
        angle += six if angle < zero else (-six if angle >= six else zero)
        x = high - span * (two - min(max(abs(angle - np.float32(3)), one), two))
        y = high - span * (min(max(abs(angle - two), one), two) - one)
        z = high - span * (min(max(abs(angle - np.float32(4)), one), two) - one)
        grey = lum(x, y, z)
        white = min(high, one)
        grey += white * white * (high - grey) if colour > zero else zero
        stretch = colour * low * scale if colour > zero else colour
        top = min(high + stretch * (high - grey), one)
        gain = one + light * (one - top if light > zero else np.float32(DARKEN))
        r[i] = (x + stretch * (x - grey)) * gain
        g[i] = (y + stretch * (y - grey)) * gain
        b[i] = (z + stretch * (z - grey)) * gain


class ColorMixer(Filter):
    """Moves hue, saturation and luminance of eight bands of hue, each for itself; greys stay.

    Source: own, after the mixers of common raw converters. A pixel's amounts are those of the two bands that its HSV
    hue lies between, mixed by a smooth step, times S^2 / (S^2 + 0.01): greys and their noise have no hue. Hue turns by
    up to 30 degrees in HSV. Saturation multiplies the distance from luminance by 1 + a, or, above 0, by 1 + a min / max
    from a grey that nears the brightest channel as that nears white. Luminance multiplies by 1 + a / 2, or, above 0,
    by 1 + a (1 - max). So nothing turns negative or is pushed over white. In the agent's range hues keep their order.
    """

    id = "color_mixer"
    label = "Colour mixer"
    params = (_band("hue", 0.33), _band("saturation", 0.6), _band("luminance", 0.5))
    editor = "hue_bands"
    kernel = staticmethod(_kernel)
    python = f'''
def color_mixer(rgb, hue, saturation, luminance):
    """Move hue, saturation and luminance of eight bands of hue (red, orange, yellow, ... magenta)."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    span = high - low
    sector = np.where(high == red, green - blue, np.where(high == green, blue - red, red - green))
    angle = sector / (span + {TINY}) + np.where(high == red, 0, np.where(high == green, 2, 4))
    angle = np.where(angle < 0, angle + 6, angle)
    strength = span / (high + {TINY})
    trust = strength**2 / (strength**2 + {NEUTRAL_GUARD**2:g})
    centres = {list(CENTRES)}
    turn, colour, light = (bands[0] * np.ones_like(angle) for bands in (hue, saturation, luminance))
    for i in range(8):
        step = np.clip((angle - centres[i]) / (centres[i + 1] - centres[i]), 0, 1)
        for amount, bands in ((turn, hue), (colour, saturation), (light, luminance)):
            amount += (bands[(i + 1) % 8] - bands[i]) * step * step * (3 - 2 * step)
    turn, colour, light = turn * trust, colour * trust, light * trust
    angle = (angle + {TURN} * turn) % 6
    ramps = (2 - np.clip(abs(angle - 3), 1, 2), np.clip(abs(angle - 2), 1, 2) - 1, np.clip(abs(angle - 4), 1, 2) - 1)
    rgb = np.stack([high - span * ramp for ramp in ramps], -1)
    grey = {PYTHON_LUMINANCE}
    grey = np.where(colour > 0, grey + np.minimum(high, 1) ** 2 * (high - grey), grey)
    stretch = colour * np.where(colour > 0, low / (high + {TINY}), 1)
    gain = 1 + light * np.where(light > 0, 1 - np.minimum(high + stretch * (high - grey), 1), {DARKEN})
    return (rgb + stretch[..., None] * (rgb - grey[..., None])) * gain[..., None]
'''
    glsl = f"""
float color_mixer_amount(float angle, float bands[8]) {{
    float amount = bands[0];
{_GLSL_STEPS}
    return amount;
}}

vec3 color_mixer(vec3 rgb, float hue[8], float saturation[8], float luminance[8]) {{
    float high = max(rgb.r, max(rgb.g, rgb.b));
    float low = min(rgb.r, min(rgb.g, rgb.b));
    float span = high - low;
    float unit = 1.0 / (span + {TINY:.9f});
    float angle = high == rgb.r ? (rgb.g - rgb.b) * unit
        : high == rgb.g ? 2.0 + (rgb.b - rgb.r) * unit : 4.0 + (rgb.r - rgb.g) * unit;
    angle += angle < 0.0 ? 6.0 : 0.0;
    float strength = span / (high + {TINY:.9f});
    float trust = strength * strength / (strength * strength + {NEUTRAL_GUARD**2:g});
    float colour = trust * color_mixer_amount(angle, saturation);
    float light = trust * color_mixer_amount(angle, luminance);
    angle += {TURN} * trust * color_mixer_amount(angle, hue);
    angle -= 6.0 * floor(angle / 6.0);
    vec3 ramp = clamp(abs(angle - vec3(3.0, 2.0, 4.0)), 1.0, 2.0);
    rgb = high - span * (vec3(2.0, -1.0, -1.0) + vec3(-1.0, 1.0, 1.0) * ramp);
    float grey = dot(rgb, {GLSL_WEIGHTS});
    grey += colour > 0.0 ? min(high, 1.0) * min(high, 1.0) * (high - grey) : 0.0;
    float stretch = colour * (colour > 0.0 ? low / (high + {TINY:.9f}) : 1.0);
    float top = high + stretch * (high - grey);
    float gain = 1.0 + light * (light > 0.0 ? 1.0 - min(top, 1.0) : {DARKEN});
    return (rgb + stretch * (rgb - grey)) * gain;
}}
"""

    @staticmethod
    def apply(rgb: "Tensor", values: "Tensor") -> "Tensor":
        """See ``Filter.apply``."""
        high, low = rgb.amax(dim=-3), rgb.amin(dim=-3)
        span = high - low
        angle = _angle(rgb, high, span)
        strength = span / (high + TINY)
        trust = strength.square() / (strength.square() + NEUTRAL_GUARD**2)
        turn, colour, light = (trust * part for part in _amounts(angle, values.unflatten(-1, (3, len(BANDS)))))
        turned = _pure((angle + TURN * turn).remainder(6), high, span)
        grey = luminance(turned).squeeze(-3)
        grey = (grey + high.clamp(max=1).square() * (high - grey)).where(colour > 0, grey)
        stretch = colour * (low / (high + TINY)).where(colour > 0, 1)
        top = high + stretch * (high - grey)
        gain = 1 + light * (1 - top.clamp(max=1)).where(light > 0, DARKEN)
        mixed: Tensor = (turned + stretch.unsqueeze(-3) * (turned - grey.unsqueeze(-3))) * gain.unsqueeze(-3)
        return mixed

    def describe(self, params: Mapping[str, Value]) -> str:
        """See ``Filter.describe``."""
        moved = [
            (abs(amount), param.name, f"{band} {100 * amount:+.0f}")
            for param in self.params
            for band, amount in zip(BANDS, cast("tuple[float, ...]", params[param.name]), strict=True)
            if round(100 * amount)
        ]
        told = sorted(moved, reverse=True)[:TOLD]
        parts = []
        for param in self.params:
            words = [entry[2] for entry in moved if entry in told and entry[1] == param.name]
            if words:
                parts.append(f"{param.name} {', '.join(words)}")
        if len(moved) > TOLD:
            rest = len(moved) - TOLD
            parts.append(f"{rest} smaller change{'s' if rest > 1 else ''}")
        return "; ".join(parts) or "no change"


def _angle(rgb: "Tensor", high: "Tensor", span: "Tensor") -> "Tensor":
    """HSV hue (..., H, W) in sixths of the circle, 0 to 6; 0 for grey."""
    red, green, blue = rgb.unbind(dim=-3)
    by_green = (2 + (blue - red) / (span + TINY)).where(high == green, 4 + (red - green) / (span + TINY))
    angle = ((green - blue) / (span + TINY)).where(high == red, by_green)
    return angle + 6 * (angle < 0)


def _amounts(angle: "Tensor", bands: "Tensor") -> "tuple[Tensor, ...]":
    """Numbers (..., n, 8) of the bands at hues (..., H, W): n planes (..., H, W)."""
    import torch

    centres = angle.new_tensor(CENTRES)
    below = torch.bucketize(angle.detach().contiguous(), centres[1:-1], right=True)
    step = (angle - centres[below]) / centres.diff()[below]
    step = (step * step * (3 - 2 * step)).flatten(-2).unsqueeze(-2)
    lead = torch.broadcast_shapes(angle.shape[:-2], bands.shape[:-2])
    places = below.flatten(-2).unsqueeze(-2).expand(*lead, bands.shape[-2], -1)
    start, change = (each.expand(*lead, -1, -1).gather(-1, places) for each in (bands, bands.roll(-1, -1) - bands))
    amounts: Tensor = (start + change * step).unflatten(-1, angle.shape[-2:])
    return amounts.unbind(dim=-3)


def _pure(angle: "Tensor", high: "Tensor", span: "Tensor") -> "Tensor":
    """The colours (..., 3, H, W) of these hues, largest channels and spans."""
    import torch

    red = 2 - (angle - 3).abs().clamp(1, 2)
    green = (angle - 2).abs().clamp(1, 2) - 1
    blue = (angle - 4).abs().clamp(1, 2) - 1
    return torch.stack([high - span * ramp for ramp in (red, green, blue)], dim=-3)
