"""The editor of a filter's curves: a plot, and beside it which curve, which knots, and reset."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.steps.curve_knots import Mode
from exposure_app.gui.steps.curve_plot import CurvePlot, Slopes
from exposure_app.gui.widgets import step_style as look
from exposure_app.params import Curve, Value
from exposure_app.settings import current_settings

log = logging.getLogger(__name__)

_MODES: tuple[Mode, Mode] = ("segments", "points")  # in the order of the buttons


class CurveEditor(QWidget):
    """All curves of one filter; several become tabs, three of them in the colours of the channels.

    Attributes:
        edited: Name of the parameter, its new slopes, merge key.
    """

    edited = Signal(str, object, str)

    def __init__(self, curves: Sequence[Curve], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves = list(curves)
        self._values = {curve.name: cast("Slopes", curve.neutral_value) for curve in curves}
        self._agent: Mapping[str, Value] | None = None
        self._histogram: Any = None
        self._amount = 1.0
        self._current = 0
        channels = look.CHANNELS if len(curves) == len(look.CHANNELS) else (theme.TEXT,) * len(curves)
        self._colours = [look.color(colour) for colour in channels]
        self.plot = CurvePlot()
        self.plot.edited.connect(self._on_edited)
        self.plot.pointed.connect(self._on_pointed)
        self.tabs = self._choice([curve.label for curve in curves], self.show_curve)
        self.modes = self._choice([self.tr("All points"), self.tr("3 points")], self._set_mode)
        self.modes.button(0).setToolTip(self.tr("A knot for each piece of the curve"))
        self.modes.button(1).setToolTip(self.tr("Shadows, middle tones and highlights, smooth in between"))
        self.reset = self._button(self.tr("Reset"))
        self.reset.setIcon(theme.icon("step-reset"))
        self.reset.clicked.connect(self._reset)
        self.readout = QLabel()
        self.readout.setProperty("role", "small")
        self._lay_out()
        self.show_curve(0)
        self._recall_mode()

    # --- values -------------------------------------------------------------------------------------------------------

    def set_values(self, params: Mapping[str, Value]) -> None:
        """Show settings silently."""
        self._values = {curve.name: cast("Slopes", params[curve.name]) for curve in self.curves}
        self._refresh()

    def set_amount(self, amount: float) -> None:
        """Show, beside the curves, what is left of them at an amount of their effect, 0 to 2."""
        if amount != self._amount:
            self._amount = amount
            self._refresh()

    def set_agent(self, params: Mapping[str, Value] | None) -> None:
        """Mark what the agent chose."""
        self._agent = params
        self._refresh()

    def set_histogram(self, counts: Any) -> None:
        """Show 256 or 3 x 256 counts behind the curves; three curves show a channel each."""
        self._histogram = counts
        self._refresh_histogram()

    def show_curve(self, index: int) -> None:
        """Bring a curve to the front."""
        self._current = index
        self.tabs.button(index).setChecked(True)
        self._refresh_histogram()
        self._refresh()

    def _refresh(self) -> None:
        curve = self.curves[self._current]
        agent = None if self._agent is None else cast("Slopes", self._agent[curve.name])
        self.plot.show_curve(curve, self._colours[self._current], self._values[curve.name], agent)
        self.plot.show_others(
            [(self._colours[i], self._values[other.name]) for i, other in enumerate(self.curves) if i != self._current]
        )
        slopes = self._values[curve.name]
        self.plot.show_effect(None if self._amount == 1 else cast("Slopes", curve.scaled(slopes, self._amount)))
        dotted = self.tr("Dotted: the curve at {percent} % of its effect").format(percent=round(100 * self._amount))
        self.plot.setToolTip("" if self._amount == 1 else dotted)
        home = cast("Slopes", agent or curve.neutral_value)
        self.reset.setEnabled(not _same(self._values[curve.name], home))
        back = self.tr("Reset to suggested curve") if agent else self.tr("Back to the straight line")
        self.reset.setToolTip(back)

    def _refresh_histogram(self) -> None:
        counts = self._histogram
        if counts is not None and np.ndim(counts) == 2:
            several = len(self.curves) == len(counts)
            counts = np.asarray(counts[self._current]) if several else np.asarray(counts).sum(axis=0)
        self.plot.set_histogram(counts)

    # --- edits --------------------------------------------------------------------------------------------------------

    def _on_edited(self, slopes: Slopes, key: str) -> None:
        name = self.curves[self._current].name
        self._values[name] = slopes
        self._refresh()
        self.edited.emit(name, slopes, key)

    def _reset(self) -> None:
        curve = self.curves[self._current]
        slopes = cast("Slopes", curve.neutral_value if self._agent is None else self._agent[curve.name])
        self._values[curve.name] = slopes
        self._refresh()
        self.edited.emit(curve.name, slopes, "")

    def _set_mode(self, index: int) -> None:
        self.plot.set_mode(_MODES[index])
        try:
            current_settings().set("steps.curve_mode", _MODES[index])
        except ExposureError as error:
            log.warning("The kind of knots is not remembered: %s", error)

    def _recall_mode(self) -> None:
        mode = _MODES.index(cast("Mode", current_settings().get_text("steps.curve_mode")))
        self.modes.button(mode).setChecked(True)
        self.plot.set_mode(_MODES[mode])

    def showEvent(self, event: QShowEvent) -> None:
        """Have the knots that were chosen last, perhaps in another step."""
        super().showEvent(event)
        self._recall_mode()

    def _on_pointed(self, point: tuple[float, float] | None) -> None:
        text = "" if point is None else self.tr("In {x} %\nOut {y} %")
        if point is not None:
            text = text.format(x=f"{100 * point[0]:.1f}".removesuffix(".0"), y=f"{100 * point[1]:.1f}")
        self.readout.setText(text)

    # --- widgets ------------------------------------------------------------------------------------------------------

    def _choice(self, labels: Sequence[str], chosen: Any) -> QButtonGroup:
        group = QButtonGroup(self)
        for i, label in enumerate(labels):
            button = self._button(label)
            button.setCheckable(True)
            group.addButton(button, i)
        group.button(0).setChecked(True)
        group.idClicked.connect(chosen)
        return group

    def _button(self, label: str) -> QToolButton:
        button = QToolButton()
        button.setText(label)
        button.setProperty("role", "small")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _lay_out(self) -> None:
        side = QVBoxLayout()
        side.setContentsMargins(0, 6, 0, 6)
        side.setSpacing(4)
        if len(self.curves) > 1:
            for i, button in enumerate(self.tabs.buttons()):
                button.setIcon(_dot(i, self._colours))
                side.addWidget(button)
            side.addSpacing(8)
        for button in self.modes.buttons():
            side.addWidget(button)
        side.addStretch(1)
        side.addWidget(self.readout)
        side.addWidget(self.reset)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.plot)
        line.addLayout(side, 1)


def _same(one: Slopes, other: Slopes) -> bool:
    """Whether slopes draw the same curve: only their ratios matter."""
    return bool(np.allclose(np.asarray(one) / np.sum(one), np.asarray(other) / np.sum(other), atol=1e-5))


def _dot(index: int, colours: Sequence[Any]) -> QIcon:
    icon = QIcon()
    for ratio in (1, 2):
        pixmap = QPixmap(12 * ratio, 12 * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colours[index])
        painter.drawEllipse(2 * ratio, 2 * ratio, 8 * ratio, 8 * ratio)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        icon.addPixmap(pixmap)
    return icon
