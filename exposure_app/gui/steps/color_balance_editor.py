"""Editors for filters that balance colours: temperature and tint on coloured tracks, and a picker.

The first two parameters of such a filter say what it does to a grey: the logarithms of its gains are linear in them.
``editor = "light"``: they are a temperature and a tint. ``editor = "color_balance"``: they are the natural logarithms
of the gains of green and of blue, red's being 1, and shown as a temperature and a tint.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QToolButton

from exposure_app.gui import theme
from exposure_app.gui.steps.param_editors import ParamsEditor
from exposure_app.gui.widgets.collapsible import Fold
from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.params import Scalar, Value

if TYPE_CHECKING:
    from exposure_app.filters import Filter

UNITS = 100  # slider units to a natural logarithm of gain
DARK = 1e-4  # an area darker than this has no colour to go by

# Along the tracks of temperature and tint.
COOL_WARM = [QColor("#4f7fd0"), QColor("#7f7f7f"), QColor("#d8a13c")]
GREEN_MAGENTA = [QColor("#4da64d"), QColor("#7f7f7f"), QColor("#b658b6")]


def to_axes(green: float, blue: float) -> tuple[float, float]:
    """Temperature (red against blue) and tint (magenta against green) of logarithmic gains."""
    return -blue * UNITS, (blue / 2 - green) * UNITS


def from_axes(temperature: float, tint: float) -> tuple[float, float]:
    """Logarithmic gains of green and blue."""
    blue = -temperature / UNITS
    return blue / 2 - tint / UNITS, blue


def balance(filter_: Filter, rgb: Sequence[float], share: float = 1.0) -> tuple[dict[str, Value], bool]:
    """Settings that turn a colour grey, and whether the sliders' ranges allow it fully.

    Args:
        filter_: One with an editor of this module.
        rgb: Mean colour of the picked area before the step.
        share: The amount at which the step works.

    Raises:
        ValueError: The colour is too dark, or the step has no effect.
    """
    if share <= 0 or len(rgb) != 3 or not all(math.isfinite(c) and c > DARK for c in rgb):
        raise ValueError("no colour to go by")
    red, green, blue = rgb
    wanted = np.linalg.solve(_gains(filter_), [math.log(red / green), math.log(red / blue)]) / share
    limits = np.array([param.slider for param in cast("Sequence[Scalar]", filter_.params[:2])])
    found = np.clip(wanted, *limits.T).round(4)
    names = (param.name for param in filter_.params)
    return dict(zip(names, found.tolist(), strict=False)), bool((abs(found - wanted) < 1e-3).all())


def _gains(filter_: Filter) -> NDArray[np.float64]:
    """2 x 2: what the first and the second parameter at 1 do to green and blue against red, as logarithms of gains."""
    columns = []
    for param in filter_.params[:2]:
        r, g, b = np.ones((3, 1), np.float32)
        kernel = type(filter_).kernel
        assert kernel is not None
        kernel(r, g, b, filter_.pack({**filter_.neutral, param.name: 1.0}))
        columns.append(np.log([g[0] / r[0], b[0] / r[0]], dtype=np.float64))
    return np.stack(columns, axis=1)


class LightEditor(ParamsEditor):
    """Temperature and tint with a picker."""

    picks = True

    def build(self) -> None:
        """Make the widgets; called once."""
        super().build()
        for editor, colours in zip(self.scalars.values(), (COOL_WARM, GREEN_MAGENTA), strict=True):
            editor.slider.set_tint(colours)
        self.picker = _picker(self)
        self.column.addWidget(self.picker, alignment=Qt.AlignmentFlag.AlignRight)


class ColorBalanceEditor(ParamsEditor):
    """Temperature and tint with a picker; the gains themselves in a fold below."""

    picks = True

    def build(self) -> None:
        """Make the widgets; called once."""
        self._green, self._blue = cast("tuple[Scalar, Scalar]", self.filter.params[:2])
        self._gains = (self._green.neutral, self._blue.neutral)
        self._wanted: dict[ScalarEditor, float] = {}  # both axes during one edit: what a limit moved comes back
        self._key = ""
        ranges = [self._axis_ranges(name) for name in ("agent", "slider")]
        self.temperature = self._axis("temperature", self.tr("Temperature"), ranges[0][0], ranges[1][0], COOL_WARM)
        self.tint = self._axis("tint", self.tr("Tint"), ranges[0][1], ranges[1][1], GREEN_MAGENTA)
        self.picker = _picker(self)
        self.fold = Fold(self.tr("Gains"), self)
        for param in self.filter.params:
            if isinstance(param, Scalar):
                self.fold.column.addWidget(self.add_scalar(param))
        for widget in (self.temperature, self.tint):
            self.column.addWidget(widget)
        self.fold.head.addWidget(self.picker)
        self.column.addWidget(self.fold)

    def set_params(self, params: Mapping[str, Value]) -> None:
        """Show settings silently."""
        super().set_params(params)
        gains = cast("tuple[float, float]", (params[self._green.name], params[self._blue.name]))
        if gains != self._gains:
            self._gains = gains
            self._show_axes()

    def set_agent(self, params: Mapping[str, Value] | None) -> None:
        """Mark what the agent chose."""
        super().set_agent(params)
        axes: tuple[float, float] | tuple[None, None] = (None, None)
        if params is not None:
            axes = to_axes(cast("float", params[self._green.name]), cast("float", params[self._blue.name]))
        self.temperature.set_agent_value(axes[0])
        self.tint.set_agent_value(axes[1])

    def _axis_ranges(self, name: str) -> tuple[tuple[float, float], tuple[float, float]]:
        greens, blues = getattr(self._green, name), getattr(self._blue, name)
        corners = [to_axes(green, blue) for green in greens for blue in blues]
        return tuple((min(axis), max(axis)) for axis in zip(*corners, strict=True))  # type: ignore[return-value]

    def _axis(
        self, name: str, label: str, agent: tuple[float, float], slider: tuple[float, float], colours: list[QColor]
    ) -> ScalarEditor:
        editor = ScalarEditor(Scalar(name, label, agent, slider, neutral=0, initial=0, decimals=0))
        editor.slider.set_tint(colours)
        editor.edited.connect(lambda _value, key: self._on_axis(editor, key))
        return editor

    def _on_axis(self, moved: ScalarEditor, key: str) -> None:
        if not key or key != self._key:
            self._key, self._wanted = key, {axis: axis.value for axis in (self.temperature, self.tint)}
        self._wanted[moved] = moved.value
        wanted = from_axes(self._wanted[self.temperature], self._wanted[self.tint])
        gains = tuple(
            round(min(max(gain, param.slider[0]), param.slider[1]), 4)
            for gain, param in zip(wanted, (self._green, self._blue), strict=True)
        )
        self._gains = cast("tuple[float, float]", gains)
        names = (self._green.name, self._blue.name)
        self.scalars[names[0]].set_value(gains[0])
        self.scalars[names[1]].set_value(gains[1])
        self._show_axes(but=moved)
        if max(abs(a - b) for a, b in zip(gains, wanted, strict=True)) > 1e-3:
            self._show_axes()
            moved.hint.say(self.tr("Green and blue are at the end of their range"))
        text = f"{moved.param.label} {moved.value:+.0f}"
        self.edited.emit(dict(zip(names, gains, strict=True)), text, key)

    def _show_axes(self, but: ScalarEditor | None = None) -> None:
        for axis, value in zip((self.temperature, self.tint), to_axes(*self._gains), strict=True):
            if axis is not but:
                axis.set_value(value)


def _picker(editor: ParamsEditor) -> QToolButton:
    button = QToolButton()
    button.setProperty("role", "small")
    button.setIcon(theme.icon("step-pick"))
    button.setText(editor.tr("White balance picker"))
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setToolTip(editor.tr("Then drag over something in the photo that should be grey"))
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.clicked.connect(editor.pick_requested)
    return button
