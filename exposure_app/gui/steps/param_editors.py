"""Editors made from a filter's declaration: a slider for each number, a plot for curves, tabs of sliders for bands.

No filter is known here. A filter may ask for a special kind of editor; see ``step_editor.KINDS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exposure_app.gui.steps.bands_editor import BandsEditor
from exposure_app.gui.steps.curve_editor import CurveEditor
from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.params import Bands, Curve, Scalar, Value

if TYPE_CHECKING:
    from exposure_app.filters import Filter


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
        self.bands: BandsEditor | None = None
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
        bands = [param for param in self.filter.params if isinstance(param, Bands)]
        if bands:
            self.bands = BandsEditor(bands)
            self.bands.edited.connect(self._on_bands)
            self.column.addWidget(self.bands)

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
        if self.bands is not None:
            self.bands.set_values(params)

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
        if self.bands is not None:
            self.bands.set_agent(params)

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

    def _on_bands(self, name: str, numbers: tuple[float, ...], what: str, key: str) -> None:
        label = next(param.label for param in self.filter.params if param.name == name)
        self.edited.emit({name: numbers}, what if len(self.filter.params) == 1 else f"{label} {what}", key)
