"""Editors made from a filter's declaration: a slider for each number, a plot for curves.

No filter is known here. A filter may ask for a special kind of editor; see ``step_editor.KINDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from exposure_app.gui.curve_editor import CurveEditor
from exposure_app.gui.value_field import ValueField, value_text
from exposure_app.gui.value_slider import ValueSlider
from exposure_app.params import Curve, Scalar, Value

if TYPE_CHECKING:
    from exposure_app.filters import Filter

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


class ParamsEditor(QWidget):
    """The editor of all parameters of one filter; the base of special kinds too.

    Attributes:
        picks: Whether a neutral area can be picked for it.
        edited: The changed parameters by name, what was done in words, and a merge key.
        pick_requested: The person wants to point at an area that should be neutral.
    """

    picks = False
    edited = Signal(object, str, str)
    pick_requested = Signal()

    def __init__(self, filter_: Filter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = filter_
        self.scalars: dict[str, ScalarEditor] = {}
        self.curves: CurveEditor | None = None
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.build()

    def build(self) -> None:
        """Make the widgets; called once."""
        for param in self.filter.params:
            if isinstance(param, Scalar):
                self.column.addWidget(self.add_scalar(param))
        curves = [param for param in self.filter.params if isinstance(param, Curve)]
        if curves:
            self.curves = CurveEditor(curves)
            self.curves.edited.connect(self._on_curve)
            self.column.addWidget(self.curves)

    def add_scalar(self, param: Scalar) -> ScalarEditor:
        """Make the editor of one number; where it goes is the caller's affair."""
        editor = self.scalars[param.name] = ScalarEditor(param)
        editor.edited.connect(lambda value, key, param=param: self._on_scalar(param, value, key))
        return editor

    def set_params(self, params: Mapping[str, Value]) -> None:
        """Show settings silently."""
        for name, editor in self.scalars.items():
            editor.set_value(cast("float", params[name]))
        if self.curves is not None:
            self.curves.set_values(params)

    def set_amount(self, amount: float) -> None:
        """Show what share of the curves' effect the step has, 0 to 2."""
        if self.curves is not None:
            self.curves.set_amount(amount)

    def set_agent(self, params: Mapping[str, Value] | None) -> None:
        """Mark what the agent chose."""
        for name, editor in self.scalars.items():
            editor.set_agent_value(None if params is None else cast("float", params[name]))
        if self.curves is not None:
            self.curves.set_agent(params)

    def set_histogram(self, counts: Any) -> None:
        """Show the histogram of the step's input behind the curves; None takes it away."""
        if self.curves is not None:
            self.curves.set_histogram(counts)

    def _on_scalar(self, param: Scalar, value: float, key: str) -> None:
        text = value_text(param, value)
        self.edited.emit({param.name: value}, text if len(self.filter.params) == 1 else f"{param.label} {text}", key)

    def _on_curve(self, name: str, slopes: tuple[float, ...], key: str) -> None:
        label = next(param.label for param in self.filter.params if param.name == name)
        what = self.tr("changed") if len(self.filter.params) == 1 else label
        self.edited.emit({name: slopes}, what, key)
