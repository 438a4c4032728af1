"""The step panel: the recipe as a list of steps that can be changed, and where steps are added."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.steps.step_list import StepList
from exposure_app.gui.steps.step_menu import AddMenu, StepMenu
from exposure_app.gui.steps.step_model import StepModel
from exposure_app.gui.widgets import step_style
from exposure_app.gui.widgets.scalar_editor import Hint

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe


class StepPanel(QWidget):
    """Shows a recipe and edits it.

    What the program sets emits nothing, with one exception: a recipe whose steps changed places ends a comparison.

    Attributes:
        edited: The new recipe, a label for the history, and a merge key: edits in a row with the same non-empty key
            are one entry.
        step_selected: The step that the person chose, -1 for none.
        pick_requested: The person wants to pick a neutral area for this step; answer with ``apply_pick``.
        compare_requested: Show the photo before and after this step; -1 ends it.
    """

    edited = Signal(object, str, str)
    step_selected = Signal(int)
    pick_requested = Signal(int)
    compare_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        step_style.apply_stylesheet(self)
        self._compared = -1
        self.model = StepModel(self)
        self.list = StepList(self.model)
        self.hint = Hint()
        self.hint.setContentsMargins(12, 4, 12, 4)
        self.empty = QLabel(self.tr("No steps. Auto-retouch makes some, or add one yourself."))
        self.empty.setProperty("role", "small")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(12, 12, 12, 4)
        self.add_button = QPushButton(self.tr("Add step"))
        self.add_button.setProperty("flat", True)
        self.add_button.setIcon(theme.icon("step-add"))
        self.add_menu = AddMenu("", self)
        self.add_menu.chosen.connect(lambda name: self.list.add(name, len(self.model.steps)))
        self.add_button.setMenu(self.add_menu)
        self.menu = StepMenu(self.model, self.list, self)
        self.menu.compare_requested.connect(self.compare)
        bottom = QHBoxLayout()
        bottom.setContentsMargins(4, 4, 4, 4)
        bottom.addWidget(self.add_button)
        bottom.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.empty)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addLayout(bottom)
        self.model.edited.connect(self._on_edited)
        self.model.refused.connect(self.hint.say)
        self.list.selected.connect(self.step_selected)
        self.list.menu_requested.connect(self._open_menu)
        self.list.pick_requested.connect(self.pick_requested)
        self.list.restructured.connect(self._end_comparison)

    def sizeHint(self) -> QSize:
        """As wide as the right side of the window."""
        return QSize(theme.RIGHT_WIDTH, 480)

    def minimumSizeHint(self) -> QSize:
        """Narrower, words are cut off."""
        return QSize(theme.RIGHT_WIDTH, 160)

    # --- what is shown ------------------------------------------------------------------------------------------------

    @property
    def recipe(self) -> Recipe:
        """The recipe shown."""
        return self.model.recipe

    @property
    def selected(self) -> int:
        """The chosen step, -1 for none."""
        return self.list.current

    @property
    def compared(self) -> int:
        """The step shown before and after, -1 for none."""
        return self._compared

    def set_recipe(self, recipe: Recipe) -> None:
        """Show a recipe silently; widgets of steps that are still there stay as they are."""
        if recipe is not self.model.recipe:
            self.model.set_recipe(recipe)
            self._sync()

    def set_agent_recipe(self, recipe: Recipe | None) -> None:
        """Mark what the agent chose, where double click goes back to."""
        if recipe is not self.model.agent_recipe:
            self.model.set_agent_recipe(recipe)
            self._sync()

    def set_thumbnails(self, images: list[QImage]) -> None:
        """Show the picture after each step."""
        self.list.set_thumbnails(images)

    def set_histograms(self, histograms: Sequence[np.ndarray]) -> None:
        """Show the histogram of each step's input, 256 or 3 x 256 counts, behind its curves."""
        self.list.set_histograms(histograms)

    def select(self, index: int) -> None:
        """Choose a step and open its editor, as a click does."""
        self.list.select(index)

    def _sync(self) -> None:
        self.list.sync()
        self.list.set_compared(self._compared)
        self.empty.setVisible(not self.model.steps)

    # --- edits --------------------------------------------------------------------------------------------------------

    def apply_pick(self, index: int, rgb: Sequence[float]) -> None:
        """Change a step so that the mean colour of the picked area, before the step, becomes neutral."""
        from exposure_app.gui.steps.color_balance_editor import balance
        from exposure_app.gui.steps.step_editor import can_pick

        if not 0 <= index < len(self.model.steps) or not can_pick(self.model.filter(index)):
            return
        try:
            share = self.model.steps[index].amount * self.model.recipe.amount
            changes, exact = balance(self.model.filter(index), [float(c) for c in rgb], share)
        except ValueError:
            self.hint.say(self.tr("That area has no colour to go by. Pick a grey that is not black."))
            return
        self.model.set_params(index, changes, self.tr("picked"), "")
        if not exact:
            self.hint.say(self.tr("That area is further from grey than the sliders go."))

    def _on_edited(self, recipe: Recipe, label: str, key: str) -> None:
        self._sync()
        self.edited.emit(recipe, label, key)

    def compare(self, index: int) -> None:
        """Show the photo before and after a step; the same step again ends it."""
        self._compared = -1 if index == self._compared else index
        self.list.set_compared(self._compared)
        self.compare_requested.emit(self._compared)

    def _end_comparison(self) -> None:
        if self._compared >= 0:
            self.compare(self._compared)

    def _open_menu(self, index: int, at: QPoint) -> None:
        self.menu.prepare(index, compared=index == self._compared).popup(at)
