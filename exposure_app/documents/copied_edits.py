"""Edits copied from one photo, to be given to others: all that makes its look, or some of it."""

from dataclasses import dataclass, replace

from exposure_app.io.develop import Develop
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe, Step


@dataclass(frozen=True)
class CopiedEdits:
    """What is copied of a recipe.

    Attributes:
        source: The recipe; its amount, style and seed go with its steps.
        steps: Those of its steps that are copied, in their order.
        geometry: Its geometry; None leaves every photo its own.
        develop: Its development, likewise.
        merge: Whether the other steps of a photo stay; otherwise the copied ones take the place of all.
        name: Of the photo it was copied from.
    """

    source: Recipe
    steps: tuple[Step, ...]
    geometry: Geometry | None = None
    develop: Develop | None = None
    merge: bool = False
    name: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is copied."""
        return not self.steps and self.geometry is None and self.develop is None

    def on(self, recipe: Recipe) -> Recipe:
        """The recipe of a photo that gets these edits. What the amount counts from stays the photo's own.

        Raises:
            ExposureError: There would be too many steps.
        """
        recipe = replace(recipe, geometry=self.geometry or recipe.geometry, develop=self.develop or recipe.develop)
        if not self.steps:
            return recipe
        if self.merge:
            return replace(recipe, steps=self._merged(recipe))
        source = self.source
        return replace(
            recipe, steps=self._instead_of(recipe), amount=source.amount, style=source.style, seed=source.seed
        )

    def _instead_of(self, recipe: Recipe) -> tuple[Step, ...]:
        """The copied steps; locked ones of the photo stay in their places, but for a locked one of the same filter."""
        steps, locked = list(self.steps), {step.filter for step in self.steps if step.locked}
        for at, step in enumerate(recipe.steps):
            if step.locked and step.filter not in locked:
                steps.insert(min(at, len(steps)), step)
        return tuple(steps)

    def _merged(self, recipe: Recipe) -> tuple[Step, ...]:
        """The first copied exposure in place of the first exposure, the second in that of the second, and so on.

        What has no counterpart, or a locked one, comes last.
        """
        steps = list(recipe.steps)
        taken: set[int] = set()
        for step in self.steps:
            same = (i for i, old in enumerate(steps) if old.filter == step.filter and i not in taken and not old.locked)
            at = next(same, None)
            if at is None:
                at = len(steps)
                steps.append(step)
            else:
                steps[at] = step
            taken.add(at)
        return tuple(steps)
