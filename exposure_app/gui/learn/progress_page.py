"""The third page: a style being learned, live."""

from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.learn import words
from exposure_app.gui.learn.bars import Bars
from exposure_app.gui.learn.curves import Curves
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.sheet import Sheet
from exposure_app.learning.state import LearningPhase
from exposure_app.learning.store import SavedRun

FIGURES_WIDTH = 300
CURVES_HEIGHT = 180


class ProgressPage(QWidget):
    """Shows a run; changes nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = QLabel()
        self.state.setProperty("role", "title")
        self.percent = QLabel()
        self.percent.setProperty("role", "title")
        self.bar = QProgressBar(minimum=0, maximum=1000, textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of learning"))
        self.details = QLabel()
        self.details.setProperty("role", "second")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setStyleSheet(f"color: {theme.WARNING};")
        self.closeness = Bars()
        self.usage = Bars()
        self.skipped = QLabel()
        self.skipped.setProperty("role", "second")
        self.skipped.setWordWrap(True)
        self.curves = Curves(words.quantity_names())
        self.curves.setFixedHeight(CURVES_HEIGHT)
        self.sheet = Sheet(fills_width=True)
        self.sheet.empty = self.tr("The first pictures come when the photos have been read.")
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.state, 1)
        top.addWidget(self.percent)
        figures = QVBoxLayout()
        figures.setSpacing(8)
        figures.addWidget(heading(self.tr("IN COMMON WITH THE PHOTOS YOU LIKE")))
        figures.addWidget(self.closeness)
        reach = QLabel(self.tr("The mark is the best possible score."))
        reach.setProperty("role", "second")
        reach.setWordWrap(True)
        figures.addWidget(reach)
        figures.addSpacing(8)
        figures.addWidget(heading(self.tr("WHAT IT USES")))
        figures.addWidget(self.usage)
        figures.addStretch()
        figures.addWidget(self.skipped)
        left = QWidget()
        left.setLayout(figures)
        left.setFixedWidth(FIGURES_WIDTH)
        figures.setContentsMargins(0, 0, 0, 0)
        pictures = QVBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(self.curves)
        pictures.addWidget(heading(self.tr("PLAIN, AFTER EACH STEP, AND A PHOTO YOU LIKE")))
        pictures.addWidget(scrolled(self.sheet), 1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(left)
        middle.addLayout(pictures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.bar)
        column.addWidget(self.details)
        column.addWidget(self.note)
        column.addSpacing(8)
        column.addLayout(middle, 1)

    def show_run(self, run: SavedRun) -> None:
        """Show how far it is."""
        progress = run.progress
        self.state.setText(f"{run.plan.title}   -   {words.state(progress)}")
        self.percent.setText(self.tr("{percent} %").format(percent=round(100 * progress.share)))
        self._show_bar(progress.phase, progress.share, progress.done, progress.total)
        self.details.setText(words.details(progress))
        self._show_note(run)
        self.closeness.set_rows(words.closeness(progress))
        self.usage.set_rows(words.usage(progress.trials[-1].usage) if progress.trials else [])
        self.curves.show_trials(progress.trials, progress.ceiling)
        self.sheet.show_file(progress.sheet)
        count = len(progress.skipped)
        self.skipped.setText(self.tr("Files left out: {count}").format(count=count) if count else "")
        self.skipped.setToolTip("\n".join(f"{name}: {reason}" for name, reason in progress.skipped[:20]))

    def _show_bar(self, phase: LearningPhase, share: float, done: int, total: int) -> None:
        unknown = phase is LearningPhase.STARTING or (phase is LearningPhase.READING and total <= 1)
        if phase is LearningPhase.READING and total > 1:
            share = done / total
        self.bar.setRange(0, 0 if unknown else 1000)
        self.bar.setValue(round(1000 * share))

    def _show_note(self, run: SavedRun) -> None:
        progress = run.progress
        note = f"{progress.message}. {progress.hint}" if progress.message else ""
        if not note and progress.went_back is not None:
            note = self.tr("It went back to iteration {iteration} and learns more slowly: {reason}").format(
                iteration=progress.went_back[0], reason=progress.went_back[1]
            )
        self.note.setText(note)
        self.note.setVisible(bool(note))
