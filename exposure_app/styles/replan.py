"""Planning again: the agent goes on from steps that a person has settled, as that person likes it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from exposure_app.explain.fork import continue_from
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.styles.tweaks import Habit, biased

if TYPE_CHECKING:
    from exposure_app.agent.style import Style
    from exposure_app.pipeline.photo import Photo


def replan(
    recipe: Recipe, after: int, style: "Style", photo: "Photo", seed: int, biases: Iterable[Habit] = ()
) -> Recipe:
    """The recipe with all but its first and its locked steps planned anew, see ``explain.fork.continue_from``.

    Args:
        recipe: What there is.
        after: How many steps are kept.
        style: Who plans.
        photo: The photo.
        seed: Of the plan.
        biases: Adopted for the style; they change the new steps alone.

    Raises:
        ExposureError: As ``continue_from``.
    """
    fork = continue_from(recipe, after, style, photo, seed)
    wanted = tuple(biases)
    steps: list[Step] = []
    for index, step in enumerate(fork.recipe.steps):
        steps += biased(Recipe((step,)), wanted).steps if index in fork.planned else (step,)
    return replace(fork.recipe, steps=tuple(steps))
