"""The editor of a filter's bands: a slider for each number; several ``Bands`` become tabs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.params import Bands, Scalar, Value

Numbers = tuple[float, ...]


class BandsEditor(QWidget):
    """All bands of one filter. A tab with a dot holds numbers that do something.

    Attributes:
        edited: Name of the parameter, its new numbers, what was done in words, merge key.
    """

    edited = Signal(str, object, str, str)

    def __init__(self, bands: Sequence[Bands], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bands = list(bands)
        self._values = {param.name: cast("Numbers", param.neutral_value) for param in bands}
        self._agent: Mapping[str, Value] | None = None
        self.sliders = [[self._slider(param, place) for place in range(param.width)] for param in bands]
        self.pages = QStackedWidget()
        self.tabs = QButtonGroup(self)
        self.reset = QToolButton()
        self.reset.setIcon(theme.icon("step-reset"))
        self.reset.clicked.connect(self._reset)
        self._lay_out()
        self.show_bands(0)

    # --- values -------------------------------------------------------------------------------------------------------

    def values(self, name: str) -> Numbers:
        """The numbers shown of a parameter."""
        return self._values[name]

    def set_values(self, params: Mapping[str, Value]) -> None:
        """Show settings silently."""
        for param, sliders in zip(self.bands, self.sliders, strict=True):
            self._values[param.name] = numbers = cast("Numbers", params[param.name])
            for slider, number in zip(sliders, numbers, strict=True):
                slider.set_value(number)
        self._refresh()

    def set_agent(self, params: Mapping[str, Value] | None) -> None:
        """Mark what the agent chose."""
        self._agent = params
        for param, sliders in zip(self.bands, self.sliders, strict=True):
            for place, slider in enumerate(sliders):
                slider.set_agent_value(None if params is None else cast("Numbers", params[param.name])[place])
        self._refresh()

    def show_bands(self, index: int) -> None:
        """Bring a parameter to the front."""
        self.pages.setCurrentIndex(index)
        self.tabs.button(index).setChecked(True)
        self._refresh()

    def _home(self, param: Bands) -> Numbers:
        return cast("Numbers", param.neutral_value if self._agent is None else self._agent[param.name])

    def _refresh(self) -> None:
        for param, tab in zip(self.bands, self.tabs.buttons(), strict=True):
            tab.setText(f"{param.label} •" if any(self._values[param.name]) else param.label)
        param = self.bands[self.pages.currentIndex()]
        self.reset.setEnabled(self._values[param.name] != self._home(param))
        back = self.tr("{name}: back to the agent's values") if self._agent else self.tr("{name}: all back to 0")
        self.reset.setToolTip(back.format(name=param.label))

    # --- edits --------------------------------------------------------------------------------------------------------

    def _on_moved(self, param: Bands, place: int, value: float, key: str) -> None:
        numbers = list(self._values[param.name])
        numbers[place] = value
        slider = self.sliders[self.bands.index(param)][place]
        self._change(param, tuple(numbers), f"{param.bands[place]} {value_text(slider.param, value)}", key)

    def _reset(self) -> None:
        param = self.bands[self.pages.currentIndex()]
        for slider, number in zip(self.sliders[self.pages.currentIndex()], self._home(param), strict=True):
            slider.set_value(number)
        self._change(param, self._home(param), self.tr("reset"), "")

    def _change(self, param: Bands, numbers: Numbers, what: str, key: str) -> None:
        self._values[param.name] = numbers
        self._refresh()
        self.edited.emit(param.name, numbers, what, key)

    # --- widgets ------------------------------------------------------------------------------------------------------

    def _slider(self, param: Bands, place: int) -> ScalarEditor:
        number = Scalar(
            f"{param.name}.{param.bands[place]}",
            param.bands[place].capitalize(),
            agent=param.agent,
            slider=param.slider,
            neutral=0,
            initial=param.initial,
            unit=param.unit,
            decimals=param.decimals,
            factor=param.factor,
        )
        editor = ScalarEditor(number)
        editor.slider.setAccessibleName(f"{param.label}, {param.bands[place]}")
        editor.edited.connect(partial(self._on_moved, param, place))
        return editor

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for i, (param, sliders) in enumerate(zip(self.bands, self.sliders, strict=True)):
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            for slider in sliders:
                column.addWidget(slider)
            column.addStretch(1)
            self.pages.addWidget(page)
            tab = QToolButton()
            tab.setText(param.label)
            tab.setCheckable(True)
            tab.setVisible(len(self.bands) > 1)
            tab.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.tabs.addButton(tab, i)
            head.addWidget(tab)
        for button in (*self.tabs.buttons(), self.reset):
            button.setProperty("role", "small")
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        head.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignRight)
        self.tabs.idClicked.connect(self.show_bands)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.pages)
