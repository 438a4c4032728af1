"""Asks before the editor closes in the middle of something that goes on for long."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMessageBox, QWidget


class QuitQuestion(QObject):
    """One question at a time; staying is what Enter and Esc do.

    Args:
        window: That is to close.
        stop: Called when the person wants to stop and quit.
        words: What the button for that says.
    """

    def __init__(self, window: QWidget, stop: Callable[[], object], words: str = "") -> None:
        super().__init__(window)
        self._window, self._stop = window, stop
        self._words = words or self.tr("Stop and quit")
        self._box: QMessageBox | None = None

    def ask(self, doing: str, kept: str) -> None:
        """Ask, unless it is being asked.

        Args:
            doing: What is going on.
            kept: What becomes of it.
        """
        if self._box is not None:
            return
        box = self._box = QMessageBox(self._window)
        box.setWindowTitle(self.tr("Quit"))
        box.setText(doing)
        box.setInformativeText(kept)
        stop = box.addButton(self._words, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        stop.clicked.connect(self._stop)
        box.finished.connect(self._answered)
        box.open()

    @Slot()
    def _answered(self) -> None:
        if self._box is not None:
            self._box.deleteLater()
            self._box = None
