"""Learning to finish photos from finished photos alone, whole: each is degraded, and the agent has to bring it back.

Populations of different subjects, which the paper matches, do not say how bright the subject of this photo should be;
a photo that somebody finished does. The critic stays beside the distance to the truth: a mean distance hedges where
the content cannot tell, and hedged pictures are pale and flat. What the content cannot tell, above all how bright, warm
and colourful somebody liked it, is told to the policy as the look of the truth (``statistics.aim``); in use a network
of its own, the taste, says which look photos like this one have, and other looks are the alternatives.

Where Algorithm 1 moves pictures by one step and learns from V what that is worth, here a batch goes through all its
steps at once: the filters are differentiable, so the gradient of the finished picture's quality reaches the parameters
of every step, and the return of each step is known. The baseline of pi_1's policy gradient is the return of the same
photo under the likeliest filters (self-critical, Rennie et al. 2017); V only tells what to expect.

Shapes: B batch, C channel, H height, W width, N pictures, F filters, T steps, K numbers of a look.
"""

import copy
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Generator, Tensor

from exposure_app.agent import statistics
from exposure_app.agent.nets import Networks, Taste
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.filters import Filter
from exposure_app.params import Bands, Curve, Scalar
from exposure_app.training.algorithm import taste
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.learner import Learner, adam
from exposure_app.training.algorithm.matching import opponent_colors
from exposure_app.training.photos.data import Crops
from exposure_app.training.photos.degrade import degrade

# The objective.
RESTORE = 60.0  # weight of the distance to the truth
FREE = 0.25  # share of the photos that are asked for a look without a known truth
LOOK_WEIGHT = 0.03  # of a deviation from the look asked for, as a distance of colours
UNSURE = 0.25  # deviation of the look that is told from that of the truth, so that small errors of the taste do no harm
OTHER = 0.7  # deviation of the looks that are asked for where no truth is known

# Penalties.
LEAST_ENTROPY = 0.2  # share of the entropy penalty that is left at the end
BLOWN, CLIPPED = 4.0, 5.0  # weights of values above 1, squared, and as they are: many pixels a little above 1 count too
IDLE_WEIGHT = 0.3  # for a step that leaves the picture as it was; less for one that changes it a little
IDLE = 0.04  # relative change of a picture below which a step counts as idle
EDGE_WEIGHT = 0.3  # of settings near the ends of the agent's range
EDGE = 0.7  # of the way from the middle of the agent's range to its ends
# Filter id to weight of the squared distance of its settings from neutral: photos differ in colour by what they show.
DEPARTURE = {"white_balance": 1.0, "color_curve": 4.0, "color_grading": 0.3, "color_mixer": 0.2}

# The networks.
CRITIC_PENALTY, PENALTY_EVERY = 5.0, 4  # weight of the critic's gradient penalty; iterations for one evaluation of it
AVERAGE = 0.995  # of the past in the moving average of the policy
CHOICE = 0  # the policy's parameter group that is pi_1; the other is pi_2


class FinishedPool:
    """Finished pictures for the discriminator; new ones replace random old ones.

    Args:
        rgb_NCHW: The first ones.
    """

    def __init__(self, rgb_NCHW: Tensor) -> None:
        self.rgb_NCHW = rgb_NCHW

    def draw(self, count: int, generator: Generator) -> Tensor:
        """Random ones (B, 3, H, W)."""
        return self.rgb_NCHW[self._order(generator)[:count]]

    def put(self, rgb_BCHW: Tensor, generator: Generator) -> None:
        """Take in new ones."""
        self.rgb_NCHW[self._order(generator)[: len(rgb_BCHW)]] = rgb_BCHW.detach()

    def state_dict(self) -> dict[str, Tensor]:
        """For a checkpoint."""
        return {"rgb": self.rgb_NCHW}

    def load_state_dict(self, tensors: dict[str, Tensor]) -> None:
        """From a checkpoint."""
        self.rgb_NCHW.copy_(tensors["rgb"])

    def _order(self, generator: Generator) -> Tensor:
        # None twice: of two pictures for one slot it would be a race of threads which one stays.
        return torch.randperm(len(self.rgb_NCHW), generator=generator, device=self.rgb_NCHW.device)


