"""Planning as a person likes it: with the habits adopted for a style, around the steps that person has settled."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from exposure_app.agent.rollout import propose
from exposure_app.explain.fork import continue_from
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.styles.tweaks import Habit, biased

if TYPE_CHECKING:
    from exposure_app.agent.style import Style
    from exposure_app.pipeline.photo import Photo


def propose_around(
    recipe: Recipe, style: "Style", photo: "Photo", seed: int = 0, biases: Iterable[Habit] = ()
) -> Recipe:
    """What a style proposes in place of a recipe, whose locked steps stay where they are.

    Args:
        recipe: What there is.
        style: Who plans.
        photo: The photo; the proposal is for how it is developed and placed.
        seed: Of the plan.
        biases: Adopted for the style.

    Raises:
        ExposureError: The locked steps leave none to plan.
    """
    wanted = tuple(biases)
    if not any(step.locked for step in recipe.steps):
        return biased(propose(photo, style, seed)[0], wanted)
    amount = biased(Recipe(), wanted).amount
    settled = replace(recipe, amount=amount, geometry=photo.geometry, develop=photo.develop)
    return replan(settled.from_neutral(photo.neutral), 0, style, photo, seed, wanted)


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
