"""Learning a style on top of an agent that has learned to finish photos: which look to tell it, and a grade.

Such an agent knows what a photo needs. What makes a style is what all its photos have in common beyond that: how
bright, contrasty, warm and colourful they are liked, which the agent can be told, and a look that no photo asks for,
such as black and white, lifted blacks or tinted shadows, which is the same few edits every time: the grade.

Nothing of the agent itself is learned anew, so that a style stays as good a finisher as what it begins with, and takes
minutes: the looks that it is told are moved to those of the liked photos, and the few settings of the grade follow the
gradient of the distance of the results from the liked photos as populations (``matching``). The discriminator learns
beside it; it only scores.

Shapes: B batch, C channel, H height, W width, N pictures, K numbers of a look, S width of a filter.
"""

import copy
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import torch
from torch import Generator, Tensor, nn

from exposure_app import filters
from exposure_app.agent import statistics
from exposure_app.agent.nets import Networks, Taste
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.filters import Filter
from exposure_app.params import Curve, Param, Scalar
from exposure_app.pipeline.recipe import Step
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.finishing import relativistic_loss
from exposure_app.training.algorithm.learner import Learner
from exposure_app.training.algorithm.matching import Matching
from exposure_app.training.photos.data import Crops

# What is learned from.
MOST_RESULTS = 640  # pictures that the grade learns from
POPULATION = 96  # pictures that are compared as a population
EDGE = 16  # of the squares of random pixels that stand for a picture: edits are point by point
JUDGED = 64  # pictures that say which edits of the grade are worth a step
BETAS = (0.9, 0.99)  # of Adam for the grade
STATISTICS, COLORS = 4.0, 6.0  # weights of the two distances of populations
COST = 0.04  # weight of what the grade does
PUSHED_OUT = 5.0  # weight of values beyond black and white

# The grade, and how far looks are moved.
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


class GradingLearner(Learner):
    """Moves what a style begins with to the liked photos; policy and value net stay as they are.

    What it hands out at iteration 0 is what it began with.

    Args:
        config: Sizes and rates.
        filters: The action space F.
        inputs: D_RAW.
        targets: The liked photos.
        device: Where all of it lives.
        seed: Random seed.
        start: The networks to begin with, of that shape, for these filters.
    """

    def __init__(
        self,
        config: TrainConfig,
        filters: Sequence[Filter],
        inputs: Crops,
        targets: Crops,
        device: torch.device,
        seed: int,
        start: Networks,
    ) -> None:
        super().__init__(config, filters, inputs, targets, device, seed)
        self.networks.load_state_dict(start.state_dict())
        if self.networks.taste is None:
            raise ValueError("grades go with agents that are told a look")
        self.taste: Taste = self.networks.taste
        self.wanted_NK = statistics.aim(targets.wholes())
        self.matching = Matching(targets.all(), self.generator)
        self.memory: Grade = Grade(tools_for(targets.wholes())).to(device)
        self.optimizers["policy"] = torch.optim.Adam(self.memory.parameters(), lr=config.policy_rate, betas=BETAS)
        self._results_NCHW: Tensor | None = None

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """See ``Learner.iterate``."""
        if self.iteration == 0:
            self._move_look()
        self._set_rates()
        figures = self._update_discriminator()
        between()
        figures |= self._update_grade()
        self.iteration += 1
        return figures

    def grade_in(self, state: dict[str, Any]) -> tuple[Step, ...]:
        """See ``Learner.grade_in``."""
        if state["iteration"] == 0:
            return ()
        grade = copy.deepcopy(self.memory)
        grade.load_state_dict(state["memory"])
        return grade.steps(self._results()[:JUDGED])

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """See ``Learner.load_state_dict``."""
        super().load_state_dict(state)
        self._results_NCHW = None

    @torch.no_grad()
    def _move_look(self) -> None:
        """Change what the taste says, which is the output of its last layer."""
        output = self.taste.output
        own_NK = torch.cat([self.taste(part) for part in self._inputs().split(self.config.batch)])
        factor_K, offset_K = moved_look(own_NK, self.wanted_NK)
        output.weight.mul_(factor_K[:, None])
        output.bias.mul_(factor_K).add_(offset_K)

    def _update_discriminator(self) -> dict[str, Tensor]:
        finished_BCHW = self._some_results(self.config.batch)
        with torch.no_grad():
            finished_BCHW = self.memory(finished_BCHW)
        target_BCHW = self.targets.draw(self.config.batch, self.generator)
        loss, figures, _ = relativistic_loss(self.networks, target_BCHW, finished_BCHW, self.iteration)
        self._descend("critic", loss)
        return figures

    def _update_grade(self) -> dict[str, Tensor]:
        """The settings of the grade follow their gradient."""
        flat = self._some_results(POPULATION).flatten(2)
        pixels = torch.randint(flat.shape[2], (EDGE * EDGE,), generator=self.generator, device=self.device)
        graded_BCHW = self.memory(flat[..., pixels].unflatten(2, (EDGE, EDGE)))
        by_statistics, by_colors = (far_B.mean() for far_B in self.matching.distance(graded_BCHW))
        out = ((graded_BCHW - 1).clamp(min=0) + (-graded_BCHW).clamp(min=0)).mean()
        loss = STATISTICS * by_statistics + COLORS * by_colors + COST * self.memory.cost() + PUSHED_OUT * out
        self.optimizers["policy"].zero_grad(set_to_none=True)
        loss.backward()
        self.optimizers["policy"].step()
        self.memory.keep_within()
        return {
            "r": -loss.detach(),
            "statistics": by_statistics.detach(),
            "colors": by_colors.detach(),
            "blown": (graded_BCHW.detach() > 1).float().mean(),
        }

    def _some_results(self, count: int) -> Tensor:
        """Random ones (B, 3, H, W)."""
        pool = self._results()
        return pool[torch.randint(len(pool), (count,), generator=self.generator, device=self.device)]

    @torch.no_grad()
    def _results(self) -> Tensor:
        """What the agent makes of the inputs, before the grade (N, 3, H, W); as in use, by the look moved."""
        if self._results_NCHW is None:
            generator, policy, steps = (
                Generator(self.device).manual_seed(0),
                self.networks.policy,
                self.config.net.steps,
            )
            made = []
            for part_BCHW in self._inputs().split(self.config.batch):
                state = State.start(part_BCHW, len(self.filters), self.taste(part_BCHW))
                for _ in range(steps):
                    logits_BF, values = decide(policy, state, self.filters, steps, generator, alike=True)
                    choice_B = logits_BF.argmax(1)
                    state = state.after(apply_chosen(state.rgb_BCHW, choice_B, values, self.filters), choice_B)
                made.append(state.rgb_BCHW)
            self._results_NCHW = torch.cat(made)
        return self._results_NCHW

    def _inputs(self) -> Tensor:
        """Whole photos, evenly from among all."""
        wholes_NCHW = self.inputs.wholes()
        return wholes_NCHW[:: -(-len(wholes_NCHW) // MOST_RESULTS)]


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