@dataclass(frozen=True)
class Task:
    """What a batch is asked for; the first photos have no known truth.

    Attributes:
        start: Degraded pictures and the looks they are to end with.
        truth_BCHW: What they were; of those without a known truth anything.
        free_B: Which have none.
    """

    start: State
    truth_BCHW: Tensor
    free_B: Tensor

    def twice(self) -> "Task":
        """Every photo again, in a second half of the batch."""
        s = self.start
        state = State(s.rgb_BCHW.repeat(2, 1, 1, 1), s.used_BF.repeat(2, 1), s.step_B.repeat(2), s.look_BK.repeat(2, 1))
        return Task(state, self.truth_BCHW.repeat(2, 1, 1, 1), self.free_B.repeat(2))


@dataclass(frozen=True)
class Trajectories:
    """A batch on its way from inputs to finished pictures.

    Attributes:
        finished_BCHW: The finished pictures, differentiable in the parameters of all steps.
        states: What the policy saw before each step.
        log_pi_1_TB: Of the chosen filters, differentiable; 0 for the likeliest ones, which were not drawn.
        penalties_TB: What each step's reward loses, differentiable.
        entropy: Mean of pi_1's.
    """

    finished_BCHW: Tensor
    states: list[State]
    log_pi_1_TB: Tensor
    penalties_TB: Tensor
    entropy: Tensor


