"""Is training still learning, or has it broken down? Looked at now and then, so that hours are not spent on a wreck.

Everything here depends on the iteration alone, never on the clock, and belongs to the checkpoint: a resumed run sees
what the uninterrupted one would have seen. What happens then is the run's affair (see ``run``).
"""

import math
from collections.abc import Iterable, Mapping
from statistics import median
from typing import Any

from torch import Tensor

from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.evaluation.validate import Validation

# The critic. Scores and penalties of a healthy run wander by a factor of ten, since only differences of scores mean
# anything; a hundred times the running median is no wandering. Small figures may grow a hundredfold when learning
# sets in, hence a floor. And a run that is broken from its first iteration has no healthy median, hence a ceiling:
# healthy scores stay below 100, healthy penalties below 10.
FACTOR = 100.0
FLOOR, CEILING = 100.0, 1e5
WINDOW = 40  # looks that the running median goes over
LEAST = 5  # looks before there is a median to speak of

# The choice of filters. ``explore`` mixes pi_1 with the uniform distribution, which leaves some entropy to a policy
# that is certain; within a hundredth of that it has stopped choosing. Late in a run it may be certain, early it has
# not tried enough to know.
CERTAIN = 0.01
EARLY = 0.3  # share of the iterations
IN_A_ROW = 4  # looks at entropy

# One filter in all steps of all validation photos. A policy that has not learned much often does just that.
ONE_FILTER = 0.99
UNTRAINED, UNTRAINED_UPDATES = 0.2, 200  # share of the iterations, and iterations
TWICE = 2  # validations in a row

# Pictures. No style has nine tenths of its pixels at white or at black.
CLIPPED = 90.0  # percent
BLOWN = 0.9  # share of values above 1


class Watch:
    """Looks at figures and validations, and says when training has broken down.

    Args:
        config: Of the run.
        filters: Number of filters.
    """

    def __init__(self, config: TrainConfig, filters: int) -> None:
        self._config, self._filters = config, filters
        self._scores: list[float] = []
        self._penalties: list[float] = []
        self._certain = self._one_filter = 0

    def figures(self, iteration: int, figures: Mapping[str, float]) -> str | None:
        """Look at the figures of one iteration.

        Returns:
            What is wrong, in words; None if nothing is.
        """
        if not all(math.isfinite(value) for value in figures.values()):
            return "figures are no longer finite"
        score = max(abs(figures["D(target)"]), abs(figures["D(finished)"]))
        if _exploded(score, self._scores):
            return f"the discriminator exploded: it gives scores of {score:.0f}"
        if "penalty" in figures and _exploded(figures["penalty"], self._penalties):
            return f"the discriminator exploded: the penalty on its gradient is {figures['penalty']:.0f}"
        if figures["blown"] > BLOWN:
            return "the pictures are blown out"
        early = iteration < EARLY * self._config.iterations
        self._certain = self._certain + 1 if early and figures.get("H(pi_1)", math.inf) < self._least_entropy() else 0
        if self._certain >= IN_A_ROW:
            return "the policy stopped choosing before it had learned"
        return None

    def validation(self, iteration: int, found: Validation) -> str | None:
        """Look at a validation.

        Returns:
            What is wrong, in words; None if nothing is.
        """
        if not math.isfinite(found.score):
            return "the score is no longer finite"
        for name, words in (("highlights", "white"), ("shadows", "black")):
            if found.health[name] > CLIPPED:
                return f"the pictures have become {words}"
        name, share = max(found.usage.items(), key=lambda item: item[1])
        untrained = iteration <= max(UNTRAINED * self._config.iterations, UNTRAINED_UPDATES)
        alone = share >= ONE_FILTER and self._config.net.steps > 1 and not untrained
        self._one_filter = self._one_filter + 1 if alone else 0
        return f"the policy uses {name} alone" if self._one_filter >= TWICE else None

    @property
    def doubtful(self) -> bool:
        """Whether there are signs that are no proof yet: no state to go back to."""
        return self._certain > 0 or self._one_filter > 0

    def state_dict(self) -> dict[str, Any]:
        """For a checkpoint."""
        return {
            "scores": list(self._scores),
            "penalties": list(self._penalties),
            "certain": self._certain,
            "one_filter": self._one_filter,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """From a checkpoint."""
        self._scores, self._penalties = list(state["scores"]), list(state["penalties"])
        self._certain, self._one_filter = state["certain"], state["one_filter"]

    def _least_entropy(self) -> float:
        """Of a policy that counts as certain."""
        rest = self._config.explore / self._filters
        chances = [1 - self._config.explore + rest] + [rest] * (self._filters - 1)
        certain = -sum(chance * math.log(chance) for chance in chances if chance > 0)
        return certain + CERTAIN * (math.log(self._filters) - certain)


def finite(tensors: Iterable[Tensor]) -> bool:
    """Whether all numbers are numbers."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors)


def _exploded(value: float, past: list[float]) -> bool:
    """Whether a figure is far beyond its running median; takes it in."""
    far = len(past) >= LEAST and value > max(FLOOR, FACTOR * median(past))
    past.append(value)
    del past[:-WINDOW]
    return far or value > CEILING
