"""How sure a figure is: intervals over pictures drawn again, and what two halves of one group differ by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Group = NDArray[Any]  # pictures first: N x whatever a measure needs of each
Statistic = Callable[..., NDArray[np.float64]]  # groups to one or more figures


@dataclass(frozen=True)
class Estimate:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> list[float]:
        """As plain JSON data: value, low, high."""
        return [self.value, self.low, self.high]


def bootstrap(
    statistic: Statistic,
    *groups: Group,
    resamples: int = 200,
    seed: int = 0,
    limits: tuple[float, float] = (-np.inf, np.inf),
) -> list[Estimate]:
    """Figures with bootstrap intervals: the pictures of every group are drawn again with replacement.

    Args:
        statistic: From the groups to its figures.
        groups: Whose first axis is pictures.
        resamples: How often they are drawn again.
        seed: Of the draws.
        limits: What the figures cannot exceed, nor can their intervals.

    Returns:
        One estimate for each figure.
    """
    rng = np.random.default_rng(seed)
    values = statistic(*groups)
    draws = np.stack(
        [statistic(*(group[rng.integers(len(group), size=len(group))] for group in groups)) for _ in range(resamples)]
    )
    # Drawing again adds noise to a histogram and so moves every distance: the interval is moved back by that bias.
    low, high = (np.percentile(draws, [2.5, 97.5], axis=0) - (draws.mean(0) - values)).clip(*limits)
    return [Estimate(*map(float, row)) for row in zip(values, low, high, strict=True)]


def halves(statistic: Statistic, group: Group, repeats: int = 20, seed: int = 0) -> list[Estimate]:
    """What a group gets against itself: disjoint random halves compared, mean and interval over repeated splits."""
    rng = np.random.default_rng(seed)
    half = len(group) // 2
    orders = [rng.permutation(len(group)) for _ in range(repeats)]
    rows = np.stack([statistic(group[order[:half]], group[order[half : 2 * half]]) for order in orders])
    low, high = np.percentile(rows, [2.5, 97.5], axis=0)
    return [Estimate(*map(float, row)) for row in zip(rows.mean(0), low, high, strict=True)]


def mean_of(values: Sequence[float] | NDArray[np.float64], seed: int = 0) -> Estimate:
    """The mean of one figure a picture, with its interval."""
    return bootstrap(lambda group: group.mean(0), np.asarray(values, np.float64)[:, None], seed=seed)[0]
