"""The export dialog: a form, then the progress, then what became of every photo."""

import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QThread, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from exposure_app.errors import ExposureError
from exposure_app.export.job import ExportRow, export_many
from exposure_app.export.settings import ExportSettings
from exposure_app.gui import theme
from exposure_app.gui.export.form import ExportForm
from exposure_app.gui.widgets.common import time_left
from exposure_app.gui.widgets.form_style import form_style
from exposure_app.settings import current_settings

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe

_WIDTH = 480


class ExportDialog(QDialog):
    """Writes finished pictures.

    Enter exports and Esc cancels: the dialog, or the export while it runs. The settings are remembered.

    Signals:
        begun: The photos that will be exported.
        written: The photos that are still to be exported, whenever one is done.
        exported: The ExportRows of all photos, when the export is over.

    Args:
        parent: The window.
        items: Photos with their recipes. None instead of a recipe takes the photo's sidecar or, without one, the
            neutral recipe.
    """

    begun = Signal(list)
    written = Signal(list)
    exported = Signal(list)

    def __init__(self, parent: QWidget | None, items: "Sequence[tuple[Path, Recipe | None]]") -> None:
        super().__init__(parent)
        if not items:
            raise ValueError("nothing to export")
        self._items = list(items)
        self._thread: ExportThread | None = None
        self._closes_when_over = False
        self.rows: list[ExportRow] = []
        photo, recipe = self._items[0]
        self.form = ExportForm(ExportSettings.remembered(current_settings()), photo, recipe.style if recipe else "")
        self.form.changed.connect(self._form_changed)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.form)
        self._pages.addWidget(self._make_progress_page())
        self._make_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 16)
        layout.setSpacing(20)
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._buttons)
        self.setWindowTitle(self.tr("Export"))
        self.setStyleSheet(form_style())
        self.setMinimumWidth(_WIDTH)
        self.form.format.setFocus()

    def _make_progress_page(self) -> QWidget:
        page = QWidget()
        self.status = QLabel()
        self.status.setProperty("role", "title")
        self.status.setWordWrap(True)
        self.detail = QLabel()
        self.detail.setProperty("role", "second")
        self.detail.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar(minimum=0, maximum=len(self._items), textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.problems = QListWidget()
        self.problems.setAccessibleName(self.tr("Photos that were not exported"))
        self.problems.setWordWrap(True)
        self.problems.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.problems.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.problems.hide()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self.status, self.bar, self.detail):
            layout.addWidget(widget)
        layout.addWidget(self.problems, 1)
        layout.addStretch()
        return page

    def _make_buttons(self) -> None:
        self.show_button = QPushButton(self.tr("Show in folder"))
        self.show_button.clicked.connect(self._show_in_folder)
        self.show_button.hide()
        self.cancel_button = QPushButton(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        count = len(self._items)
        self.export_button = QPushButton(
            self.tr("Export") if count == 1 else self.tr("Export {count} photos").format(count=count)
        )
        self.export_button.setProperty("primary", True)
        self.export_button.setDefault(True)
        self.export_button.clicked.connect(self.start)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addWidget(self.show_button)
        self._buttons.addStretch()
        self._buttons.addWidget(self.cancel_button)
        self._buttons.addWidget(self.export_button)

    # --- the export ---------------------------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether photos are being exported."""
        return self._thread is not None

    def start(self) -> None:
        """Export with what the form says, and remember it."""
        if self.is_running:
            return
        try:
            settings = self.form.settings()
        except ExposureError as error:
            self._form_changed(str(error))
            return
        store = current_settings()
        try:
            settings.remember(store)
        except ExposureError as error:
            self._add_problem(str(error))  # the photos matter more
        self._pages.setCurrentIndex(1)
        self.export_button.hide()
        self._started = time.monotonic()
        thread = ExportThread(self._items, settings, store.get_text("render.device"))
        thread.progressed.connect(self._progressed)
        thread.finished.connect(self._finished)
        self._thread = thread
        self.begun.emit([photo for photo, _ in self._items])
        # A window that goes away with the dialog still open must not leave, or tear down, a running thread.
        self.destroyed.connect(lambda: thread.finish())
        thread.start()
        self.cancel_button.setFocus()

    def reject(self) -> None:
        """Cancel the export; without one, close."""
        if self._thread is not None:
            self._thread.stop()
            self.cancel_button.setEnabled(False)
            self._tell(self.tr("Stopping after this step..."))
            return
        super().reject()

    def finish_photo(self) -> None:
        """Finish the photo in hand, then end the export and close."""
        self._closes_when_over = True
        if self._thread is not None:
            self._thread.stop_after_photo()

    def stop(self) -> None:
        """End the export now, and wait for that; the photo in hand is dropped between two of its stages."""
        if self._thread is not None:
            self._thread.finish()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Do not leave a running export behind: stop it, then close."""
        if self._thread is not None:
            self._closes_when_over = True
            self.reject()
            event.ignore()
            return
        super().closeEvent(event)

    def _progressed(self, done: int, total: int, row: ExportRow | None) -> None:
        self.bar.setValue(done)
        if row is not None:
            self.rows.append(row)
            if row.state != "cancelled":
                self.written.emit([photo for photo, _ in self._items[done:]])
            if row.state in ("failed", "skipped"):
                self._add_problem(_sentence(row), failed=row.state == "failed")
        self.status.setText(self.tr("Exporting {done} of {total}").format(done=min(done + 1, total), total=total))
        if done < total and self.cancel_button.isEnabled():
            self._tell(self._items[done][0].name, self._time_left(done, total))

    def _time_left(self, done: int, total: int) -> str:
        if not done:
            return ""
        seconds = (time.monotonic() - self._started) / done * (total - done)
        return "  -  " + time_left(seconds)

    def _finished(self) -> None:
        thread = self._thread
        if thread is None:
            return
        thread.wait()
        self._thread = None
        self.bar.setValue(self.bar.maximum())
        self.status.setText(self._summary())
        written = [row.output for row in self.rows if row.state == "done" and row.output is not None]
        self._tell(str(written[0] if len(self.rows) == 1 else written[0].parent) if written else "")
        self.show_button.setVisible(bool(written))
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText(self.tr("Close"))
        self.cancel_button.setDefault(True)
        self.cancel_button.setFocus()
        self.exported.emit(self.rows)
        if self._closes_when_over:
            self.close()

    def _summary(self) -> str:
        counts = {state: sum(row.state == state for row in self.rows) for state in ("failed", "skipped", "cancelled")}
        done = len(self.rows) - sum(counts.values())
        words = [self.tr("{done} of {total} exported").format(done=done, total=len(self.rows))]
        if counts["failed"]:
            words.append(self.tr("{count} failed").format(count=counts["failed"]))
        if counts["skipped"]:
            words.append(self.tr("{count} skipped").format(count=counts["skipped"]))
        if counts["cancelled"]:
            words.append(self.tr("{count} cancelled").format(count=counts["cancelled"]))
        return ", ".join(words)

    def _add_problem(self, words: str, failed: bool = True) -> None:
        kind = self.tr("Failed") if failed else self.tr("Skipped")
        item = QListWidgetItem(f"{kind}: {words}")
        if failed:
            item.setIcon(theme.icon("warning"))
        self.problems.addItem(item)
        self.problems.show()

    def _tell(self, words: str, more: str = "") -> None:
        """Show a line below the bar; a long path loses its middle."""
        metrics = self.detail.fontMetrics()
        room = max(self.bar.width(), _WIDTH // 2) - metrics.horizontalAdvance(more)
        self.detail.setText(metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, room) + more)
        self.detail.setToolTip(words)

    def _show_in_folder(self) -> None:
        written = [row.output for row in self.rows if row.state == "done" and row.output is not None]
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(written[0].parent)))

    def _form_changed(self, problem: str) -> None:
        self.export_button.setEnabled(not problem)


class ExportThread(QThread):
    """Does the work.

    Signals:
        progressed: Photos finished, photos in all, and the row of the one just finished or None.
    """

    progressed = Signal(int, int, object)

    def __init__(self, items: "Sequence[tuple[Path, Recipe | None]]", settings: ExportSettings, device: str) -> None:
        super().__init__()
        self._items, self._settings = items, settings
        self._device = device
        self._stop, self._stop_after_photo = threading.Event(), threading.Event()
        self.setObjectName("export")

    def run(self) -> None:
        """Export all photos."""
        export_many(
            self._items,
            self._settings,
            self._progress,
            self._stop.is_set,
            device=self._device,  # type: ignore[arg-type]  # the settings table knows the choices
        )

    def _progress(self, done: int, total: int, row: ExportRow | None) -> None:
        if row is not None and self._stop_after_photo.is_set():
            self._stop.set()
        self.progressed.emit(done, total, row)

    def stop(self) -> None:
        """End soon; the photo being written is not left half done."""
        self._stop.set()

    def stop_after_photo(self) -> None:
        """End when the photo being written is finished."""
        self._stop_after_photo.set()

    def finish(self) -> None:
        """End soon, and wait for it."""
        self._stop.set()
        self.wait()


def _sentence(row: ExportRow) -> str:
    """What went wrong, with the photo's name instead of its path."""
    reason = row.reason.replace(str(row.photo), row.photo.name)
    words = reason if row.photo.name in reason else f"{row.photo.name}. {reason}"
    return f"{words}. {row.hint}" if row.hint else words
