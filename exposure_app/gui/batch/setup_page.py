"""The first page: which photos, what to do with them, what the results are like and where they go."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.errors import ExposureError
from exposure_app.export.settings import ExportSettings
from exposure_app.gui import theme
from exposure_app.gui.batch.edits_part import EditsPart
from exposure_app.gui.batch.photos_part import PhotosPart
from exposure_app.gui.batch.run import BatchRequest
from exposure_app.gui.export.form import ExportForm
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.resume_list import ResumeList
from exposure_app.settings import Settings


class SetupPage(QWidget):
    """Collects a batch request.

    Signals:
        changed: What is lacking may be something else.

    Args:
        settings: The user's; what was chosen is remembered there.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.unfinished = ResumeList()
        self.photos, self.edits = PhotosPart(), EditsPart()
        wanted = with_existing(ExportSettings.remembered(settings), settings.get_text("batch.existing"))
        self.form = ExportForm(wanted, Path("IMG_0001.jpg"), has_folder=False)
        self.folder = QLineEdit(settings.get_text("batch.folder"))
        self.folder.setToolTip(self.tr("A name without a path is a folder in that of the photos."))
        self.folder.setAccessibleName(self.tr("Folder of the results"))
        self.browse = QPushButton(self.tr("Choose..."))
        self.browse.setAutoDefault(False)
        self.browse.setAccessibleName(self.tr("Choose the folder of the results"))
        self.where = QLabel()
        self.where.setProperty("role", "second")
        self.edits.keeps.setChecked(settings.get_bool("batch.sidecars"))
        self._problem = ""
        self._lay_out()
        self.browse.clicked.connect(self._ask_folder)
        self.folder.textChanged.connect(lambda _text: self._refresh())
        self.form.changed.connect(self._form_changed)
        self.photos.changed.connect(self._refresh)
        self.edits.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(24)
        left.addWidget(self.photos)
        left.addWidget(self.edits)
        left.addStretch()
        results = QWidget()
        right = QVBoxLayout(results)
        right.setContentsMargins(0, 0, 2 * theme.GRID, 0)
        right.setSpacing(2 * theme.GRID)
        right.addWidget(heading(self.tr("RESULTS")))
        where = QHBoxLayout()
        where.setSpacing(2 * theme.GRID)
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        folder = QFormLayout()
        folder.setHorizontalSpacing(3 * theme.GRID)
        folder.setVerticalSpacing(theme.GRID)
        label = QLabel(self.tr("Folder"))
        label.setMinimumWidth(96)
        label.setProperty("role", "second")
        label.setBuddy(self.folder)
        folder.addRow(label, where)
        folder.addRow("", self.where)
        right.addLayout(folder)
        right.addWidget(self.form)
        right.addStretch()
        columns = QHBoxLayout()
        columns.setSpacing(32)
        columns.addLayout(left, 4)
        columns.addWidget(scrolled(results), 5)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.unfinished)
        column.addLayout(columns, 1)

    @property
    def output(self) -> Path | None:
        """The folder of the results; None as long as nobody can tell."""
        chosen = Path(self.folder.text().strip()).expanduser()
        home = self.photos.home
        if chosen.is_absolute():
            return chosen
        return home / chosen if home is not None and self.folder.text().strip() else None

    def request(self) -> BatchRequest:
        """What is wanted.

        Raises:
            ExposureError: Something is lacking.
        """
        lacking, output = self.lacking(), self.output
        if lacking or output is None:
            raise ExposureError(lacking)
        return BatchRequest(
            places=self.photos.places(),
            recursive=self.photos.recursive.isChecked(),
            output=output,
            style=self.edits.style_name,
            recipe=self.edits.recipe,
            amount=self.edits.amount.value() / 100,
            seed=self.edits.seed.value(),
            consistency=self.edits.consistency.value() / 100,
            sidecars=self.edits.keeps.isChecked(),
            device=self._settings.get_text("render.device"),
            export=replace(self.form.settings(), folder=""),
        )

    def remember(self) -> None:
        """Keep what was chosen for the next time.

        Raises:
            ExposureError: It cannot be written.
        """
        wanted, before = self.form.settings(), ExportSettings.remembered(self._settings)
        with_existing(wanted, before.existing).remember(self._settings)
        self._settings.set_many(
            {
                "batch.folder": self.folder.text().strip(),
                "batch.existing": wanted.existing,
                "batch.sidecars": self.edits.keeps.isChecked(),
            }
        )

    def lacking(self) -> str:
        """What is still to do, in a sentence; empty if nothing is."""
        lacking = self.photos.lacking() or self.edits.lacking()
        if not lacking and self.output is None:
            lacking = self.tr("Choose the folder of the results.")
        return lacking or self._problem

    def _refresh(self) -> None:
        places = self.photos.places()
        if places and not self.photos.in_folder.isChecked():
            self.form.show_name_of(places[0], "" if self.edits.recipe else self.edits.style_name)
        output = self.output
        words = str(output) if output is not None and str(output) != self.folder.text().strip() else ""
        self.where.setText(_elided(self.where, words))
        self.where.setToolTip(words)
        self.where.setVisible(bool(words))
        self.changed.emit()

    def _form_changed(self, problem: str) -> None:
        self._problem = problem
        self.changed.emit()

    def _ask_folder(self) -> None:
        there = self.output or self.photos.home or Path.home()
        known: Sequence[Path] = (there, *there.parents)
        start = next((folder for folder in known if folder.is_dir()), Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder of the results"), str(start))
        if chosen:
            self.folder.setText(chosen)


def with_existing(settings: ExportSettings, existing: str) -> ExportSettings:
    """The same settings with another policy for files that exist: a batch has its own."""
    return replace(settings, existing=existing)  # type: ignore[arg-type]  # the settings table knows the choices


def _elided(label: QLabel, words: str) -> str:
    return label.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, 320)
