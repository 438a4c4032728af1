"""What was done to the photo, the states worth keeping, and its other versions."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QMenu, QToolButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading, icon_button

if TYPE_CHECKING:
    from exposure_app.documents.document import Document

ROW = 26  # height of a row, px


class HistoryPanel(QWidget):
    """Three lists: history, snapshots, versions.

    Signals:
        entry_chosen: Index of an entry of the history.
        snapshot_wanted: Keep the current state.
        snapshot_chosen: Name of the snapshot to go back to.
        snapshot_deleted: Name of a snapshot.
        copy_wanted: Start a virtual copy.
        copy_chosen: Index of a version.
        copy_deleted: Index of a version.
    """

    entry_chosen = Signal(int)
    snapshot_wanted = Signal()
    snapshot_chosen = Signal(str)
    snapshot_deleted = Signal(str)
    copy_wanted = Signal()
    copy_chosen = Signal(int)
    copy_deleted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries = self._list(self.tr("History"))
        self.snapshots = self._list(self.tr("Snapshots"))
        self.copies = self._list(self.tr("Versions"))
        self.entries.itemClicked.connect(lambda item: self.entry_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.entries.itemActivated.connect(lambda item: self.entry_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.snapshots.itemClicked.connect(lambda item: self.snapshot_chosen.emit(item.text()))
        self.copies.itemClicked.connect(lambda item: self.copy_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        self._menu(self.snapshots, lambda item: self.snapshot_deleted.emit(item.text()))
        self._menu(self.copies, lambda item: self.copy_deleted.emit(item.data(Qt.ItemDataRole.UserRole)))
        self.add_snapshot = icon_button("snapshot", self.tr("Keep this state as a snapshot (Ctrl+N)"))
        self.add_snapshot.clicked.connect(self.snapshot_wanted)
        self.add_copy = icon_button("copies", self.tr("Start another version of this photo (Ctrl+')"))
        self.add_copy.clicked.connect(self.copy_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading(self.tr("HISTORY")))
        column.addWidget(self.entries, 1)
        column.addSpacing(8)
        column.addLayout(self._titled(self.tr("SNAPSHOTS"), self.add_snapshot))
        column.addWidget(self.snapshots)
        column.addLayout(self._titled(self.tr("VERSIONS"), self.add_copy))
        column.addWidget(self.copies)
        self._shown: tuple[object, ...] | None = None
        self.show_document(None)

    def show_document(self, document: "Document | None") -> None:
        """Show what a document has; while an edit grows, as in a drag, there is nothing to do."""
        shown = None if document is None else _words(document)
        if shown == self._shown and document is not None:
            return
        self._shown = shown
        for button in (self.add_snapshot, self.add_copy):
            button.setEnabled(document is not None)
        with QSignalBlocker(self.entries), QSignalBlocker(self.snapshots), QSignalBlocker(self.copies):
            for listed in (self.entries, self.snapshots, self.copies):
                listed.clear()
            if document is not None:
                self._fill(document)
        for listed in (self.snapshots, self.copies):
            rows = min(listed.count(), 4)
            listed.setFixedHeight(rows * ROW)
            listed.setVisible(rows > 0)

    def _fill(self, document: "Document") -> None:
        state = document.state
        for index, entry in enumerate(document.entries):
            item = self._item(self.entries, entry.label or self.tr("Opened"), index)
            if index > document.at:
                item.setForeground(QColor(theme.DISABLED))
        self.entries.setCurrentRow(document.at)
        self.entries.scrollToItem(self.entries.item(document.at))
        for snapshot in state.snapshots:
            self._item(self.snapshots, snapshot.name, None)
        if len(state.versions) > 1:
            for index, version in enumerate(state.versions):
                self._item(self.copies, version.name or self.tr("First version"), index)
            self.copies.setCurrentRow(state.active)

    def _item(self, listed: QListWidget, text: str, data: object) -> QListWidgetItem:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, data)
        item.setToolTip(text)
        listed.addItem(item)
        return item

    def _list(self, name: str) -> QListWidget:
        listed = QListWidget()
        listed.setAccessibleName(name)
        listed.setUniformItemSizes(True)
        listed.setTextElideMode(Qt.TextElideMode.ElideRight)
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return listed

    def _menu(self, listed: QListWidget, delete: object) -> None:
        listed.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

        def show(place: object) -> None:
            item = listed.itemAt(place)  # type: ignore[call-overload]
            if item is None or item.data(Qt.ItemDataRole.UserRole) == 0:  # the first version stays
                return
            menu = QMenu(listed)
            menu.addAction(theme.icon("delete"), self.tr("Delete"), lambda: delete(item))  # type: ignore[operator]
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(listed.viewport().mapToGlobal(place))  # type: ignore[call-overload]

        listed.customContextMenuRequested.connect(show)

    def _titled(self, text: str, button: QToolButton) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(heading(text), 1)
        row.addWidget(button)
        return row


def _words(document: "Document") -> tuple[object, ...]:
    """All of a document that is shown here."""
    state = document.state
    labels, snapshots = [entry.label for entry in document.entries], [snapshot.name for snapshot in state.snapshots]
    return labels, document.at, snapshots, [version.name for version in state.versions], state.active
