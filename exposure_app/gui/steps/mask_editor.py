"""Where a step works: the kind of its mask, a slider for each of its numbers, and ways to look at it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.scalar_editor import LABEL_WIDTH, ScalarEditor
from exposure_app.gui.widgets.value_field import value_text
from exposure_app.params import Scalar
from exposure_app.pipeline.mask import KINDS, Mask, kind_of


class MaskEditor(QWidget):
    """Shows and changes the mask of one step; it knows no kind of mask by name.

    Attributes:
        edited: The new mask, what was done in words, and a merge key.
        kind_wanted: Id of the kind that a new mask shall have; empty for no mask.
        rebuilt: There are other sliders now.
        show_wanted: How to show the mask on the picture: "tint", "grey", or empty for not at all.
    """

    edited = Signal(object, str, str)
    kind_wanted = Signal(str)
    show_wanted = Signal(str)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.current: Mask | None = None
        self.scalars: dict[str, ScalarEditor] = {}
        self.kind = _KindBox()
        self.kind.setAccessibleName(self.tr("Mask"))
        self.kind.setToolTip(self.tr("Where in the picture the step works"))
        self.kind.addItem(self.tr("None: the whole picture"), "")
        for kind in KINDS.values():
            self.kind.addItem(kind.label, kind.id)
        self.kind.activated.connect(lambda index: self.kind_wanted.emit(self.kind.itemData(index)))
        self.invert = _toggle(self.tr("Invert"), self.tr("Work everywhere else instead"))
        self.invert.clicked.connect(self._on_invert)
        self.tint = _toggle(self.tr("Red"), self.tr("Show the mask in red on the picture (O)"))
        self.grey = _toggle(self.tr("Grey"), self.tr("Show the mask alone, white for the full effect (Shift+O)"))
        self.tint.clicked.connect(lambda on: self.show_wanted.emit("tint" if on else ""))
        self.grey.clicked.connect(lambda on: self.show_wanted.emit("grey" if on else ""))
        self._lay_out()

    def _lay_out(self) -> None:
        line = QFrame()
        line.setFixedHeight(1)
        line.setStyleSheet(f"background: {theme.LINE}")
        label = QLabel(self.tr("Mask"))
        label.setFixedWidth(LABEL_WIDTH)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label)
        top.addWidget(self.kind, 1)
        self.looks = QWidget()
        looks = QHBoxLayout(self.looks)
        looks.setContentsMargins(0, 0, 0, 0)
        looks.setSpacing(4)
        shown = QLabel(self.tr("Show mask"))
        shown.setFixedWidth(LABEL_WIDTH + 4)
        looks.addWidget(shown)
        looks.addWidget(self.tint)
        looks.addWidget(self.grey)
        looks.addStretch(1)
        looks.addWidget(self.invert)
        self._numbers = QVBoxLayout()
        self._numbers.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(line)
        column.addLayout(top)
        column.addWidget(self.looks)
        column.addLayout(self._numbers)
        self.looks.hide()

    def show_mask(self, mask: Mask | None) -> None:
        """Show a mask, or that there is none, silently."""
        if (mask and mask.kind) != (self.current and self.current.kind):
            self._rebuild(mask)
        self.current = mask
        self.kind.setCurrentIndex(self.kind.findData(mask.kind if mask else ""))
        self.looks.setVisible(mask is not None)
        if mask is not None:
            self.invert.setChecked(mask.invert)
            for name, editor in self.scalars.items():
                editor.set_value(mask.values[name])

    def set_shown(self, how: str) -> None:
        """Mark how the mask is shown on the picture, see ``show_wanted``."""
        self.tint.setChecked(how == "tint")
        self.grey.setChecked(how == "grey")

    def _rebuild(self, mask: Mask | None) -> None:
        for editor in self.scalars.values():
            self._numbers.removeWidget(editor)
            editor.hide()
            editor.deleteLater()
        self.scalars = {}
        for param in kind_of(mask.kind).params if mask else ():
            editor = self.scalars[param.name] = ScalarEditor(param)
            editor.set_agent_value(None)
            editor.edited.connect(lambda value, key, param=param: self._on_scalar(param, value, key))
            self._numbers.addWidget(editor)
        self.rebuilt.emit()

    def _on_scalar(self, param: Scalar, value: float, key: str) -> None:
        if self.current is not None:
            mask = replace(self.current, values={**self.current.values, param.name: value})
            words = self.tr("mask {what} {value}").format(what=param.label.lower(), value=value_text(param, value))
            self.current = mask
            self.edited.emit(mask, words, key)

    def _on_invert(self, on: bool) -> None:
        if self.current is not None:
            words = self.tr("mask inverted") if on else self.tr("mask not inverted")
            self.edited.emit(replace(self.current, invert=on), words, "")


class _KindBox(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        """The list scrolls instead."""
        event.ignore()


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setProperty("role", "small")
    button.setToolTip(tip)
    return button
