"""One step of the agent: the state it sees, its two decisions, and the picture that follows (paper, section 3.2).

Shapes: B batch, C channel, H height, W width, F filters, K constant planes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from exposure_app.agent.nets import Policy
from exposure_app.filters import Filter


@dataclass(frozen=True)
class State:
    """Pictures on their way.

    Attributes:
        rgb_BCHW: Linear light at first, display-referred sRGB after the last step; never negative, may exceed 1.
        used_BF: 1 where a filter was used.
        step_B: Number of steps taken.
        look_BK: The look to aim for, as ``statistics.aim`` describes it; no numbers in styles that are not told one.
    """

    rgb_BCHW: Tensor
    used_BF: Tensor
    step_B: Tensor
    look_BK: Tensor

    @staticmethod
    def start(rgb_BCHW: Tensor, filters: int, look_BK: Tensor | None = None) -> "State":
        """The state of untouched pictures."""
        count = rgb_BCHW.shape[0]
        look_BK = rgb_BCHW.new_zeros(count, 0) if look_BK is None else look_BK
        return State(rgb_BCHW, rgb_BCHW.new_zeros(count, filters), rgb_BCHW.new_zeros(count), look_BK)

    def planes(self, steps: int) -> Tensor:
        """State planes (B, F + 1 + K): the used flags, the share of the steps taken, the look to aim for."""
        return torch.cat([self.used_BF, self.step_B[:, None] / steps, self.look_BK], dim=1)

    def after(self, rgb_BCHW: Tensor, choice_B: Tensor) -> "State":
        """The state once the chosen filters have made these pictures."""
        chosen = torch.nn.functional.one_hot(choice_B, self.used_BF.shape[1]).to(self.used_BF.dtype)
        return State(rgb_BCHW, torch.maximum(self.used_BF, chosen), self.step_B + 1, self.look_BK)


def decide(
    policy: Policy,
    state: State,
    filters: Sequence[Filter],
    steps: int,
    generator: Generator | None = None,
    alike: bool = False,
) -> tuple[Tensor, list[Tensor]]:
    """Both parts of the policy; for ``generator`` and ``alike`` see ``Policy.forward``.

    Returns:
        The logits (B, F) of pi_1, and for each filter the value vectors (B, width) of pi_2.
    """
    logits_BF, raw = policy(state.rgb_BCHW, state.planes(steps), generator, alike)
    return logits_BF, [filter_.squash(outputs) for filter_, outputs in zip(filters, raw, strict=True)]


def apply_chosen(rgb_BCHW: Tensor, choice_B: Tensor, values: Sequence[Tensor], filters: Sequence[Filter]) -> Tensor:
    """Do to each picture what was chosen for it; differentiable in pictures and values.

    On a CPU each filter works on its own share of the batch, an eighth of the work. On other devices that would wait
    for the choice to arrive in main memory at every step; there all filters work on all pictures and the chosen one is
    kept.

    Args:
        rgb_BCHW: Pictures.
        choice_B: Index into ``filters``.
        values: For each filter, value vectors (B, width).
        filters: What the agent can do.

    Returns:
        (B, 3, H, W).
    """
    if rgb_BCHW.device.type != "cpu":
        result = rgb_BCHW
        for index, (filter_, value) in enumerate(zip(filters, values, strict=True)):
            result = torch.where((choice_B == index)[:, None, None, None], filter_.apply(rgb_BCHW, value), result)
        return result
    order = torch.argsort(choice_B, stable=True)
    counts = torch.bincount(choice_B, minlength=len(filters)).tolist()
    groups = order.split(counts)
    parts = [
        filter_.apply(rgb_BCHW[group], value[group])
        for filter_, value, group in zip(filters, values, groups, strict=True)
        if len(group)
    ]
    return torch.cat(parts)[torch.argsort(order)]
