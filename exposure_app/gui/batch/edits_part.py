"""What a batch does with its photos: a style, or the steps of the open photo."""

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QLabel, QRadioButton, QSpinBox, QWidget

from exposure_app.gui import theme
from exposure_app.gui.styles.auto_panel import MAX_SEED
from exposure_app.gui.widgets.common import ElidedBox, heading
from exposure_app.gui.widgets.form_style import WheelGuard, indent

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.pipeline.recipe import Recipe


class EditsPart(QWidget):
    """The second part of the form.

    Signals:
        changed: After every change.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, styles_only: bool = False) -> None:
        super().__init__(parent)
        self._recipe: Recipe | None = None
        self.by_style, self.by_steps = QRadioButton(self.tr("A style")), QRadioButton()
        self.by_style.setChecked(True)
        self._group = QButtonGroup(self)
        self._group.addButton(self.by_style)
        self._group.addButton(self.by_steps)
        self.style_box = ElidedBox()
        self.amount = QSpinBox(minimum=0, maximum=200, value=100, singleStep=5, suffix=self.tr(" %"))
        self.seed = QSpinBox(minimum=0, maximum=MAX_SEED)
        self.consistency = QSpinBox(minimum=0, maximum=100, singleStep=10, suffix=self.tr(" %"))
        self.consistency.setToolTip(
            self.tr(
                "Pulls the settings of photos of one folder and camera, taken without a long pause, together: "
                "0 % leaves them, 100 % makes them equal. All photos are then read twice."
            )
        )
        self.seed.setToolTip(self.tr("Another one may give another result; the same one always gives the same"))
        self.keeps = QCheckBox(self.tr("Keep existing edits"))
        self.note = QLabel()
        self.note.setProperty("role", "second")
        self.note.setWordWrap(True)
        self.keeps.toggled.connect(self._explain)
        self.keeps.setChecked(True)
        self._lay_out()
        fields = (self.style_box, self.amount, self.seed, self.consistency)
        for spin in (self.amount, self.seed, self.consistency):
            indent(spin)
        WheelGuard(self).guard(*fields)
        self._group.buttonToggled.connect(lambda _button, _on: self._refresh())
        self.style_box.currentIndexChanged.connect(lambda _at: self.changed.emit())
        self.offer_steps(None, "")
        self._explain()
        if styles_only:
            for widget in (self.by_style, self.by_steps, self.note, self._heading):
                widget.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * theme.GRID)
        grid.setVerticalSpacing(2 * theme.GRID)
        self._heading = heading(self.tr("EDITS"))
        grid.addWidget(self._heading, 0, 0, 1, 3)
        grid.addWidget(self.by_style, 1, 0, 1, 3)
        rows = (
            (self.tr("Style"), self.style_box),
            (self.tr("Amount"), self.amount),
            (self.tr("Variation"), self.seed),
            (self.tr("Consistency"), self.consistency),
        )
        self._labels = []
        for number, (text, field) in enumerate(rows, start=2):
            label = QLabel(text)
            label.setProperty("role", "second")
            label.setBuddy(field)
            label.setMinimumWidth(96)
            field.setAccessibleName(text)
            grid.addWidget(label, number, 1)
            grid.addWidget(field, number, 2)
            self._labels.append(label)
        grid.setColumnMinimumWidth(0, 3 * theme.GRID)
        grid.setColumnStretch(2, 1)
        grid.addWidget(self.by_steps, 6, 0, 1, 3)
        grid.addWidget(self.keeps, 7, 0, 1, 3)
        grid.addWidget(self.note, 8, 0, 1, 3)

    def set_styles(self, styles: "list[StyleHeader]", usual: str) -> None:
        """Offer these styles; the chosen one stays if it is among them."""
        chosen = self.style_name or usual
        with QSignalBlocker(self.style_box):
            self.style_box.clear()
            for style in styles:
                self.style_box.addItem(style.title or style.name, style.name)
                self.style_box.setItemData(self.style_box.count() - 1, style.description, Qt.ItemDataRole.ToolTipRole)
            self.style_box.setCurrentIndex(max(0, self.style_box.findData(chosen)))
        self._refresh()

    def offer_steps(self, recipe: "Recipe | None", name: str) -> None:
        """The open photo's recipe and its name; None if none is open. Its crop stays its own."""
        if recipe is not None:
            from exposure_app.pipeline.geometry import Geometry

            recipe = replace(recipe, geometry=Geometry())
        self._recipe = recipe
        count = len(recipe.steps) if recipe else 0
        words = self.tr("The steps of {name}: {count}").format(name=name, count=count)
        self.by_steps.setText(words if recipe else self.tr("The steps of the open photo"))
        self.by_steps.setEnabled(recipe is not None)
        if recipe is None:
            self.by_style.setChecked(True)
        self._refresh()

    @property
    def style_name(self) -> str:
        """The chosen style; empty if there is none."""
        return self.style_box.currentData() or ""

    @property
    def recipe(self) -> "Recipe | None":
        """What to do with every photo; None if the style is to plan."""
        return self._recipe if self.by_steps.isChecked() else None

    def lacking(self) -> str:
        """What is wrong with the choice, in a sentence; empty if nothing is."""
        if self.recipe is None and not self.style_name:
            return self.tr("No style is installed: choose the steps of a photo.")
        return ""

    def _explain(self) -> None:
        """Say what becomes of the photos' edits."""
        words = self.tr("The other photos get theirs: they can be changed and undone in the editor.")
        others = self.tr("All photos are retouched anew for the pictures; their edits in the editor stay as they are.")
        self.note.setText(words if self.keeps.isChecked() else others)

    def _refresh(self) -> None:
        planned = self.by_style.isChecked()
        for widget in (self.style_box, self.amount, self.seed, self.consistency, *self._labels):
            widget.setEnabled(planned)
        self.changed.emit()
