"""The retouching agent in the background: loads styles, retouches the open photo, previews each style."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.workers import Job, JobQueue
from exposure_app.settings import current_settings

if TYPE_CHECKING:
    from exposure_app.agent.style import Style
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.pipeline.photo import Photo
    from exposure_app.pipeline.recipe import Recipe

PREVIEW_SIDE = 1024  # px: seen in the list of styles and, larger, side by side


class BackgroundRetoucher(QObject):
    """Runs styles on the open photo, one at a time, in the agent's thread.

    Signals:
        started: A retouch has begun.
        ended: It is over, however it went.
        previewed: Name of a style, what it does to the open photo as a picture, and that in words.
    """

    started = Signal()
    ended = Signal()
    previewed = Signal(str, QImage, str)

    def __init__(self, queue: JobQueue, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._controller = controller
        self._styles: dict[str, Style] = {}  # touched by the agent's thread only
        self._job: Job | None = None
        self._waiting: tuple[Path, str, int] | None = None  # a retouch of the photo that is being opened
        self._previews: list[Job] = []

    @property
    def is_running(self) -> bool:
        """Whether a retouch is under way, or waits for its photo."""
        return self._waiting is not None or (self._job is not None and not self._job.is_over)

    def preload(self, style: str) -> None:
        """Load a style, so that the first retouch does not wait; errors are ignored, as nobody asked for it."""
        job = self._queue.submit(lambda job: self.load(style), self.tr("Loading the agent"))
        self._controller.job_started.emit(job)

    def run(self, style: str, seed: int) -> None:
        """Retouch the open photo, but for its locked steps; lands as one entry of the history.

        While another photo is being opened, it is that photo's turn as soon as it is there.
        """
        self.cancel()
        wanted = self._controller.wanted
        if wanted is not None and wanted != self._controller.photo:
            self._waiting = wanted, style, seed
            self.started.emit()
            return
        job = self.propose(style, seed)
        if job is None:
            return
        job.done.connect(self._done)
        job.ended.connect(self.ended)
        self._job = job
        self.started.emit()

    def propose(self, style: str, seed: int) -> Job | None:
        """Let a style plan the open photo, and do nothing with it. The job gives the photo and the recipe."""
        engine, document, photo = self._controller.engine, self._controller.document, self._controller.photo
        if engine is None or document is None or photo is None:
            return None
        for waiting in self._previews:  # they come again when there is time for them
            waiting.cancel()
        shown = document.recipe

        def work(job: Job) -> "tuple[Path, Recipe]":
            opened = engine.photo_for(shown, photo)
            job.check()
            return photo, self.planner(style, opened, shown, job)(seed)

        job = self._queue.submit(work, self.tr("Retouching"))
        job.failed.connect(self._controller.failed)
        self._controller.job_started.emit(job)
        return job

    def planner(self, style: str, photo: "Photo", recipe: "Recipe", job: Job) -> "Callable[[int], Recipe]":
        """In the agent's thread: gives for a seed what the style proposes in place of a recipe.

        Locked steps stay at their places, and the person's habits that were adopted for the style are followed.
        """
        from exposure_app.styles.replan import propose_around
        from exposure_app.styles.tweaks import read_ledger

        loaded, biases = self.load(style), read_ledger(style).biases

        def plan(seed: int) -> "Recipe":
            job.check()
            return propose_around(recipe, loaded, photo, seed, biases)

        return plan

    def run_waiting(self) -> None:
        """The photo is open: begin the retouch that waited for it."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting[0] == self._controller.photo:
            self.run(*waiting[1:])

    def cancel(self) -> None:
        """Stop the retouch that is under way, or waits."""
        if self._waiting is not None:
            self._waiting = None
            self.ended.emit()
        if self._job is not None:
            self._job.cancel()

    def abandon(self) -> None:
        """Stop it because another photo is being opened, and say so."""
        if not self.is_running:
            return
        photo = self._waiting[0] if self._waiting is not None else self._controller.photo
        self.cancel()
        if photo is not None:
            message = self.tr("{name} was not retouched: another photo was opened before that was done")
            self._controller.notice.emit(message.format(name=photo.name))

    @Slot(object)
    def _done(self, result: "tuple[Path, Recipe]") -> None:
        self.take(*result)

    def take(self, photo: Path | None, recipe: "Recipe") -> None:
        """Make what a style proposed for a photo its recipe, unless another photo has been opened meanwhile."""
        if self._controller.document is None or photo != self._controller.photo:
            return
        if not self._controller.edit(self.fitted(recipe), self.label(recipe.style, recipe.seed)):
            self._controller.notice.emit(self.tr("No change: the suggestion is the same"))

    def label(self, style: str, seed: int) -> str:
        """What a retouch is called in the history."""
        if seed:
            return self.tr("Auto-retouch: {style}, variation {seed}").format(style=style, seed=seed)
        return self.tr("Auto-retouch: {style}").format(style=style)

    def fitted(self, recipe: "Recipe") -> "Recipe":
        """A proposal with the amount and the geometry that the open photo has."""
        document = self._controller.document
        if document is None:
            return recipe
        own_amount = min(max(current_settings().get_int("retouch.amount") / 100 + recipe.amount - 1, 0), 2)
        amount = document.recipe.amount if document.recipe.style else own_amount
        return replace(recipe, amount=amount).on_inputs_of(document.recipe)

    # --- what each style would do ---

    def preview(self, styles: list[str]) -> None:
        """Show what each of these styles does to the open photo, in place of those that are still to come."""
        for job in self._previews:
            job.cancel()
        engine = self._controller.engine
        if engine is None:
            return
        self._previews = []
        for name in styles:
            job = self._queue.submit(partial(self._previewed_style, engine, name))
            job.done.connect(self._previewed)  # a style that cannot be loaded says so when it is chosen
            self._previews.append(job)

    def _previewed_style(
        self, engine: "CroppedPhotoRenderer", name: str, job: Job
    ) -> "tuple[CroppedPhotoRenderer, str, QImage, str]":
        """In the agent's thread."""
        from exposure_app.pipeline.recipe import Recipe

        recipe = self.planner(name, engine.photo, Recipe(), job)(0)
        job.check()
        return engine, name, to_qimage(engine.picture(recipe, PREVIEW_SIDE)), "\n".join(recipe.describe())

    @Slot(object)
    def _previewed(self, result: "tuple[CroppedPhotoRenderer, str, QImage, str]") -> None:
        engine, name, picture, words = result
        if engine is self._controller.engine:
            self.previewed.emit(name, picture, words)

    def load(self, name: str) -> "Style":
        """In the agent's thread: a style, read once."""
        from exposure_app.agent.header import find_style
        from exposure_app.agent.style import load_style

        path = find_style(name)
        key = f"{path} {path.stat().st_mtime_ns}"  # a style trained again is another one
        if key not in self._styles:
            self._styles[key] = load_style(path)
        return self._styles[key]
