"""Whole trajectories instead of single steps: the main departure from Algorithm 1, for quick and stable training.

Algorithm 1 moves one batch of pictures by one step and learns what that step is worth from V, which has to be learned
first. Here a batch goes through all its steps at once. The filters are differentiable, so the gradient of the finished
picture's quality reaches the parameters of every step directly, and the return of each step is known instead of
estimated; the baseline of pi_1's policy gradient is the return of a twin that took the likeliest filters, and V only
tells what to expect. See docs/training.md for what that buys.

Shapes: B batch, C channel, H height, W width, F filters, T steps.
"""

from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor

from exposure_app.agent.nets import SIZE
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.training.algorithm import losses
from exposure_app.training.algorithm.loop import CHOOSING, Learner
from exposure_app.training.algorithm.matching import Matching, disorder, plain_brightness

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
        return self.rgb_NCHW[self._places(generator)[:count]]

    def put(self, rgb_BCHW: Tensor, generator: Generator) -> None:
        """Take in new ones."""
        self.rgb_NCHW[self._places(generator)[: len(rgb_BCHW)]] = rgb_BCHW.detach()

    def state_dict(self) -> dict[str, Tensor]:
        """For a checkpoint."""
        return {"rgb": self.rgb_NCHW}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """From a checkpoint."""
        self.rgb_NCHW.copy_(tensors["rgb"])

    def _places(self, generator: Generator) -> Tensor:
        # None twice: of two pictures for one place it would be a race of threads which one stays.
        return torch.randperm(len(self.rgb_NCHW), generator=generator, device=self.rgb_NCHW.device)


@dataclass(frozen=True)
class Trajectories:
    """A batch on its way from inputs to finished pictures.

    Attributes:
        finished_BCHW: The finished pictures, differentiable in the parameters of all steps.
        states: What the policy saw before each step.
        plain_B: Mean luminance of the plain rendering of the same; None where order does not count.
        log_pi_1_TB: Of the chosen filters, differentiable; 0 for the likeliest ones, which were not drawn.
        penalties_TB: What each step's reward loses, differentiable.
        entropy: Mean of pi_1's.
    """

    finished_BCHW: Tensor
    states: list[State]
    plain_B: Tensor | None
    log_pi_1_TB: Tensor
    penalties_TB: Tensor
    entropy: Tensor


