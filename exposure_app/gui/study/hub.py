"""The way into study mode: a study's folder, who has done what, taking part, rating, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
)

from exposure_app.agent.header import list_styles
from exposure_app.errors import ExposureError
from exposure_app.gui.study.words import author_name, report_in_words
from exposure_app.gui.widgets.common import ElidedBox, heading
from exposure_app.gui.widgets.form_style import form_style, indent
from exposure_app.gui.workers import Job
from exposure_app.study.store import Study, checked_name, create_study, read_study

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.study.rating import Report

LAST = "study/folder"  # in the window's state


class StudyDialog(QDialog):
    """One study at a time; the last one is there again.

    Signals:
        sitting_wanted: A study and the name of who takes part.
        rating_wanted: A study and the name of who rates.
    """

    sitting_wanted = Signal(object, str)
    rating_wanted = Signal(object, str)

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self.study: Study | None = None
        self._job: Job | None = None
        self.setWindowTitle(self.tr("Study: people and styles on the same photos"))
        self.setStyleSheet(form_style())
        self.setMinimumWidth(560)
        self.folder = QLabel()
        self.new, self.open_ = QPushButton(self.tr("New...")), QPushButton(self.tr("Open..."))
        self.new.setToolTip(self.tr("Begin a study with the photos that are selected in the filmstrip"))
        self.new.clicked.connect(self.choose_new)
        self.open_.clicked.connect(self.choose_open)
        self.person, self.edit = self._name(self.tr("Your name")), QPushButton(self.tr("Retouch the photos"))
        self.rater, self.rate = self._name(self.tr("Your name")), QPushButton(self.tr("Rate the results"))
        self.style_box, self.seed = ElidedBox(), QSpinBox()
        for style in list_styles():
            self.style_box.addItem(style.title or style.name, style.name)
        self.style_box.setAccessibleName(self.tr("Style"))
        self.seed.setRange(0, 999_999)
        self.seed.setPrefix(self.tr("seed "))
        self.seed.setAccessibleName(self.tr("Seed"))
        indent(self.seed)
        self.seed.setFixedWidth(112)
        self.add = QPushButton(self.tr("Let it retouch the photos"))
        self.state = QLabel()
        self.state.setProperty("role", "second")
        self.report = QLabel()
        self.report.setWordWrap(True)
        self.save = QPushButton(self.tr("Save the report..."))
        self.save.clicked.connect(self.choose_report)
        self.edit.clicked.connect(lambda: self._begin(self.person, self.sitting_wanted))
        self.rate.clicked.connect(lambda: self._begin(self.rater, self.rating_wanted))
        self.add.clicked.connect(self.add_style)
        self._lay_out()
        last = Path(str(editor.state.value(LAST, "")))
        if last.name and last.is_dir():
            self.open_study(last, quiet=True)
        self.refresh()

    def _name(self, label: str) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(label)
        field.setAccessibleName(label)
        return field

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.folder, 1)
        top.addWidget(self.new)
        top.addWidget(self.open_)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        style = QHBoxLayout()
        style.setSpacing(8)
        style.addWidget(self.style_box, 1)
        style.addWidget(self.seed)
        for row, label in enumerate((self.tr("Take part"), self.tr("A style"), self.tr("Judge"))):
            grid.addWidget(QLabel(label), row, 0)
        grid.addWidget(self.person, 0, 1)
        grid.addLayout(style, 1, 1)
        grid.addWidget(self.rater, 2, 1)
        for row, button in enumerate((self.edit, self.add, self.rate)):
            grid.addWidget(button, row, 2)
        grid.setColumnStretch(1, 1)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 16)
        column.setSpacing(12)
        column.addLayout(top)
        column.addLayout(grid)
        column.addWidget(self.state)
        column.addWidget(heading(self.tr("REPORT")))
        column.addWidget(self.report)
        column.addStretch()
        column.addLayout(buttons)
        for button in (self.new, self.open_, self.edit, self.add, self.rate, self.save, close):
            button.setAutoDefault(False)

    # --- the study ---

    def choose_new(self) -> None:
        """Ask for a folder and begin a study there with the selected photos."""
        photos = self._editor.selected_photos()
        if not photos:
            self._complain(ExposureError(self.tr("A study needs photos"), self.tr("Open a folder of photos first.")))
            return
        chosen = QFileDialog.getExistingDirectory(self, self.tr("An empty folder for the study"))
        if chosen:
            self.begin_study(Path(chosen), photos)

    def begin_study(self, folder: Path, photos: list[Path]) -> None:
        """Begin a study."""
        self._take(lambda: create_study(folder, photos))

    def choose_open(self) -> None:
        """Ask for a study."""
        chosen = QFileDialog.getExistingDirectory(self, self.tr("The folder of a study"))
        if chosen:
            self.open_study(Path(chosen))

    def open_study(self, folder: Path, quiet: bool = False) -> None:
        """Go on with a study; quietly: if it is there."""
        self._take(lambda: read_study(folder), quiet)

    def _take(self, make: Callable[[], Study], quiet: bool = False) -> None:
        try:
            self.study = make()
        except ExposureError as error:
            if not quiet:
                self._complain(error)
            return
        self._editor.state.setValue(LAST, str(self.study.folder))
        self.refresh()

    def refresh(self) -> None:
        """Show how things stand."""
        study = self.study
        self.folder.setText(
            self.tr("No study is open")
            if study is None
            else self.tr("{name}: %n photo(s), {steps} steps each", "", len(study.photos)).format(
                name=study.folder.name, steps=study.steps
            )
        )
        self.folder.setToolTip("" if study is None else str(study.folder))
        for widget in (self.person, self.edit, self.rater, self.rate, self.style_box, self.seed, self.add, self.save):
            widget.setEnabled(study is not None and self._job is None)
        self.add.setEnabled(self.add.isEnabled() and self.style_box.count() > 0)
        if study is None:
            self.report.setText(self.tr("Select photos in the filmstrip and begin a study with them."))
            return
        self._run(lambda job: _report(study), self._show_report)

    def _show_report(self, found: "Report") -> None:
        self.report.setText(report_in_words(found))
        self.adjustSize()

    # --- styles and pictures ---

    def add_style(self) -> None:
        """Let a style retouch the photos, in the background."""
        study, style, seed = self.study, self.style_box.currentData(), self.seed.value()
        if study is None or not style:
            return

        def work(job: Job) -> str:
            from exposure_app.study.work import add_style

            return add_style(study, style, seed, lambda done, total: job.progress(done / total), job.check)

        self._job = self._run(work, self._added, self.tr("Retouching the photos of the study"))
        self._job.progressed.connect(lambda share: self.state.setText(f"{round(100 * share)} %"))
        self._job.ended.connect(self._free)
        self.refresh()

    def _added(self, author: str) -> None:
        self.state.setText(self.tr("{author} is done").format(author=author_name(author)))

    def _free(self) -> None:
        self._job = None
        self.refresh()

    def _begin(self, field: QLineEdit, wanted: Any) -> None:
        """Check the name, and let somebody else go on."""
        try:
            name = checked_name(field.text())
        except ExposureError as error:
            self._complain(error)
            field.setFocus()
            return
        wanted.emit(self.study, name)

    # --- the report ---

    def choose_report(self) -> None:
        """Ask where the report shall go."""
        if self.study is None:
            return
        proposed = str(self.study.folder / "report.json")
        chosen, _ = QFileDialog.getSaveFileName(self, self.tr("Save the report"), proposed, "JSON (*.json)")
        if chosen:
            self.save_report(Path(chosen))

    def save_report(self, target: Path) -> None:
        """Write the report as JSON."""
        study = self.study
        if study is None:
            return

        def work(job: Job) -> None:
            import json

            from exposure_app.atomic import write_text_atomic

            write_text_atomic(target, json.dumps(_report(study).to_json(), indent=1) + "\n")

        told = self.tr("The report is in {file}").format(file=target.name)
        self._run(work, lambda _: self.state.setText(told))

    # --- helpers ---

    def _run(self, work: Callable[[Job], Any], then: Callable[[Any], None], stage: str = "") -> Job:
        queue = self._editor.queues.agent if stage else self._editor.queues.files
        job = queue.submit(work, stage)
        job.done.connect(then)
        job.failed.connect(self._complain)
        if stage:
            self._editor.controller.job_started.emit(job)
        return job

    def _complain(self, error: Exception) -> None:
        if isinstance(error, ExposureError):
            self.state.setText(f"{error.message}. {error.hint}" if error.hint else error.message)
        else:
            self._editor.notices.complain(error)


def _report(study: Study) -> "Report":
    from exposure_app.study.rating import report

    return report(study)
