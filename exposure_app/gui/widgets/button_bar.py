"""A dialog's button bar: up to three buttons, whose meaning follows what the window shows, and a line beside them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from exposure_app.gui import theme


@dataclass(frozen=True)
class Choice:
    """What a button offers.

    Attributes:
        text: On it; a button without one is hidden.
        act: Behind it.
        enabled: Whether it can be pressed now.
    """

    text: str = ""
    act: Callable[[], object] = lambda: None
    enabled: bool = True


class ButtonBar(QWidget):
    """One button at the left, a line of words, two at the right; the last is what Enter does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered = (Choice(), Choice(), Choice())
        self.left, self.second, self.primary = QPushButton(), QPushButton(), QPushButton()
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.left.setProperty("flat", True)
        self.primary.setProperty("primary", True)
        self.primary.setDefault(True)
        for number, button in enumerate((self.left, self.second, self.primary)):
            button.setAutoDefault(False)
            button.setMinimumHeight(28)
            button.clicked.connect(lambda _checked=False, number=number: self._offered[number].act())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.left)
        row.addWidget(self.hint, 1)
        row.addWidget(self.second)
        row.addWidget(self.primary)

    def offer(self, left: Choice, second: Choice, primary: Choice) -> None:
        """Put these behind the buttons."""
        self._offered = (left, second, primary)
        for button, choice in zip((self.left, self.second, self.primary), self._offered, strict=True):
            button.setText(choice.text)
            button.setVisible(bool(choice.text))
            button.setEnabled(choice.enabled)

    def say(self, words: str, *, is_error: bool = False) -> None:
        """Write the line beside the buttons."""
        self.hint.setText(words)
        self.hint.setStyleSheet(f"color: {theme.WARNING if is_error else theme.SECOND};")
