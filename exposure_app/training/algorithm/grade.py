"""A grade: a few edits that all photos of a style share, learned from the liked photos alone.

An agent that has learned to finish photos knows what a photo needs. What makes a style is what all its photos have in
common beyond that: how bright, contrasty, warm and colourful they are liked, which the agent can be told, and a look
that no photo asks for, such as black and white, lifted blacks or tinted shadows, which is the same edits every time.

Shapes: B batch, C channel, H height, W width, K numbers of a look, S width of a filter.
"""

import math
from collections.abc import Iterator, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from exposure_app import filters
from exposure_app.agent import statistics
from exposure_app.params import Curve, Param, Scalar
from exposure_app.pipeline.recipe import Step

MONOCHROME = -1.7  # colour of a look (``statistics.AIMS``) below which hardly any is left
COLOR = statistics.AIMS.index("color")
# A population cannot tell a style from its subjects: photos of forests are green. So hues are left alone, and there are
# tints only where all liked photos have them, in what no subject colours: their black.
COLORED = ("vibrance", "tone_curve", "black_white_point")
TINTED = (*COLORED, "color_grading")
BLACK = 0.02  # quantile of a channel that counts as black
LEAST_TINT = 0.02  # difference of the channels at black
GREY = ("black_white", "tone_curve", "black_white_point")
COSTS = {"vibrance": 1.0, "black_white": 0.0, "tone_curve": 0.5, "black_white_point": 2.0, "color_grading": 2.0}
BENDING = 4.0  # cost of neighbouring slopes of a curve that differ: a curve without kinks
LIFTED = {"black": (0.0, 0.4), "white": (-0.4, 0.0)}  # a look may fade black and white, but not cut them off
DECIMALS = 3  # of its settings
LEAST_EFFECT = 0.003  # mean change of pictures below which a step is left out
FARTHEST = 1.2  # that a look is moved, in deviations of finished photos
WIDEST = 1.4  # times as different as before, looks are made; or as alike


class Grade(nn.Module):
    """Edits in a fixed order whose settings learn.

    Args:
        ids: Filters.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__()
        self.filters = [filters.get(filter_id) for filter_id in ids]
        # Distance from neutral: of the slopes of curves as logarithms, of which only the differences count.
        self.away = nn.ParameterList(torch.zeros(filter_.width) for filter_ in self.filters)

    def forward(self, rgb_BCHW: Tensor) -> Tensor:
        """Pictures with the grade, differentiable in its settings."""
        for filter_, values_S in zip(self.filters, self._values(), strict=True):
            rgb_BCHW = filter_.apply(rgb_BCHW, values_S.expand(len(rgb_BCHW), -1))
        return rgb_BCHW

    def cost(self) -> Tensor:
        """How much it does, whatever it is good for: squared distances from neutral, and kinks."""
        total: Tensor = self.away[0].new_zeros(())
        for filter_, away_S in zip(self.filters, self.away, strict=True):
            for param, part in _parts(filter_.params, away_S):
                if isinstance(param, Curve):
                    total = total + COSTS[filter_.id] * (part - part.mean()).square().mean()
                    total = total + BENDING * part.diff().square().mean()
                else:
                    total = total + COSTS[filter_.id] * part.square().sum()
        return total

    @torch.no_grad()
    def keep_within(self) -> None:
        """Take settings that have left what people can set back into it."""
        for filter_, away_S in zip(self.filters, self.away, strict=True):
            for param, part in _parts(filter_.params, away_S):
                low, high = param.slider
                if isinstance(param, Curve):
                    part.sub_(part.mean()).clamp_(math.log(low), math.log(high))
                elif isinstance(param, Scalar):
                    low, high = LIFTED.get(param.name, (low, high))
                    part.clamp_(low - param.neutral, high - param.neutral)

    @torch.no_grad()
    def steps(self, rgb_BCHW: Tensor) -> tuple[Step, ...]:
        """It as steps of recipes.

        Args:
            rgb_BCHW: Pictures before it; what hardly changes them is left out.
        """
        found = []
        for filter_, values_S in zip(self.filters, self._values(), strict=True):
            after_BCHW = filter_.apply(rgb_BCHW, values_S.expand(len(rgb_BCHW), -1))
            if float((after_BCHW - rgb_BCHW).abs().mean()) >= LEAST_EFFECT:
                rounded = [round(value, DECIMALS) for value in values_S.tolist()]
                found.append(Step(filter_.id, filter_.unpack(rounded)))
                rgb_BCHW = after_BCHW
        return tuple(found)

    def _values(self) -> list[Tensor]:
        """The value vector (S,) of each filter."""
        found = []
        for filter_, away_S in zip(self.filters, self.away, strict=True):
            parts = [
                part.exp() if isinstance(param, Curve) else part + cast("float", param.neutral_value)
                for param, part in _parts(filter_.params, away_S)
            ]
            found.append(torch.cat(parts))
        return found


def tools_for(liked_NCHW: Tensor) -> tuple[str, ...]:
    """The filters for a grade, given the liked photos."""
    if _is_monochrome(statistics.aim(liked_NCHW)):
        return GREY
    black_N3 = torch.quantile(liked_NCHW.flatten(2), BLACK, dim=2)
    tints_N2 = black_N3[:, ::2] - black_N3[:, 1:2]
    middle_2 = tints_N2.mean(0).abs()
    tinted = (middle_2 > LEAST_TINT) & (middle_2 > tints_N2.std(0))
    return TINTED if bool(tinted.any()) else COLORED


def moved_look(own_BK: Tensor, wanted_BK: Tensor) -> tuple[Tensor, Tensor]:
    """What makes the looks that an agent is told like those of the liked photos as a population.

    Of two photos the brighter one stays the brighter one.

    Args:
        own_BK: Looks that suit the inputs, so far.
        wanted_BK: Of the liked photos.

    Returns:
        Factor and offset (K,): looks are to be factor * look + offset.
    """
    factor_K = (wanted_BK.std(0) / own_BK.std(0).clamp(min=1e-3)).clamp(1 / WIDEST, WIDEST)
    shift_K = (wanted_BK.mean(0) - own_BK.mean(0)).clamp(-FARTHEST, FARTHEST)
    # Warm and cool light mostly are the subjects': only what exceeds how much the liked photos differ is the style's.
    trust = shift_K.square() / (shift_K.square() + wanted_BK.var(0) + 1e-6)
    shift_K = torch.where(_are(own_BK, "warmth"), trust * shift_K, shift_K)
    if _is_monochrome(wanted_BK):  # how warm and colourful the photos were cannot be told
        colors = _are(own_BK, "warmth", "color")
        factor_K, shift_K = factor_K.masked_fill(colors, 1.0), shift_K.masked_fill(colors, 0.0)
    return factor_K, own_BK.mean(0) * (1 - factor_K) + shift_K


def _are(looks_BK: Tensor, *names: str) -> Tensor:
    """Which numbers (K,) of a look have these names."""
    return torch.tensor([name in names for name in statistics.AIMS], device=looks_BK.device)


def _is_monochrome(wanted_BK: Tensor) -> bool:
    return float(wanted_BK[:, COLOR].median()) < MONOCHROME


def _parts(params: Sequence[Param], values_S: Tensor) -> Iterator[tuple[Param, Tensor]]:
    return zip(params, values_S.split([param.width for param in params]), strict=True)
