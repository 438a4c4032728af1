"""The agent at the editor's service: loads styles, retouches the open photo, shows what each style would do."""

import weakref
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from exposure_app.gui.controller import Controller
from exposure_app.gui.renderer import to_qimage
from exposure_app.gui.workers import Job, Lane
from exposure_app.settings import current_settings

if TYPE_CHECKING:
    from exposure_app.agent.style import Style
    from exposure_app.image import Image
    from exposure_app.pipeline.geometry import Geometry
    from exposure_app.pipeline.recipe import Recipe
    from exposure_app.session.placed import PlacedEngine
    from exposure_app.session.retouch import Glance

PREVIEW_SIDE = 192  # px


class Retoucher(QObject):
    """Runs styles on the open photo, one at a time, in the agent's thread.

    Signals:
        started: A retouch has begun.
        ended: It is over, however it went.
        previewed: Name of a style, what it does to the open photo as a small picture, and that in words.
    """

    started = Signal()
    ended = Signal()
    previewed = Signal(str, QImage, str)

    def __init__(self, lane: Lane, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._controller = controller
        self._styles: dict[str, Style] = {}  # touched by the agent's thread only
        self._glanced: tuple[weakref.ref[Image], Glance] | None = None  # likewise
        self._job: Job | None = None
        self._previews: list[Job] = []
        self.trace: Any = None  # the agent's reasons for the last retouch

    @property
    def is_running(self) -> bool:
        """Whether a retouch is under way."""
        return self._job is not None and not self._job.is_over

    def preload(self, style: str) -> None:
        """Load torch and a style, so that the first retouch does not wait for it. Failing is no news: nobody asked."""
        job = self._lane.submit(lambda job: self.load(style), self.tr("Loading the agent"))
        self._controller.job_started.emit(job)

    def run(self, style: str, seed: int) -> None:
        """Retouch the open photo; lands as one entry of the history."""
        self.cancel()
        job = self.propose(style, seed)
        if job is None:
            return
        job.done.connect(self._done)
        job.ended.connect(self.ended)
        self._job = job
        self.started.emit()

    def propose(self, style: str, seed: int) -> Job | None:
        """Let a style plan the open photo, and do nothing with it. The job gives the photo, recipe and trace."""
        engine, document, photo = self._controller.engine, self._controller.document, self._controller.photo
        if engine is None or document is None or photo is None:
            return None
        for waiting in self._previews:  # they come again when there is time for them
            waiting.cancel()
        shown = document.recipe

        def work(job: Job) -> "tuple[Path, Recipe, Any]":
            from exposure_app.io.formats import read_image

            # A change of the development may still be on its way to the screen; the agent does not wait for that.
            is_there = engine.develop == shown.develop
            source = engine.source if is_there else read_image(photo, develop=shown.develop)
            job.check()
            recipe, trace = self._planned(source, shown.geometry, style, seed, job)
            return photo, recipe.on_inputs_of(shown), trace

        job = self._lane.submit(work, self.tr("Retouching"))
        job.failed.connect(self._controller.failed)
        self._controller.job_started.emit(job)
        return job

    def _planned(self, source: "Image", geometry: "Geometry", style: str, seed: int, job: Job) -> "tuple[Recipe, Any]":
        """In the agent's thread: what the style proposes, with the biases that were adopted for it."""
        from exposure_app.session.retouch import plan
        from exposure_app.session.tweaks import biased, read_ledger

        loaded = self.load(style)
        job.check()
        recipe, trace = plan(self._glance(source, geometry), loaded, seed)
        return biased(recipe, read_ledger(style).biases), trace

    def cancel(self) -> None:
        """Stop the retouch that is under way."""
        if self._job is not None:
            self._job.cancel()

    @Slot(object)
    def _done(self, result: "tuple[Path, Recipe, Any]") -> None:
        photo, recipe, trace = result
        document = self._controller.document
        if document is None or photo != self._controller.photo:
            return  # another photo has been opened meanwhile
        self.trace = trace
        label = self.tr("Auto {style}").format(style=recipe.style)
        if recipe.seed:
            label = self.tr("Auto {style}, seed {seed}").format(style=recipe.style, seed=recipe.seed)
        own_amount = min(max(current_settings().get_int("retouch.amount") / 100 + recipe.amount - 1, 0), 2)
        amount = document.recipe.amount if document.recipe.style else own_amount
        self._controller.edit(replace(recipe, amount=amount).on_inputs_of(document.recipe), label)

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
            job = self._lane.submit(partial(self._previewed_style, engine, name))
            job.done.connect(self._previewed)  # a style that cannot be loaded says so when it is chosen
            self._previews.append(job)

    def _glance(self, image: "Image", geometry: "Geometry") -> "Glance":
        """In the agent's thread: what it sees of the open photo, looked at once for all styles and seeds."""
        from exposure_app.session.retouch import glance

        known = self._glanced
        if known is None or known[0]() is not image or known[1].geometry != geometry:
            known = self._glanced = weakref.ref(image), glance(image, geometry)
        return known[1]

    def _previewed_style(self, engine: "PlacedEngine", name: str, job: Job) -> "tuple[PlacedEngine, str, QImage, str]":
        """In the agent's thread."""
        recipe, _ = self._planned(engine.source, engine.geometry, name, 0, job)
        job.check()
        return engine, name, to_qimage(engine.picture(recipe, PREVIEW_SIDE)), "\n".join(recipe.describe())

    @Slot(object)
    def _previewed(self, result: "tuple[PlacedEngine, str, QImage, str]") -> None:
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
