"""Finished photos turned back into what a camera could have delivered, as pairs to learn from.

Two kinds: the linear light of RAW files, and other people's finished JPEGs, which users open too. The spread of each
number is chosen so that the results have the statistics of real RAW renderings (a test compares them).

Shapes: B batch, C channel, H height, W width.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from exposure_app.filters._math import luminance
from exposure_app.pipeline.recipe import NEUTRAL_PERCENTILE

JPEGS = 0.2  # share of the pictures that come as finished photos
UNTOUCHED = 0.25  # share of those that are as good as they can be
NEWTON = 5  # steps of inverting the contrast curve
TINY = 1e-4


@dataclass(frozen=True)
class Dice:
    """Random numbers of a batch, one a picture, ready to be combined with pictures.

    Attributes:
        count: B.
        generator: Of the draws.
        device: Where they live.
    """

    count: int
    generator: Generator
    device: torch.device

    def uniform(self, low: float, high: float) -> Tensor:
        """(B, 1, 1, 1), even between two bounds."""
        drawn = torch.rand((self.count, 1, 1, 1), generator=self.generator, device=self.device)
        return low + (high - low) * drawn

    def normal(self, mean: float, deviation: float) -> Tensor:
        """(B, 1, 1, 1), normal."""
        return mean + deviation * torch.randn((self.count, 1, 1, 1), generator=self.generator, device=self.device)

    def happens(self, chance: float) -> Tensor:
        """(B, 1, 1, 1), 1 for a share of the pictures, else 0."""
        return (self.uniform(0, 1) < chance).float()


def degrade(finished_BCHW: Tensor, generator: Generator) -> Tensor:
    """What cameras could have delivered.

    Args:
        finished_BCHW: Display-referred sRGB in [0, 1].
        generator: Source of all randomness.

    Returns:
        (B, 3, H, W): linear light in [0, 1].
    """
    dice = Dice(len(finished_BCHW), generator, finished_BCHW.device)
    dithered = (finished_BCHW + (_rand_like(finished_BCHW, generator) - 0.5) / 255).clamp(0, 1)
    return torch.where(dice.happens(JPEGS) > 0, _as_jpeg(dithered, dice), _as_raw(dithered, dice))


def _as_raw(finished_BCHW: Tensor, dice: Dice) -> Tensor:
    """Linear light: contrast undone, highlights above white, uneven and coloured light, haze, exposure, noise.

    Most photos need little, some much of it.
    """
    severity = dice.uniform(0.2, 1)
    rgb = srgb_to_linear(uncurved(finished_BCHW, dice.uniform(0, 0.65)))
    bright = rgb.amax(1, keepdim=True)
    rgb = rgb * (1 + dice.uniform(0, 2.5) * bright**3)  # what the finished photo rolled off
    rgb = rgb * _stretched(rgb, 1 + severity * dice.uniform(-0.2, 0.4))
    rgb = rgb * _uneven(rgb, dice, severity)
    rgb = _saturated(rgb, 1 - severity * dice.uniform(-0.08, 0.4))
    rgb = rgb + severity * dice.happens(0.2) * dice.uniform(0, 0.1) * _percentile(rgb, 98.0)  # veil
    rgb = rgb * _illuminant(dice, severity)
    rgb = rgb * 2 ** -dice.uniform(-0.4, 3.4) / _percentile(rgb, NEUTRAL_PERCENTILE).clamp(min=1e-3)
    shot, read = 10 ** dice.uniform(-6.5, -5), 10 ** dice.uniform(-4.6, -3.8)  # less than a pixel's: areas are means
    noise = torch.randn(rgb.shape, generator=dice.generator, device=rgb.device)
    return (rgb + noise * (shot * rgb.clamp(min=0) + read**2).sqrt()).clamp(0, 1)


def _as_jpeg(finished_BCHW: Tensor, dice: Dice) -> Tensor:
    """A finished photo, some of them less well finished: mildly too dark, flat, harsh, pale or off balance."""
    wrong = 1 - dice.happens(UNTOUCHED)
    rgb = srgb_to_linear(uncurved(finished_BCHW, wrong * dice.uniform(-0.3, 0.5)))
    rgb = rgb * _stretched(rgb, 1 + wrong * dice.uniform(-0.1, 0.2))
    rgb = _saturated(rgb, 1 + wrong * dice.uniform(-0.35, 0.1))
    a, t = wrong * dice.normal(0, 0.1), wrong * dice.normal(0, 0.03)
    rgb = rgb * torch.cat([a.exp(), (-t).exp(), (-1.2 * a).exp()], dim=1)
    return (rgb * 2 ** (wrong * dice.uniform(-1.2, 0.5))).clamp(0, 1)


def uncurved(rgb: Tensor, strength: Tensor) -> Tensor:
    """Before a contrast curve: the inverse of a blend of identity and smoothstep, by Newton's method."""
    x = rgb
    for _ in range(NEWTON):
        y = (1 - strength) * x + strength * x * x * (3 - 2 * x)
        slope = (1 - strength) + strength * 6 * x * (1 - x)
        x = (x - (y - rgb) / slope.clamp(min=0.15)).clamp(0, 1)
    return x


