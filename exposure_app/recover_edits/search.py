"""Which filters, and in which order: a beam search that inserts a filter at any place of the sequences it has.

An insertion is judged after a few iterations on few colours; the best few are solved well. A step must earn its
settings: errors are compared after a toll for each number that the sequence needs, so that three sliders win over three
curves that do the same. All filters of the registry are tried; none is named here.
"""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from exposure_app import filters
from exposure_app.recover_edits.solver import (
    BEND,
    Array,
    Names,
    ParameterSpace,
    Samples,
    Solution,
    errors,
    outlook,
    solve,
)

Tell = Callable[[float], None]  # share done; may raise to stop

BEAM = 3
ALIKE = 2  # of sequences with the same filters in other orders, at most so many go on
GLANCE_COLOURS = 300  # with which insertions are judged: first by what one step promises,
GLANCED, GLANCE = 14, 3  # then so many of them by so many iterations
FINALISTS, FINAL = 6, 4  # insertions of one sequence that are solved with all colours, and iterations for it
SOLVED = 20  # iterations for the sequences that go on
NUDGES = (0.06, -0.06)  # where a filter begins, in coordinates from neutral: at neutral some have no slope
TOLL = 0.015  # share by which the error must sink for each further number
STEP_TOLL = 0.03  # and for the step itself
ENOUGH = 0.12  # Delta E that nobody sees
FLOOR = 1.15  # times the error of rounding to 8-bit codes: nothing is left to be found
PATIENCE, LEAST_GAIN = 3, 0.98  # steps after which each must lower the score to this share


@dataclass(frozen=True)
class Budget:
    """How hard to search.

    Attributes:
        steps: Longest sequence.
        beam: Sequences that go on from each length.
    """

    steps: int = 6
    beam: int = BEAM


def typical_error(cost: float) -> float:
    """About the mean Delta E that belongs to a cost of ``solve``."""
    return math.sqrt((1 + max(cost, 0.0)) ** 2 - 1)


def score(solution: Solution) -> float:
    """The error after the toll; the smaller the better."""
    toll = 1 + TOLL * numbers(solution.names) + STEP_TOLL * len(solution.names)
    return (typical_error(solution.cost) + ENOUGH / 4) * toll


def numbers(names: Names) -> int:
    """How many settings a sequence has."""
    return sum(filters.get(name).width for name in names)


def search(
    samples: Samples, starts: Iterable[Sequence[tuple[str, Array]]], budget: Budget, tell: Tell
) -> list[Solution]:
    """Sequences that turn the colours before into those after.

    Args:
        samples: The colours.
        starts: Sequences to begin with, as filters and value vectors.
        budget: See ``Budget``.
        tell: Told the share done; may raise to stop.

    Returns:
        The best of each length and set of filters, best first by ``score``.
    """
    few = samples.take(np.arange(min(len(samples), GLANCE_COLOURS)))
    known: dict[Names, Solution] = {}
    for start in starts:
        names = tuple(name for name, _ in start)
        places = ParameterSpace.of(names).places([values for _, values in start])
        known[names] = solve(samples, names, places, SOLVED)
    beam = list(known.values())
    floor = rounding_error(samples)
    for number in range(budget.steps):
        best_before = min(known.values(), key=score)
        grown: dict[Names, Solution] = {}
        growing = [solution for solution in beam if len(solution.names) < budget.steps]
        for at, solution in enumerate(growing):
            told = partial(_tell_part, tell, number + at / len(growing), 1 / len(growing), budget.steps)
            for found in _insertions(samples, few, solution, told):
                if found.names not in grown or found.cost < grown[found.names].cost:
                    grown[found.names] = found
        beam = [solve(samples, s.names, s.places, SOLVED) for s in _survivors(grown.values(), budget.beam)]
        known |= grown | {solution.names: solution for solution in beam}
        best = min(known.values(), key=score)
        done = typical_error(best.cost) < FLOOR * floor
        if done or (number >= PATIENCE and score(best) > LEAST_GAIN * score(best_before)):
            break
    return sorted(known.values(), key=score)


def rounding_error(samples: Samples) -> float:
    """The error that rounding to 8-bit codes leaves, in the measure of ``typical_error``."""
    codes = np.random.default_rng(0).uniform(-0.5, 0.5, samples.after.shape) / 255
    size = np.sqrt((errors(samples, samples.after + codes) ** 2).sum(1) / BEND**2 + 1)
    return typical_error(float(BEND**2 * (size - 1).mean()))


def _tell_part(tell: Tell, start: float, width: float, whole: float, share: float) -> None:
    tell((start + width * share) / whole)


def _survivors(grown: Iterable[Solution], count: int) -> list[Solution]:
    kept: list[Solution] = []
    taken: dict[tuple[str, ...], int] = {}
    for solution in sorted(grown, key=score):
        group = tuple(sorted(solution.names))
        taken[group] = taken.get(group, 0) + 1
        if taken[group] <= ALIKE:
            kept.append(solution)
        if len(kept) == count:
            break
    return kept


def _insertions(samples: Samples, few: Samples, solution: Solution, tell: Tell) -> list[Solution]:
    """The best sequences with one more filter somewhere."""
    places = list(itertools.product(range(len(solution.names) + 1), filters.registry()))
    promising: list[Solution] = []
    for number, (at, name) in enumerate(places):
        tell(number / len(places))
        if name not in solution.names[max(at - 1, 0) : at + 1]:
            promising += [outlook(few, *inserted(solution, at, name, nudge)) for nudge in NUDGES]
    glances = [solve(few, some.names, some.places, GLANCE) for some in _best(promising, GLANCED)]
    finalists = _best(glances, FINALISTS)
    return [solve(samples, finalist.names, finalist.places, FINAL) for finalist in finalists]


def _best(solutions: Iterable[Solution], count: int) -> list[Solution]:
    """The best of each sequence, and of these so many."""
    best: dict[Names, Solution] = {}
    for solution in sorted(solutions, key=score):
        best.setdefault(solution.names, solution)
    return list(best.values())[:count]


def inserted(solution: Solution, at: int, name: str, nudge: float) -> tuple[Names, Array]:
    """A sequence with one more filter, a little off neutral, and its coordinates."""
    names = (*solution.names[:at], name, *solution.names[at:])
    widths = [filters.get(other).width for other in solution.names]
    before = sum(widths[:at])
    new = ParameterSpace.of((name,)).neutral + nudge
    return names, np.clip(np.concatenate([solution.places[:before], new, solution.places[before:]]), 0, 1)
