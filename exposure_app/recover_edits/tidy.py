"""A sequence that was found, made readable: no step too many, in a settled order, with round numbers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from exposure_app import filters
from exposure_app.params import Curve, Param
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.recover_edits.search import numbers, score, typical_error
from exposure_app.recover_edits.solver import Array, Names, Samples, Solution, render, solve

TOLERANCE = 0.35  # mean Delta E up to which a shorter program is worth more than a closer one
SEEN = 1.0  # from here errors are seen, and steps are left out only if that makes little difference
LITTLE = 0.05  # share of the error
CLOSE = 0.1  # Delta E that a step must save where the error is below SEEN
COMMUTES = 0.02  # Delta E by which swapped steps may differ
ROUNDING = 0.03  # Delta E that rounding may cost in all
DIGITS = 5
ITERATIONS = 25
LEADERS = 3
HOPE = 1.3  # times the limit: a sequence of the search may still get better by so much

Values = list[Array]
Tell = Callable[[float], None]


@dataclass(frozen=True)
class Yardstick:
    """What results are measured with.

    Attributes:
        samples: Colours to solve with.
        before: N x 3, linear light: colours to measure on.
        after: N x 3, display-referred.
        tolerance: See ``limit``.
    """

    samples: Samples
    before: Array
    after: Array
    tolerance: float

    def error(self, names: Names, values: Sequence[Array]) -> float:
        """Mean Delta E of what a sequence gives."""
        return DeltaE.between(np.clip(render(names, values, self.before), 0, 1), self.after).mean


def limit(best: float, tolerance: float = TOLERANCE) -> float:
    """The mean Delta E up to which steps are left out, given the least that was reached.

    Up to the tolerance a shorter sequence is always taken. Above it a step must save 0.1, where errors are seen (above
    1) a twentieth, and an error below 1 stays below 1.
    """
    if best >= SEEN:
        return max(best * (1 + LITTLE), tolerance)
    return max(min(best + CLOSE, SEEN), tolerance)


def tidied(found: Sequence[Solution], yardstick: Yardstick, tell: Tell) -> tuple[Names, Values]:
    """The sequence to show: filters and value vectors.

    Args:
        found: Sequences of the search, best first.
        yardstick: What to measure with.
        tell: Told the share done; may raise to stop.
    """
    leaders = [_solved(yardstick, solution) for solution in found[:LEADERS]]
    tell(0.3)
    errors = [yardstick.error(leader.names, leader.values) for leader in leaders]
    best = leaders[int(np.argmin(errors))]
    most = limit(min(errors), yardstick.tolerance)
    chosen = _simplest(found, best, most, yardstick)
    tell(0.5)
    chosen = _pruned(chosen, most, yardstick, lambda share: tell(0.5 + 0.3 * share))
    names, values = _ordered(chosen, yardstick)
    tell(0.85)
    return names, _rounded(names, values, yardstick)


def _solved(yardstick: Yardstick, solution: Solution, iterations: int = ITERATIONS) -> Solution:
    return solve(yardstick.samples, solution.names, solution.places, iterations, leak=0.0)


def _simplest(found: Sequence[Solution], best: Solution, most: float, yardstick: Yardstick) -> Solution:
    """A sequence that needs fewer numbers and is close enough all the same, or the best one."""
    fewer = [s for s in found if numbers(s.names) < numbers(best.names) and typical_error(s.cost) < HOPE * most]
    for solution in sorted(fewer, key=lambda s: (numbers(s.names), score(s)))[:LEADERS]:
        solved = _solved(yardstick, solution)
        if yardstick.error(solved.names, solved.values) <= most:
            return solved
    return best


def _pruned(solution: Solution, most: float, yardstick: Yardstick, tell: Tell) -> Solution:
    """The sequence without the steps that it can do without, dearest first."""
    while len(solution.names) > 1:
        shorter = []
        for at in range(len(solution.names)):
            tell(1 - (len(solution.names) - at / len(solution.names)) / 10)
            rest = _solved(yardstick, _without(solution, at))
            if yardstick.error(rest.names, rest.values) <= most:
                shorter.append(rest)
        if not shorter:
            break
        solution = min(shorter, key=lambda s: (numbers(s.names), s.cost))
    return solution


def _without(solution: Solution, at: int) -> Solution:
    widths = [filters.get(name).width for name in solution.names]
    start = sum(widths[:at])
    kept = np.delete(solution.places, np.s_[start : start + widths[at]])
    return Solution((*solution.names[:at], *solution.names[at + 1 :]), kept, solution.cost)


def _ordered(solution: Solution, yardstick: Yardstick) -> tuple[Names, Values]:
    """Steps whose order makes no difference in one order: few settings first, then by name."""
    names, values = list(solution.names), solution.values
    for _ in names:
        for at in range(len(names) - 1):
            if _rank(names[at + 1]) >= _rank(names[at]):
                continue
            order = [*range(at), at + 1, at, *range(at + 2, len(names))]
            swapped, others = [names[i] for i in order], [values[i] for i in order]
            straight, crossed = (
                render(tuple(n), v, yardstick.before[:2000]) for n, v in ((names, values), (swapped, others))
            )
            apart = DeltaE.between(np.clip(straight, 0, 1), np.clip(crossed, 0, 1))
            if apart.p95 < COMMUTES:
                names, values = swapped, others
    return tuple(names), values


def _rank(name: str) -> tuple[int, str]:
    return filters.get(name).width, name


def _rounded(names: Names, values: Values, yardstick: Yardstick) -> Values:
    """Each setting with as few digits as the error allows; a curve as a whole, scaled to a mean slope of 1.

    Settings are rounded one after the other, the most important last, each on top of what was rounded before.
    """
    places = [(step, param, part) for step, name in enumerate(names) for param, part in _parts(name)]
    values = [vector.copy() for vector in values]
    for step, param, part in places:
        if isinstance(param, Curve):
            scaled = values[step][part] / values[step][part].mean()
            values[step][part] = np.clip(scaled, *param.slider)
    start = yardstick.error(names, values)
    for number, (step, param, part) in enumerate(places, start=1):
        allowed = start + ROUNDING * number / len(places)
        exact = values[step][part].copy()
        for digits in range(DIGITS):
            values[step][part] = np.clip(np.round(exact, digits), *param.slider)
            if yardstick.error(names, values) <= allowed:
                break
        else:
            values[step][part] = np.round(exact, DIGITS)
    return values


def _parts(name: str) -> list[tuple[Param, slice]]:
    """The parameters of a filter, and where each lies in its value vector."""
    parts, at = [], 0
    for param in filters.get(name).params:
        parts.append((param, slice(at, at + param.width)))
        at += param.width
    return parts
