"""The menus of the step panel: what can be done with a step, and which steps can be added."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from exposure_app.gui.step_list import StepList
from exposure_app.gui.step_model import StepModel, addable


class AddMenu(QMenu):
    """The filters, by label; filled when it is first opened, because finding them takes a moment.

    Attributes:
        chosen: Id of a filter.
    """

    chosen = Signal(str)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        if not self.isEmpty():
            return
        for filter_ in addable():
            action = self.addAction(filter_.label)
            action.setData(filter_.id)
            action.setToolTip((type(filter_).__doc__ or "").strip().split("\n\n")[0])
            action.triggered.connect(lambda _checked=False, name=filter_.id: self.chosen.emit(name))


class StepMenu(QMenu):
    """What can be done with one step; made once and told each time for which.

    Attributes:
        compare_requested: The step to show before and after.
    """

    compare_requested = Signal(int)

    def __init__(self, model: StepModel, steps: StepList, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.index = -1
        self.duplicate = self._act(self.tr("Duplicate"), "Ctrl+D", lambda: steps.duplicate(self.index))
        self.rename = self._act(self.tr("Rename"), "F2", lambda: steps.rows[self.index].header.start_rename())
        self.lock = self._act("", "", lambda: model.set_locked(self.index, not model.steps[self.index].locked))
        self.addSeparator()
        self.reset = self._act(self.tr("Back to the agent's values"), "", lambda: model.reset(self.index))
        self.neutral = self._act(self.tr("Reset to neutral"), "", lambda: model.reset(self.index, True))
        self.compare = self._act(
            self.tr("Compare before and after this step"), "", lambda: self.compare_requested.emit(self.index)
        )
        self.compare.setCheckable(True)
        self.addSeparator()
        self.up = self._act(self.tr("Move up"), "Alt+Up", lambda: steps.move_step(self.index, self.index - 1))
        self.down = self._act(self.tr("Move down"), "Alt+Down", lambda: steps.move_step(self.index, self.index + 1))
        self.before = AddMenu(self.tr("Add before"), self)
        self.before.chosen.connect(lambda name: steps.add(name, self.index))
        self.after = AddMenu(self.tr("Add after"), self)
        self.after.chosen.connect(lambda name: steps.add(name, self.index + 1))
        self.addMenu(self.before)
        self.addMenu(self.after)
        self.addSeparator()
        self.delete = self._act(self.tr("Delete"), "Del", lambda: steps.delete(self.index))

    def _act(self, text: str, key: str, what: Callable[[], object]) -> QAction:
        action = self.addAction(f"{text}\t{key}" if key else text)  # the key is only shown: the list itself hears it
        action.triggered.connect(lambda _checked=False: what())
        return action

    def prepare(self, index: int, *, compared: bool) -> StepMenu:
        """Fit the entries to a step."""
        self.index = index
        free = not self._model.steps[index].locked
        self.lock.setText(self.tr("Lock") if free else self.tr("Unlock"))
        self.reset.setVisible(self._model.agent_step(index) is not None)
        for action in (self.reset, self.neutral, self.delete):
            action.setEnabled(free)
        self.compare.setChecked(compared)
        self.up.setEnabled(index > 0)
        self.down.setEnabled(index < len(self._model.steps) - 1)
        return self
