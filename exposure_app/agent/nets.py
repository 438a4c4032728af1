"""The networks: one convolutional shape for all (paper, section 5.1 and figure 7).

These are what learns. In use ``inference`` computes the same without torch; a test holds them equal.

Shapes: B batch, C channel, H height, W width, K constant planes, F filters, N features.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from exposure_app.agent import statistics
from exposure_app.agent.header import NetConfig
from exposure_app.agent.inference import BORDERS, DARKEST, NEVER, SLOPE, TASTE_WIDTH, state_planes
from exposure_app.agent.statistics import COLOR_PLANES, KNOWN, PLANES
from exposure_app.pipeline.proxy import SIZE
from exposure_app.pipeline.recipe import DISPLAY_GAMMA

__all__ = ["NEVER", "SIZE", "Extractor", "Networks", "Policy", "Score", "Taste"]


class Extractor(nn.Module):
    """Four convolutions 4 x 4 of stride 2 on the picture and planes that are constant over it."""

    def __init__(self, planes: int, net: NetConfig) -> None:
        super().__init__()
        self.seen = 6 if net.coded else 3
        widths = [self.seen + planes] + [net.channels * 2**i for i in range(4)]
        self.convolutions = nn.ModuleList(
            nn.Conv2d(before, after, 4, stride=2, padding=1) for before, after in itertools.pairwise(widths)
        )
        self.features = widths[-1] * (SIZE // 16) ** 2

    def forward(self, rgb_BCHW: Tensor, planes_BK: Tensor) -> Tensor:
        """Features (B, N) of pictures (around [0, 1]) and their constant planes."""
        first: Any = self.convolutions[0]
        if self.seen == 6:
            rgb_BCHW = torch.cat([rgb_BCHW, rgb_BCHW.clamp(min=DARKEST) ** DISPLAY_GAMMA], dim=1)
        rgb = (rgb_BCHW - 0.5).contiguous(memory_format=torch.channels_last)
        x = F.conv2d(rgb, first.weight[:, : self.seen], first.bias, first.stride, first.padding)
        constant = _of_constant_planes(planes_BK.to(rgb.dtype), first.weight[:, self.seen :], x.shape[-1])
        x = F.leaky_relu(x + constant, SLOPE)
        for convolution in self.convolutions[1:]:
            x = F.leaky_relu(convolution(x), SLOPE)
        return x.flatten(1)


def _of_constant_planes(planes_BK: Tensor, weight_OK44: Tensor, edge: int) -> Tensor:
    """What the first convolution makes of planes that are constant over the picture: (B, O, edge, edge).

    The same as to append them to the picture, at a fraction of the time: only at the borders, where one row or column
    of the kernel meets the padding, does the sum differ from place to place.
    """
    inside = weight_OK44.new_tensor(BORDERS)
    sums_OK33 = torch.einsum("okyx,ry,cx->okrc", weight_OK44, inside, inside)
    found_BO33 = torch.einsum("bk,okrc->borc", planes_BK, sums_OK33)
    first, middle, last = found_BO33.split(1, dim=2)
    rows_BOH3 = torch.cat([first, middle.expand(-1, -1, edge - 2, -1), last], dim=2)
    first, middle, last = rows_BOH3.split(1, dim=3)
    return torch.cat([first, middle.expand(-1, -1, -1, edge - 2), last], dim=3)


def _dropped(features_BN: Tensor, share: float, generator: Generator | None, alike: bool = False) -> Tensor:
    """Features of which a random share is 0; with ``alike`` the same ones for every picture."""
    shape = (1 if alike else features_BN.shape[0], features_BN.shape[1])
    chance = torch.rand(shape, generator=generator, device=features_BN.device)
    return features_BN * (chance >= share) / (1 - share)


class Score(nn.Module):
    """One number for a picture: the value net V and the discriminator D. Both see the statistics planes; no dropout.

    Args:
        net: Shape.
        planes: Number of further constant planes (the state, for V).
    """

    def __init__(self, net: NetConfig, planes: int = 0) -> None:
        super().__init__()
        self.color = net.color_statistics
        known = PLANES + (COLOR_PLANES if self.color else 0)
        self.extractor = Extractor(planes + known, net)
        self.hidden = nn.Linear(self.extractor.features, net.hidden)
        self.output = nn.Linear(net.hidden, 1)

    def forward(self, rgb_BCHW: Tensor, planes_BK: Tensor | None = None) -> Tensor:
        """Scores (B,) of pictures, given their further planes."""
        known = statistics.planes(rgb_BCHW, self.color)
        planes = known if planes_BK is None else torch.cat([known, planes_BK], dim=1)
        features = F.leaky_relu(self.hidden(self.extractor(rgb_BCHW, planes)), SLOPE)
        score: Tensor = self.output(features)[:, 0]
        return score


class Policy(nn.Module):
    """pi_1 and pi_2: which filter, and with which parameters (paper, section 5.1).

    Two extractors: one for the choice, one shared by the heads of all filters, each with its own hidden layer.

    Args:
        net: Shape.
        widths: Number of values of each filter.
    """

    def __init__(self, net: NetConfig, widths: Sequence[int]) -> None:
        super().__init__()
        planes = state_planes(net, len(widths))
        self.statistics = net.policy_statistics
        if self.statistics:
            planes += KNOWN
        self.dropout, self.shortcut, self.once = net.dropout, net.shortcut, net.once
        beside = planes if net.shortcut else 0
        self.select_extractor = Extractor(planes, net)
        self.select_hidden = nn.Linear(self.select_extractor.features + beside, net.hidden)
        self.select_output = nn.Linear(net.hidden, len(widths))
        self.value_extractor = Extractor(planes, net)
        seen, own = self.value_extractor.features + beside, net.head or net.hidden
        self.value_shared = nn.Linear(seen, net.hidden) if net.head else None
        self.value_hidden = nn.Linear(net.hidden if net.head else seen, own * len(widths))
        self.value_outputs = nn.ModuleList(nn.Linear(own, width) for width in widths)

    def forward(
        self, rgb_BCHW: Tensor, planes_BK: Tensor, generator: Generator | None = None, alike: bool = False
    ) -> tuple[Tensor, list[Tensor]]:
        """Decide.

        Args:
            rgb_BCHW: Pictures.
            planes_BK: State planes.
            generator: Source of the dropout, which is always on.
            alike: Drop the same features for every picture, as if each came alone with a generator in the same state.

        Returns:
            The logits (B, F) of pi_1, and for each filter the raw outputs (B, width) of pi_2, to be squashed.
        """
        used_BF = planes_BK[:, : len(self.value_outputs)]
        if self.statistics:
            planes_BK = torch.cat([planes_BK, statistics.known(rgb_BCHW)], dim=1)
        features = self._features(self.select_extractor, rgb_BCHW, planes_BK, generator, alike)
        logits = self.select_output(F.leaky_relu(self.select_hidden(features), SLOPE))
        if self.once:
            logits = logits.masked_fill(used_BF > 0, NEVER)
        features = self._features(self.value_extractor, rgb_BCHW, planes_BK, generator, alike)
        if self.value_shared is not None:
            features = F.leaky_relu(self.value_shared(features), SLOPE)
        hidden = F.leaky_relu(self.value_hidden(features), SLOPE).chunk(len(self.value_outputs), dim=1)
        return logits, [output(part) for output, part in zip(self.value_outputs, hidden, strict=True)]

    def parameters_by_decision(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        """Those of pi_1, which chooses the filter, and those of pi_2."""
        pi_1 = [self.select_extractor, self.select_hidden, self.select_output]
        pi_2 = [self.value_extractor, self.value_shared, self.value_hidden, self.value_outputs]
        first, second = (
            [parameter for part in parts if part for parameter in part.parameters()] for parts in (pi_1, pi_2)
        )
        return first, second

    def _features(
        self, extractor: Extractor, rgb_BCHW: Tensor, planes_BK: Tensor, generator: Generator | None, alike: bool
    ) -> Tensor:
        """What the hidden layers see: some features are dropped, the planes beside them never."""
        features_BN = extractor(rgb_BCHW, planes_BK)
        if self.dropout:
            features_BN = _dropped(features_BN, self.dropout, generator, alike)
        return torch.cat([features_BN, planes_BK.to(features_BN.dtype)], dim=1) if self.shortcut else features_BN


class Taste(nn.Module):
    """Which look suits a photo, by the finished photos that a style learned from.

    It starts from the look of the plain rendering and says what of that to change.
    """

    DROPOUT = 0.5  # while it learns: photos are few, and soon known by heart

    def __init__(self) -> None:
        super().__init__()
        looks = len(statistics.AIMS)
        self.first = nn.Linear(statistics.SCENE, TASTE_WIDTH)
        self.second = nn.Linear(TASTE_WIDTH, TASTE_WIDTH)
        self.output = nn.Linear(TASTE_WIDTH + looks, looks)
        with torch.no_grad():  # the look of the plain rendering itself
            self.output.weight.zero_()
            self.output.weight[:, TASTE_WIDTH:].fill_diagonal_(1)
            self.output.bias.zero_()

    def forward(self, rgb_BCHW: Tensor) -> Tensor:
        """The look (B, 4), as ``statistics.aim`` describes it, that untouched photos should end with.

        Args:
            rgb_BCHW: Linear light.
        """
        scene_BK = statistics.scene(rgb_BCHW)
        return self.of_scenes(scene_BK, scene_BK[:, : len(statistics.AIMS)])

    def of_scenes(self, scene_BK: Tensor, plain_BK: Tensor, generator: Generator | None = None) -> Tensor:
        """The same, given what ``statistics.scene`` says of the photos, while it learns in any other units.

        Args:
            scene_BK: One row a photo.
            plain_BK: The looks of the plain renderings.
            generator: Of the dropout while it learns; None drops nothing.
        """
        hidden = scene_BK
        for layer in (self.first, self.second):
            hidden = F.leaky_relu(layer(hidden), SLOPE)
            if generator is not None:
                hidden = _dropped(hidden, self.DROPOUT, generator)
        look: Tensor = self.output(torch.cat([hidden, plain_BK], dim=1))
        return look


class Networks(nn.Module):
    """All that a style learns.

    Attributes:
        policy: pi = (pi_1, pi_2), parameters theta in the paper.
        value: V, parameters v.
        critic: D, the discriminator, parameters w.
        taste: Says which look suits a photo; None in styles that are not told one.
    """

    def __init__(self, net: NetConfig, widths: Sequence[int]) -> None:
        super().__init__()
        self.policy = Policy(net, widths)
        self.value = Score(net, planes=state_planes(net, len(widths)))
        self.critic = Score(net)
        self.taste = Taste() if net.look else None

    def quality(self, rgb_BCHW: Tensor) -> Tensor:
        """D of pictures as they would be shown: values above 1 are clipped, so that it judges what people see."""
        score: Tensor = self.critic(rgb_BCHW.clamp(0, 1))
        return score
