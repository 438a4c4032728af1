"""The first page: which photos to learn from, what to call the style, how long it may take."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from exposure_app.gui.learn.photos import PhotoField, Thumbnails
from exposure_app.gui.learn.unfinished import UnfinishedStyles
from exposure_app.gui.workers import JobQueue
from exposure_app.learning import state, store
from exposure_app.learning.state import Plan

MINUTES = (15, 45, 120)
USUAL = 45


class ChoosePage(QWidget):
    """Collects a plan.

    Signals:
        changed: What is still lacking may be something else.
        failed: An exception that a person should see.

    Args:
        thumbnails: Makes small pictures.
        selected: Tells the photos selected in the editor.
        opened: Tells all photos open in the editor.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(
        self,
        thumbnails: Thumbnails,
        selected: Callable[[], Sequence[Path]],
        opened: Callable[[], Sequence[Path]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue = JobQueue("photos of a style", self)
        self.unfinished = UnfinishedStyles()
        self.liked = PhotoField(
            self.tr("PHOTOS YOU LIKE"),
            self.tr("Finished photos of one look: a few hundred are good, fifty are a start. No originals are needed."),
            thumbnails,
        )
        self.others = PhotoField(
            self.tr("PHOTOS TO PRACTISE ON"),
            self.tr("Your own RAW files or JPEGs, as different as what you photograph. None of the photos you like."),
            thumbnails,
        )
        for field, picked in ((self.liked, selected), (self.others, opened)):
            self._equip(field, picked)
        self.liked_selected.setText(self.tr("Selected photos"))
        self.liked_selected.setToolTip(self.tr("Those selected in the filmstrip"))
        self.others_opened.setToolTip(self.tr("Those in the filmstrip"))
        self.others_opened.setText(self.tr("All open photos"))
        self.title = QLineEdit()
        self.title.setMaxLength(40)
        self.title.setPlaceholderText(self.tr("Evening at the sea"))
        self.title.textChanged.connect(lambda _text: self.changed.emit())
        self.description = QLineEdit()
        self.description.setMaxLength(200)
        self.description.setPlaceholderText(self.tr("Warm, low contrast, soft blacks"))
        self.minutes = QComboBox()
        for minutes in MINUTES:
            self.minutes.addItem(_duration(self, minutes), minutes)
        self.minutes.setCurrentIndex(MINUTES.index(USUAL))
        self.minutes.setToolTip(self.tr("The editor can be used meanwhile; learning can be paused at any time"))
        self._lay_out()

    def _equip(self, field: PhotoField, picked: Callable[[], Sequence[Path]]) -> None:
        folder = field.add_button(self.tr("Add a folder..."))
        folder.clicked.connect(lambda: self._ask_folder(field))
        files = field.add_button(self.tr("Add photos..."))
        files.clicked.connect(lambda: self._ask_photos(field))
        from_editor = field.add_button("")
        from_editor.clicked.connect(lambda: field.add_photos(picked()))
        if field is self.liked:
            self.liked_selected = from_editor
        else:
            self.others_opened = from_editor
        field.places_given.connect(lambda places: self.add(field, places))
        field.changed.connect(self.changed)

    def _lay_out(self) -> None:
        form = QGridLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        rows = (
            (self.tr("Name"), self.title),
            (self.tr("Description"), self.description),
            (self.tr("Time"), self.minutes),
        )
        for row, (text, widget) in enumerate(rows):
            label = QLabel(text)
            label.setMinimumWidth(88)
            label.setBuddy(widget)
            widget.setAccessibleName(text)
            widget.setMinimumHeight(28)
            form.addWidget(label, row, 0)
            form.addWidget(widget, row, 1)
        form.setColumnStretch(1, 1)
        fields = QHBoxLayout()
        fields.setSpacing(12)
        fields.addWidget(self.liked, 1)
        fields.addWidget(self.others, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.unfinished)
        column.addLayout(fields)
        column.addLayout(form)
        column.addStretch()

    # --- what is chosen ---

    def add(self, field: PhotoField, places: Sequence[Path], *, recursive: bool = True) -> None:
        """Add the photos that files and folders stand for."""
        field.count.setText(self.tr("Looking for photos..."))
        job = self._queue.submit(lambda job: _photos_in(places, recursive))
        job.done.connect(field.add_photos)
        job.failed.connect(lambda _error: field.add_photos(()))
        job.failed.connect(self.failed)

    def suggest(self, opened: Sequence[Path]) -> None:
        """Practise on the photos open in the editor, or on those beside them, unless others have been chosen."""
        if self.others.photos or not opened:
            return
        if len(opened) >= state.LEAST_OTHERS:
            self.others.set_photos(opened)
        else:
            self.add(self.others, list(dict.fromkeys(photo.parent for photo in opened)), recursive=False)

    @property
    def is_looking(self) -> bool:
        """Whether photos are still being looked for."""
        return not self._queue.is_idle

    def close_thread(self) -> None:
        """End the thread that looks for photos."""
        self._queue.close()

    def plan(self) -> Plan:
        """What has been chosen; complete if ``lacking`` says nothing."""
        liked = set(self.liked.photos)
        others = tuple(photo for photo in self.others.photos if photo not in liked)
        title = self.title.text().strip()
        return Plan(
            state.style_name(title),
            title,
            self.description.text().strip(),
            self.liked.photos,
            state.thinned(others),
            self.minutes.currentData(),
        )

    def lacking(self) -> str:
        """What is still to do, in a sentence; empty if nothing is."""
        plan = self.plan()
        if len(plan.liked) < state.LEAST_LIKED:
            return self.tr("Add at least {count} photos you like.").format(count=state.LEAST_LIKED)
        if len(plan.others) < state.LEAST_OTHERS:
            return self.tr("Add at least {count} other photos to practise on.").format(count=state.LEAST_OTHERS)
        problem = store.problem_with(plan.name)
        return {
            "": "",
            "empty": self.tr("Give the style a name with letters or digits."),
            "taken": self.tr("There is a style of that name already."),
            "unfinished": self.tr("A style of that name is being learned."),
        }[problem]

    def reset(self) -> None:
        """Empty, for the next style."""
        self.liked.set_photos(())
        self.others.set_photos(())
        self.title.clear()
        self.description.clear()

    def _ask_folder(self, field: PhotoField) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Add a folder"), start)
        if chosen:
            self.add(field, [Path(chosen)])

    def _ask_photos(self, field: PhotoField) -> None:
        start = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        chosen, _ = QFileDialog.getOpenFileNames(self, self.tr("Add photos"), start)
        if chosen:
            self.add(field, [Path(name) for name in chosen])


def _photos_in(places: Sequence[Path], recursive: bool) -> list[Path]:
    from exposure_app.io.formats import find_photos

    return find_photos(places, recursive=recursive)


def _duration(widget: QWidget, minutes: int) -> str:
    if minutes < 60:
        return widget.tr("{minutes} minutes").format(minutes=minutes)
    return widget.tr("{hours} hours").format(hours=minutes // 60)
