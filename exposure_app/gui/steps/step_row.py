"""One step of the list: its header, and below it, when open, its editor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.steps.mask_editor import MaskEditor
from exposure_app.gui.steps.param_editors import ParamsEditor
from exposure_app.gui.steps.step_header import StepHeader
from exposure_app.gui.widgets import step_style as look
from exposure_app.gui.widgets.scalar_editor import Hint
from exposure_app.params import Scalar

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Step

_SPACE_BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|EV)")  # where a line must not break


class StepRow(QFrame):
    """A header, and the editor below it while the row is open.

    Attributes:
        toggled: Switched on or off by the person.
        amount_edited: Percent and merge key.
    """

    toggled = Signal(bool)
    amount_edited = Signal(float, str)

    def __init__(self, filter_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter_id = filter_id
        self.step: Step | None = None
        self.editor: ParamsEditor | None = None
        self._shown: tuple[object, ...] = ()
        self._selected = False
        amount = Scalar("amount", self.tr("Amount"), (100, 100), (0, 200), 100, 100, unit="%", decimals=0)
        self.header = StepHeader(amount)
        self.mask_editor = MaskEditor(self)
        self.mask_editor.hide()
        self.hint = Hint()
        self.hint.setContentsMargins(12, 0, 12, 4)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 1)
        self._column.setSpacing(0)
        self._column.addWidget(self.header)
        self._column.addWidget(self.hint)
        self.header.on_off.clicked.connect(self.toggled)
        self.header.amount.moved.connect(self._on_amount)
        self.header.amount_field.entered.connect(lambda value: self._on_amount(value, ""))
        self.header.amount_field.nudged.connect(self._on_amount)
        self.header.amount_field.hinted.connect(self.hint.say)

    def _on_amount(self, percent: float, key: str) -> None:
        self.header.amount.set_value(percent)
        self.header.amount_field.set_value(percent)
        self.amount_edited.emit(percent, key)

    def put_editor(self, editor: ParamsEditor) -> None:
        """Take over the editor that opens below."""
        self.editor, self._shown = editor, ()
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 0, 12, 12)
        column.addWidget(editor)
        column.addWidget(self.mask_editor)
        self.mask_editor.show()
        self._frame = frame
        self._column.addWidget(frame)

    def focus_chain(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        header = self.header
        chain: list[QWidget] = [header, header.on_off, header.amount_field, header.amount, header.menu_button]
        found = [] if self.editor is None else self._frame.findChildren(QWidget)
        inside = [widget for widget in found if widget.window() is self.window()]  # lists that pop up are windows
        return chain + [widget for widget in inside if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]

    def show_state(self, *, selected: bool, opened: bool) -> None:
        """Mark the row as selected, and open or close its editor."""
        self._selected = selected
        self.header.sentence.set_wrapped(selected and opened)
        if self.editor is not None:
            self._frame.setVisible(opened)
        self.update()

    def show_step(self, step: Step, title: str, sentence: str, agent: Step | None) -> None:
        """Show a step silently."""
        if self._shown == (step, title, sentence, agent):
            return
        self._shown = (step, title, sentence, agent)
        self.step = step
        header = self.header
        header.name.set_full(title)
        sentence = _SPACE_BEFORE_UNIT.sub("\u00a0", sentence)
        said = sentence if step.enabled else self.tr("off: {what}").format(what=sentence)
        header.sentence.set_full(said)
        header.name.setEnabled(step.enabled)
        header.sentence.setEnabled(step.enabled)
        header.on_off.setChecked(step.enabled)
        switch = self.tr("Switch {step} off") if step.enabled else self.tr("Switch {step} on")
        header.on_off.setToolTip(switch.format(step=title))
        header.on_off.setAccessibleName(switch.format(step=title))
        header.setAccessibleName(f"{title}, {said}")
        if header.thumbnail.dimmed == step.enabled:
            header.thumbnail.dimmed = not step.enabled
            header.thumbnail.update()
        header.lock.setVisible(step.locked)
        header.masked.setVisible(step.mask is not None)
        header.amount.set_value(round(100 * step.amount, 2))
        header.amount_field.set_value(round(100 * step.amount, 2))
        header.amount.set_agent_value(None if agent is None else 100 * agent.amount)
        for widget in (header.amount, header.amount_field, self.editor, self.mask_editor):
            if widget is not None:
                widget.setEnabled(not step.locked)
        if self.editor is not None:
            self.editor.set_amount(step.amount)
            self.editor.set_params(step.params)
            self.editor.set_agent(None if agent is None else agent.params)
            self.mask_editor.show_mask(step.mask)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Raised and with a mark at the left when selected; a line below."""
        painter = QPainter(self)
        if self._selected:
            painter.fillRect(self.rect(), look.color(theme.RAISED))
            painter.fillRect(0, 0, 2, self.height(), look.color(theme.ACCENT))
        painter.fillRect(0, self.height() - 1, self.width(), 1, look.color(theme.LINE))
        painter.end()
