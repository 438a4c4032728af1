"""Which photos of the filmstrip are shown, and the button with which that is chosen."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from exposure_app.documents.library import MAX_RATING, PhotoEntry, PhotoFilter
from exposure_app.gui import theme
from exposure_app.gui.filmstrip.model import FilmstripModel
from exposure_app.gui.widgets.common import icon_button

WIDTH = 44  # px


class FilteredPhotos(QSortFilterProxyModel):
    """The photos that are shown. One is always among them, so that no mark takes a photo away while it is open."""

    def __init__(self, photos: FilmstripModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._photos = photos
        self._filter = PhotoFilter()
        self._kept: Path | None = None
        self.setSourceModel(photos)

    def set_filter(self, chosen: PhotoFilter) -> None:
        """Show only the photos that match."""
        if chosen != self._filter:
            self.beginFilterChange()
            self._filter = chosen
            self.endFilterChange()

    def keep(self, photo: Path | None) -> None:
        """Show this photo whatever the filter says, and no longer the one before it."""
        if photo != self._kept:
            self.beginFilterChange()
            self._kept = photo
            self.endFilterChange()

    def entry(self, row: int) -> PhotoEntry:
        """The photo in a row."""
        return self._photos.entry(self.mapToSource(self.index(row, 0)).row())

    def row_of(self, photo: Path) -> int:
        """The row of a photo, -1 if it is not shown."""
        return self.mapFromSource(self._photos.index(self._photos.row_of(photo), 0)).row()

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether a photo is shown."""
        if not self._filter.is_on:
            return True
        entry = self._photos.entry(row)
        return self._filter.matches(entry) or entry.path == self._kept


class FilterButton(QWidget):
    """A button with the conditions, and below it how many photos they leave.

    Signals:
        changed: The chosen ``PhotoFilter``.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = PhotoFilter()
        self.button = icon_button("filter", self.tr("Filter the filmstrip"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.button.setCheckable(True)
        self.menu = QMenu(self)
        self.button.setMenu(self.menu)
        self.all = self.menu.addAction(self.tr("Show all photos"), lambda: self.choose(PhotoFilter()))
        self.menu.addSeparator()
        self.picked = self._condition(self.tr("Picked"), "picked")
        self.edited = self._condition(self.tr("Edited"), "edited")
        self.not_rejected = self._condition(self.tr("Hide rejected"), "hides_rejected")
        self.menu.addSeparator()
        self.ratings = self._ratings()
        self.count = QLabel()
        self.count.setStyleSheet(f"color: {theme.SECOND}; font-size: {theme.SMALL}px;")
        self.count.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 8, 4, 8)
        column.setSpacing(4)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.count)
        column.addStretch()
        self.setFixedWidth(WIDTH)
        self._show()

    def choose(self, chosen: PhotoFilter) -> None:
        """Filter by these conditions."""
        if chosen != self.chosen:
            self.chosen = chosen
            self._show()
            self.changed.emit(chosen)
        self.button.setChecked(chosen.is_on)

    def show_count(self, shown: int, total: int) -> None:
        """Say how many photos are left; nothing while all are shown."""
        self.count.setText(f"{shown}/{total}" if self.chosen.is_on else "")
        self.count.setToolTip(self.tr("{shown} of {total} photos are shown").format(shown=shown, total=total))

    def _condition(self, text: str, name: str) -> QAction:
        action = self.menu.addAction(text)
        action.setCheckable(True)
        action.triggered.connect(lambda on: self._change(**{name: on}))
        return action

    def _ratings(self) -> list[QAction]:
        """Any rating, or at least one star to five; one of them holds."""
        group = QActionGroup(self)
        made = []
        for stars in range(MAX_RATING + 1):
            words = self.tr("At least {stars}").format(stars="\u2605" * stars) if stars else self.tr("Any rating")
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _on, stars=stars: self._change(min_rating=stars))
            group.addAction(action)
            made.append(action)
        return made

    def _change(self, **conditions: Any) -> None:
        self.choose(replace(self.chosen, **conditions))

    def _show(self) -> None:
        chosen = self.chosen
        self.button.setChecked(chosen.is_on)
        self.all.setEnabled(chosen.is_on)
        self.picked.setChecked(chosen.picked)
        self.edited.setChecked(chosen.edited)
        self.not_rejected.setChecked(chosen.hides_rejected)
        self.ratings[chosen.min_rating].setChecked(True)
