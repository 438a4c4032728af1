"""Styles that were begun and not learned to the end."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui.parts import heading
from exposure_app.session.learning import Phase
from exposure_app.session.learning_store import Run


class Unfinished(QWidget):
    """A line for each; hidden when there are none.

    Signals:
        chosen: The run to go on with.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: list[QPushButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(heading(self.tr("NOT FINISHED YET")))
        self._lines: list[QWidget] = []
        self.set_runs([])

    def set_runs(self, runs: Sequence[Run]) -> None:
        """Offer these."""
        for line in self._lines:
            self._column.removeWidget(line)
            line.deleteLater()
        self._lines, self.buttons = [], []
        for run in runs:
            self._add(run)
        self.setVisible(bool(runs))

    def _add(self, run: Run) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        state = (
            self.tr("learned, not looked at yet")
            if run.progress.phase is Phase.DONE
            else self.tr("{percent} % learned").format(percent=round(100 * run.progress.share))
        )
        words = QLabel(state)
        words.setProperty("role", "second")
        button = QPushButton(self.tr("Show"))
        button.setAutoDefault(False)
        button.setAccessibleName(self.tr("Show {title}").format(title=run.plan.title))
        button.clicked.connect(lambda: self.chosen.emit(run))
        row.addWidget(QLabel(run.plan.title))
        row.addWidget(words)
        row.addStretch()
        row.addWidget(button)
        self._column.addWidget(line)
        self._lines.append(line)
        self.buttons.append(button)
