"""Which steps to copy."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Step

WIDTH = 400
ROW = 28  # height of a row, px


class CopyDialog(QDialog):
    """The steps of a photo to tick; all are, at first. Enter copies."""

    def __init__(self, steps: "Sequence[Step]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Copy steps"))
        self.setMinimumWidth(WIDTH)
        self._steps = tuple(steps)
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
        cancel = QPushButton(self.tr("Cancel"))
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        self.copy_button = QPushButton(self.tr("Copy"))
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
        column.addLayout(buttons)

    def chosen(self) -> "tuple[Step, ...]":
        """The ticked steps in their order."""
        ticked = (self.listed.item(row).checkState() is Qt.CheckState.Checked for row in range(self.listed.count()))
        return tuple(step for step, on in zip(self._steps, ticked, strict=True) if on)

    def _update(self) -> None:
        self.copy_button.setEnabled(bool(self.chosen()))
