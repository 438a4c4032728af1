"""The export of a look: forms to tick, a folder, and beside each form what it lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.export.look_formats import Forms
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.form_style import form_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from exposure_app.gui.workers import Job, JobQueue
    from exposure_app.interop.export_look import Written
    from exposure_app.interop.look_formats import Look

SIZE = (680, 640)
TICKED = ("json", "cube", "hald")  # at first; then what was ticked the last time
_FORMS, _FOLDER = "look/forms", "look/folder"


class ExportLookDialog(QDialog):
    """Writes the look of the open photo for other programs. Nothing is overwritten.

    Args:
        parent: The window.
        photo: The photo; by default the folder ``looks`` beside it is written to.
        look: Gives the look; called in the queue's thread with the job.
        queue: Where to work.
        state: Remembers the forms and the folder.
    """

    def __init__(
        self, parent: QWidget | None, photo: Path, look: Callable[[Job], Look], queue: JobQueue, state: QSettings
    ) -> None:
        super().__init__(parent)
        self._photo, self._look, self._queue, self._state = photo, look, queue, state
        self._job: Job | None = None
        self.setWindowTitle(self.tr("Export the look of {photo}").format(photo=photo.name))
        self.setStyleSheet(form_style())
        ticked = state.value(_FORMS)
        self.forms = Forms(str(ticked).split(",") if ticked else TICKED)
        self.forms.changed.connect(self._update)
        self.folder = QLineEdit(str(state.value(_FOLDER) or photo.parent / "looks"))
        self.folder.textChanged.connect(self._update)
        self.choose = QPushButton(self.tr("Choose..."))
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose_folder)
        self.status = QLabel()
        self.status.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.bar.hide()
        self._lay_out()
        self.resize(*SIZE)
        self._update()

    def _lay_out(self) -> None:
        words = QLabel(
            self.tr(
                "The steps of this photo as other programs can use them. Each form is read back and compared with"
                " Exposure's own rendering: CIEDE2000, below 1 is hardly visible."
            )
        )
        words.setProperty("role", "second")
        words.setWordWrap(True)
        label = QLabel(self.tr("Folder"))
        label.setBuddy(self.folder)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(label)
        folder.addWidget(self.folder, 1)
        folder.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(scrolled(self.forms), 1)
        column.addLayout(folder)
        column.addWidget(self.bar)
        column.addWidget(self.status)
        column.addLayout(self._make_buttons())

    def _make_buttons(self) -> QHBoxLayout:
        self.show_button = QPushButton(self.tr("Show in folder"))
        self.show_button.clicked.connect(
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.target))),
        )
        self.show_button.hide()
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.setAutoDefault(False)
        self.cancel_button.clicked.connect(self.reject)
        self.export_button = QPushButton(self.tr("Export"))
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.start)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.show_button)
        buttons.addStretch()
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        return buttons

    @property
    def target(self) -> Path:
        """The folder; a name without a path lies beside the photo."""
        return self._photo.parent / Path(self.folder.text().strip()).expanduser()

    @property
    def is_running(self) -> bool:
        """Whether forms are being written."""
        return self._job is not None and not self._job.is_over

    # --- the export ---

    @Slot()
    def start(self) -> None:
        """Write the ticked forms, and remember which they were."""
        if self.is_running:
            return
        names, target, look = self.forms.ticked(), self.target, self._look

        def work(job: Job) -> list[Written]:
            from exposure_app.interop.export_look import export_look, rungs_named

            return export_look(look(job), rungs_named(names), target, job.check, job.show)

        self._state.setValue(_FORMS, ",".join(names))
        self._state.setValue(_FOLDER, self.folder.text().strip() if self.folder.isModified() else None)
        self.forms.clear_results()
        self.bar.setRange(0, len(names))
        self.bar.setValue(0)
        self.bar.show()
        self.show_button.hide()
        self._tell(self.tr("Writing and measuring..."))
        job = self._job = self._queue.submit(work)
        job.partial.connect(self._written)
        job.done.connect(self._done)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._cancelled)
        job.ended.connect(self._update)
        self._update()

    @Slot(object)
    def _written(self, written: Written) -> None:
        self.forms.show_result(written)
        self.bar.setValue(self.bar.value() + 1)

    @Slot(object)
    def _done(self, written: list[Written]) -> None:
        names = ", ".join(dict.fromkeys(file.name for form in written for file in form.files))
        self._tell(self.tr("Written: {names}").format(names=names))
        self.show_button.show()
        self.show_button.setFocus()

    @Slot()
    def _cancelled(self) -> None:
        self._tell(self.tr("Cancelled. What was written until then is in the folder."))

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        if isinstance(error, ExposureError):
            self._tell(str(error), warning=True)
        else:
            from exposure_app.gui.widgets.notify import show_unexpected

            self._tell(self.tr("The export went wrong."), warning=True)
            show_unexpected(error, self)

    def reject(self) -> None:
        """Cancel the export; without one, close."""
        if self._job is not None and self.is_running:
            self._job.cancel()
        else:
            super().reject()

    def done(self, result: int) -> None:
        """Leave no export behind."""
        if self._job is not None:
            self._job.cancel()
        super().done(result)

    # --- helpers ---

    def _tell(self, words: str, *, warning: bool = False) -> None:
        self.status.setStyleSheet(f"color: {theme.WARNING if warning else theme.SECOND};")
        self.status.setText(words)

    def _update(self) -> None:
        running = self.is_running
        self.bar.setVisible(running)
        for widget in (self.forms, self.folder, self.choose):
            widget.setEnabled(not running)
        self.export_button.setEnabled(not running and bool(self.forms.ticked()) and bool(self.folder.text().strip()))
        self.cancel_button.setText(self.tr("Cancel") if running or not self.forms.has_results else self.tr("Close"))

    def _choose_folder(self) -> None:
        there = self.target if self.target.is_dir() else self._photo.parent
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the look"), str(there))
        if chosen:
            self.folder.setText(chosen)
            self.folder.setModified(True)
