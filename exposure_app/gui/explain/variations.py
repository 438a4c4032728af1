"""Choosing among variations: many seeds are tried in the background, a few alternatives are shown, one is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QImage

from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.explain.variations_popup import PICTURE, VariationsPopup

if TYPE_CHECKING:
    from collections.abc import Callable

    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.explain.variations import Alternative
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.gui.workers import Job, Work

SAMPLES = 24


class VariationsFeature(QObject):
    """The choice among variations in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: MainWindow) -> None:
        super().__init__(editor)
        self._editor, self._controller, self._retoucher = editor, editor.controller, editor.coordinator.retoucher
        self._auto = editor.panels.auto
        self._job: Job | None = None
        self._engine: CroppedPhotoRenderer | None = None
        self._alternatives: list[Alternative] = []
        self.popup = VariationsPopup(editor)
        self.popup.chosen.connect(self._take)
        self.popup.closed.connect(self._cancel)
        self._auto.choice_requested.connect(self.open)
        editor.actions_["variations"].triggered.connect(self.open)
        self._controller.opening.connect(self.popup.hide)

    @Slot()
    def open(self) -> None:
        """Look for alternatives in the chosen style, around the seeds from 0 on, and show them."""
        document, engine, path = self._controller.document, self._controller.engine, self._controller.photo
        if document is None or engine is None or path is None or self.popup.isVisible():
            return
        style = self._auto.style_name
        if not style:
            self._controller.notice.emit(self.tr("No style is installed that could vary: teach one first"))
            return
        recipe, retoucher = document.recipe, self._retoucher
        seeds = list(range(SAMPLES))
        if recipe.style == style and recipe.seed not in seeds:
            seeds = [recipe.seed, *seeds[:-1]]  # so that what the photo has now is among them

        def work(job: Job) -> list[Alternative]:
            from exposure_app.explain.variations import explore

            photo = engine.photo_for(recipe, path)
            return explore(retoucher.planner(style, photo, recipe, job), seeds, photo, job.progress)

        self._engine = engine
        self.popup.start(SAMPLES)
        self.popup.show_at(self._corner())
        self._run(work, self._found)

    def _corner(self) -> QPoint:
        """Below the button, or at the window's right edge where the button is not seen."""
        button = self._auto.choose
        if button.visibleRegion().isEmpty():
            return self._editor.mapToGlobal(QPoint(self._editor.width() - 12, 64))
        return button.mapToGlobal(QPoint(button.width(), button.height() + 4))

    def _run(self, work: Work, then: Callable[[Any], None]) -> None:
        job = self._job = self._controller.queues.agent.submit(work)
        job.progressed.connect(self.popup.show_progress)
        job.done.connect(then)
        job.failed.connect(self._failed)

    @Slot(object)
    def _found(self, alternatives: list[Alternative]) -> None:
        engine = self._engine
        if engine is None:
            return
        self._alternatives = alternatives
        shown = [self._retoucher.fitted(alternative.recipe) for alternative in alternatives]
        side = round(PICTURE * self._editor.devicePixelRatioF())
        self._run(lambda job: [to_qimage(engine.picture(recipe, side)) for recipe in shown], self._pictured)

    @Slot(object)
    def _pictured(self, pictures: list[QImage]) -> None:
        self.popup.show_alternatives(self._alternatives, pictures, SAMPLES, self._current())
        self.popup.show_at(self._corner())

    def _current(self) -> int:
        """Number of the alternative that the photo has now, or to which its unchanged seed leads; -1 for none."""
        document = self._controller.document
        if document is None:
            return -1
        now, untouched = document.recipe, document.recipe == document.proposal
        for number, alternative in enumerate(self._alternatives):
            recipe = alternative.recipe
            if recipe.steps == now.steps or (untouched and now.style == recipe.style and now.seed in alternative.seeds):
                return number
        return -1

    @Slot(int)
    def _take(self, number: int) -> None:
        current = self._controller.engine
        if self._engine is not None and current is not None and self._engine.source is current.source:
            self._retoucher.take(self._controller.photo, self._alternatives[number].recipe)

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        self.popup.hide()
        self._controller.failed.emit(error)