class UnrolledLearner(Learner):
    """``Learner`` whose actor learns from whole trajectories."""

    def _fill_buffer(self) -> None:
        size = self.config.batch
        self.matching = Matching(self.targets.all(), self.generator) if any(self.config.matching) else None
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
        config = self.config
        with self._autocast():  # around all steps, so that weights are converted once
            path = self._trajectories(config.batch)
        crowd = self.likeliest or config.batch
        figures, final_B = self._final(path, crowd)

        # The return of each step, gamma = 1: how good it ends, less what is still lost. How good the picture was before
        # the step is the same whatever is chosen, so that only the baseline would have to learn it.
        lost_TB = path.penalties_TB.flip(0).cumsum(0).flip(0)
        return_TB = config.reward_scale * final_B - lost_TB
        stages = self._judged_stages()
        value_TB = self._values([path.states[stage] for stage in stages])
        baseline_TB = self._of_twins(return_TB) if self.config.twins else value_TB
        advantage_TB = (return_TB - baseline_TB).detach()
        advantage_TB = advantage_TB / (advantage_TB.std() + 1e-6)

        # theta_2 follows the gradient of the first return through all filters, theta_1 grad log pi_1 A.
        objective_B = config.reward_scale * final_B - path.penalties_TB.sum(0)
        choices_B = (path.log_pi_1_TB * advantage_TB).sum(0)
        drawn = max(1, len(choices_B) - self.likeliest)
        self._descend("policy", -(objective_B.mean() + config.choice_weight * choices_B.sum() / drawn))
        self._descend("value", 0.5 * (return_TB[stages].detach() - value_TB).square().mean())
        self._average_policy()
        self.pool.put(path.finished_BCHW[:crowd], self.generator)
        return figures | {
            "r": return_TB[0].detach().mean(),
            "penalties": path.penalties_TB.detach().sum(0).mean(),
            "TD": (return_TB[stages] - value_TB).detach().abs().mean(),
            "H(pi_1)": path.entropy.detach(),
            "blown": (path.finished_BCHW.detach() > 1).float().mean(),
        }

    def _final(self, path: Trajectories, crowd: int) -> tuple[dict[str, Tensor], Tensor]:
        """How good (B,) the finished pictures are, to D and as a population; and what of it is by which measure."""
        config = self.config
        with self._autocast():
            score_B = self.networks.quality(path.finished_BCHW).float()
        final_B = losses.quality(score_B, self.target_scores, config.critic)
        figures: dict[str, Tensor] = {}
        if self.matching is not None:
            by_statistics_B, by_colors_B = self.matching.distance(path.finished_BCHW, crowd)
            final_B = final_B - config.matching[0] * by_statistics_B - config.matching[1] * by_colors_B
            figures |= {"statistics": by_statistics_B.detach().mean(), "colors": by_colors_B.detach().mean()}
        if path.plain_B is not None:
            disorder_B = disorder(path.finished_BCHW, path.plain_B, crowd)
            final_B = final_B - config.order * disorder_B
            figures["disorder"] = disorder_B.detach()[:crowd].mean()
        return figures, final_B

    def _judged_stages(self) -> list[int]:
        """Which steps V is asked about: as the baseline about all, else about one in turn, to save time."""
        steps = self.config.net.steps
        return [self.iteration % steps] if self.config.twins else list(range(steps))

    def _values(self, states: list[State]) -> Tensor:
        """V (T, B) of what the policy saw."""
        seen_MCHW = torch.cat([state.rgb_BCHW for state in states])
        planes_MK = torch.cat([state.planes(self.config.net.steps) for state in states])
        with self._autocast():
            value_M: Tensor = self.networks.value(seen_MCHW, planes_MK).float()
        return value_M.view(len(states), -1)

    def _of_twins(self, return_TB: Tensor) -> Tensor:
        """The returns of each one's twin that followed the likeliest filters; where all do, their own."""
        return return_TB[:, : self.likeliest].repeat(1, 2) if self._has_twins else return_TB

    def _set_rates(self) -> None:
        group = self.optimizers["policy"].param_groups[CHOOSING]
        if self._settled and group["factor"]:
            self._settle()
            group["factor"] = 0.0  # momentum alone would move it on
        super()._set_rates()

    @torch.no_grad()
    def _settle(self) -> None:
        """Let pi_1 be its moving average from now on: the last one of a swinging choice is no better than any other."""
        if self.config.average:
            averaged, last = (net.parameters_by_decision()[0] for net in (self.averaged, self.networks.policy))
            for kept, mean in zip(last, averaged, strict=True):
                kept.copy_(mean)

    @property
    def likeliest(self) -> int:
        """How many trajectories of a batch take the likeliest filters, as in use: all of them once pi_1 is settled."""
        config = self.config
        if self._has_twins:
            return config.batch // 2
        return config.batch if self._settled else round(config.likeliest * config.batch)

    @property
    def _has_twins(self) -> bool:
        return self.config.twins and not self._settled

    @property
    def _settled(self) -> bool:
        return self.iteration >= self.config.settle * self.config.iterations

    def _start(self, count: int) -> State:
        """Pictures (B, 3, H, W) to retouch, with ``whole`` each beside the whole photo: filters look at one pixel."""
        config = self.config
        drawn = count // 2 if self._has_twins else count
        if config.whole:
            part_BCHW, whole_BCHW = self.inputs.draw_with_whole(drawn, self.generator)
            rgb_BCHW = torch.cat([whole_BCHW, part_BCHW], dim=-1)
        else:
            rgb_BCHW = self.inputs.draw(drawn, self.generator)
        return State.start(rgb_BCHW.repeat(2, 1, 1, 1) if self._has_twins else rgb_BCHW, len(self.filters))

    def _trajectories(self, count: int) -> Trajectories:
        config, steps, s = self.config, self.config.net.steps, self._start(count)
        annealed = 0.0 if self._settled else config.entropy * max(LEAST_ENTROPY, 1 - self.iteration / config.iterations)
        plain_B = plain_brightness(s.rgb_BCHW[..., -SIZE:], s.rgb_BCHW[..., :SIZE]) if config.order else None
        # With one seed for all photos, as in use, the results of every seed have to be spread like the targets.
        alike = self.matching is not None
        drawn_B = torch.arange(count, device=self.device) >= self.likeliest
        states, logs, lost, entropies = [], [], [], []
        for _ in range(steps):
            # The policy looks at the picture, but no gradient goes through its eyes: only through the filters.
            seen = replace(s, rgb_BCHW=s.rgb_BCHW.detach()[..., :SIZE])
            with self._autocast():
                logits_BF, values = decide(self.networks.policy, seen, self.filters, steps, self.generator, alike)
            pi_1, a_1 = self._explore(logits_BF.float())
            a_1 = torch.where(drawn_B, a_1, pi_1.argmax(1))
            with torch.autocast(self.device.type, enabled=False):
                values = [value.float() for value in values]
                next_s = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
                lost.append(losses.penalties(config, s, next_s.rgb_BCHW, pi_1, a_1, values, self.filters, annealed))
            logs.append(pi_1.gather(1, a_1[:, None])[:, 0].log() * drawn_B)
            entropies.append(torch.special.entr(pi_1).sum(1).mean())
            states.append(seen)
            s = next_s
        finished_BCHW = s.rgb_BCHW[..., -SIZE:]
        parts = torch.stack(logs), torch.stack(lost), torch.stack(entropies).mean()
        return Trajectories(finished_BCHW, states, plain_B, *parts)
