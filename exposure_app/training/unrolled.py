"""Whole trajectories instead of single steps: the main departure from Algorithm 1, for quick and stable training.

Algorithm 1 moves one batch of pictures by one step and learns what that step is worth from V, which has to be learned
first. Here a batch goes through all its steps at once. The filters are differentiable, so the gradient of the finished
picture's quality reaches the parameters of every step directly, and the return of each step is known instead of
estimated; V only remains as the baseline of pi_1's policy gradient. See docs/training.md for what that buys.

Shapes: B batch, C channel, H height, W width, F filters, T steps.
"""

from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.training import losses
from exposure_app.training.loop import Learner

LEAST_ENTROPY = 0.2  # share of the entropy penalty that is left at the end


class FinishedPool:
    """Finished pictures for the discriminator; new ones replace random old ones.

    Args:
        rgb_NCHW: The first ones.
    """

    def __init__(self, rgb_NCHW: Tensor) -> None:
        self.rgb_NCHW = rgb_NCHW

    def finished(self, count: int, generator: Generator) -> Tensor:
        """Random ones (B, 3, H, W)."""
        return self.rgb_NCHW[self._places(count, generator)]

    def put(self, rgb_BCHW: Tensor, generator: Generator) -> None:
        """Take in new ones."""
        self.rgb_NCHW[self._places(len(rgb_BCHW), generator)] = rgb_BCHW.detach()

    def state_dict(self) -> dict[str, Tensor]:
        """For a checkpoint."""
        return {"rgb": self.rgb_NCHW}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """From a checkpoint."""
        self.rgb_NCHW.copy_(tensors["rgb"])

    def _places(self, count: int, generator: Generator) -> Tensor:
        return torch.randint(len(self.rgb_NCHW), (count,), generator=generator, device=self.rgb_NCHW.device)


@dataclass(frozen=True)
class Trajectories:
    """A batch on its way from inputs to finished pictures.

    Attributes:
        finished_BCHW: The finished pictures, differentiable in the parameters of all steps.
        states: What the policy saw before each step.
        log_pi_1_TB: Of the chosen filters, differentiable.
        penalties_TB: What each step's reward loses, differentiable.
        entropy: Mean of pi_1's.
    """

    finished_BCHW: Tensor
    states: list[State]
    log_pi_1_TB: Tensor
    penalties_TB: Tensor
    entropy: Tensor


class UnrolledLearner(Learner):
    """``Learner`` whose actor learns from whole trajectories."""

    def _fill_buffer(self) -> None:
        size = self.config.batch
        with torch.no_grad():
            parts = [self._trajectories(size).finished_BCHW for _ in range(max(1, self.config.buffer // size))]
        self.pool = FinishedPool(torch.cat(parts))

    def _finished(self) -> Tensor:
        return self.pool.finished(self.config.batch, self.generator)

    def _buffer_state(self) -> dict[str, Tensor]:
        return self.pool.state_dict()

    def _load_buffer(self, tensors: dict[str, Tensor]) -> None:
        self.pool.load_state_dict(tensors)

    def _update_actor(self) -> dict[str, Tensor]:
        """Theta_1, theta_2 and v follow their gradients."""
        config, networks, steps = self.config, self.networks, self.config.net.steps
        path = self._trajectories(config.batch)
        seen_MCHW = torch.cat([state.rgb_BCHW for state in path.states])
        with self._autocast():
            final_B = networks.quality(path.finished_BCHW).float()
            with torch.no_grad():
                before_M = networks.quality(seen_MCHW).float()
            value_M = networks.value(seen_MCHW, torch.cat([state.planes(steps) for state in path.states])).float()
        final_B = losses.quality(final_B, self.target_scores, config.critic)
        before_TB = losses.quality(before_M, self.target_scores, config.critic).view(steps, -1)
        value_TB = value_M.view(steps, -1)

        # The return of each step, gamma = 1: what quality still rises, less what is still lost.
        lost_TB = path.penalties_TB.flip(0).cumsum(0).flip(0)
        return_TB = config.reward_scale * (final_B - before_TB) - lost_TB
        advantage_TB = (return_TB - value_TB).detach()
        advantage_TB = advantage_TB / (advantage_TB.std() + 1e-6)

        # theta_2 follows the gradient of the first return through all filters, theta_1 grad log pi_1 A.
        objective_B = config.reward_scale * final_B - path.penalties_TB.sum(0)
        choices_B = (path.log_pi_1_TB * advantage_TB).sum(0)
        self._descend("policy", -(objective_B + config.choice_weight * choices_B).mean())
        self._descend("value", 0.5 * (return_TB.detach() - value_TB).square().mean())
        self._average_policy()
        self.pool.put(path.finished_BCHW, self.generator)
        return {
            "r": return_TB[0].detach().mean(),
            "penalties": path.penalties_TB.detach().sum(0).mean(),
            "TD": (return_TB - value_TB).detach().abs().mean(),
            "H(pi_1)": path.entropy.detach(),
            "blown": (path.finished_BCHW.detach() > 1).float().mean(),
        }

    def _trajectories(self, count: int) -> Trajectories:
        config, steps = self.config, self.config.net.steps
        annealed = config.entropy * max(LEAST_ENTROPY, 1 - self.iteration / config.iterations)
        s = State.start(self.inputs.draw(count, self.generator), len(self.filters))
        states, logs, lost, entropies = [], [], [], []
        for _ in range(steps):
            # The policy looks at the picture, but no gradient goes through its eyes: only through the filters.
            seen = State(s.rgb_BCHW.detach(), s.used_BF, s.step_B)
            with self._autocast():
                logits_BF, values = decide(self.networks.policy, seen, self.filters, steps, self.generator)
            pi_1, a_1 = self._explore(logits_BF.float())
            values = [value.float() for value in values]
            next_s = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
            lost.append(losses.penalties(config, s, next_s.rgb_BCHW, pi_1, a_1, values, self.filters, annealed))
            logs.append(pi_1.gather(1, a_1[:, None])[:, 0].log())
            entropies.append(-(pi_1 * pi_1.log()).sum(1).mean())
            states.append(seen)
            s = next_s
        return Trajectories(s.rgb_BCHW, states, torch.stack(logs), torch.stack(lost), torch.stack(entropies).mean())
