"""Fork and continue: a person settles some steps, the agent plans the others from the picture they give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from exposure_app.agent import rollout
from exposure_app.errors import ExposureError
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step

if TYPE_CHECKING:
    from exposure_app.agent.rollout import Trace
    from exposure_app.agent.style import Style


@dataclass(frozen=True)
class Fork:
    """What a recipe becomes when the agent goes on from it.

    Attributes:
        recipe: All steps, the kept ones first.
        planned: Where in it the agent's new steps are.
        trace: The reasons for what is enabled, the kept steps included.
    """

    recipe: Recipe
    planned: tuple[int, ...]
    trace: "Trace"


def continue_from(recipe: Recipe, after: int, style: "Style", photo: Photo, seed: int | None = None) -> Fork:
    """Keep the first steps of a recipe and let the agent plan what follows.

    Of the steps behind, the locked ones stay where they are and the agent plans around them; the others go. Together
    there are as many steps as the style takes; those switched off do not count. The amount of the recipe is of no
    concern to the agent: it sees the picture at 100 %.

    A recipe of the agent that nobody changed comes out as it was, wherever it is forked: the agent drops for each step
    what it would have dropped without a fork.

    Args:
        recipe: What there is; geometry, amount and neutral exposure stay.
        after: How many steps are kept.
        style: Who goes on.
        photo: The photo.
        seed: Of the plan; None for that of the recipe.

    Raises:
        ExposureError: There is nothing left to plan, or no such place in the recipe.
    """
    if not 0 <= after <= len(recipe.steps):
        raise ExposureError(f"Nothing can be kept up to step {after}: the recipe has {len(recipe.steps)} steps")
    kept, total = recipe.steps[:after], style.header.length
    slots = _slots(recipe.steps[after:], total - sum(step.enabled for step in kept))
    if None not in slots:
        name = style.header.title or style.name
        raise ExposureError(
            f"There is nothing left to plan: {name} takes {total} steps, and all of them are settled",
            "Plan from an earlier step, or unlock, delete or switch off a step.",
        )
    places = [step for step in (*kept, *slots) if step is None or step.enabled]
    given = {place: step for place, step in enumerate(places) if step is not None}
    seed = recipe.seed if seed is None else seed
    whole, trace = rollout.retouch(photo.proxy, style, seed, given, photo.proxy_grid)
    fresh = iter([step for place, step in enumerate(whole.steps) if place not in given])
    steps = (*kept, *(next(fresh) if step is None else step for step in slots))
    planned = tuple(after + offset for offset, step in enumerate(slots) if step is None)
    return Fork(replace(recipe, steps=steps, style=style.name, seed=seed), planned, trace)


def _slots(behind: Sequence[Step], left: int) -> list[Step | None]:
    """What follows the kept steps: locked steps at their places, None where the agent chooses."""
    slots: list[Step | None] = []
    last = max((offset for offset, step in enumerate(behind) if step.locked), default=-1)
    # Locked steps further on are part of the style's number of steps.
    left -= sum(step.locked and step.enabled for step in behind)
    for offset in range(max(last + 1, left + len(behind))):
        locked = behind[offset] if offset < len(behind) and behind[offset].locked else None
        if locked is not None:
            slots.append(locked)
        elif left > 0:
            slots.append(None)
            left -= 1
    return slots
