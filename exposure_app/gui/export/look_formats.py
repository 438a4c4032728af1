"""The forms of a look as a list to tick, with what each of them lost when it has been written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading
from exposure_app.interop.look_formats import LOOK_FORMATS

if TYPE_CHECKING:
    from collections.abc import Collection

    from exposure_app.interop.export_look import Written

_INDENT = 22  # of the words below a box, px: where its text begins
_NUMBER = 56  # width of a number, px


class Forms(QWidget):
    """All forms, a row each.

    Signals:
        changed: Others are ticked.

    Args:
        ticked: Ids of the forms that are ticked at first.
    """

    changed = Signal()

    def __init__(self, ticked: Collection[str]) -> None:
        super().__init__()
        self.boxes: dict[str, QCheckBox] = {}
        self.numbers: dict[str, list[QLabel]] = {}
        self._left_out: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        titles = (self.tr("FORM"), self.tr("MEAN"), self.tr("95 %"), self.tr("LARGEST"))
        for column, title in enumerate(titles):
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            grid.addWidget(heading(title), 0, column, side)
        for number, (name, look_format) in enumerate(LOOK_FORMATS.items()):
            row = 1 + 3 * number
            grid.setRowMinimumHeight(row, 28)
            box = self.boxes[name] = QCheckBox(look_format.label)
            box.setChecked(name in ticked)
            box.setToolTip(look_format.use)
            box.toggled.connect(self.changed)
            grid.addWidget(box, row, 0, Qt.AlignmentFlag.AlignBottom)
            self.numbers[name] = [QLabel() for _ in titles[1:]]
            for column, label in enumerate(self.numbers[name], start=1):
                label.setMinimumWidth(_NUMBER)
                label.setAlignment(Qt.AlignmentFlag.AlignRight)
                label.setAccessibleName(f"{look_format.label}: {titles[column]}")
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(_below(look_format.use, theme.SECOND), row + 1, 0, 1, 4)
            self._left_out[name] = _below("", theme.WARNING)
            self._left_out[name].hide()
            grid.addWidget(self._left_out[name], row + 2, 0, 1, 4)
        grid.setRowStretch(1 + 3 * len(LOOK_FORMATS), 1)

    @property
    def has_results(self) -> bool:
        """Whether any form shows what it lost."""
        return any(labels[0].text() for labels in self.numbers.values())

    def ticked(self) -> list[str]:
        """Ids of the ticked forms, in their order."""
        return [name for name, box in self.boxes.items() if box.isChecked()]

    def clear_results(self) -> None:
        """Forget what the forms lost."""
        for label in (label for labels in self.numbers.values() for label in labels):
            label.clear()
        for label in self._left_out.values():
            label.hide()

    def show_result(self, written: Written) -> None:
        """Show what a form lost, and what it could not hold."""
        error = written.delta_e
        shown = (f"{error.mean:.2f}", f"{error.p95:.2f}", f"{error.max:.1f}")
        for label, text in zip(self.numbers[written.look_format.id], shown, strict=True):
            label.setText(text)
        if written.left_out:
            label = self._left_out[written.look_format.id]
            label.setText(self.tr("Left out: {parts}").format(parts=", ".join(written.left_out)))
            label.show()


def _below(text: str, colour: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setIndent(_INDENT)
    label.setFont(theme.font(theme.SMALL))
    label.setStyleSheet(f"color: {colour}; font-size: {theme.SMALL}px;")
    return label
