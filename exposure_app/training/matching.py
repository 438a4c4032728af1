"""How far results are from the targets as a population: an exact critic for what can be put into a few numbers.

D learns what targets look like; it learns slowly, and says little about how results should be spread. For a few numbers
a picture, and for the colours of pixels, the best critic need not be learned: the witness of the energy distance
(Szekely and Rizzo 2013; as a critic, Bellemare et al. 2017) tells how much farther a picture is from the targets than
from the other results. Its gradient moves results that are too common to where targets are missing, and vanishes when
both are spread alike.

Shapes: B batch, C channel, H height, W width, S statistics, N and M pictures or pixels of a population.
"""

import torch
from torch import Generator, Tensor

from exposure_app.agent import statistics
from exposure_app.filters._math import LUMINANCE, luminance

QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.98)  # of luminance: black, the tones, white
LEAST_SPREAD = 0.03  # a statistic that is the same for all targets still needs a scale
TARGETS = 1024  # target pictures that results are compared with
PIXELS = 64  # of each picture
POPULATION = 4096  # pixels of all targets
CHROMA_SCALE = 2.0  # colour differences weigh like differences of luminance


class Matching:
    """The distance of results from targets, beside the discriminator's.

    Args:
        targets_NCHW: Display-referred pictures.
        generator: Source of what is random.
    """

    def __init__(self, targets_NCHW: Tensor, generator: Generator) -> None:
        self.generator = generator
        pick = torch.randperm(len(targets_NCHW), generator=generator, device=targets_NCHW.device)[:TARGETS]
        targets = targets_NCHW[pick].clamp(0, 1)
        self.targets_NS = picture_statistics(targets)
        self.scale_S = self.targets_NS.std(0).clamp(min=LEAST_SPREAD)
        colors_M3 = opponent_colors(self._pixels(targets)).flatten(0, 1)
        some = torch.randint(len(colors_M3), (POPULATION,), generator=generator, device=colors_M3.device)
        self.target_colors_M3 = colors_M3[some]

    def distance(self, rgb_BCHW: Tensor, crowd: int) -> tuple[Tensor, Tensor]:
        """How much farther each result is from the targets than from the other results.

        Args:
            rgb_BCHW: Results of one seed, display-referred; values outside [0, 1] are clipped as when shown.
            crowd: The first so many are the results that all are compared with.

        Returns:
            (B,) by statistics, mean over them, in standard deviations of the targets; and (B,) by the colours of
            pixels. Differentiable in the results.
        """
        rgb = rgb_BCHW.clamp(0, 1)
        # No result is far from itself: for those of the crowd the mean is over one less.
        others_B = torch.where(torch.arange(len(rgb), device=rgb.device) < crowd, crowd / max(1, crowd - 1), 1.0)
        own_BS = picture_statistics(rgb)

        def away(population_NS: Tensor) -> Tensor:
            return ((own_BS[:, None] - population_NS).abs() / self.scale_S).mean((1, 2))

        colors_BP3 = opponent_colors(self._pixels(rgb))

        def off(population_M3: Tensor) -> Tensor:
            return torch.cdist(colors_BP3.flatten(0, 1), population_M3).mean(1).view(len(rgb), -1).mean(1)

        by_statistics_B = away(self.targets_NS) - others_B * away(own_BS[:crowd].detach())
        by_colors_B = off(self.target_colors_M3) - off(colors_BP3[:crowd].detach().flatten(0, 1))
        return by_statistics_B, by_colors_B

    def _pixels(self, rgb_NCHW: Tensor) -> Tensor:
        """Random pixels (N, PIXELS, 3), at the same places of all pictures."""
        flat = rgb_NCHW.flatten(2)
        places = torch.randint(flat.shape[2], (PIXELS,), generator=self.generator, device=flat.device)
        return flat[..., places].transpose(1, 2)


def picture_statistics(rgb_BCHW: Tensor) -> Tensor:
    """What a picture's look can be summed up in.

    Args:
        rgb_BCHW: Display-referred, in [0, 1].

    Returns:
        (B, S): mean luminance, its contrast, saturation, two mean colour differences, quantiles of luminance.
    """
    light_BN = luminance(rgb_BCHW)[..., ::2, ::2].flatten(1)  # a quarter of the pixels, as sorting them takes time
    smooth = statistics.planes(rgb_BCHW, color=True)  # its saturation has a finite gradient
    contrast = 2 * (smooth[:, 1:2] + statistics.TINY).sqrt()
    places = torch.tensor(QUANTILES, device=rgb_BCHW.device)
    tones_BS = torch.quantile(light_BN, places, dim=1).T
    return torch.cat([smooth[:, :1], contrast, smooth[:, 2:], tones_BS], dim=1)


def opponent_colors(rgb: Tensor) -> Tensor:
    """Luminance and two colour differences of coded pixels (..., 3): near enough to equal steps to the eye."""
    light = rgb @ torch.tensor(LUMINANCE, device=rgb.device)
    return torch.stack([light, CHROMA_SCALE * (rgb[..., 0] - light), CHROMA_SCALE * (rgb[..., 2] - light)], dim=-1)
