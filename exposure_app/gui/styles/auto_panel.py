"""Auto-retouch: one button, the style, how much of it, and which of its variations."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSlider, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import ElidedBox, icon_button
from exposure_app.gui.widgets.value_field import ValueField
from exposure_app.params import Scalar

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.pipeline.recipe import Recipe

MAX_SEED = 999_999


class AutoPanel(QWidget):
    """The primary button of the window and what belongs to it.

    Signals:
        retouch_requested: Style and seed.
        cancel_requested: Stop the retouch that is under way.
        amount_changed: Share of the recipe, 0 to 2.
        amount_released: A drag of the slider has ended.
        style_changed: Name of the style that was chosen.
        choice_requested: Show variations to choose from.
    """

    retouch_requested = Signal(str, int)
    cancel_requested = Signal()
    amount_changed = Signal(float)
    amount_released = Signal()
    style_changed = Signal(str)
    choice_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._has_photo = False
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(32)
        self.button.clicked.connect(self._clicked)
        self.style_box = ElidedBox()
        self.style_box.setAccessibleName(self.tr("Style"))
        self.style_box.setToolTip(self.tr("What to retouch like"))
        self.style_box.setFixedWidth(124)
        self.style_box.setMinimumHeight(32)
        self.style_box.currentIndexChanged.connect(lambda: self.style_changed.emit(self.style_name))
        self.slider = _AmountSlider()
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self.amount_released)
        self.value = self._field(Scalar("amount", self.tr("Amount"), (0, 200), (0, 200), 100, 100, "%", decimals=0))
        self.value.entered.connect(lambda percent: self.slider.setValue(round(percent)))
        self.value.nudged.connect(lambda percent: self.slider.setValue(round(percent)))
        self.seed = self._field(Scalar("seed", self.tr("Seed"), (0, MAX_SEED), (0, MAX_SEED), 0, 0, decimals=0))
        self.seed.entered.connect(lambda seed: self._try(round(seed)))
        self.seed.nudged.connect(lambda seed: self._try(round(seed)))
        self.seed.setToolTip(self.tr("Another seed may give another result; the same seed always gives the same"))
        self.previous = icon_button("previous", self.tr("Previous variation"))
        self.next = icon_button("next", self.tr("Next variation"))
        self.previous.clicked.connect(lambda: self.try_seed(-1))
        self.next.clicked.connect(lambda: self.try_seed(1))
        self.choose = QPushButton(self.tr("Choose..."))
        self.choose.setProperty("flat", True)
        self.choose.setIcon(theme.icon("dice"))
        self.choose.setToolTip(self.tr("Show a few variations to choose from (V)"))
        self.choose.clicked.connect(self.choice_requested)
        self._lay_out()
        self._update()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.button, 1)
        top.addWidget(self.style_box)
        variation = QHBoxLayout()
        variation.setSpacing(4)
        variation.addWidget(self.seed)
        variation.addWidget(self.previous)
        variation.addWidget(self.next)
        variation.addStretch()
        variation.addWidget(self.choose)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.addLayout(top, 0, 0, 1, 3)
        for row, text, buddy in ((1, self.tr("Amount"), self.slider), (2, self.tr("Variation"), self.seed)):
            label = QLabel(text)
            label.setMinimumWidth(64)
            label.setBuddy(buddy)
            grid.addWidget(label, row, 0)
        grid.addWidget(self.slider, 1, 1)
        grid.addWidget(self.value, 1, 2)
        grid.addLayout(variation, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)

    # --- what is shown ---

    def set_styles(self, styles: "list[StyleHeader]", chosen: str = "") -> None:
        """Offer these styles; the chosen one stays if it is among them."""
        chosen = chosen or self.style_name
        with QSignalBlocker(self.style_box):
            self.style_box.clear()
            for style in styles:
                self.style_box.addItem(style.title or style.name, style.name)
                self.style_box.setItemData(self.style_box.count() - 1, style.description, Qt.ItemDataRole.ToolTipRole)
            self.style_box.setCurrentIndex(max(0, self.style_box.findData(chosen)))
        self._update()

    @property
    def style_name(self) -> str:
        """The chosen style; empty if there is none."""
        return self.style_box.currentData() or ""

    def choose_style(self, name: str) -> None:
        """Choose a style by its name."""
        index = self.style_box.findData(name)
        if index >= 0:
            self.style_box.setCurrentIndex(index)

    def show_recipe(self, recipe: "Recipe | None") -> None:
        """Amount, style and seed as the recipe has them."""
        self._has_photo = recipe is not None
        if recipe is not None:
            with QSignalBlocker(self.slider):
                self.slider.setValue(round(100 * recipe.amount))
            self.value.set_value(round(100 * recipe.amount))
            self.seed.set_value(min(recipe.seed, MAX_SEED))
            if recipe.style:
                with QSignalBlocker(self.style_box):
                    self.choose_style(recipe.style)
        self._update()

    def set_running(self, running: bool) -> None:
        """While the agent works, the button stops it."""
        self._running = running
        self._update()

    def _update(self) -> None:
        ready = self._has_photo and bool(self.style_name)
        self.button.setText(self.tr("Cancel") if self._running else self.tr("Auto-retouch"))
        self.button.setEnabled(self._running or ready)
        if self.style_name:
            self.button.setToolTip(
                self.tr("Let the style edit this photo; every step can be changed afterwards (Ctrl+U)")
            )
        else:
            self.button.setToolTip(self.tr("No style is installed; train one first"))
        self.slider.setEnabled(self._has_photo)
        self.value.setEnabled(self._has_photo)
        for widget in (self.seed, self.previous, self.next, self.choose):
            widget.setEnabled(ready)

    # --- what is wanted ---

    def retouch(self) -> None:
        """Ask for a retouch with the chosen style and seed."""
        if self._has_photo and self.style_name:
            self.retouch_requested.emit(self.style_name, round(self.seed.value))

    def try_seed(self, step: int) -> None:
        """Ask for the next or the previous variation."""
        self._try((round(self.seed.value) + step) % (MAX_SEED + 1))

    def _try(self, seed: int) -> None:
        self.seed.set_value(seed)
        self.retouch()

    def _clicked(self) -> None:
        if self._running:
            self.cancel_requested.emit()
        else:
            self.retouch()

    def _slid(self, percent: int) -> None:
        self.value.set_value(percent)
        self.amount_changed.emit(percent / 100)

    def _field(self, param: Scalar) -> ValueField:
        field = ValueField(param)
        field.setProperty("role", "")
        field.setFixedWidth(64)
        field.set_value(param.neutral)
        return field


class _AmountSlider(QSlider):
    """0 to 200 %: a double click gives 100 %, the wheel moves it only when it has the focus."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 200)
        self.setValue(100)
        self.setPageStep(10)
        self.setAccessibleName(self.tr("Amount"))
        self.setToolTip(self.tr("How much of the recipe: 0 % is the photo without edits. Double click: 100 %"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mouseDoubleClickEvent(self, event: object) -> None:
        self.setValue(100)

    def wheelEvent(self, event: object) -> None:
        if self.hasFocus():
            super().wheelEvent(event)  # type: ignore[arg-type]
        else:
            event.ignore()  # type: ignore[attr-defined]
