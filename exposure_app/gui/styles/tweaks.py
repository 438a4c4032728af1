"""The tweak ledger in the editor: remembers corrections when it may, offers habits, shows what was adopted."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from exposure_app.errors import ExposureError
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.form_style import form_style
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.styles.tweaks import Habit, Key, Ledger

REMEMBER = "retouch.remember"

log = logging.getLogger(__name__)


class TweaksFeature(QObject):
    """Remembered corrections in the editor. Ledgers are read and written in the files' thread.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor, self._controller = editor, editor.controller
        self._offered: set[tuple[str, Key]] = set()  # once a session is enough
        self.dialog: TweaksDialog | None = None
        self._controller.opening.connect(self.remember)
        editor.style_commands.add_entry(self.tr("Your corrections..."), self.open)
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._editor and event.type() == QEvent.Type.Close:
            note = self._note()
            if note is not None:  # here and now, for the threads are about to end
                try:
                    note(None)
                except ExposureError as error:
                    log.warning("%s", error)
        return False

    @Slot()
    def remember(self) -> None:
        """Note what became of the proposal for the open photo, if that is wanted."""
        note = self._note()
        if note is not None:
            self._submit(note, self._offer)

    def _note(self) -> "Callable[[Job | None], Ledger] | None":
        document, photo = self._controller.document, self._controller.photo
        if document is None or photo is None or not self._editor.settings.get_bool(REMEMBER):
            return None
        proposed, final = document.proposal, document.recipe
        if proposed is None:
            return None

        def note(job: Job | None) -> "Ledger":
            from exposure_app.styles.tweaks import read_ledger, write_ledger

            ledger = read_ledger(proposed.style).with_photo(photo, proposed, final)
            write_ledger(ledger)
            return ledger

        return note

    def _offer(self, ledger: "Ledger") -> None:
        """Tell of the most common habit that has not been told yet."""
        new = (habit for habit in ledger.habits() if (ledger.style, habit.key) not in self._offered)
        habit = next(new, None)
        if habit is None:
            return
        self._offered.add((ledger.style, habit.key))
        words = self.tr("You correct {style} in {share} % of {photos} photos: {what}").format(
            style=ledger.style, share=round(100 * habit.share), photos=habit.photos, what=habit.words()
        )
        hint = self.tr("Adopted, it is part of every new proposal of this style. You can drop it again.")
        adopt = partial(self.change, ledger.style, lambda known: known.adopt(habit))
        self._editor.notices.tell(words, hint, (self.tr("Adopt"), adopt))

    def open(self, style: str) -> None:
        """Show what is remembered of a style."""

        def read(job: Job) -> "Ledger":
            from exposure_app.styles.tweaks import read_ledger

            return read_ledger(style)

        self._submit(read, self._show)

    def _show(self, ledger: "Ledger") -> None:
        if self.dialog is None:
            self.dialog = TweaksDialog(self, self._editor)
            self.dialog.finished.connect(self._closed)
        self.dialog.show_ledger(ledger)
        self.dialog.open()

    @Slot()
    def _closed(self) -> None:
        self.dialog = None

    def change(self, style: str, change: "Callable[[Ledger], Ledger]") -> None:
        """Change what is remembered of a style, and show the styles anew: they propose something else now."""

        def work(job: Job) -> "Ledger":
            from exposure_app.styles.tweaks import read_ledger, write_ledger

            ledger = change(read_ledger(style))
            write_ledger(ledger)
            return ledger

        self._submit(work, self._changed)

    def _changed(self, ledger: "Ledger") -> None:
        if self.dialog is not None:
            self.dialog.show_ledger(ledger)
        self._editor.panels.styles.clear_previews()
        self._editor.coordinator.preview_styles()

    def _submit(self, work: "Callable[[Job], Any]", then: Callable[[Any], None]) -> None:
        job = self._editor.queues.files.submit(work)
        job.done.connect(then)
        job.failed.connect(self._editor.notices.complain)


class TweaksDialog(QDialog):
    """What is remembered of one style: habits to adopt, biases to drop."""

    def __init__(self, tweaks: TweaksFeature, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._tweaks, self._settings = tweaks, editor.settings
        self.setMinimumWidth(480)
        self.setStyleSheet(form_style())
        self.remember = QCheckBox(self.tr("Remember what I change in the steps that styles propose"))
        self.remember.setChecked(self._settings.get_bool(REMEMBER))
        self.remember.toggled.connect(lambda on: self._settings.set(REMEMBER, on))
        private = _second(self.tr("It stays on this computer. Photos are not named in it."))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.forget = QPushButton(self.tr("Forget everything"))
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.forget.clicked.connect(self._forget)
        buttons = QHBoxLayout()
        buttons.addWidget(self.forget)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(8)
        column.addWidget(self.remember)
        column.addWidget(private)
        column.addLayout(self._rows)
        column.addStretch()
        column.addSpacing(12)
        column.addLayout(buttons)
        self._style = ""

    def show_ledger(self, ledger: "Ledger") -> None:
        """Fill the lists."""
        self._style = ledger.style
        self.setWindowTitle(self.tr("Your corrections of {style}").format(style=ledger.style))
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()  # at once: it is deleted only later
                widget.deleteLater()
        habits = ledger.habits()
        self._add(self.tr("Adopted"), ledger.biases, self.tr("Drop"), lambda habit: lambda known: known.drop(habit.key))
        self._add(self.tr("Habits"), habits, self.tr("Adopt"), lambda habit: lambda known: known.adopt(habit))
        if not habits:
            self._rows.addWidget(_second(self.tr("Nothing learned yet.")))
        self.forget.setEnabled(bool(ledger.biases or ledger.corrections))
        self.adjustSize()

    def _add(
        self,
        title: str,
        habits: "tuple[Habit, ...] | list[Habit]",
        act: str,
        change: "Callable[[Habit], Callable[[Ledger], Ledger]]",
    ) -> None:
        if not habits:
            return
        self._rows.addSpacing(8)
        self._rows.addWidget(heading(title.upper()))
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        for row, habit in enumerate(habits):
            known = self.tr("in {share} % of {photos} photos").format(
                share=round(100 * habit.share), photos=habit.photos
            )
            button = QPushButton(act)
            button.setAccessibleName(f"{act}: {habit.words()}")
            button.clicked.connect(lambda _checked=False, habit=habit: self._tweaks.change(self._style, change(habit)))
            words = QLabel(habit.words())
            words.setWordWrap(True)
            grid.addWidget(words, row, 0)
            grid.addWidget(_second(known), row, 1)
            grid.addWidget(button, row, 2)
        grid.setColumnStretch(0, 1)
        self._rows.addWidget(part)

    def _forget(self) -> None:
        from exposure_app.styles.tweaks import Ledger

        self._tweaks.change(self._style, lambda known: Ledger(known.style))


def _second(text: str) -> QLabel:
    label = QLabel(text)
    label.setProperty("role", "second")
    return label
