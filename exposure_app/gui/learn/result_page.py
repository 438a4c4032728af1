"""The last page: what was learned, in words, in pictures, and on the open photo."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.learn import words
from exposure_app.gui.learn.bars import Bars
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.gui.widgets.sheet import Sheet
from exposure_app.gui.workers import Job, JobQueue
from exposure_app.learning.store import SavedRun

if TYPE_CHECKING:
    from exposure_app.documents.placed import CroppedPhotoRenderer

SIDE = 480  # px of a preview
FIGURES_WIDTH = 300
PREVIEW_HEIGHT = 200

log = logging.getLogger(__name__)


class ResultPage(QWidget):
    """Shows a finished run.

    Signals:
        failed: An exception that a person should see.

    Args:
        queue: The agent's.
        engine: Tells the open photo's engine, or None.
    """

    failed = Signal(object)

    def __init__(
        self, queue: JobQueue, engine: "Callable[[], CroppedPhotoRenderer | None]", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._queue, self._engine = queue, engine
        self._job: Job | None = None
        self._shown: tuple[Path, object] | None = None
        self.title = QLabel()
        self.title.setProperty("role", "title")
        self.sentences = QLabel()
        self.sentences.setWordWrap(True)
        self.closeness = Bars()
        self.usage = Bars()
        self.before, self.after, self.sheet = Sheet(), Sheet(), Sheet(fills_width=True)
        self.steps = QLabel()
        self.steps.setProperty("role", "second")
        self.steps.setWordWrap(True)
        self._lay_out()

    def _lay_out(self) -> None:
        figures = QVBoxLayout()
        figures.setContentsMargins(0, 0, 0, 0)
        figures.setSpacing(8)
        parts = (
            (self.tr("IN COMMON WITH THE PHOTOS YOU LIKE"), self.closeness),
            (self.tr("WHAT IT USES"), self.usage),
        )
        figures.addWidget(self.sentences)
        for title, bars in parts:
            figures.addSpacing(8)
            figures.addWidget(heading(title))
            figures.addWidget(bars)
        figures.addStretch()
        left = QWidget()
        left.setLayout(figures)
        left.setFixedWidth(FIGURES_WIDTH)
        pair = QHBoxLayout()
        pair.setSpacing(8)
        for sheet, name in ((self.before, self.tr("Before")), (self.after, self.tr("After"))):
            sheet.setFixedHeight(PREVIEW_HEIGHT)
            sheet.setAccessibleName(name)
            pair.addWidget(sheet)
        pictures = QVBoxLayout()
        pictures.setSpacing(8)
        pictures.addWidget(heading(self.tr("ON YOUR PHOTO, BEFORE AND AFTER")))
        pictures.addLayout(pair)
        pictures.addWidget(self.steps)
        pictures.addWidget(heading(self.tr("ON OTHER PHOTOS: PLAIN, AFTER EACH STEP, AND A PHOTO YOU LIKE")))
        pictures.addWidget(scrolled(self.sheet), 1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(left)
        middle.addLayout(pictures, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.title)
        column.addLayout(middle, 1)

    def show_run(self, run: SavedRun) -> None:
        """Show what was learned."""
        figures = run.progress.figures
        title = self.tr("{title} has been learned") if run.progress.better else self.tr("{title} gained nothing")
        self.title.setText(title.format(title=run.plan.title))
        try:
            told = [] if run.progress.better else [self._no_better()]
            self.sentences.setText("\n\n".join(told + words.result(figures)))
            self.closeness.set_rows(words.result_rows(figures))
            self.usage.set_rows(words.usage(figures["usage"]))
        except (KeyError, TypeError, ValueError) as error:
            log.warning("cannot read the figures of %s (%r)", run.plan.name, error)
            self.sentences.setText(self.tr("There are no figures for this style."))
        self.sheet.show_file(run.progress.sheet)
        if run.progress.style is not None:
            self._preview(run.progress.style)

    def _no_better(self) -> str:
        return self.tr(
            "Nothing that was tried came closer to the photos you like than the style it began with, so this is that "
            "style under a new name. More photos of one look, or more time, may help."
        )

    def _preview(self, style: Path) -> None:
        engine = self._engine()
        if self._shown == (style, engine):
            return
        self._shown = (style, engine)
        self.stop()
        for sheet in (self.before, self.after):
            sheet.empty = "" if engine else self.tr("Open a photo to see it in this style.")
            sheet.show_picture(QImage())
        self.steps.clear()
        if engine is not None:
            self._job = self._queue.submit(lambda job: _rendered(job, engine, style), self.tr("Trying the style"))
            self._job.done.connect(self._show_preview)
            self._job.failed.connect(self.failed)

    def stop(self) -> None:
        """Forget the preview that is being made."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    @Slot(object)
    def _show_preview(self, made: tuple[QImage, QImage, str]) -> None:
        before, after, steps = made
        self.before.show_picture(before)
        self.after.show_picture(after)
        self.steps.setText(steps)


def _rendered(job: Job, engine: "CroppedPhotoRenderer", style: Path) -> tuple[QImage, QImage, str]:
    """In the agent's thread: the photo before and after, and what was done."""
    from exposure_app.agent.rollout import propose
    from exposure_app.agent.style import load_style
    from exposure_app.pipeline.recipe import neutral_recipe

    loaded = load_style(style)
    job.check()
    recipe, _ = propose(engine.photo, loaded, 0)
    job.check()
    before = engine.picture(neutral_recipe(engine.image), SIDE)
    return to_qimage(before), to_qimage(engine.picture(recipe, SIDE)), "   ".join(recipe.describe())
