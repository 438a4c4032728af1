"""The trajectory buffer: pictures at mixed stages, for out-of-order training (paper, section 5.4).

All operations have fixed shapes and stay on the device: nothing waits for it.
"""

import torch
from torch import Generator, Tensor

from exposure_app.agent.policy import State


class TrajectoryBuffer:
    """Pictures on their way, in fixed slots.

    Args:
        rgb_NCHW: Inputs that fill the slots at first.
        filters: Number of filters.
        steps: Steps after which a picture is finished.
    """

    def __init__(self, rgb_NCHW: Tensor, filters: int, steps: int) -> None:
        self.state = State.start(rgb_NCHW.clone(), filters)
        self.steps = steps

    def __len__(self) -> int:
        return self.state.rgb_BCHW.shape[0]

    def draw(self, inputs_BCHW: Tensor, generator: Generator) -> tuple[Tensor, State]:
        """A batch of unfinished pictures: finished ones among those drawn are replaced by inputs (Alg. 1).

        Args:
            inputs_BCHW: As many fresh inputs as the batch shall have; unneeded ones are dropped.
            generator: Of the draw.

        Returns:
            The slots (B,), each once, for ``put``, and the pictures' state.
        """
        count, device = inputs_BCHW.shape[0], inputs_BCHW.device
        slots_B = torch.rand(len(self), generator=generator, device=device).topk(count).indices
        state = self.state
        finished = state.step_B[slots_B] >= self.steps
        return slots_B, State(
            torch.where(finished[:, None, None, None], inputs_BCHW, state.rgb_BCHW[slots_B]),
            torch.where(finished[:, None], 0.0, state.used_BF[slots_B]),
            torch.where(finished, 0.0, state.step_B[slots_B]),
            state.look_BK[slots_B],
        )

    def put(self, slots_B: Tensor, state: State) -> None:
        """Put pictures back after a step."""
        self.state.rgb_BCHW[slots_B] = state.rgb_BCHW.detach()
        self.state.used_BF[slots_B] = state.used_BF
        self.state.step_B[slots_B] = state.step_B

    def finished(self, count: int, generator: Generator) -> Tensor:
        """Random finished pictures (B, 3, H, W); while there are too few, unfinished ones fill the batch."""
        step_N = self.state.step_B
        order = torch.rand(len(self), generator=generator, device=step_N.device) + (step_N >= self.steps)
        return self.state.rgb_BCHW[order.topk(count).indices]

    def state_dict(self) -> dict[str, Tensor]:
        """For a checkpoint."""
        return {"rgb": self.state.rgb_BCHW, "used": self.state.used_BF, "step": self.state.step_B}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """From a checkpoint."""
        for slot, name in ((self.state.rgb_BCHW, "rgb"), (self.state.used_BF, "used"), (self.state.step_B, "step")):
            slot.copy_(tensors[name])
