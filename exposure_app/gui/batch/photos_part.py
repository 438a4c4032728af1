"""Which photos a batch is about: the selected ones, all open ones, or a folder."""

import os
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.batch.words import photos
from exposure_app.gui.editor.opening import dropped_paths
from exposure_app.gui.widgets.common import heading


class PhotosPart(QWidget):
    """The first part of the form.

    Signals:
        changed: After every change.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._selected: tuple[Path, ...] = ()
        self._opened: tuple[Path, ...] = ()
        self._is_chosen = False  # by a person, and not to be changed for them
        self.setAcceptDrops(True)
        self.selected, self.opened = QRadioButton(), QRadioButton()
        self.in_folder = QRadioButton(self.tr("A folder"))
        self._group = QButtonGroup(self)
        for button in (self.selected, self.opened, self.in_folder):
            self._group.addButton(button)
        self.folder = QLineEdit()
        self.folder.setPlaceholderText(self.tr("Choose one, or drop it here"))
        self.folder.setAccessibleName(self.tr("Folder of photos"))
        self.browse = QPushButton(self.tr("Choose..."))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose a folder of photos"))
        self.recursive = QCheckBox(self.tr("Include subfolders"))
        self.recursive.setChecked(True)
        self._lay_out()
        self._group.buttonClicked.connect(lambda _button: self._choose())
        self._group.buttonToggled.connect(lambda _button, _on: self.changed.emit())
        self.folder.textChanged.connect(lambda _text: self.changed.emit())
        self.folder.textEdited.connect(lambda _text: self._choose(self.in_folder))
        self.recursive.toggled.connect(lambda _on: self.changed.emit())
        self.browse.clicked.connect(self._ask)
        self.offer((), ())

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 0, 0)
        row.setSpacing(2 * theme.GRID)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        below = QHBoxLayout()
        below.setContentsMargins(24, 0, 0, 0)
        below.addWidget(self.recursive)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(heading(self.tr("PHOTOS")))
        for widget in (self.selected, self.opened, self.in_folder):
            column.addWidget(widget)
        column.addLayout(row)
        column.addLayout(below)

    def offer(self, selected: Sequence[Path], opened: Sequence[Path]) -> None:
        """What is selected and open in the editor now; without a choice so far the larger group is chosen."""
        self._selected, self._opened = tuple(selected), tuple(opened)
        self.selected.setText(self.tr("Selected in the filmstrip: {photos}").format(photos=photos(len(selected))))
        self.opened.setText(self.tr("All that are open: {photos}").format(photos=photos(len(opened))))
        self.selected.setEnabled(bool(selected))
        self.opened.setEnabled(bool(opened))
        chosen = self._group.checkedButton()
        if not self._is_chosen or chosen is None or not chosen.isEnabled():
            usual = self.selected if len(selected) > 1 else self.opened if opened else self.in_folder
            usual.setChecked(True)
            usual.setFocus()
        self.changed.emit()

    def choose_folder(self, folder: Path) -> None:
        """Take the photos of this folder."""
        self.folder.setText(str(folder))
        self._choose(self.in_folder)

    def _choose(self, button: QRadioButton | None = None) -> None:
        self._is_chosen = True
        if button is not None:
            button.setChecked(True)

    def places(self) -> tuple[Path, ...]:
        """The photos, or their folder; empty if there are none yet."""
        if self.in_folder.isChecked():
            text = self.folder.text().strip()
            return (Path(text).expanduser(),) if text else ()
        return self._selected if self.selected.isChecked() else self._opened

    @property
    def home(self) -> Path | None:
        """The folder that all photos are in or below; None if there are no photos, or on several drives."""
        places = self.places()
        if self.in_folder.isChecked() or not places:
            return places[0] if places else None
        try:
            return Path(os.path.commonpath([photo.parent for photo in places]))
        except ValueError:
            return None

    def lacking(self) -> str:
        """What is wrong with the choice, in a sentence; empty if nothing is."""
        places = self.places()
        if not places:
            return self.tr("Choose the photos.")
        if self.in_folder.isChecked() and not places[0].is_dir():
            return self.tr("There is no folder {folder}.").format(folder=places[0])
        return ""

    def _ask(self) -> None:
        there = self.folder.text() or str(self._opened[0].parent if self._opened else Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder of photos"), there)
        if chosen:
            self.choose_folder(Path(chosen))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.is_dir() for path in dropped_paths(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.choose_folder(next(path for path in dropped_paths(event.mimeData()) if path.is_dir()))
        event.acceptProposedAction()
