"""Editor for tints of several regions of brightness: a pad of tints for each.

For filters whose declaration says ``editor = "color_wheels"``: their parameters come in pairs, for each region the tint
towards magenta and the one towards yellow, labelled with the region and that colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from exposure_app.gui.steps.color_balance_editor import GREEN_MAGENTA
from exposure_app.gui.steps.param_editors import ParamsEditor
from exposure_app.gui.steps.tint_pad import Point, TintPad
from exposure_app.gui.widgets.collapsible import Fold
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.params import Scalar, Value

BLUE_YELLOW = [QColor("#4f6fd0"), QColor("#7f7f7f"), QColor("#c8b23c")]


class ColorWheelsEditor(ParamsEditor):
    """A pad for each region, side by side; the numbers themselves in a fold below."""

    def build(self) -> None:
        """Make the widgets; called once."""
        self.pads: list[TintPad] = []
        params = cast("tuple[Scalar, ...]", self.filter.params)
        self._pairs = list(zip(params[::2], params[1::2], strict=True))
        line = QHBoxLayout()
        line.setSpacing(4)
        self.fold = Fold(self.tr("Numbers"), self)
        for pair in self._pairs:
            region = _region(pair)
            pad = TintPad(*pair, region)
            pad.setToolTip(self.tr("Drag to a tint. Double click: back; Shift: fine"))
            pad.moved.connect(partial(self._on_pad, pair))
            self.pads.append(pad)
            title = QLabel(region)
            title.setProperty("role", "small")
            title.setBuddy(pad)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(pad, 0, Qt.AlignmentFlag.AlignHCenter)
            line.addLayout(column, 1)
            for param, colours in zip(pair, (GREEN_MAGENTA, BLUE_YELLOW), strict=True):
                editor = self.add_scalar(param)
                editor.slider.set_tint(colours)
                self.fold.column.addWidget(editor)
        self.column.addLayout(line)
        self.column.addWidget(self.fold)

    def set_params(self, params: Mapping[str, Value]) -> None:
        """Show settings silently."""
        super().set_params(params)
        for pair, pad in zip(self._pairs, self.pads, strict=True):
            pad.set_point(_point(pair, params))

    def set_agent(self, params: Mapping[str, Value] | None) -> None:
        """Mark what the agent chose."""
        super().set_agent(params)
        for pair, pad in zip(self._pairs, self.pads, strict=True):
            pad.set_agent_point(None if params is None else _point(pair, params))

    def _on_pad(self, pair: tuple[Scalar, Scalar], point: Point, key: str) -> None:
        for param, value in zip(pair, point, strict=True):
            self.scalars[param.name].set_value(value)
        numbers = ", ".join(value_text(param, value) for param, value in zip(pair, point, strict=True))
        changes = {param.name: value for param, value in zip(pair, point, strict=True)}
        self.edited.emit(changes, f"{_region(pair)} {numbers}", key)

    def _on_scalar(self, param: Scalar, value: float, key: str) -> None:
        for pair, pad in zip(self._pairs, self.pads, strict=True):
            if param in pair:
                pad.set_point(tuple(self.scalars[other.name].value for other in pair))  # type: ignore[arg-type]
        super()._on_scalar(param, value, key)


def _region(pair: tuple[Scalar, Scalar]) -> str:
    return pair[0].label.rpartition(" ")[0]


def _point(pair: tuple[Scalar, Scalar], params: Mapping[str, Value]) -> Point:
    return cast("float", params[pair[0].name]), cast("float", params[pair[1].name])
