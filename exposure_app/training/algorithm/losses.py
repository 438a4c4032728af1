"""The losses of Algorithm 1, in the paper's symbols.

Shapes: B batch, C channel, H height, W width, F filters.
"""

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from exposure_app.agent.policy import State
from exposure_app.filters import Filter
from exposure_app.params import Bands, Curve, Scalar
from exposure_app.training.algorithm.config import Critic, TrainConfig

IDLE = 0.04  # relative change of a picture below which a step counts as idle
EDGE = 0.7  # of the way from the middle of the agent's range to its ends

Score = Callable[[Tensor], Tensor]


def discriminator_loss(target_B: Tensor, finished_B: Tensor, critic: Critic) -> Tensor:
    """L_w from the scores of target pictures and of finished ones.

    ``wasserstein`` is equation 11: E D(finished) - E D(target). ``relativistic`` asks only which of a pair is the
    target: E softplus(D(finished) - D(target)) over all pairs. Its optimum cannot be had by giving up part of the
    targets, so that results do not gather at one mode (Huang et al. 2024, "The GAN is dead; long live the GAN!").
    """
    if critic == "wasserstein":
        return finished_B.mean() - target_B.mean()
    return F.softplus(finished_B[:, None] - target_B).mean()


def gradient_penalty(
    score: Score, target_BCHW: Tensor, finished_BCHW: Tensor, critic: Critic, generator: Generator
) -> Tensor:
    """Keeps the discriminator smooth.

    ``wasserstein``: mean max(|grad D| - 1, 0)^2 on random interpolates (Gulrajani et al. 2017, one-sided as in the
    authors' code). ``relativistic``: half the mean |grad D|^2 on both targets and finished pictures (R1 + R2).
    """
    if critic == "wasserstein":
        share = torch.rand(len(target_BCHW), 1, 1, 1, generator=generator, device=target_BCHW.device)
        points = target_BCHW + share * (finished_BCHW - target_BCHW)
    else:
        points = torch.cat([target_BCHW, finished_BCHW])
    points = points.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(score(points).sum(), points, create_graph=True)
    square_B = gradient.square().sum((1, 2, 3))
    if critic == "wasserstein":
        return ((square_B + 1e-12).sqrt() - 1).clamp(min=0).square().mean()
    return square_B.mean()  # half of it on each side, times two sides


def quality(score_B: Tensor, target_B: Tensor, critic: Critic) -> Tensor:
    """How good a picture is, whose increase is the reward (equation 12): D itself, or how often it passes for a target.

    The relativistic form levels off once a picture scores like the targets: beyond them there is nothing to win, where
    D itself would reward ever more of whatever tells targets apart.
    """
    if critic == "wasserstein":
        return score_B
    return -F.softplus(target_B - score_B[:, None]).mean(1)


def penalties(
    config: TrainConfig,
    before: State,
    after_BCHW: Tensor,
    pi_1: Tensor,
    choice_B: Tensor,
    values: Sequence[Tensor],
    filters: Sequence[Filter],
    entropy_weight: float,
) -> Tensor:
    """What the reward loses (section 5.4; equation 13), for each picture.

    Args:
        config: Weights.
        before: State before the step.
        after_BCHW: Pictures after it.
        pi_1: (B, F), differentiable.
        choice_B: Chosen filters.
        values: Of each filter, differentiable.
        filters: The filters.
        entropy_weight: The annealed weight of the entropy term.
    """
    entropy = -(pi_1 * (pi_1 + 1e-9).log()).sum(1)
    reused = before.used_BF.gather(1, choice_B[:, None])[:, 0]
    total = entropy_weight * (math.log(pi_1.shape[1]) - entropy) + config.reuse * reused
    excess_BCHW = (after_BCHW - 1).clamp(min=0)
    total = total + config.blown * excess_BCHW.square().mean((1, 2, 3)) + config.clipped * excess_BCHW.mean((1, 2, 3))
    if config.idle:
        total = total + config.idle * idleness(before.rgb_BCHW, after_BCHW)
    for index, filter_ in enumerate(filters):
        if config.edge:
            total = total + config.edge * (choice_B == index) * beyond_edge(filter_, values[index])
        weight = config.departure.get(filter_.id, 0.0)
        if weight:
            total = total + weight * (choice_B == index) * departure(filter_, values[index])
    return total


def idleness(before_BCHW: Tensor, after_BCHW: Tensor) -> Tensor:
    """1 for pictures (B,) that a step left as they were, 0 for those that it changed by ``IDLE`` or more."""
    changed_B = (after_BCHW - before_BCHW).abs().mean((1, 2, 3)) / (before_BCHW.mean((1, 2, 3)) + 1e-3)
    return (1 - changed_B / IDLE).clamp(min=0)


def beyond_edge(filter_: Filter, values: Tensor) -> Tensor:
    """How far (B,) settings are in the outer part of the agent's range, squared, summed over parameters.

    There the squashing is flat and a setting hardly learns any more; and all photos get the same.
    """
    total = values.new_zeros(values.shape[0])
    for param, part in zip(filter_.params, values.split([param.width for param in filter_.params], dim=1), strict=True):
        low, high = param.agent
        if isinstance(param, Scalar):
            if param.neutral in param.agent:
                continue  # an amount, which may well be all or nothing
            if param.scale == "log":
                low, high, part = math.log(low), math.log(high), part.log()
        place = (2 * (part - low) / (high - low) - 1).abs()
        total = total + ((place - EDGE).clamp(min=0) / (1 - EDGE)).square().mean(1)
    return total


def departure(filter_: Filter, values: Tensor) -> Tensor:
    """Squared distance (B,) of settings from neutral, summed over parameters.

    Of a curve it is the mean over its slopes' ratios to their mean, of bands the mean over all.
    """
    total = values.new_zeros(values.shape[0])
    for param, part in zip(filter_.params, values.split([param.width for param in filter_.params], dim=1), strict=True):
        if isinstance(param, Curve):
            distance = part / part.mean(1, keepdim=True) - 1
        elif isinstance(param, Bands):
            distance = part
        elif param.scale == "log":
            distance = (part / param.neutral).log()
        else:
            distance = part - param.neutral
        total = total + distance.square().mean(1)
    return total


def td_error(reward_B: Tensor, value_B: Tensor, next_value_B: Tensor) -> Tensor:
    """Delta = r + gamma V(s') - V(s), with gamma = 1 (equation 10)."""
    return reward_B + next_value_B - value_B
