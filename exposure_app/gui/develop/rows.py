"""The lines of the development: a field or a slider each, with the way back to the usual where it has been changed."""

from collections.abc import Mapping

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from exposure_app.gui.widgets.common import icon_button
from exposure_app.gui.widgets.form_style import WheelGuard
from exposure_app.gui.widgets.value_field import ValueField

LABEL_WIDTH = 88


class ChoiceEditor(QWidget):
    """A label and a list to choose from.

    Signals:
        chosen: The key of what a person has chosen.
    """

    chosen = Signal(str)

    def __init__(self, label: str, choices: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QComboBox()
        for key, text in choices.items():
            self.box.addItem(text, key)
        self.box.setAccessibleName(label)
        self.box.setMinimumContentsLength(6)
        self.box.activated.connect(lambda _index: self.chosen.emit(self.box.currentData()))
        WheelGuard(self).guard(self.box)
        name = QLabel(label)
        name.setFixedWidth(LABEL_WIDTH)
        name.setBuddy(self.box)
        self.line = QHBoxLayout(self)
        self.line.setContentsMargins(0, 0, 0, 0)
        self.line.setSpacing(8)
        self.line.addWidget(name)
        self.line.addWidget(self.box, 1)

    @property
    def value(self) -> str:
        """The key of what is shown."""
        return str(self.box.currentData())

    def text_of(self, key: str) -> str:
        """What a choice is called."""
        return self.box.itemText(self.box.findData(key))

    def set_value(self, key: str) -> None:
        """Show a choice silently."""
        with QSignalBlocker(self.box):
            self.box.setCurrentIndex(self.box.findData(key))


class DevelopRow(QWidget):
    """An editor with a way back beside it.

    Signals:
        reset: The way back was taken.
    """

    reset = Signal()

    def __init__(self, editor: QWidget, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = icon_button("step-reset", self.tr("{name}: back to the usual").format(name=name))
        self.button.setProperty("role", "fold")
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.clicked.connect(self.reset)
        policy = self.button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # nothing moves when it comes
        self.button.setSizePolicy(policy)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(editor, 1)
        line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)


class Rows(QScrollArea):
    """A column of lines that scrolls where a low window has no room for all."""

    def __init__(self, *rows: QWidget) -> None:
        super().__init__()
        self._content = content = QWidget()
        content.setProperty("role", "steps")
        self.column = QVBoxLayout(content)
        self.column.setContentsMargins(4, 0, 0, 4)
        self.column.setSpacing(4)
        for row in rows:
            self.column.addWidget(row)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(content)

    def showEvent(self, event: QShowEvent) -> None:
        """Only now the fonts are known."""
        super().showEvent(event)
        self.align()

    def align(self) -> None:
        """Make all tracks end in one place."""
        fields = self.findChildren(ValueField)
        for field in fields:
            field.fit()
        widest = max(field.width() for field in fields)
        for field in fields:
            field.setFixedWidth(widest)

    def sizeHint(self) -> QSize:
        """All of it."""
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """A few lines."""
        return QSize(0, min(96, self._content.sizeHint().height()))
