"""The exports of this session: how far each is, where its files lie, and what went wrong."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from exposure_app.export.job import ExportRow
from exposure_app.gui.export.queue import ExportQueue, ExportTask
from exposure_app.gui.widgets.common import time_left
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.file_manager import show_in_folder
from exposure_app.gui.widgets.form_style import form_style

SIZE = (520, 420)
_MOST = 5  # problems that are told


def _tr(text: str) -> str:
    return QCoreApplication.translate("export", text)


class QueueWindow(QDialog):
    """Esc hides it; the exports go on.

    Args:
        queue: The exports.
        again: Opens the form for a task anew.
        parent: The window.
    """

    def __init__(
        self, queue: ExportQueue, again: Callable[[ExportTask], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._queue, self._again = queue, again
        self.views: dict[ExportTask, TaskView] = {}
        self._empty = QLabel(self.tr("Nothing has been exported yet."))
        self._empty.setProperty("role", "second")
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self._empty)
        self._column.addStretch()
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.hide)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(close)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 20, 20, 16)
        outer.setSpacing(16)
        outer.addWidget(scrolled(inside), 1)
        outer.addLayout(buttons)
        self.setWindowTitle(self.tr("Exports"))
        self.setStyleSheet(form_style())
        self.resize(*SIZE)
        queue.changed.connect(self.show_task)
        for task in queue.tasks:
            self.show_task(task)

    @Slot(object)
    def show_task(self, task: ExportTask) -> None:
        """Show how far a task is; the latest is at the top."""
        view = self.views.get(task)
        if view is None:
            view = self.views[task] = TaskView(task, self._queue, self._again)
            self._column.insertWidget(0, view)
            self._empty.hide()
        view.update_task()


class TaskView(QFrame):
    """One export."""

    def __init__(self, task: ExportTask, queue: ExportQueue, again: Callable[[ExportTask], object]) -> None:
        super().__init__()
        self._task, self._queue = task, queue
        self.title, self.detail, self.problems = QLabel(), QLabel(), QLabel()
        self.title.setProperty("role", "title")
        for label in (self.detail, self.problems):
            label.setProperty("role", "second")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setWordWrap(True)
        self.bar = QProgressBar(minimum=0, maximum=len(task.items), textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of the export"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.clicked.connect(self._cancel)
        self.show_button = QPushButton(self.tr("Show in folder"))
        self.show_button.clicked.connect(lambda: show_in_folder(task.written[0]))
        self.again = QPushButton(self.tr("Back to the form"))
        self.again.clicked.connect(lambda: again(task))
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.show_button, self.again, self.cancel):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(6)
        for widget in (self.title, self.bar, self.detail, self.problems):
            column.addWidget(widget)
        column.addLayout(row)
        self.update_task()

    def update_task(self) -> None:
        """Show how far it is."""
        task, total = self._task, len(self._task.items)
        self.title.setText(summary(task) if task.is_over else self._state())
        self.bar.setValue(len(task.rows))
        self.bar.setVisible(not task.is_over)
        self.detail.setText(self._where())
        not_done = [sentence(row) for row in task.rows if row.state in ("failed", "skipped")]
        more = [self.tr("and {count} more").format(count=len(not_done) - _MOST)] if len(not_done) > _MOST else []
        self.problems.setText("\n".join([*not_done[:_MOST], *more]))
        self.problems.setVisible(bool(not_done))
        self.cancel.setVisible(not task.is_over)
        self.show_button.setVisible(bool(task.written))
        self.again.setVisible(task.is_over and len(task.written) < total)

    def _state(self) -> str:
        task, total = self._task, len(self._task.items)
        if task is not self._queue.current:
            return self.tr("Waiting: %n photo(s)", "", total)
        words = self.tr("Exporting {done} of {total}").format(done=min(len(task.rows) + 1, total), total=total)
        return words if task.seconds_left is None else f"{words}  -  {time_left(task.seconds_left)}"

    def _where(self) -> str:
        """The preset, and the file or folder of the results."""
        written = self._task.written
        path = str(written[0] if len(self._task.items) == 1 else written[0].parent) if written else ""
        return "\n".join(part for part in (self._task.name, path) if part)

    def _cancel(self) -> None:
        self.cancel.setEnabled(False)
        self._queue.cancel(self._task)


def summary(task: ExportTask) -> str:
    """What has become of a task, in words."""
    counts = {state: sum(row.state == state for row in task.rows) for state in ("failed", "skipped", "cancelled")}
    words = [_tr("{done} of {total} exported").format(done=len(task.written), total=len(task.items))]
    for state, text in (
        ("failed", _tr("{count} failed")),
        ("skipped", _tr("{count} skipped")),
        ("cancelled", _tr("{count} cancelled")),
    ):
        if counts[state]:
            words.append(text.format(count=counts[state]))
    return ", ".join(words)


def sentence(row: ExportRow) -> str:
    """What went wrong, with the photo's name instead of its path."""
    reason = row.reason.replace(str(row.photo), row.photo.name)
    words = reason if row.photo.name in reason else f"{row.photo.name}. {reason}"
    kind = _tr("Failed") if row.state == "failed" else _tr("Skipped")
    return f"{kind}: {words}. {row.hint}" if row.hint else f"{kind}: {words}"
