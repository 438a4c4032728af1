"""The recipe that the step panel shows, and every edit that can be made to it there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from exposure_app.params import Value

if TYPE_CHECKING:
    from exposure_app.filters import Filter
    from exposure_app.pipeline.mask import Mask
    from exposure_app.pipeline.recipe import Recipe, Step


class StepModel(QObject):
    """Holds the recipe; each edit makes a new one and announces it. Setting the recipe announces nothing.

    A locked step can be switched off, moved, renamed and unlocked; its settings stay and it cannot be deleted.

    Attributes:
        edited: The new recipe, a label for the history, and a key: edits in a row with the same non-empty key are one.
        refused: Why an edit was not made, in one sentence.
        new_mask: Makes a mask of a kind to begin with.
    """

    edited = Signal(object, str, str)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._recipe: Recipe | None = None
        self._agent: Recipe | None = None
        self.new_mask: Callable[[str], Mask] = _plain_mask

    # --- what there is ------------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe; an empty one before any is set."""
        if self._recipe is None:
            from exposure_app.pipeline.recipe import Recipe

            self._recipe = Recipe()
        return self._recipe

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps; none, without loading the filters, before a recipe is set."""
        return self._recipe.steps if self._recipe is not None else ()

    def set_recipe(self, recipe: Recipe) -> None:
        """Take over a recipe silently."""
        self._recipe = recipe

    @property
    def agent_recipe(self) -> Recipe | None:
        """What the agent chose; None when it chose nothing for this photo."""
        return self._agent

    def set_agent_recipe(self, recipe: Recipe | None) -> None:
        """Remember what the agent chose; None when it chose nothing for this photo."""
        self._agent = recipe

    def agent_step(self, index: int) -> Step | None:
        """What the agent chose for this step: its n-th use of the filter belongs to the recipe's n-th use."""
        if self._agent is None:
            return None
        filter_id = self.steps[index].filter
        use = sum(step.filter == filter_id for step in self.steps[:index])
        uses = [step for step in self._agent.steps if step.filter == filter_id]
        return uses[use] if use < len(uses) else None

    def filter(self, index: int) -> Filter:
        """The declaration of a step's filter."""
        return filter_of(self.steps[index])

    def title(self, index: int) -> str:
        """What a step is called."""
        return self.steps[index].name or self.filter(index).label

    def sentence(self, index: int) -> str:
        """What a step does here, in a few words."""
        return self.steps[index].sentence(self.recipe.geometry)

    # --- edits --------------------------------------------------------------------------------------------------------

    def set_params(self, index: int, changes: Mapping[str, Value], what: str, key: str) -> None:
        """Change some settings of a step."""
        if not self._refuses(index):
            step = self.steps[index]
            self._put(index, replace(step, params={**step.params, **changes}), f"{self.title(index)} {what}", key)

    def set_mask(self, index: int, mask: Mask | None, what: str, key: str = "") -> None:
        """Let a step work only in a part of the picture, or everywhere."""
        if not self._refuses(index):
            self._put(index, replace(self.steps[index], mask=mask), f"{self.title(index)} {what}", key)

    def set_mask_kind(self, index: int, kind: str) -> None:
        """Give a step a new mask; one of the same kind stays, an empty kind takes it away."""
        old = self.steps[index].mask
        if not kind:
            self.set_mask(index, None, self.tr("without mask"))
        elif old is None or old.kind != kind:
            mask = self.new_mask(kind)
            self.set_mask(index, mask, self.tr("with a mask: {kind}").format(kind=_label(kind).lower()))

    def set_amount(self, index: int, percent: float, key: str) -> None:
        """Change how much of its effect a step has."""
        if not self._refuses(index):
            amount = min(max(percent / 100, 0), 2)
            label = self.tr("{step} amount {percent} %").format(step=self.title(index), percent=f"{percent:.0f}")
            self._put(index, replace(self.steps[index], amount=amount), label, key)

    def set_enabled(self, index: int, enabled: bool) -> None:
        """Switch a step on or off."""
        label = self.tr("{step} on") if enabled else self.tr("{step} off")
        self._put(index, replace(self.steps[index], enabled=enabled), label.format(step=self.title(index)))

    def set_locked(self, index: int, locked: bool) -> None:
        """Protect a step from edits and from the agent, or stop doing so."""
        label = self.tr("Lock {step}") if locked else self.tr("Unlock {step}")
        self._put(index, replace(self.steps[index], locked=locked), label.format(step=self.title(index)))

    def rename(self, index: int, name: str) -> None:
        """Give a step a name of its own; the filter's label or nothing takes it away again."""
        from exposure_app.pipeline.recipe import MAX_NAME
        from exposure_app.plain_text import printable

        name = printable(name)[:MAX_NAME]
        name = "" if name == self.filter(index).label else name
        label = self.tr("Rename {step}").format(step=self.title(index))
        self._put(index, replace(self.steps[index], name=name), label)

    def reset(self, index: int, to_neutral: bool = False) -> None:
        """Give a step the settings that the agent chose, or neutral ones if it chose none or if asked to."""
        if self._refuses(index):
            return
        chosen = None if to_neutral else self.agent_step(index)
        params = chosen.params if chosen else self.filter(index).neutral
        step = replace(self.steps[index], params=params, amount=chosen.amount if chosen else 1.0)
        self._put(index, step, self.tr("Reset {step}").format(step=self.title(index)))

    def move(self, index: int, to: int) -> int:
        """Move a step so that it ends at a place; returns where it is now."""
        to = min(max(to, 0), len(self.steps) - 1)
        if to != index:
            label = self.tr("Move {step}").format(step=self.title(index))
            steps = list(self.steps)
            steps.insert(to, steps.pop(index))
            self._replace(steps, label)
        return to

    def duplicate(self, index: int) -> int | None:
        """Put a copy after a step; returns where it is, or None if the recipe is full."""
        label = self.tr("Duplicate {step}").format(step=self.title(index))
        return self._insert(index + 1, replace(self.steps[index], locked=False), label)

    def delete(self, index: int) -> bool:
        """Remove a step; returns whether it is gone."""
        if self._refuses(index):
            return False
        label = self.tr("Delete {step}").format(step=self.title(index))
        self._replace([*self.steps[:index], *self.steps[index + 1 :]], label)
        return True

    def add(self, filter_id: str, at: int) -> int | None:
        """Add a step that changes nothing yet; returns where it is, or None if the recipe is full."""
        from exposure_app import filters
        from exposure_app.pipeline.recipe import Step

        filter_ = filters.get(filter_id)
        return self._insert(at, Step(filter_id, filter_.neutral), self.tr("Add {step}").format(step=filter_.label))

    # --- behind them --------------------------------------------------------------------------------------------------

    def _refuses(self, index: int) -> bool:
        if self.steps[index].locked:
            self.refused.emit(self.tr("{step} is locked. Its menu unlocks it.").format(step=self.title(index)))
        return self.steps[index].locked

    def _insert(self, at: int, step: Step, label: str) -> int | None:
        from exposure_app.pipeline.recipe import MAX_STEPS

        if len(self.steps) >= MAX_STEPS:
            self.refused.emit(self.tr("A recipe may have {count} steps.").format(count=MAX_STEPS))
            return None
        self._replace([*self.steps[:at], step, *self.steps[at:]], label)
        return at

    def _put(self, index: int, step: Step, label: str, key: str = "") -> None:
        if step != self.steps[index]:
            self._replace([*self.steps[:index], step, *self.steps[index + 1 :]], label, key)

    def _replace(self, steps: Sequence[Step], label: str, key: str = "") -> None:
        self._recipe = replace(self.recipe, steps=tuple(steps))
        self.edited.emit(self._recipe, label, key)


def _plain_mask(kind: str) -> Mask:
    from exposure_app.pipeline.mask import Mask

    return Mask(kind)


def _label(kind: str) -> str:
    from exposure_app.pipeline.mask import kind_of

    return kind_of(kind).label


def filter_of(step: Step) -> Filter:
    """The declaration of the filter that a step uses."""
    from exposure_app import filters

    return filters.get(step.filter)


def addable() -> list[Filter]:
    """The filters that a step can be made of, by label."""
    from exposure_app import filters

    return sorted(filters.registry().values(), key=lambda filter_: filter_.label.casefold())
