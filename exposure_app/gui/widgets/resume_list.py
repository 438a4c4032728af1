"""What was begun and not finished, one line each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui.widgets.common import heading


@dataclass(frozen=True)
class ResumeRow:
    """One of them.

    Attributes:
        title: What it is.
        state: How far it is.
        buttons: What can be done about it: words and what they do, the most wanted last.
    """

    title: str
    state: str
    buttons: tuple[tuple[str, Callable[[], object]], ...]


class ResumeList(QWidget):
    """The lines; hidden when there are none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(heading(self.tr("NOT FINISHED YET")))
        self._lines: list[QWidget] = []
        self.set_lines([])

    def set_lines(self, lines: Sequence[ResumeRow]) -> None:
        """Offer these."""
        for shown in self._lines:
            self._column.removeWidget(shown)
            shown.deleteLater()
        self._lines, self.buttons = [], []
        for line in lines:
            self._add(line)
        self.setVisible(bool(lines))

    def _add(self, line: ResumeRow) -> None:
        shown = QWidget()
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        words = QLabel(line.state)
        words.setProperty("role", "second")
        row.addWidget(QLabel(line.title))
        row.addWidget(words)
        row.addStretch()
        for text, act in line.buttons:
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{text}: {line.title}")
            button.clicked.connect(lambda _checked=False, act=act: act())
            row.addWidget(button)
            self.buttons.append(button)
        self._column.addWidget(shown)
        self._lines.append(shown)
