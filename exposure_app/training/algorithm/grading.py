"""Learning a style on top of an agent that has learned to finish photos: which look to tell it, and a grade.

Nothing of the agent itself is learned anew, so that a style stays as good a finisher as what it begins with, and takes
minutes: the looks that it is told are moved to those of the liked photos, and the few settings of a grade follow the
gradient of the distance of the results from the liked photos as populations (``matching``). The discriminator learns
beside it; it only scores.

Shapes: B batch, C channel, H height, W width, N pictures.
"""

import copy
from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch
from torch import Generator, Tensor

from exposure_app.agent import statistics
from exposure_app.agent.nets import Networks
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.pipeline.recipe import Step
from exposure_app.training.algorithm.grade import Grade, moved_look, tools_for
from exposure_app.training.algorithm.loop import Learner
from exposure_app.training.algorithm.matching import Matching

MOST_RESULTS = 640  # pictures that the grade learns from
CROWD = 96  # pictures that are compared as a population
EDGE = 16  # of the squares of random pixels that stand for a picture: edits are point by point
COST = 0.04  # of what the grade does
JUDGED = 64  # pictures that say which edits of the grade are worth a step
PUSHED_OUT = 5.0  # weight of values beyond black and white
BETAS = (0.9, 0.99)  # of Adam for the grade


class GradingLearner(Learner):
    """Moves what a style begins with to the liked photos; policy and value net stay as they are.

    What it hands out at iteration 0 is what it began with.
    """

    def begin_with(self, networks: Networks) -> None:
        """See ``Learner.begin_with``."""
        self.networks.load_state_dict(networks.state_dict())
        self.averaged.load_state_dict(networks.policy.state_dict())
        self.wanted_NK = statistics.aim(self.targets.wholes())
        self.matching = Matching(self.targets.all(), self.generator)
        self.grade = Grade(tools_for(self.targets.wholes())).to(self.device)
        self.rates["grade"] = self.config.grade
        self.optimizers["grade"] = torch.optim.Adam(self.grade.parameters(), lr=self.config.grade, betas=BETAS)

    def iterate(self, between: Callable[[], None] = lambda: None) -> dict[str, Tensor]:
        """See ``Learner.iterate``."""
        if self.iteration == 0:
            self._move_look()
        return super().iterate(between)

    def grade_in(self, state: dict[str, Any]) -> tuple[Step, ...]:
        """See ``Learner.grade_in``."""
        if state["iteration"] == 0:
            return ()
        grade = copy.deepcopy(self.grade)
        grade.load_state_dict(state["buffer"])
        return grade.steps(self.results[:JUDGED])

    def _move_look(self) -> None:
        """Change what the taste says, which is the output of its last layer."""
        taste = self.networks.taste
        if taste is None:
            raise ValueError("grades go with agents that are told a look")
        with torch.no_grad():
            own_NK = torch.cat([taste(part) for part in self._inputs().split(self.config.batch)])
            factor_K, offset_K = moved_look(own_NK, self.wanted_NK)
            taste.output.weight.mul_(factor_K[:, None])
            taste.output.bias.mul_(factor_K).add_(offset_K)

    def _inputs(self) -> Tensor:
        """Whole photos, evenly from among all."""
        wholes_NCHW = self.inputs.wholes()
        return wholes_NCHW[:: -(-len(wholes_NCHW) // MOST_RESULTS)]

    @cached_property
    @torch.no_grad()
    def results(self) -> Tensor:
        """What the agent makes of the inputs, before the grade (N, 3, H, W); as in use, by the look moved."""
        generator = Generator(self.device).manual_seed(0)
        policy, taste, steps = self.networks.policy, self.networks.taste, self.config.net.steps
        made = []
        for part_BCHW in self._inputs().split(self.config.batch):
            state = State.start(part_BCHW, len(self.filters), taste(part_BCHW) if taste else None)
            for _ in range(steps):
                logits_BF, values = decide(policy, state, self.filters, steps, generator, alike=True)
                choice_B = logits_BF.argmax(1)
                state = state.after(apply_chosen(state.rgb_BCHW, choice_B, values, self.filters), choice_B)
            made.append(state.rgb_BCHW)
        return torch.cat(made)

    def _update_actor(self) -> dict[str, Tensor]:
        """The settings of the grade follow their gradient."""
        config, pool = self.config, self.results
        pick_B = torch.randint(len(pool), (CROWD,), generator=self.generator, device=self.device)
        flat = pool[pick_B].flatten(2)
        places = torch.randint(flat.shape[2], (EDGE * EDGE,), generator=self.generator, device=self.device)
        graded_BCHW = self.grade(flat[..., places].unflatten(2, (EDGE, EDGE)))
        by_statistics_B, by_colors_B = self.matching.distance(graded_BCHW, CROWD)
        out = ((graded_BCHW - 1).clamp(min=0) + (-graded_BCHW).clamp(min=0)).mean()
        matched = config.matching[0] * by_statistics_B.mean() + config.matching[1] * by_colors_B.mean()
        loss = matched + COST * self.grade.cost() + PUSHED_OUT * out
        self.optimizers["grade"].zero_grad(set_to_none=True)
        loss.backward()
        self.optimizers["grade"].step()
        self.grade.keep_within()
        return {
            "r": -loss.detach(),
            "statistics": by_statistics_B.detach().mean(),
            "colors": by_colors_B.detach().mean(),
            "blown": (graded_BCHW.detach() > 1).float().mean(),
        }

    def _finished(self) -> Tensor:
        pool = self.results
        pick_B = torch.randint(len(pool), (self.config.batch,), generator=self.generator, device=self.device)
        with torch.no_grad():
            graded_BCHW: Tensor = self.grade(pool[pick_B])
        return graded_BCHW

    def _fill_buffer(self) -> None:
        """The pictures are made when they are first asked for, by the networks that it begins with."""

    def _buffer_state(self) -> dict[str, Any]:
        return self.grade.state_dict()

    def _load_buffer(self, tensors: dict[str, Any]) -> None:
        self.grade.load_state_dict(tensors)
        self.__dict__.pop("results", None)
