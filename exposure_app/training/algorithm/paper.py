"""The paper's learning algorithm, whole: Algorithm 1 in its order and symbols, with its buffer and losses.

pi_1 chooses a filter, pi_2 its parameters (theta); V is the value net (v); D the discriminator (w). Departures from the
paper are listed in docs/training.md.

Shapes: B batch, C channel, H height, W width, N slots of the buffer, F filters.
"""

import math
from collections.abc import Callable, Sequence

import torch
from torch import Generator, Tensor

from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.filters import Filter
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.learner import Learner
from exposure_app.training.photos.data import Crops

OFTEN, SELDOM = 10, 500  # the discriminator gets its extra updates in the first iterations and every so often
GRADIENT_PENALTY = 10.0  # weight of the discriminator's
REWARD_SCALE = 0.05  # of the improvement of the score
REUSE, BLOWN = 1.0, 1.0  # weights of penalties: for a filter that was used before, for squared values above 1


class TrajectoryBuffer:
    """Pictures at mixed stages in fixed slots, for out-of-order training (section 5.4).

    All operations have fixed shapes and stay on the device: nothing waits for it.

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


class PaperLearner(Learner):
    """Algorithm 1."""

    def __init__(
        self,
        config: TrainConfig,
        filters: Sequence[Filter],
        inputs: Crops,
        targets: Crops,
        device: torch.device,
        seed: int = 0,
    ) -> None:
        super().__init__(config, filters, inputs, targets, device, seed)
        inputs_NCHW = self.inputs.draw(config.buffer, self.generator)
        self.memory: TrajectoryBuffer = TrajectoryBuffer(inputs_NCHW, len(filters), config.net.steps)
        self._spread_stages()

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """One turn of the outer loop; see ``Learner.iterate``."""
        self._set_rates()
        figures: dict[str, Tensor] = {}
        extra = self.iteration < OFTEN or self.iteration % SELDOM == 0
        for _ in range(self.config.critic_first if extra else self.config.critic_updates):
            figures |= self._update_discriminator()
        between()
        figures |= self._update_actor()
        self.iteration += 1
        return figures

    def _update_discriminator(self) -> dict[str, Tensor]:
        """W <- w - alpha_w grad_w L_w."""
        batch, networks = self.config.batch, self.networks
        finished_BCHW = self.memory.finished(batch, self.generator).clamp(0, 1)
        target_BCHW = self.targets.draw(batch, self.generator)
        target_B, finished_B = networks.quality(torch.cat([target_BCHW, finished_BCHW])).chunk(2)
        loss = finished_B.mean() - target_B.mean()  # equation 11
        penalty = gradient_penalty(networks.critic, target_BCHW, finished_BCHW, self.generator)
        self._descend("critic", loss + GRADIENT_PENALTY * penalty)
        return {
            "L_w": loss.detach(),
            "D(target)": target_B.detach().mean(),
            "D(finished)": finished_B.detach().mean(),
            "penalty": penalty.detach(),
        }

    def _update_actor(self) -> dict[str, Tensor]:
        """One step of a batch of trajectories; theta_1, theta_2 and v follow their gradients."""
        config, networks, steps = self.config, self.networks, self.config.net.steps
        slots_B, s = self.memory.draw(self.inputs.draw(config.batch, self.generator), self.generator)

        # a = (a_1, a_2) ~ pi(s)
        logits_BF, values = decide(networks.policy, s, self.filters, steps, self.generator)
        pi_1, a_1 = self._explore(logits_BF)

        # s' = p(s, a), r(s, a)
        next_s = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
        annealed = config.entropy * max(0.0, 1 - self.iteration / config.iterations)
        lost = penalties(s, next_s.rgb_BCHW, pi_1, a_1, annealed)
        after = networks.quality(next_s.rgb_BCHW)
        with torch.no_grad():
            before = networks.quality(s.rgb_BCHW)
        r = REWARD_SCALE * (after - before) - lost  # equation 12
        next_value = networks.value(next_s.rgb_BCHW, next_s.planes(steps))
        next_value = torch.where(next_s.step_B >= steps, 0.0, next_value)  # a finished picture earns nothing more
        value = networks.value(s.rgb_BCHW, s.planes(steps))
        delta = td_error(r, value, next_value)

        # theta_1 follows grad log pi_1(a_1 | s) A, theta_2 the gradient of Q = r + V(s') through the filter.
        log_pi_1 = pi_1.gather(1, a_1[:, None])[:, 0].log()
        self._descend("policy", -(log_pi_1 * delta.detach() + (r + next_value)).mean())

        # v follows TD^2 / 2, V(s') taken as given. The picture s is no function of v, so this needs no second pass.
        self._descend("value", 0.5 * td_error(r.detach(), value, next_value.detach()).square().mean())
        self.memory.put(slots_B, next_s)
        return {
            "r": r.detach().mean(),
            "penalties": lost.detach().mean(),
            "TD": delta.detach().abs().mean(),
            "H(pi_1)": torch.special.entr(pi_1).sum(1).mean().detach(),
            "blown": (next_s.rgb_BCHW.detach() > 1).float().mean(),
        }

    @torch.no_grad()
    def _spread_stages(self) -> None:
        """Take the pictures of the fresh buffer to random stages, so that D has finished ones from the start."""
        size, state, steps = self.config.batch, self.memory.state, self.config.net.steps
        goal_N = torch.randint(steps + 1, (len(self.memory),), generator=self.generator, device=self.device)
        for start in range(0, len(self.memory), size):
            part = slice(start, start + size)
            s = State(state.rgb_BCHW[part], state.used_BF[part], state.step_B[part], state.look_BK[part])
            for step in range(steps):
                logits_BF, values = decide(self.networks.policy, s, self.filters, steps, self.generator)
                a_1 = torch.multinomial(logits_BF.softmax(1), 1, generator=self.generator)[:, 0]
                after = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
                goes = goal_N[part] > step
                s = State(
                    torch.where(goes[:, None, None, None], after.rgb_BCHW, s.rgb_BCHW),
                    torch.where(goes[:, None], after.used_BF, s.used_BF),
                    torch.where(goes, after.step_B, s.step_B),
                    s.look_BK,
                )
            self.memory.put(torch.arange(start, start + len(s.step_B), device=self.device), s)


def gradient_penalty(
    score: Callable[[Tensor], Tensor], target_BCHW: Tensor, finished_BCHW: Tensor, generator: Generator
) -> Tensor:
    """Mean max(|grad D| - 1, 0)^2 on random interpolates (Gulrajani et al. 2017, one-sided as in the authors' code)."""
    share = torch.rand(len(target_BCHW), 1, 1, 1, generator=generator, device=target_BCHW.device)
    points = (target_BCHW + share * (finished_BCHW - target_BCHW)).detach().requires_grad_()
    (gradient,) = torch.autograd.grad(score(points).sum(), points, create_graph=True)
    length_B = (gradient.square().sum((1, 2, 3)) + 1e-12).sqrt()
    return (length_B - 1).clamp(min=0).square().mean()


def penalties(before: State, after_BCHW: Tensor, pi_1: Tensor, choice_B: Tensor, entropy_weight: float) -> Tensor:
    """What the reward loses (section 5.4; equation 13), for each picture.

    Args:
        before: State before the step.
        after_BCHW: Pictures after it.
        pi_1: (B, F), differentiable.
        choice_B: Chosen filters.
        entropy_weight: The annealed weight of the entropy term.
    """
    entropy_B = -(pi_1 * (pi_1 + 1e-9).log()).sum(1)
    reused_B = before.used_BF.gather(1, choice_B[:, None])[:, 0]
    blown_B = (after_BCHW - 1).clamp(min=0).square().mean((1, 2, 3))
    return entropy_weight * (math.log(pi_1.shape[1]) - entropy_B) + REUSE * reused_B + BLOWN * blown_B


def td_error(reward_B: Tensor, value_B: Tensor, next_value_B: Tensor) -> Tensor:
    """Delta = r + gamma V(s') - V(s), with gamma = 1 (equation 10)."""
    return reward_B + next_value_B - value_B
