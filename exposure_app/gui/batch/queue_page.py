"""The second page: every photo with what became of it, and how far all of them are."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.documents.thumbnails import ThumbnailCache
from exposure_app.gui import theme
from exposure_app.gui.batch import words
from exposure_app.gui.batch.queue_delegate import BOX, HEIGHT, QueueDelegate
from exposure_app.gui.batch.queue_model import QueueModel, Shown, ShownPhotos
from exposure_app.gui.batch.run import BatchPhase, BatchRun
from exposure_app.gui.widgets.file_manager import show_in_folder
from exposure_app.gui.widgets.thumbnail_loader import ThumbnailLoader

if TYPE_CHECKING:
    from exposure_app.batch.batch import Batch

_PATIENCE_MS = 100  # between two updates of figures and thumbnails
_AROUND = 6  # photos below and above the visible ones whose thumbnails are made too


class QueuePage(QWidget):
    """Follows a run.

    Signals:
        photo_wanted: A photo that shall be opened in the editor.
    """

    photo_wanted = Signal(object)

    def __init__(self, run: BatchRun, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run = run
        self.model = QueueModel(self)
        self.shown = ShownPhotos(self.model, self)
        self._review: dict[int, tuple[str, ...]] = {}
        self._listed: Batch | None = None
        self._followed = -1  # the row that was brought into view last
        self._make_parts()
        self._lay_out()
        self._loader = ThumbnailLoader(ThumbnailCache(), threads=1, parent=self)
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._failed)
        self._soon = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._soon.timeout.connect(self._update)
        self._connect()
        self._selected()

    def _make_parts(self) -> None:
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.details = QLabel()
        self.details.setProperty("role", "second")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of the batch"))
        self.filter = QComboBox()
        self.filter.setAccessibleName(self.tr("Photos that are listed"))
        for text, shown in (
            (self.tr("All photos"), Shown.ALL),
            (self.tr("Failed"), Shown.FAILED),
            (self.tr("Worth a look"), Shown.REVIEW),
        ):
            self.filter.addItem(text, shown)
        self.view = QListView()
        self.view.setModel(self.shown)
        self.view.setItemDelegate(QueueDelegate(self))
        self.view.setUniformItemSizes(True)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setMouseTracking(True)
        self.view.setAccessibleName(self.tr("Photos of the batch"))
        self.view.setStyleSheet(f"QListView {{ background: {theme.PANEL}; border-radius: 4px; }}")
        self.open_button = QPushButton(self.tr("Open the result"))
        self.folder_button = QPushButton(self.tr("Show in folder"))
        self.edit_button = QPushButton(self.tr("Edit the photo"))
        for button in self._buttons:
            button.setAutoDefault(False)

    @property
    def _buttons(self) -> tuple[QPushButton, ...]:
        return (self.open_button, self.folder_button, self.edit_button)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4 * theme.GRID)
        top.addWidget(self.title)
        top.addStretch()
        top.addWidget(self.filter)
        below = QHBoxLayout()
        below.setSpacing(2 * theme.GRID)
        for button in self._buttons:
            below.addWidget(button)
        below.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self.details)
        column.addWidget(self.view, 1)
        column.addLayout(below)

    def _connect(self) -> None:
        self._run.changed.connect(self._run_changed)
        self._run.photo_changed.connect(self._photo_changed)
        self._run.ended.connect(self._ended)
        self.filter.currentIndexChanged.connect(lambda _at: self._filter())
        self.view.selectionModel().selectionChanged.connect(lambda _on, _off: self._selected())
        self.view.activated.connect(self._activated)
        self.view.customContextMenuRequested.connect(self._show_menu)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._later())
        self.open_button.clicked.connect(self.open_result)
        self.folder_button.clicked.connect(self.show_result)
        self.edit_button.clicked.connect(self.edit_photo)

    # --- what the run tells ---

    @Slot()
    def _run_changed(self) -> None:
        batch = self._run.batch
        if batch is not self._listed:
            self._listed, self._review, self._followed = batch, {}, -1
            self.filter.setCurrentIndex(0)
            self.model.set_batch(batch)
        self._update()

    @Slot(object)
    def _photo_changed(self, event: object) -> None:
        self.model.update_photo(event)  # type: ignore[arg-type]
        self._selected()
        self._later()

    def _follow(self) -> None:
        """Keep what is being done in view, unless somebody has turned to other photos."""
        running = self.model.running
        if not running or running[-1] == self._followed:
            return
        before = self.shown.mapFromSource(self.model.index(self._followed, 0))
        sees_it = self.view.viewport().rect().intersects(self.view.visualRect(before))
        if self._followed < 0 or (sees_it and self.selected is None):
            self.view.scrollTo(self.shown.mapFromSource(self.model.index(running[-1], 0)))
            self._followed = running[-1]

    @Slot()
    def _ended(self) -> None:
        batch = self._run.batch
        if batch is not None:
            from exposure_app.batch.series import doubtful

            self._review = doubtful(batch.rows.values())
            self.model.set_review(self._review)
        self._update()

    def _later(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    @Slot()
    def _update(self) -> None:
        """Figures and thumbnails as they are now."""
        run = self._run
        if run.batch is None or run.phase is BatchPhase.PLANNING:
            self.bar.setRange(0, 0 if run.phase is BatchPhase.PLANNING else 1)
        else:
            done, total = run.batch.progress
            self.bar.setRange(0, max(1, total))
            self.bar.setValue(done)
        over = run.phase is BatchPhase.OVER
        self.bar.setVisible(not over)
        self.title.setText(words.title(run))
        self.details.setText(words.details(run, len(self._review) if over else 0))
        self._follow()
        self._want()

    # --- thumbnails ---

    def _want(self) -> None:
        """Ask for the thumbnails that can be seen, and a few around them."""
        if not self.isVisible():
            return
        top = self.view.verticalScrollBar().value() // HEIGHT
        last = top + self.view.viewport().height() // HEIGHT + 1
        rows = [row for row in range(max(0, top - _AROUND), last + _AROUND) if row < self.shown.rowCount()]
        rows.sort(key=lambda row: not top <= row <= last)
        batch_rows = self.shown.rows([self.shown.index(row, 0) for row in rows])
        wanted = [source for row in batch_rows if (source := self.model.wanted_picture(row)) is not None]
        self._loader.want(list(dict.fromkeys(wanted)), (BOX.toSizeF() * self.devicePixelRatioF()).toSize())

    @Slot(object, QImage)
    def _loaded(self, source: Path, picture: QImage) -> None:
        self.model.set_picture(source, picture, self.devicePixelRatioF())

    @Slot(object, str)
    def _failed(self, source: Path, _reason: str) -> None:
        self.model.set_broken(source)

    def close_threads(self) -> None:
        """End the thread that makes thumbnails."""
        self._soon.stop()
        self._loader.close()

    # --- what can be done with a photo ---

    def select(self, row: int) -> None:
        """Select a photo by its row."""
        self.view.setCurrentIndex(self.shown.index(row, 0))

    @property
    def selected(self) -> int | None:
        """The row of the batch that is selected."""
        rows = self.shown.rows(self.view.selectionModel().selectedIndexes())
        return rows[0] if rows else None

    @property
    def result(self) -> Path | None:
        """The finished picture of the selected photo."""
        return self.model.result(self.selected) if self.selected is not None else None

    @Slot()
    def open_result(self) -> None:
        """Show the finished picture in whatever the system shows pictures with."""
        if self.result is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.result)))

    @Slot()
    def show_result(self) -> None:
        """Show the finished picture's folder."""
        if self.result is not None:
            show_in_folder(self.result)

    @Slot()
    def edit_photo(self) -> None:
        """Open the photo itself in the editor."""
        if self.selected is not None:
            self.photo_wanted.emit(self.model.photo(self.selected))

    def _selected(self) -> None:
        self.open_button.setEnabled(self.result is not None)
        self.folder_button.setEnabled(self.result is not None)
        self.edit_button.setEnabled(self.selected is not None)

    def _filter(self) -> None:
        self.shown.choose(self.filter.currentData())
        self._later()

    @Slot(QModelIndex)
    def _activated(self, _index: QModelIndex) -> None:
        self.open_result() if self.result is not None else self.edit_photo()

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        if not self.view.indexAt(place).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for button in self._buttons:
            action = menu.addAction(button.text())
            action.setEnabled(button.isEnabled())
            action.triggered.connect(button.click)
        menu.popup(self.view.viewport().mapToGlobal(place))

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._later()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._later()

    def sizeHint(self) -> QSize:
        return QSize(640, 8 * HEIGHT)
