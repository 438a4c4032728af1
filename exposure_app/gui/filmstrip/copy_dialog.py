"""Which steps to copy, and whether what comes before them too."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui.widgets.form_style import form_style

if TYPE_CHECKING:
    from exposure_app.io.develop import Develop
    from exposure_app.pipeline.geometry import Geometry
    from exposure_app.pipeline.recipe import Recipe, Step

WIDTH = 400
ROW = 28  # height of a row, px
INDENT = 11  # of the boxes in the list, px


class CopyDialog(QDialog):
    """The steps of a photo to tick; all are, at first, but not what comes before them. Enter copies.

    Args:
        recipe: What there is to tick.
        parent: The window.
        others: How many photos get at once what is ticked; 0 for none: it is only remembered.
        name: Whose steps they are.
    """

    def __init__(self, recipe: "Recipe", parent: QWidget | None = None, others: int = 0, name: str = "") -> None:
        super().__init__(parent)
        title = (
            self.tr("Copy steps of {name} to %n photo(s)", "", others) if others else self.tr("Copy steps of {name}")
        )
        self.setWindowTitle(title.format(name=name))
        self.setMinimumWidth(WIDTH)
        self.setStyleSheet(form_style())
        self._steps, self._geometry, self._develop = recipe.steps, recipe.geometry, recipe.develop
        words = QLabel(
            self.tr(
                "Pasted onto another photo, each replaces the same kind of step there; the others stay as they are."
            )
        )
        words.setProperty("role", "second")
        words.setWordWrap(True)
        self.listed = QListWidget()
        self.listed.setAccessibleName(self.tr("Steps"))
        self.listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for step in self._steps:
            item = QListWidgetItem(step.describe())
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
            self.listed.addItem(item)
        self.listed.setFixedHeight(min(max(len(self._steps), 1), 10) * ROW + 8)
        self.listed.itemChanged.connect(self._update)
        self.geometry_box = QCheckBox(self.tr("Crop, angle and way up"))
        self.develop_box = QCheckBox(self.tr("White balance and the rest of the development"))
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(8)
        for box in (self.develop_box, self.geometry_box):
            box.toggled.connect(self._update)
            below.addWidget(box)
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.copy_button = QPushButton(self.tr("Copy to %n photo(s)", "", others) if others else self.tr("Copy"))
        self.copy_button.setProperty("primary", True)
        self.copy_button.setDefault(True)
        self.copy_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.copy_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(words)
        column.addWidget(self.listed)
        column.addLayout(below)
        column.addLayout(buttons)

    def chosen(self) -> "tuple[Step, ...]":
        """The ticked steps in their order."""
        ticked = (self.listed.item(row).checkState() is Qt.CheckState.Checked for row in range(self.listed.count()))
        return tuple(step for step, on in zip(self._steps, ticked, strict=True) if on)

    def chosen_geometry(self) -> "Geometry | None":
        """The photo's geometry if it is ticked, even a neutral one: then others lose theirs."""
        return self._geometry if self.geometry_box.isChecked() else None

    def chosen_develop(self) -> "Develop | None":
        """The photo's development if it is ticked, even the usual one."""
        return self._develop if self.develop_box.isChecked() else None

    def _update(self) -> None:
        before_steps = self.geometry_box.isChecked() or self.develop_box.isChecked()
        self.copy_button.setEnabled(bool(self.chosen()) or before_steps)
