"""From a small view of a photo to a recipe: five steps of the trained agent (paper, section 5.2)."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from exposure_app.agent.style import Style
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.params import Value
from exposure_app.pipeline.device import one_thread
from exposure_app.pipeline.recipe import Recipe, Step

if TYPE_CHECKING:
    from torch import Tensor

    from exposure_app.filters import Filter

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


@dataclass(frozen=True)
class Trace:
    """The agent's reasons for a whole recipe.

    Attributes:
        steps: One for each step of the recipe.
        score: What the discriminator gave the finished picture.
    """

    steps: tuple[TraceStep, ...]
    score: float

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(self)


def retouch(proxy: Pixels, style: Style, seed: int = 0) -> tuple[Recipe, Trace]:
    """Predict a recipe.

    The same view, style and seed give the same recipe on every machine and with any number of threads: the networks run
    in double precision, so that differences in the order of additions vanish when parameters are rounded, and each step
    is taken from the rounded parameters of the step before.

    Args:
        proxy: 3 x 64 x 64, linear light (``pipeline.proxy.make_proxy``).
        style: What to retouch like.
        seed: Chooses among the results that the style allows, through the dropout.

    Returns:
        The recipe, without the neutral exposure, and the agent's reasons.

    Raises:
        ExposureError: The seed is out of range, or the view is not of that shape.
    """
    import torch

    from exposure_app.agent.nets import SIZE
    from exposure_app.agent.policy import State, apply_chosen, decide

    if type(seed) is not int or not 0 <= seed <= MAX_SEED:
        raise ExposureError(f"A seed must be a whole number from 0, not {seed!r}")
    if proxy.shape != (3, SIZE, SIZE) or not np.isfinite(proxy).all():
        raise ExposureError("The agent needs a finite view of 3 x 64 x 64")
    header, filters, networks = style.header, style.filters, _double(style)
    generator = torch.Generator().manual_seed(seed)
    state = State.start(torch.from_numpy(np.ascontiguousarray(proxy)).double()[None], len(filters))
    steps: list[Step] = []
    reasons: list[TraceStep] = []
    with one_thread(), torch.inference_mode():
        score = float(networks.quality(state.rgb_BCHW))
        for _ in range(header.net.steps):
            logits_BF, values = decide(networks.policy, state, filters, header.net.steps, generator)
            value = float(networks.value(state.rgb_BCHW, state.planes(header.net.steps)))
            choice = int(logits_BF.argmax())
            params = _rounded(filters[choice], values[choice][0])
            values[choice] = torch.from_numpy(filters[choice].pack(params)).double()[None]
            choice_B = torch.tensor([choice])
            state = state.after(apply_chosen(state.rgb_BCHW, choice_B, values, filters), choice_B)
            before, score = score, float(networks.quality(state.rgb_BCHW))
            probabilities = dict(zip(header.filter_ids, logits_BF.softmax(-1)[0].tolist(), strict=True))
            steps.append(Step(filters[choice].id, params))
            reasons.append(TraceStep(filters[choice].id, probabilities, value, before, score))
    return Recipe(tuple(steps), style=style.name, seed=seed), Trace(tuple(reasons), score)


def _rounded(filter_: "Filter", values: "Tensor") -> dict[str, Value]:
    """The values as settings with few decimals, still in the agent's range."""
    settings: dict[str, Value] = {}
    rest = values.tolist()
    for param in filter_.params:
        low, high = param.agent
        head, rest = rest[: param.width], rest[param.width :]
        few = tuple(min(max(round(value, DECIMALS), low), high) for value in head)
        settings[param.name] = few[0] if param.neutral_value.__class__ is not tuple else cast("Value", few)
    return settings


def _double(style: Style) -> Any:
    """The networks in double precision, made once for each style."""
    import copy

    made = style.__dict__.get("_double")
    if made is None:
        made = copy.deepcopy(style.networks).cpu().double()
        object.__setattr__(style, "_double", made)
    return made