class FinishingLearner(Learner):
    """Brings degraded photos back; the arguments are those of ``Learner``.

    Inputs are photos without a known truth: what becomes of them is judged by the critic and by how well the look that
    was asked for is met. Targets are degraded and restored, and are what the discriminator takes for finished.
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
        super().__init__(config, filters, inputs, targets, device, seed)
        if self.networks.taste is None:
            raise ValueError("photos are finished by agents that are told a look")
        self.taste: Taste = self.networks.taste
        self.averaged = copy.deepcopy(self.networks.policy).requires_grad_(False)
        pi_1, pi_2 = self.networks.policy.parameters_by_decision()
        groups: list[dict[str, Any]] = [{"params": pi_1, "factor": 1.0}, {"params": pi_2}]
        self.optimizers["policy"] = adam(groups, config.policy_rate)
        taste.learn(self.taste, targets, self.generator)
        with torch.no_grad():
            batches = range(max(1, config.buffer // config.batch))
            finished = [self._trajectories(self._task()).finished_BCHW for _ in batches]
        self.memory: FinishedPool = FinishedPool(torch.cat(finished))

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """See ``Learner.iterate``."""
        if self.choice_is_frozen:
            self._freeze_choice()
        self._set_rates()
        figures, target_score_B = self._update_discriminator()
        between()
        figures |= self._update_actor(target_score_B)
        self.iteration += 1
        return figures

    @property
    def choice_is_frozen(self) -> bool:
        """Whether pi_1 learns no more, so that pi_2 converges under fixed choices, as in use."""
        return self.iteration >= self.config.freeze_choice_after * self.config.iterations

    @property
    def greedy(self) -> int:
        """How many trajectories of a batch, its first ones, take the likeliest filters, as in use.

        While pi_1 learns it is half of them. The other half draws filters for the same photos.
        """
        return self.config.batch if self.choice_is_frozen else self.config.batch // 2

    def _update_discriminator(self) -> tuple[dict[str, Tensor], Tensor]:
        """One step of the discriminator; returns figures and the scores (B,) of targets."""
        finished_BCHW = self.memory.draw(self.config.batch, self.generator)
        target_BCHW = self.targets.draw(self.config.batch, self.generator)
        loss, figures, target_B = relativistic_loss(self.networks, target_BCHW, finished_BCHW, self.iteration)
        self._descend("critic", loss)
        return figures, target_B

    def _update_actor(self, target_score_B: Tensor) -> dict[str, Tensor]:
        """A batch goes all its way; theta_1, theta_2 and v follow their gradients."""
        greedy, stage = self.greedy, self.iteration % self.config.net.steps
        with autocast(self.device):  # around all steps, so that weights are converted once
            task = self._task()
            path = self._trajectories(task)
        final_B, figures = self._final(task, path.finished_BCHW, target_score_B)

        # The return of each step, gamma = 1: how good it ends, less what is still lost. How good the picture was before
        # the step is the same whatever is chosen, so that only the baseline would have to learn it.
        lost_TB = path.penalties_TB.flip(0).cumsum(0).flip(0)
        return_TB = final_B - lost_TB
        advantage_TB = self_critical_advantage(return_TB.detach(), greedy)
        value_B = self._value(path.states[stage])  # V is asked about one step in turn, to save time

        # theta_2 follows the gradient of the first return through all filters, theta_1 grad log pi_1 A.
        objective = (final_B - path.penalties_TB.sum(0)).mean()
        choices_B = (path.log_pi_1_TB * advantage_TB).sum(0)
        self._descend("policy", -(objective + choices_B.sum() / max(1, len(choices_B) - greedy)))
        self._descend("value", 0.5 * (return_TB[[stage]].detach() - value_B[None]).square().mean())
        self._average_policy()
        self.memory.put(path.finished_BCHW[:greedy], self.generator)
        return figures | {
            "r": return_TB[0].detach().mean(),
            "penalties": path.penalties_TB.detach().sum(0).mean(),
            "TD": (return_TB[stage] - value_B).detach().abs().mean(),
            "H(pi_1)": path.entropy.detach(),
            "blown": (path.finished_BCHW.detach() > 1).float().mean(),
        }

    def _task(self) -> Task:
        """Photos to bring back, each twice while pi_1 learns: once by the likeliest filters."""
        drawn = self.config.batch if self.choice_is_frozen else self.config.batch // 2
        free = round(FREE * drawn)
        truth_BCHW = self.targets.draw(drawn, self.generator)
        rgb_BCHW = degrade(truth_BCHW, self.generator)
        rgb_BCHW[:free] = self.inputs.draw(free, self.generator)
        look_BK = statistics.aim(truth_BCHW)
        if free:
            with torch.no_grad():
                look_BK[:free] = self.taste(rgb_BCHW[:free])
        free_B = torch.arange(drawn, device=self.device) < free
        noise_BK = torch.randn(look_BK.shape, generator=self.generator, device=self.device)
        told_BK = look_BK + torch.where(free_B[:, None], OTHER, UNSURE) * noise_BK
        task = Task(State.start(rgb_BCHW, len(self.filters), told_BK), truth_BCHW, free_B)
        return task if self.choice_is_frozen else task.twice()

    def _trajectories(self, task: Task) -> Trajectories:
        config, steps, s = self.config, self.config.net.steps, task.start
        annealed = config.entropy * max(LEAST_ENTROPY, 1 - self.iteration / config.iterations)
        annealed = 0.0 if self.choice_is_frozen else annealed
        drawn_B = torch.arange(len(s.step_B), device=self.device) >= self.greedy
        states, logs, lost, entropies = [], [], [], []
        for _ in range(steps):
            # No gradient goes through what the policy sees: only through the filters.
            seen = replace(s, rgb_BCHW=s.rgb_BCHW.detach())
            with autocast(self.device):
                logits_BF, values = decide(self.networks.policy, seen, self.filters, steps, self.generator)
            pi_1, a_1 = self._explore(logits_BF.float())
            a_1 = torch.where(drawn_B, a_1, pi_1.argmax(1))
            with torch.autocast(self.device.type, enabled=False):
                values = [value.float() for value in values]
                next_s = s.after(apply_chosen(s.rgb_BCHW, a_1, values, self.filters), a_1)
                lost.append(penalties(s, next_s.rgb_BCHW, pi_1, a_1, values, self.filters, annealed))
            logs.append(pi_1.gather(1, a_1[:, None])[:, 0].log() * drawn_B)
            entropies.append(torch.special.entr(pi_1).sum(1).mean())
            states.append(seen)
            s = next_s
        parts = torch.stack(logs), torch.stack(lost), torch.stack(entropies).mean()
        return Trajectories(s.rgb_BCHW, states, *parts)

    def _final(self, task: Task, finished_BCHW: Tensor, target_score_B: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """How good (B,) the finished pictures are: to the critic, and by the truth or the look; and figures."""
        finished = finished_BCHW.clamp(0, 1)
        with autocast(self.device):
            score_B = self.networks.quality(finished).float()
        # How often it passes for a target. Beyond the targets there is nothing to win, where D itself would reward ever
        # more of whatever tells targets apart.
        critic_B = -F.softplus(target_score_B - score_B[:, None]).mean(1)
        away_B = distance(finished, task.truth_BCHW)
        missed_B = (statistics.aim(finished) - task.start.look_BK).abs().mean(1)
        final_B = critic_B - RESTORE * torch.where(task.free_B, LOOK_WEIGHT * missed_B, away_B)
        first = slice(self.greedy)
        figures = {
            "restored": away_B.detach()[first][~task.free_B[first]].mean(),
            "look": missed_B.detach()[first].mean(),
        }
        return final_B, figures

    def _value(self, state: State) -> Tensor:
        """V (B,) of what the policy saw."""
        with autocast(self.device):
            value_B: Tensor = self.networks.value(state.rgb_BCHW, state.planes(self.config.net.steps)).float()
        return value_B

    @torch.no_grad()
    def _freeze_choice(self) -> None:
        """Let pi_1 be its moving average from now on: the last one of a swinging choice is no better than any other."""
        group = self.optimizers["policy"].param_groups[CHOICE]
        if group["factor"]:
            averaged, last = (net.parameters_by_decision()[0] for net in (self.averaged, self.networks.policy))
            for kept, mean in zip(last, averaged, strict=True):
                kept.copy_(mean)
            group["factor"] = 0.0  # momentum alone would move it on

    @torch.no_grad()
    def _average_policy(self) -> None:
        # The moving average starts as a plain one, or it would remember the untrained policy for long.
        past = min(AVERAGE, self.iteration / (self.iteration + 10))
        torch._foreach_lerp_(list(self.averaged.parameters()), list(self.networks.policy.parameters()), 1 - past)


def self_critical_advantage(return_TB: Tensor, greedy: int) -> Tensor:
    """By how much the return of each drawn trajectory exceeds that of the greedy one of the same photo, scaled.

    Args:
        return_TB: Returns; greedy trajectories first, then, in the same order of photos, drawn ones, or none.
        greedy: How many are greedy.
    """
    baseline_TB = return_TB[:, :greedy].repeat(1, return_TB.shape[1] // greedy)
    advantage_TB = return_TB - baseline_TB
    return advantage_TB / (advantage_TB.std() + 1e-6)


def relativistic_loss(
    networks: Networks, target_BCHW: Tensor, finished_BCHW: Tensor, iteration: int
) -> tuple[Tensor, dict[str, Tensor], Tensor]:
    """The loss of a discriminator that learns which of a pair is the target, now and then with its gradient penalty.

    The optimum of this loss cannot be had by giving up part of the targets, so that results do not gather at one mode
    (Huang et al. 2024, "The GAN is dead; long live the GAN!"). The penalty, mean |grad D|^2 on both, keeps D smooth.

    Returns:
        The loss, figures, and the scores (B,) of the targets.
    """
    pictures_BCHW = torch.cat([target_BCHW, finished_BCHW.clamp(0, 1)])
    with autocast(pictures_BCHW.device):
        scores = networks.quality(pictures_BCHW).float()
    target_B, finished_B = scores.chunk(2)
    loss = F.softplus(finished_B[:, None] - target_B).mean()
    figures = {
        "L_w": loss.detach(),
        "D(target)": target_B.detach().mean(),
        "D(finished)": finished_B.detach().mean(),
    }
    if iteration % PENALTY_EVERY == 0:
        pictures_BCHW.requires_grad_()
        (gradient,) = torch.autograd.grad(networks.critic(pictures_BCHW).sum(), pictures_BCHW, create_graph=True)
        penalty = gradient.square().sum((1, 2, 3)).mean()  # R1 + R2: half of it on each side, times two sides
        loss = loss + CRITIC_PENALTY * PENALTY_EVERY * penalty
        figures["penalty"] = penalty.detach()
    return loss, figures, target_B.detach()


def autocast(device: torch.device) -> AbstractContextManager[Any]:
    """Networks compute in half the bits."""
    return torch.autocast(device.type, torch.bfloat16)


def penalties(
    before: State,
    after_BCHW: Tensor,
    pi_1: Tensor,
    choice_B: Tensor,
    values: Sequence[Tensor],
    filters: Sequence[Filter],
    entropy_weight: float,
) -> Tensor:
    """What the reward of a step loses, for each picture.

    Args:
        before: State before the step.
        after_BCHW: Pictures after it.
        pi_1: (B, F), differentiable.
        choice_B: Chosen filters.
        values: Of each filter, differentiable.
        filters: The filters.
        entropy_weight: Of the penalty for a concentrated pi_1 (equation 13).
    """
    entropy_B = -(pi_1 * (pi_1 + 1e-9).log()).sum(1)
    excess_BCHW = (after_BCHW - 1).clamp(min=0)
    total_B = entropy_weight * (math.log(pi_1.shape[1]) - entropy_B)
    total_B = total_B + BLOWN * excess_BCHW.square().mean((1, 2, 3)) + CLIPPED * excess_BCHW.mean((1, 2, 3))
    total_B = total_B + IDLE_WEIGHT * idleness(before.rgb_BCHW, after_BCHW)
    for index, filter_ in enumerate(filters):
        chosen_B = choice_B == index
        total_B = total_B + EDGE_WEIGHT * chosen_B * beyond_edge(filter_, values[index])
        weight = DEPARTURE.get(filter_.id, 0.0)
        if weight:
            total_B = total_B + weight * chosen_B * departure(filter_, values[index])
    return total_B


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
        from_middle = (2 * (part - low) / (high - low) - 1).abs()
        total = total + ((from_middle - EDGE).clamp(min=0) / (1 - EDGE)).square().mean(1)
    return total


def departure(filter_: Filter, values: Tensor) -> Tensor:
    """Squared distance (B,) of settings from neutral, summed over parameters.

    Of a curve it is the mean over its slopes' ratios to their mean, of bands the mean over all.
    """
    total = values.new_zeros(values.shape[0])
    for param, part in zip(filter_.params, values.split([param.width for param in filter_.params], dim=1), strict=True):
        if isinstance(param, Curve):
            away = part / part.mean(1, keepdim=True) - 1
        elif isinstance(param, Bands):
            away = part
        elif param.scale == "log":
            away = (part / param.neutral).log()
        else:
            away = part - param.neutral
        total = total + away.square().mean(1)
    return total


def distance(some_BCHW: Tensor, others_BCHW: Tensor) -> Tensor:
    """Mean absolute difference (B,) of pictures in opponent colours."""
    apart = opponent_colors((some_BCHW - others_BCHW).permute(0, 2, 3, 1))
    return apart.abs().mean((1, 2, 3))
