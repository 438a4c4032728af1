"""From a small view of a photo to a recipe: five steps of the trained agent (paper, section 5.2)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from exposure_app.agent.chances import Chances
from exposure_app.agent.effects import blended
from exposure_app.agent.inference import Array
from exposure_app.agent.looks import offset
from exposure_app.agent.style import Style
from exposure_app.errors import ExposureError
from exposure_app.filters import Filter, registry
from exposure_app.image import Pixels
from exposure_app.params import Param, Value
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.proxy import SIZE
from exposure_app.pipeline.recipe import Recipe, Step

DECIMALS = 4  # of the parameters in a recipe
MAX_SEED = 2**63 - 1


@dataclass(frozen=True)
class TraceStep:
    """Why the agent did what it did in one step.

    Attributes:
        filter: Id of the chosen filter.
        probabilities: pi_1 for every filter by id; they sum to 1.
        value: V before the step: the improvement of the score that the agent expects until the end.
        score_before: What the discriminator gave the picture before the step; higher is closer to the style.
        score_after: The same after the step.
    """

    filter: str
    probabilities: dict[str, float]
    value: float
    score_before: float
    score_after: float


class Trace:
    """The agent's reasons for a whole recipe. Two are equal if they give the same reasons.

    Value net and discriminator take as long as the whole plan, which does not need them: they are asked when somebody
    wants to know, and then once.

    Args:
        reasons: Gives a reason for each step of the recipe.
    """

    def __init__(self, reasons: Callable[[], Iterable[TraceStep]]) -> None:
        self._reasons = reasons

    @cached_property
    def steps(self) -> tuple[TraceStep, ...]:
        """One for each step of the recipe."""
        return tuple(self._reasons())

    @property
    def score(self) -> float:
        """What the discriminator gave the finished picture."""
        return self.steps[-1].score_after

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.score)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"steps": [asdict(step) for step in self.steps], "score": self.score}


@dataclass(frozen=True)
class State:
    """One picture on its way, as ``policy.State`` has many.

    Attributes:
        rgb_CHW: Linear light at first, display-referred sRGB after the last step; never negative, may exceed 1.
        used_F: 1 where a filter was used.
        step: Number of steps taken.
        look_K: The look to aim for; no numbers in styles that are not told one.
    """

    rgb_CHW: Array
    used_F: Array
    step: int
    look_K: Array

    def planes(self, steps: int) -> Array:
        """State planes (F + 1 + K,), as those of ``policy.State``."""
        return np.concatenate([self.used_F, [self.step / steps], self.look_K])


def retouch(
    proxy: Pixels,
    style: Style,
    seed: int = 0,
    given: Mapping[int, Step] = MappingProxyType({}),
    grid: Grid | None = None,
) -> tuple[Recipe, Trace]:
    """Predict a recipe.

    The same view, style and seed give the same recipe on every machine and with any number of threads: the networks run
    in double precision, so that differences in the order of additions vanish when parameters are rounded, and each step
    is taken from the rounded parameters of the step before.

    Some steps may be given. The agent then sees what they make of the picture, that their filters are used, and how
    many steps are taken; and it drops for each step what it would have dropped had it chosen them all. So if the given
    steps are its own, the others are too. The style's grade, the steps that all its photos get, comes last.

    Args:
        proxy: 3 x 64 x 64, linear light (``pipeline.proxy.make_proxy``).
        style: What to retouch like.
        seed: Chooses among the results that the style allows: by the look that is asked for, else by the dropout.
        given: Steps that are settled, by their place from 0; without a gap where they exceed the style's steps.
        grid: Where the view's pixels lie in the photo, for masks of given steps; None for a square photo.

    Returns:
        The recipe, without the neutral exposure, and the agent's reasons.

    Raises:
        ExposureError: The seed is out of range, or the view is not of that shape.
    """
    if type(seed) is not int or not 0 <= seed <= MAX_SEED:
        raise ExposureError(f"A seed must be a whole number from 0, not {seed!r}")
    header, filters, networks = style.header, style.filters, style.in_use
    grid = grid or Grid.guessed(Geometry(), SIZE, SIZE)
    chances = Chances(seed)
    start = begin(style, proxy, seed)
    state, steps, chosen = start, list[Step](), list[dict[str, float]]()
    grade = dict(enumerate(style.grade, start=header.net.steps))
    places = range(max(header.length, max(given, default=-1) + 1))
    last_choice = max(place for place in places if place not in grade)
    for place in places:
        if place in grade:
            step, chances_F = given.get(place) or grade[place], {grade[place].filter: 1.0}
        else:
            logits_F, outputs = networks.policy(
                networks.see(state.rgb_CHW[None]), state.planes(header.net.steps), chances
            )
            chances_F = dict(zip(header.filter_ids, _softmax(logits_F).tolist(), strict=True))
            choice = int(logits_F.argmax())
            step = given.get(place) or _step(filters[choice], filters[choice].squash(outputs(choice)))
        steps.append(step)
        chosen.append(chances_F)
        if place < last_choice:
            state = taken(state, step, header.filter_ids, grid)

    trace = Trace(lambda: _reasons(style, start, steps, chosen, grid))
    return Recipe(tuple(steps), style=style.name, seed=seed), trace


def _reasons(
    style: Style, start: State, steps: Sequence[Step], chosen: Sequence[dict[str, float]], grid: Grid
) -> Iterable[TraceStep]:
    """Why these steps were taken, given pi_1 before each."""
    states = [start]
    for step in steps:
        states.append(taken(states[-1], step, style.header.filter_ids, grid))
    seen_BCHW = style.in_use.see(np.stack([state.rgb_CHW for state in states]))
    values = expected(style, states[:-1], seen_BCHW[:-1])
    scores = style.in_use.quality(seen_BCHW).tolist()
    return map(TraceStep, (step.filter for step in steps), chosen, values, scores, scores[1:])


def propose(photo: Photo, style: Style, seed: int = 0, amount: float = 1.0) -> tuple[Recipe, Trace]:
    """Predict a photo's whole recipe: the steps, for the photo as it is developed and placed.

    Args:
        photo: What the agent looks at; the part that its geometry shows.
        style: As in ``retouch``, and so are the agent's reasons and the errors.
        seed: Likewise.
        amount: Of the recipe: 0 for the neutral rendering, 1 for the style, up to 2.
    """
    recipe, trace = retouch(photo.proxy, style, seed, grid=photo.proxy_grid)
    recipe = recipe.from_neutral(photo.neutral)
    return replace(recipe, amount=amount, geometry=photo.geometry, develop=photo.develop), trace


def begin(style: Style, proxy: Pixels, seed: int = 0) -> State:
    """The state of an untouched photo, and the look that its seed asks for where the style can be told one.

    Args:
        style: Whose state.
        proxy: As in ``retouch``.
        seed: As in ``retouch``.

    Raises:
        ExposureError: The view is not finite, or not of that shape.
    """
    if proxy.shape != (3, SIZE, SIZE) or not np.isfinite(proxy).all():
        raise ExposureError(f"The agent needs a finite view of 3 x {SIZE} x {SIZE}")
    rgb_CHW, taste = proxy.astype(np.float64), style.in_use.taste
    look = np.zeros(0) if taste is None else taste(rgb_CHW) + offset(seed)
    return State(rgb_CHW, np.zeros(len(style.header.filters)), 0, look)


def taken(state: State, step: Step, filter_ids: Sequence[str], grid: Grid | None = None) -> State:
    """The state after any step: of the agent or of a person, by a filter it knows or not.

    Args:
        state: Before the step.
        step: Any step.
        filter_ids: The filters that the agent knows.
        grid: As in ``retouch``.
    """
    filter_id, params, mask = step.edit()
    filter_, before = registry()[filter_id], state.rgb_CHW
    after = filter_.apply_array(before, filter_.pack(params))
    if mask is not None:
        after = blended(before, after, mask, grid or Grid.guessed(Geometry(), SIZE, SIZE))
    used_F = np.maximum(state.used_F, [filter_id == known for known in filter_ids])
    return replace(state, rgb_CHW=after, used_F=used_F, step=state.step + 1)


def expected(style: Style, states: Sequence[State], seen_BCHW: Array | None = None) -> list[float]:
    """V of states: the reward that the agent expects from the steps that are left.

    Where none is left, one is granted: V of finished pictures is not learned.

    Args:
        style: Whose value net.
        states: Any.
        seen_BCHW: What the networks see of their pictures, if that is known.
    """
    steps = style.header.net.steps
    planes = [replace(state, step=min(state.step, steps - 1)).planes(steps) for state in states]
    if seen_BCHW is None:
        seen_BCHW = style.in_use.see(np.stack([state.rgb_CHW for state in states]))
    found: list[float] = style.in_use.value(seen_BCHW, np.stack(planes)).tolist()
    return found


def _softmax(logits_F: Array) -> Array:
    shares = np.exp(logits_F - logits_F.max())
    return cast("Array", shares / shares.sum())


def _step(filter_: Filter, values: Array) -> Step:
    """The filter with these values as a step of a recipe."""
    return Step(filter_.id, _rounded(filter_.params, values.tolist()))


def _rounded(params: Sequence[Param], values: Sequence[float]) -> dict[str, Value]:
    """The values as settings with few decimals, still in the agent's range."""
    settings: dict[str, Value] = {}
    rest = list(values)
    for param in params:
        low, high = param.agent
        head, rest = rest[: param.width], rest[param.width :]
        few = tuple(min(max(round(value, DECIMALS), low), high) for value in head)
        settings[param.name] = few[0] if param.neutral_value.__class__ is not tuple else cast("Value", few)
    return settings
