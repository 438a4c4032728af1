"""The menus of the step panel: what can be done with a step, and which steps can be added."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from exposure_app.gui.steps.step_list import StepList
from exposure_app.gui.steps.step_model import StepModel, addable
from exposure_app.pipeline.mask import KINDS


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


class MaskMenu(QMenu):
    """The kinds of masks, and none.

    Attributes:
        chosen: Id of a kind, or empty.
    """

    chosen = Signal(str)

    def prepare(self, current: str) -> None:
        """Fill it when it is first needed, and mark what the step has."""
        if self.isEmpty():
            for kind, label in (("", self.tr("None")), *((kind.id, kind.label) for kind in KINDS.values())):
                action = self.addAction(label)
                action.setData(kind)
                action.setCheckable(True)
                action.triggered.connect(lambda _checked=False, kind=kind: self.chosen.emit(kind))
        for action in self.actions():
            action.setChecked(action.data() == current)


class StepMenu(QMenu):
    """What can be done with one step; made once and told each time for which.

    Attributes:
        compare_requested: The step to show before and after.
        replan_requested: The step after which the agent is to plan anew.
    """

    compare_requested = Signal(int)
    replan_requested = Signal(int)

    def __init__(self, model: StepModel, steps: StepList, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self.index = -1
        self.duplicate = self._act(self.tr("Duplicate"), "Ctrl+D", lambda: steps.duplicate(self.index))
        self.rename = self._act(self.tr("Rename"), "F2", lambda: steps.rows[self.index].header.start_rename())
        self.lock = self._act("", "", lambda: model.set_locked(self.index, not model.steps[self.index].locked))
        self.addSeparator()
        self.reset = self._act(self.tr("Reset to suggested values"), "", lambda: model.reset(self.index))
        self.neutral = self._act(self.tr("Reset to neutral"), "", lambda: model.reset(self.index, True))
        self.compare = self._act(
            self.tr("Compare before and after this step"), "", lambda: self.compare_requested.emit(self.index)
        )
        self.compare.setCheckable(True)
        self.replan = self._act(
            self.tr("Re-suggest the following steps"), "", lambda: self.replan_requested.emit(self.index)
        )
        self.masks = MaskMenu(self.tr("Mask"), self)
        self.masks.chosen.connect(lambda kind: self._give_mask(steps, kind))
        self.addMenu(self.masks)
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

    def _give_mask(self, steps: StepList, kind: str) -> None:
        steps.select(self.index, focus=True)
        self._model.set_mask_kind(self.index, kind)

    def prepare(self, index: int, *, compared: bool) -> StepMenu:
        """Fit the entries to a step."""
        self.index = index
        free = not self._model.steps[index].locked
        self.lock.setText(self.tr("Lock") if free else self.tr("Unlock"))
        self.reset.setVisible(self._model.agent_step(index) is not None)
        for action in (self.reset, self.neutral, self.delete):
            action.setEnabled(free)
        self.compare.setChecked(compared)
        mask = self._model.steps[index].mask
        self.masks.prepare(mask.kind if mask else "")
        self.masks.setEnabled(free)
        self.up.setEnabled(index > 0)
        self.down.setEnabled(index < len(self._model.steps) - 1)
        return self
