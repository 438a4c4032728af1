"""How far results are from the targets as a population: an exact critic for what can be put into a few numbers.

A discriminator learns slowly, and says little about how results should be spread. For a few numbers
a picture, and for the colours of pixels, the best critic need not be learned: the witness of the energy distance
(Szekely and Rizzo 2013; as a critic, Bellemare et al. 2017) tells how much farther a picture is from the targets than
from the other results. Its gradient moves results that are too common to where targets are missing, and vanishes when
both are spread alike.

Shapes: B batch, C channel, H height, W width, S statistics, N and M pictures or pixels of a population.
"""

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from exposure_app.agent import statistics
from exposure_app.filters._math import LUMINANCE, luminance

QUANTILES = (0.02, 0.25, 0.5, 0.75, 0.98)  # of luminance: black, the tones, white
SORTED = 32  # pixels along an edge that quantiles are taken of, as sorting takes time
NEARLY_WHITE = 0.96
# Of luminance, contrast and saturation, which the metric counts; two colour differences; the quantiles; white pixels;
# where each channel begins and ends: what fades and tints black and white hardly depends on the subject.
WEIGHTS = (2.0, 2.0, 4.0, 1.0, 1.0, 0.6, 0.6, 0.6, 0.6, 0.6, 2.0) + 6 * (1.0,)
SMOOTHING = 0.01  # of the saturation: that of nearly black and white pixels counts in the metric, so more would not do
LEAST_SPREAD = 0.03  # a statistic that is the same for all targets still needs a scale
TARGETS = 1024  # target pictures that results are compared with
PIXELS = 64  # of each picture
POPULATION = 4096  # pixels of all targets
DIRECTIONS = 16  # that distances of colours are taken along
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

    def distance(self, rgb_BCHW: Tensor) -> tuple[Tensor, Tensor]:
        """How much farther each result is from the targets than from the other results.

        Args:
            rgb_BCHW: Results of one seed, display-referred; values outside [0, 1] are clipped as when shown.

        Returns:
            (B,) by statistics, mean over them, in standard deviations of the targets; and (B,) by the colours of
            pixels. Differentiable in the results.
        """
        rgb = rgb_BCHW.clamp(0, 1)
        others = len(rgb) / max(1, len(rgb) - 1)  # no result is far from itself: the mean is over one less
        own_BS, weights_S = picture_statistics(rgb), torch.tensor(WEIGHTS, device=rgb.device)

        def away(population_NS: Tensor) -> Tensor:
            return ((own_BS[:, None] - population_NS).abs().mean(1) / self.scale_S) @ weights_S / weights_S.sum()

        colors_BP3 = opponent_colors(self._pixels(rgb))
        axes_3D = torch.randn(3, DIRECTIONS, generator=self.generator, device=rgb.device)
        axes_3D = axes_3D / axes_3D.norm(dim=0)

        def off(population_M3: Tensor) -> Tensor:
            return mean_distance(colors_BP3.flatten(0, 1), population_M3, axes_3D).view(len(rgb), -1).mean(1)

        by_statistics_B = away(self.targets_NS) - others * away(own_BS.detach())
        by_colors_B = off(self.target_colors_M3) - off(colors_BP3.detach().flatten(0, 1))
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
        (B, S): mean luminance, its contrast, saturation, two mean colour differences, quantiles of luminance, how much
        of the picture has a channel at white, and the darkest and brightest quantiles of each channel.
    """
    apart = max(1, rgb_BCHW.shape[-1] // SORTED)
    few_BCHW = rgb_BCHW[..., ::apart, ::apart]
    light_BN = luminance(few_BCHW).flatten(1)
    smooth = statistics.planes(rgb_BCHW, color=True)
    contrast = 2 * (smooth[:, 1:2] + statistics.TINY).sqrt()
    saturation = statistics.hsl_saturation(rgb_BCHW, SMOOTHING).mean((1, 2, 3))[:, None]
    places = torch.tensor(QUANTILES, device=rgb_BCHW.device)
    tones_BS = torch.quantile(light_BN, places, dim=1).T
    white = ((rgb_BCHW.amax(1) - NEARLY_WHITE).clamp(min=0) / (1 - NEARLY_WHITE)).mean((1, 2))[:, None]
    ends_BS = torch.quantile(few_BCHW.flatten(2), places[[0, -1]], dim=2).permute(1, 2, 0).flatten(1)
    return torch.cat([smooth[:, :1], contrast, saturation, smooth[:, 3:], tones_BS, white, ends_BS], dim=1)


def mean_distance(colors_P3: Tensor, population_M3: Tensor, axes_3D: Tensor) -> Tensor:
    """How far (P,) colours are from those of a population in the mean; differentiable in the colours.

    In space the mean length of a difference is twice that along random directions, and along one the mean over a
    sorted population needs only its running sums: some thirty times quicker than all distances.
    """
    along_DP = (colors_P3 @ axes_3D).T.contiguous()
    sorted_DM = (population_M3 @ axes_3D).T.contiguous().sort(dim=1).values
    below_DP = torch.searchsorted(sorted_DM, along_DP.detach())
    sums_DM = F.pad(sorted_DM.cumsum(1), (1, 0))
    count = len(population_M3)
    total_DP = along_DP * (2 * below_DP - count) + sums_DM[:, -1:] - 2 * sums_DM.gather(1, below_DP)
    return 2 * total_DP.mean(0) / count


def opponent_colors(rgb: Tensor) -> Tensor:
    """Luminance and two colour differences of coded pixels (..., 3): near enough to equal steps to the eye."""
    light = rgb @ torch.tensor(LUMINANCE, device=rgb.device)
    return torch.stack([light, CHROMA_SCALE * (rgb[..., 0] - light), CHROMA_SCALE * (rgb[..., 2] - light)], dim=-1)
