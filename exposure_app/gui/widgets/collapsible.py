"""A line that opens what is below it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme


class Fold(QWidget):
    """A line that opens what is below it."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = QToolButton()
        self.button.setProperty("role", "fold")
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.content = QWidget()
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.head = QHBoxLayout()
        self.head.addWidget(self.button)
        self.head.addStretch(1)
        column.addLayout(self.head)
        column.addWidget(self.content)
        self.button.toggled.connect(self._turn)
        self._turn(False)

    def _turn(self, opened: bool) -> None:
        self.content.setVisible(opened)
        arrow = theme.icon("step-unfolded" if opened else "step-folded")
        self.button.setIcon(QIcon(arrow.pixmap(QSize(16, 16), self.devicePixelRatioF())))