def srgb_to_linear(rgb: Tensor) -> Tensor:
    """Linear light of sRGB codes in [0, 1]."""
    return torch.where(rgb <= 0.04045, rgb / 12.92, ((rgb.clamp(min=0.04) + 0.055) / 1.055) ** 2.4)


def _stretched(rgb: Tensor, exponent: Tensor) -> Tensor:
    """Gains (B, 1, H, W) that stretch light about its geometric mean: a scene of more contrast than was shown."""
    stops = (luminance(rgb) + TINY).log2()
    return 2 ** ((exponent - 1) * (stops - stops.mean((2, 3), keepdim=True))).clamp(-2.5, 2.5)


def _uneven(rgb: Tensor, dice: Dice, severity: Tensor) -> Tensor:
    """Gains of light that falls unevenly: a smooth random field, and a subject against the light."""
    height, width = rgb.shape[-2:]
    coarse = torch.randn((dice.count, 1, 4, 4), generator=dice.generator, device=rgb.device)
    field = F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False).clamp(-1.5, 1.5)
    stops = dice.happens(0.45) * dice.uniform(0, 0.6) * field
    y = torch.linspace(-1, 1, height, device=rgb.device)[:, None]
    x = torch.linspace(-1, 1, width, device=rgb.device)
    across, down = dice.uniform(0.3, 0.8), dice.uniform(0.4, 1.1)
    away = ((x - dice.uniform(-0.5, 0.5)) / across).square() + ((y - dice.uniform(-0.2, 0.7)) / down).square()
    subject = (6 * (1 - away)).sigmoid()
    return 2 ** (severity * (stops - dice.happens(0.25) * dice.uniform(0.4, 1.8) * subject))


def _saturated(rgb: Tensor, share: Tensor) -> Tensor:
    grey = luminance(rgb)
    return (grey + share * (rgb - grey)).clamp(min=0)


def _illuminant(dice: Dice, severity: Tensor) -> Tensor:
    """Gains (B, 3, 1, 1) of light that is not white; some of it tungsten, some of it shade."""
    a, t = dice.normal(0.06, 0.16), severity * dice.normal(0, 0.05)
    a = a + dice.happens(0.15) * dice.uniform(0.1, 0.45) - dice.happens(0.1) * dice.uniform(0.05, 0.3)
    a = severity * a
    return torch.cat([a.exp(), (-t).exp(), (-1.2 * a).exp()], dim=1)


def _percentile(rgb: Tensor, percent: float) -> Tensor:
    """Of the largest channel, (B, 1, 1, 1)."""
    return torch.quantile(rgb.amax(1).flatten(1), percent / 100, dim=1)[:, None, None, None]


def _rand_like(rgb: Tensor, generator: Generator) -> Tensor:
    return torch.rand(rgb.shape, generator=generator, device=rgb.device)
