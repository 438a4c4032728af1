"""Which edits to copy: steps, and what comes before them."""

from collections.abc import Sequence
from pathlib import Path
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
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui.widgets.form_style import form_style

if TYPE_CHECKING:
    from exposure_app.documents.copied_edits import CopiedEdits
    from exposure_app.pipeline.recipe import Recipe

WIDTH = 400
ROW = 22  # height of a row, px
MOST_ROWS = 10  # without scrolling
INDENT = 11  # of the boxes in the list, px
NAMED = 3  # photos whose names fit


class CopyDialog(QDialog):
    """The steps of a photo to tick; all are, at first. Enter copies.

    Args:
        recipe: What there is to tick.
        name: Whose edits they are.
        others: Which photos get at once what is ticked; none: it is only remembered.
        developed: Whether a person has changed the development: then it is ticked, too.
        parent: The window.
    """

    def __init__(
        self,
        recipe: "Recipe",
        name: str,
        others: Sequence[Path] = (),
        *,
        developed: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._recipe, self._name, count = recipe, name, len(others)
        title = self.tr("Copy edits of {name} to %n photo(s)", "", count) if others else self.tr("Copy edits of {name}")
        self.setWindowTitle(title.format(name=name))
        self.setMinimumWidth(WIDTH)
        self.setStyleSheet(form_style())
        words = QLabel(self._sentence(others))
        words.setProperty("role", "second")
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        self.listed = self._list()
        self.geometry_box = QCheckBox(self.tr("Crop, angle and orientation"))
        self.develop_box = QCheckBox(self.tr("White balance and the rest of the development"))
        self.develop_box.setChecked(developed)
        self.replace = QRadioButton(self.tr("Replace: the same steps, order and amount"))
        self.replace.setToolTip(self.tr("Photos that are alike then look alike. Locked steps stay."))
        self.replace.setChecked(True)
        self.merge = QRadioButton(self.tr("Merge: keep the other steps there"))
        self.merge.setToolTip(self.tr("Each step takes the place of the same kind of step, or comes last."))
        below = QVBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.setSpacing(8)
        for box in (self.develop_box, self.geometry_box):
            box.toggled.connect(self._update)
            below.addWidget(box)
        below.addSpacing(8)
        below.addWidget(self.replace)
        below.addWidget(self.merge)
        self.copy_button = QPushButton(self.tr("Copy to %n photo(s)", "", count) if others else self.tr("Copy"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(16)
        column.addWidget(words)
        column.addWidget(self.listed)
        column.addLayout(below)
        column.addLayout(self._buttons())

    def _sentence(self, others: Sequence[Path]) -> str:
        """Where from and where to."""
        if not others:
            return self.tr("From {name}, to be pasted to other photos.").format(name=self._name)
        names = ", ".join(photo.name for photo in others[:NAMED])
        if len(others) > NAMED:
            names = self.tr("{names} and {count} more").format(names=names, count=len(others) - NAMED)
        return self.tr("From {name} to {names}.").format(name=self._name, names=names)

    def _list(self) -> QListWidget:
        listed = QListWidget()
        listed.setAccessibleName(self.tr("Steps"))
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for step in self._recipe.steps:
            item = QListWidgetItem(step.describe())
            item.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            item.setCheckState(Qt.CheckState.Checked)
            listed.addItem(item)
        listed.setFixedHeight(min(max(len(self._recipe.steps), 1), MOST_ROWS) * ROW + 8)
        listed.itemChanged.connect(self._update)
        return listed

    def _buttons(self) -> QHBoxLayout:
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.copy_button.setProperty("primary", True)
        self.copy_button.setDefault(True)
        self.copy_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch()
        buttons.addWidget(cancel)
        buttons.addWidget(self.copy_button)
        return buttons

    def chosen(self) -> "CopiedEdits":
        """What is ticked; a neutral crop or development, too: then others lose theirs."""
        from exposure_app.documents.copied_edits import CopiedEdits

        recipe = self._recipe
        ticked = (self.listed.item(row).checkState() is Qt.CheckState.Checked for row in range(self.listed.count()))
        return CopiedEdits(
            source=recipe,
            steps=tuple(step for step, on in zip(recipe.steps, ticked, strict=True) if on),
            geometry=recipe.geometry if self.geometry_box.isChecked() else None,
            develop=recipe.develop if self.develop_box.isChecked() else None,
            merge=self.merge.isChecked(),
            name=self._name,
        )

    def _update(self) -> None:
        copied = self.chosen()
        self.copy_button.setEnabled(not copied.is_empty)
        for button in (self.replace, self.merge):
            button.setEnabled(bool(copied.steps))
