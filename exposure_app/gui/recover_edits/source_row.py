"""A line of the dialog that names a picture or a folder, and lets a person choose another."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QPushButton, QWidget

from exposure_app.gui.widgets.common import ElidedLabel


class SourceRow(QWidget):
    """Owner of the parts of one line; see ``SourceRows`` for where they are.

    Args:
        title: Such as "Before".
        hint: What is wanted, while nothing is chosen.

    Signals:
        changed: Another picture or folder.
    """

    changed = Signal()

    def __init__(self, title: str, hint: str) -> None:
        super().__init__()
        self.hide()
        self.path: Path | None = None
        self._hint = hint
        self.title = QLabel(title)
        self.name = ElidedLabel("second")
        self.picture, self.folder = QPushButton(self.tr("Picture...")), QPushButton(self.tr("Folder..."))
        for button, choose in ((self.picture, self._choose_picture), (self.folder, self._choose_folder)):
            button.setAutoDefault(False)
            button.setAccessibleName(f"{title}: {button.text().rstrip('.')}")
            button.clicked.connect(choose)
        self.folder.setToolTip(self.tr("Two folders: pictures of the same name belong together"))
        self._show()

    def set_path(self, path: Path) -> None:
        """Name a picture or a folder."""
        if path != self.path:
            self.path = path
            self._show()
            self.changed.emit()

    def _show(self) -> None:
        self.name.set_full(self._hint if self.path is None else self.path.name)
        self.name.setToolTip("" if self.path is None else str(self.path))
        self.name.setProperty("role", "second" if self.path is None else "")
        self.name.style().polish(self.name)

    def _start(self) -> str:
        return str(self.path.parent) if self.path is not None else ""

    def _choose_picture(self) -> None:
        from exposure_app.gui.editor.opening import name_filter

        chosen, _ = QFileDialog.getOpenFileName(self.window(), self.title.text(), self._start(), name_filter())
        if chosen:
            self.set_path(Path(chosen))

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self.window(), self.title.text(), self._start())
        if chosen:
            self.set_path(Path(chosen))


class SourceRows(QGridLayout):
    """Lines under each other, their columns aligned."""

    def __init__(self, *rows: SourceRow) -> None:
        super().__init__()
        self.setHorizontalSpacing(8)
        self.setVerticalSpacing(8)
        self.setColumnStretch(1, 1)
        for number, row in enumerate(rows):
            for column, widget in enumerate((row.title, row.name, row.picture, row.folder)):
                self.addWidget(
                    widget, number, column, Qt.AlignmentFlag.AlignVCenter if column != 1 else Qt.AlignmentFlag(0)
                )
