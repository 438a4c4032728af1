"""The editor of one number, and the line below it that says what went wrong."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from exposure_app.gui.widgets.value_field import ValueField, value_text
from exposure_app.gui.widgets.value_slider import ValueSlider
from exposure_app.params import Scalar

LABEL_WIDTH = 84
HINT_MS = 5000


class Hint(QLabel):
    """One gentle line that goes away by itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "hint")
        self.setWordWrap(True)
        self.hide()
        self._timer = QTimer(self, singleShot=True, interval=HINT_MS)
        self._timer.timeout.connect(self.hide)

    def say(self, text: str) -> None:
        """Show a text for a while; an empty one hides the line."""
        self.setText(text)
        self.setVisible(bool(text))
        self._timer.start()


class ScalarEditor(QWidget):
    """Label, track and typed value of one ``Scalar``.

    Attributes:
        edited: The new value and a merge key.
    """

    edited = Signal(float, str)

    def __init__(self, param: Scalar, parent: QWidget | None = None, *, label: str | None = None) -> None:
        super().__init__(parent)
        self.param = param
        self.label = QLabel(param.label if label is None else label)
        self.slider = ValueSlider(param)
        self.field = ValueField(param)
        self.hint = Hint()
        self.label.setFixedWidth(LABEL_WIDTH)
        self.label.setWordWrap(True)
        self.label.setBuddy(self.slider)
        self.line = QHBoxLayout()
        self.line.setSpacing(8)
        self.line.addWidget(self.label)
        self.line.addWidget(self.slider, 1)
        self.line.addWidget(self.field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self.line)
        column.addWidget(self.hint)
        self.slider.moved.connect(self._on_moved)
        self.field.entered.connect(self._on_entered)
        self.field.nudged.connect(self._on_nudged)
        self.field.hinted.connect(self.hint.say)

    @property
    def value(self) -> float:
        """The value shown."""
        return self.slider.value

    def showEvent(self, event: Any) -> None:
        """Only now the fonts are known that say how wide the field must be."""
        super().showEvent(event)
        self.field.fit()

    def set_value(self, value: float) -> None:
        """Show a value silently."""
        self.slider.set_value(value)
        self.field.set_value(value)

    def set_agent_value(self, value: float | None) -> None:
        """Mark what the agent chose."""
        self.slider.set_agent_value(value)
        home = self.tr("Double click: back to {value}").format(value=value_text(self.param, self.slider.home))
        self.slider.setToolTip(f"{home}\n" + self.tr("Shift: fine"))

    def _on_moved(self, value: float, key: str) -> None:
        self.field.set_value(value)
        self.edited.emit(value, key)

    def _on_entered(self, value: float) -> None:
        self.slider.set_value(value)
        self.edited.emit(value, "")

    def _on_nudged(self, value: float, key: str) -> None:
        self.slider.set_value(value)
        self.edited.emit(value, key)
