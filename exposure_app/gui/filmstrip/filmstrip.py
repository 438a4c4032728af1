"""The filmstrip below the picture: the open photos, their marks, and which of them are selected."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QCloseEvent, QImage, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QListView, QWidget

from exposure_app.documents.library import Flag, Library, PhotoFilter
from exposure_app.documents.thumbnails import ThumbnailCache
from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.filmstrip.delegate import BOX, CELL, FilmstripDelegate
from exposure_app.gui.filmstrip.filter_button import FilterButton, FilteredPhotos
from exposure_app.gui.filmstrip.model import FilmstripModel
from exposure_app.gui.widgets.thumbnail_loader import ThumbnailLoader, fitted
from exposure_app.settings import current_settings

_AROUND = 8  # photos to either side of the visible ones whose thumbnails are made too


class Filmstrip(QWidget):
    """The open photos in a row.

    Arrow keys, Home and End move. With Shift or Ctrl held down, mouse and keys only change the selection: the current
    photo stays, and stays selected, so that its edits can be copied to the others. Call ``close_threads`` before the
    program ends; closing the widget does it too.

    Signals:
        current_changed: The path of the photo that the user went to. Not sent for ``set_current``.
        selection_changed: The paths of the selected photos in their order, after every change.
        activated: The path of a photo that was double-clicked, or Enter pressed on it.
        marked: The paths of photos whose rating or flag was changed.
        menu_wanted: The photo under the right button, which is selected, and where on the screen.
        problem: An ExposureError: a rating could not be kept, or a file of ratings was damaged.
    """

    current_changed = Signal(object)
    selection_changed = Signal(list)
    activated = Signal(object)
    marked = Signal(list)
    menu_wanted = Signal(object, QPoint)
    problem = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, library: Library | None = None) -> None:
        super().__init__(parent)
        self.library = library or Library()
        settings = current_settings()
        cache = ThumbnailCache(max_bytes=settings.get_int("filmstrip.cache_mb") << 20)
        self._model = FilmstripModel(self)
        self._shown = FilteredPhotos(self._model, self)
        self.filter = FilterButton()
        self._loader = ThumbnailLoader(cache)
        loader = self._loader
        self.destroyed.connect(lambda: loader.close())
        self._loader.loaded.connect(self._loaded)
        self._loader.failed.connect(self._model.set_broken)
        self._delegate = FilmstripDelegate(self)
        self._delegate.shows_names = settings.get_bool("filmstrip.names")
        self.view = _View(self)
        self.view.setModel(self._shown)
        self.view.setItemDelegate(self._delegate)
        self.view.setAccessibleName(self.tr("Filmstrip"))
        self._stop_watching = settings.watch(self._setting_changed)
        self._silent = False
        self._wants = QTimer(self, singleShot=True, interval=0)
        self._wants.timeout.connect(self._want)
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(lambda: self._shown.keep(self.current()))
        self._connect_view()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.filter)
        layout.addWidget(self.view, 1)
        self.setFixedHeight(theme.STRIP_HEIGHT)
        self.setFocusProxy(self.view)

    def _connect_view(self) -> None:
        selection = self.view.selectionModel()
        selection.currentChanged.connect(self._current_moved)
        selection.selectionChanged.connect(self._selection_moved)
        self.view.activated.connect(lambda index: self.activated.emit(self._shown.entry(index.row()).path))
        self.view.customContextMenuRequested.connect(self._ask_for_menu)
        self.filter.changed.connect(self._filtered)
        self.view.horizontalScrollBar().valueChanged.connect(lambda _value: self._wants.start())
        self.view.resized.connect(self._wants.start)
        for signal in (self._shown.modelReset, self._shown.rowsInserted, self._shown.rowsRemoved):
            signal.connect(self._rows_changed)

    # --- what is shown ------------------------------------------------------------------------------------------------

    def photos(self) -> list[Path]:
        """The listed photos in their order."""
        return [entry.path for entry in self.library.entries]

    def set_photos(self, photos: Sequence[Path]) -> None:
        """Show these photos, all of them; none is current or selected."""
        told = len(self.library.problems)
        self._silent = True
        self._shown.keep(None)
        self.filter.choose(PhotoFilter())
        self._model.set_entries(self.library.open(photos))
        self._silent = False
        self.view.horizontalScrollBar().setValue(0)
        self.selection_changed.emit([])
        for error in self.library.problems[told:]:
            self.problem.emit(error)

    def current(self) -> Path | None:
        """The photo that is shown in the middle of the window."""
        index = self.view.currentIndex()
        return self._shown.entry(index.row()).path if index.isValid() else None

    def set_current(self, photo: Path) -> None:
        """Go to a photo, select only it and bring it into view, without ``current_changed``."""
        if self._model.row_of(photo) < 0 or photo == self.current():
            return
        self._silent = True
        try:
            self._shown.keep(photo)
            self._go_to(self._shown.row_of(photo))
        finally:
            self._silent = False

    def selected(self) -> list[Path]:
        """The selected photos in their order."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [self._shown.entry(row).path for row in rows]

    def select(self, photos: Sequence[Path]) -> None:
        """Select these photos; the current one stays."""
        chosen = QItemSelection()
        for row in map(self._shown.row_of, photos):
            if row >= 0:
                chosen.select(self._shown.index(row, 0), self._shown.index(row, 0))
        self.view.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def step(self, by: int) -> None:
        """Go to the next (1) or previous (-1) photo, as the arrow keys do."""
        row = self.view.currentIndex().row() + by
        if 0 <= row < self._shown.rowCount():
            self._go_to(row)

    def _go_to(self, row: int) -> None:
        """Make a photo the current one and the only one that is selected, whatever keys are held down."""
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.view.selectionModel().setCurrentIndex(self._shown.index(row, 0), only)

    # --- marks --------------------------------------------------------------------------------------------------------

    def mark_edited(self, photo: Path, edited: bool) -> None:
        """Show that a photo is edited, or no longer."""
        self._model.update_entries([self.library.mark_edited(photo, edited)])

    def rate(self, rating: int) -> None:
        """Give the selected photos 0 to 5 stars."""
        self._mark(lambda photos: self._model.update_entries(self.library.set_rating(photos, rating)))

    def flag(self, flag: Flag) -> None:
        """Pick (``pick``) or reject (``reject``) the selected photos, or take that back (``none``)."""
        self._mark(lambda photos: self._model.update_entries(self.library.set_flag(photos, flag)))

    def set_thumbnail(self, photo: Path, image: QImage) -> None:
        """Show this picture of a photo, for example as edited, until the photos are listed again."""
        ratio = self.devicePixelRatioF()
        self._model.set_image(photo, fitted(image, self._box()), ratio)

    def set_state(self, photo: Path, state: str) -> None:
        """Show how far a photo is with what is done to many, see ``FilmstripModel.set_state``."""
        self._model.set_state(photo, state)

    def refresh(self, photos: Sequence[Path]) -> None:
        """Load the thumbnails of photos again whose files have changed."""
        self._model.forget(photos)
        self._wants.start()

    def close_threads(self) -> None:
        """End the threads that make thumbnails."""
        self._stop_watching()
        self._wants.stop()
        self._settle.stop()
        self._loader.close()

    def _mark(self, change: Callable[[list[Path]], None]) -> None:
        photos = self.selected() or [photo for photo in [self.current()] if photo is not None]
        if not photos:
            return
        try:
            change(photos)
        except ExposureError as error:
            self.problem.emit(error)
            return
        self.marked.emit(photos)
        if len(photos) == 1 and current_settings().get_bool("filmstrip.advance"):
            self.step(1)

    def _ask_for_menu(self, place: QPoint) -> None:
        index = self.view.indexAt(place)
        if index.isValid():
            self.menu_wanted.emit(self._shown.entry(index.row()).path, self.view.viewport().mapToGlobal(place))

    # --- thumbnails ---------------------------------------------------------------------------------------------------

    def _box(self) -> QSize:
        return (BOX.toSizeF() * self.devicePixelRatioF()).toSize()

    def _want(self) -> None:
        """Ask for the thumbnails of what is visible and a little around it; nothing else is made."""
        count = self._shown.rowCount()
        first, last = self.view.visible_rows(count)
        around = [*range(last + 1, last + 1 + _AROUND), *range(first - 1, first - 1 - _AROUND, -1)]
        rows = [row for row in [*range(first, last + 1), *around] if 0 <= row < count]
        photos = [self._shown.entry(row).path for row in rows]
        self._loader.want([photo for photo in photos if self._model.is_waiting(photo)], self._box())

    def _loaded(self, photo: Path, image: QImage) -> None:
        if self._model.is_waiting(photo):
            self._model.set_image(photo, image, self.devicePixelRatioF())

    def _setting_changed(self, key: str) -> None:
        if key == "filmstrip.names":
            self._delegate.shows_names = current_settings().get_bool(key)
            self.view.viewport().update()

    def _current_moved(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid() and not self._silent:
            self._settle.start()  # not now: the photo left behind may have to go
            self.current_changed.emit(self._shown.entry(index.row()).path)

    def _filtered(self, chosen: PhotoFilter) -> None:
        self._shown.keep(self.current())
        self._shown.set_filter(chosen)
        self.view.scrollTo(self.view.currentIndex())
        self._rows_changed()

    def _rows_changed(self) -> None:
        self.filter.show_count(self._shown.rowCount(), self._model.rowCount())
        self._wants.start()

    def _selection_moved(self) -> None:
        self.selection_changed.emit(self.selected())

    def event(self, event: QEvent) -> bool:
        """Load thumbnails anew for a screen of another resolution."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._model.forget()
            self._wants.start()
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the threads."""
        self.close_threads()
        super().closeEvent(event)


_TO_LEFT = (Qt.Key.Key_Left, Qt.Key.Key_Up)
_TO_RIGHT = (Qt.Key.Key_Right, Qt.Key.Key_Down)


class _View(QListView):
    """A row of cells that scrolls sideways, also with an ordinary wheel."""

    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setMouseTracking(True)
        self._end: int | None = None  # of the range that begins at the current photo
        self._is_selecting = False  # with a button that is down
        self.horizontalScrollBar().setSingleStep(CELL.width() // 2)

    def visible_rows(self, count: int) -> tuple[int, int]:
        """First and last row that can be seen; the last is before the first if there are none."""
        if not count:
            return 0, -1
        left = self.horizontalOffset()
        first = left // CELL.width()
        last = (left + self.viewport().width() - 1) // CELL.width()
        return max(0, first), min(count - 1, last)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right button selects what its menu is about, Ctrl and Shift add to the selection: nothing is opened."""
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.RightButton:
            if index.isValid() and not self.selectionModel().isSelected(index):
                self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            return
        held = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        self._end = None
        if not held or not index.isValid() or not self.currentIndex().isValid():
            super().mousePressEvent(event)
            return
        self._is_selecting = True
        if held & Qt.KeyboardModifier.ShiftModifier:
            self._select_to(index.row())
        elif index != self.currentIndex():
            self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Toggle)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._is_selecting:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._is_selecting:
            self._is_selecting = False
        else:
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """With Ctrl or Shift it is two clicks."""
        held = event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier)
        self.mousePressEvent(event) if held else super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows with Shift move the end of the range that begins at the current photo."""
        shift, current = event.modifiers() == Qt.KeyboardModifier.ShiftModifier, self.currentIndex()
        end, last = current.row() if self._end is None else self._end, self.model().rowCount() - 1
        targets = {**dict.fromkeys(_TO_LEFT, end - 1), **dict.fromkeys(_TO_RIGHT, end + 1)}
        targets |= {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        to = targets.get(Qt.Key(event.key())) if shift and current.isValid() else None
        if to is not None:
            self._select_to(max(0, min(to, last)))
            return
        super().keyPressEvent(event)

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        self._end = None
        super().currentChanged(current, previous)

    def _select_to(self, row: int) -> None:
        """Select all from the current photo to this one."""
        self._end = row
        first, last = sorted((self.currentIndex().row(), row))
        chosen = QItemSelection(self.model().index(first, 0), self.model().index(last, 0))
        self.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(self.model().index(row, 0))

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands here."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        by = turned.x() or turned.y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - by)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()
