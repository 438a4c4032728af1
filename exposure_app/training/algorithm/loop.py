"""Algorithm 1 of the paper, in its order and symbols.

pi_1 chooses a filter, pi_2 its parameters (theta); V is the value net (v); D the discriminator (w). Departures from the
paper are listed in docs/training.md.

Shapes: B batch, C channel, H height, W width, F filters.
"""

import copy
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Generator, Tensor

from exposure_app.agent.nets import NEVER, Networks
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.filters import Filter
from exposure_app.pipeline.recipe import Step
from exposure_app.training.algorithm import losses
from exposure_app.training.algorithm.buffer import TrajectoryBuffer
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.photos.data import Crops

BETAS = (0.5, 0.9)  # of Adam
CHOOSING = 0  # the policy's parameter group that is pi_1; the other is pi_2
OFTEN, SELDOM = 10, 500  # the discriminator gets its extra updates in the first iterations and every so often


class Learner:
    """Everything that changes during training, and one iteration of it.

    Args:
        config: Sizes and rates.
        filters: The action space F.
        inputs: D_RAW.
        targets: D_retouched.
        device: Where all of it lives.
        seed: Random seed.
    """

    def __init__(
        self,
        config: TrainConfig,
        filters: Sequence[Filter],
        inputs: Crops,
        targets: Crops,
        device: torch.device,
        seed: int = 0,
    ) -> None:
        self.config, self.filters, self.inputs, self.targets, self.device = config, filters, inputs, targets, device
        self.generator = Generator(device).manual_seed(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.networks = Networks(config.net, [filter_.width for filter_ in filters]).to(device)
        self.averaged = copy.deepcopy(self.networks.policy).requires_grad_(False)
        rates = {"policy": config.policy_rate, "value": config.value_rate, "critic": config.critic_rate}
        self.optimizers = {
            name: torch.optim.Adam(getattr(self.networks, name).parameters(), lr=rate, betas=BETAS, fused=True)
            for name, rate in rates.items()
        }
        pi_1, pi_2 = self.networks.policy.parameters_by_decision()
        groups: list[dict[str, Any]] = [{"params": pi_1, "factor": config.choice_rate}, {"params": pi_2}]
        self.optimizers["policy"] = torch.optim.Adam(groups, lr=config.policy_rate, betas=BETAS, fused=True)
        self.rates = rates
        self.iteration = 0
        self.critic_updates = 0
        self.target_scores = torch.zeros(config.batch, device=device)
        self._fill_buffer()

    def begin_with(self, networks: Networks) -> None:
        """Go on from what another run has learned.

        Args:
            networks: Of the same shape, for the same filters.
        """
        self.networks.load_state_dict(networks.state_dict())
        self.averaged.load_state_dict(networks.policy.state_dict())
        self._fill_buffer()

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """One turn of the outer loop of Algorithm 1.

        Args:
            between: Called when the discriminator is done and the actor's turn comes, for timing.

        Returns:
            Figures, still on the device.
        """
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
        config, networks = self.config, self.networks
        finished_BCHW = self._finished().clamp(0, 1)
        target_BCHW = self.targets.draw(config.batch, self.generator)
        with self._autocast():
            scores = networks.quality(torch.cat([target_BCHW, finished_BCHW])).float()
        target_B, finished_B = scores.chunk(2)
        loss = losses.discriminator_loss(target_B, finished_B, config.critic)
        figures = {
            "L_w": loss.detach(),
            "D(target)": target_B.detach().mean(),
            "D(finished)": finished_B.detach().mean(),
        }
        if self.critic_updates % config.penalty_every == 0:
            penalty = losses.gradient_penalty(
                networks.critic, target_BCHW, finished_BCHW, config.critic, self.generator
            )
            loss = loss + config.penalty * config.penalty_every * penalty
            figures["penalty"] = penalty.detach()
        self._descend("critic", loss)
        self.target_scores = target_B.detach()
        self.critic_updates += 1
        return figures

    def _update_actor(self) -> dict[str, Tensor]:
        """One step of a batch of trajectories; theta_1, theta_2 and v follow their gradients."""
        config, networks, steps = self.config, self.networks, self.config.net.steps
        slots_B, s = self.buffer.draw(self.inputs.draw(config.batch, self.generator), self.generator)

        # a = (a_1, a_2) ~ pi(s)
        with self._autocast():
            logits_BF, values = decide(networks.policy, s, self.filters, steps, self.generator)
        pi_1, a_1 = self._explore(logits_BF.float())
        values = [value.float() for value in values]

        # s' = p(s, a), r(s, a)
        next_s = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
        annealed = config.entropy * max(0.0, 1 - self.iteration / config.iterations)
        lost = losses.penalties(config, s, next_s.rgb_BCHW, pi_1, a_1, values, self.filters, annealed)
        with self._autocast():
            after = networks.quality(next_s.rgb_BCHW).float()
            with torch.no_grad():
                before = networks.quality(s.rgb_BCHW).float()
            next_value = networks.value(next_s.rgb_BCHW, next_s.planes(steps)).float()
            value = networks.value(s.rgb_BCHW, s.planes(steps)).float()
        before, after = (losses.quality(score, self.target_scores, config.critic) for score in (before, after))
        r = config.reward_scale * (after - before) - lost
        next_value = torch.where(next_s.step_B >= steps, 0.0, next_value)  # a finished picture earns nothing more
        delta = losses.td_error(r, value, next_value)

        # theta_1 follows grad log pi_1(a_1 | s) A, theta_2 the gradient of Q = r + V(s') through the filter.
        log_pi_1 = pi_1.gather(1, a_1[:, None])[:, 0].log()
        q = r + next_value
        self._descend("policy", -(log_pi_1 * delta.detach() + q).mean())

        # v follows TD^2 / 2, V(s') taken as given. The picture s is no function of v, so this needs no second pass.
        self._descend("value", 0.5 * losses.td_error(r.detach(), value, next_value.detach()).square().mean())
        self._average_policy()
        self.buffer.put(slots_B, next_s)
        entropy = torch.special.entr(pi_1).sum(1).mean()
        return {
            "r": r.detach().mean(),
            "penalties": lost.detach().mean(),
            "TD": delta.detach().abs().mean(),
            "H(pi_1)": entropy.detach(),
            "blown": (next_s.rgb_BCHW.detach() > 1).float().mean(),
        }

    def state_dict(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "iteration": self.iteration,
            "critic_updates": self.critic_updates,
            "networks": self.networks.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizers": {name: optimizer.state_dict() for name, optimizer in self.optimizers.items()},
            "buffer": self._buffer_state(),
            "target_scores": self.target_scores,
            "generator": self.generator.get_state(),
            "rates": self.rates,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """From a checkpoint: what follows is what would have followed there."""
        self.iteration, self.critic_updates = state["iteration"], state["critic_updates"]
        self.networks.load_state_dict(state["networks"])
        self.averaged.load_state_dict(state["averaged"])
        for name, optimizer in self.optimizers.items():
            optimizer.load_state_dict(state["optimizers"][name])
        self._load_buffer(state["buffer"])
        self.target_scores = state["target_scores"].to(self.device)
        self.generator.set_state(state["generator"].cpu())
        self.rates = dict(state["rates"])

    def grade_in(self, state: dict[str, Any]) -> tuple[Step, ...]:
        """What every photo gets after the policy's steps, by a state of the learner: nothing in the paper."""
        return ()

    def _fill_buffer(self) -> None:
        inputs_NCHW = self.inputs.draw(self.config.buffer, self.generator)
        self.buffer = TrajectoryBuffer(inputs_NCHW, len(self.filters), self.config.net.steps)
        self._spread_stages()

    def _finished(self) -> Tensor:
        """A batch of finished pictures for the discriminator."""
        return self.buffer.finished(self.config.batch, self.generator)

    def _buffer_state(self) -> dict[str, Tensor]:
        return self.buffer.state_dict()

    def _load_buffer(self, tensors: dict[str, Tensor]) -> None:
        self.buffer.load_state_dict(tensors)

    def _explore(self, logits_BF: Tensor) -> tuple[Tensor, Tensor]:
        """pi_1, mixed with the uniform distribution over what may be chosen, and filters a_1 (B,) drawn from it."""
        share, allowed_BF = self.config.explore, logits_BF > NEVER / 2
        pi_1 = (1 - share) * logits_BF.softmax(1) + share * allowed_BF / allowed_BF.sum(1, keepdim=True)
        # Drawing from what is no number would end the process on a GPU; the figures tell (see ``watch``).
        chances = pi_1.detach().nan_to_num(1.0)
        return pi_1, torch.multinomial(chances, 1, generator=self.generator)[:, 0]

    def _descend(self, name: str, loss: Tensor) -> None:
        """One step of Adam on the parameters of one network only, though the loss may reach others."""
        parameters = list(getattr(self.networks, name).parameters())
        self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward(inputs=parameters)
        self.optimizers[name].step()

    def _set_rates(self) -> None:
        share = self.config.decay ** min(1.0, self.iteration / self.config.iterations)
        for name, optimizer in self.optimizers.items():
            for group in optimizer.param_groups:
                group["lr"] = self.rates[name] * share * group.get("factor", 1.0)

    def _average_policy(self) -> None:
        # The moving average starts as a plain one, or it would remember the untrained policy for long.
        keep = min(self.config.average, self.iteration / (self.iteration + 10)) if self.config.average else 0.0
        with torch.no_grad():
            torch._foreach_lerp_(list(self.averaged.parameters()), list(self.networks.policy.parameters()), 1 - keep)

    @torch.no_grad()
    def _spread_stages(self) -> None:
        """Take the pictures of the fresh buffer to random stages, so that D has finished ones from the start."""
        size, state, steps = self.config.batch, self.buffer.state, self.config.net.steps
        goal_N = torch.randint(steps + 1, (len(self.buffer),), generator=self.generator, device=self.device)
        for start in range(0, len(self.buffer), size):
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
            self.buffer.put(torch.arange(start, start + len(s.step_B), device=self.device), s)

    def _autocast(self) -> AbstractContextManager[Any]:
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.autocast)
