"""Developing the open photo anew: connects the development's section, the document and the engine."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from exposure_app.gui.develop.section import DevelopSection
from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.documents.document import Document
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.image import Image
    from exposure_app.io.develop import Develop
    from exposure_app.pipeline.recipe import Recipe

    Developed = tuple[CroppedPhotoRenderer, Recipe]  # and the photo's neutral recipe, developed so


class DevelopController(QObject):
    """Keeps the engine at what the recipe's development asks for.

    Until the photo has been developed anew, the engine shows what it can tell of another white balance; everything else
    stays as it is.

    Signals:
        expected: The controller's engine renders otherwise than before.
        developed: The controller has an engine for the same photo, developed otherwise.
    """

    expected = Signal()
    developed = Signal()

    def __init__(self, controller: Controller, section: DevelopSection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self.section = section
        self._job: Job | None = None
        self._wanted: Develop | None = None  # what the job develops
        self._resets: Recipe | None = None  # what the job leads back from
        self._shown: Document | None = None
        self._neutral_known = False  # whether its neutral recipe is what a photo without edits would be opened with
        section.edited.connect(self._edit)
        controller.opening.connect(self._abandon)
        controller.open_failed.connect(self._follow_document)

    @property
    def is_busy(self) -> bool:
        """Whether the photo is being developed."""
        return self._job is not None

    def show_photo(self) -> None:
        """Another photo has been opened."""
        document, engine = self._controller.document, self._controller.engine
        if document is not None and engine is not None:
            if document is not self._shown:
                self._shown, self._neutral_known = document, engine.develop == document.neutral.develop
            self._show_light()
            self.follow(document.recipe)

    def follow(self, recipe: "Recipe") -> None:
        """Show what a recipe's development asks for, as soon as it can be."""
        engine = self._controller.engine
        if engine is None:
            return
        self.section.show_develop(recipe.develop)
        resetting = self._resets is not None and self._resets.develop == recipe.develop  # only a step was changed
        if self._job is not None and (resetting or self._wanted == recipe.develop):
            return
        self._stop()
        self._expect(engine, recipe.develop)
        if recipe.develop != engine.develop and self._controller.wanted == self._controller.photo:
            self._start(engine, recipe.develop, self.tr("Developing"))

    def reset(self) -> None:
        """Back to the photo without edits, exactly as it is when it is opened for the first time; can be undone."""
        document, engine, photo = self._controller.document, self._controller.engine, self._controller.photo
        if document is None or engine is None or photo is None:
            return
        from exposure_app.documents.document_store import starting_develop

        usual = starting_develop(photo)
        if self._neutral_known and document.neutral.develop == usual:
            self._controller.edit(document.neutral, self.tr("Reset"))
            return
        self._stop()  # how bright the photo is without edits shows only when it is developed that way
        self._start(engine, usual, self.tr("Resetting"))
        self._resets = document.recipe

    # --- developing ---

    def _start(self, engine: "CroppedPhotoRenderer", develop: "Develop", stage: str) -> None:
        photo = self._controller.photo
        if photo is None:
            return
        job = self._controller.queues.decode.submit(lambda job: _developed(job, photo, engine, develop), stage)
        job.done.connect(self._arrived)
        job.failed.connect(self._failed)
        job.cancelled.connect(self._cancelled)
        self._job, self._wanted = job, develop
        self._controller.job_started.emit(job)

    @Slot()
    def _stop(self) -> None:
        """Forget what is being developed: something else is wanted."""
        job = self._job
        self._forget()
        if job is not None:
            job.cancelled.disconnect(self._cancelled)
            job.cancel()

    @Slot()
    def _abandon(self) -> None:
        """Another photo is being opened; say so if this one should have been reset."""
        photo = self._controller.photo
        if self._resets is not None and photo is not None:
            message = self.tr("{name} was not reset: another photo was opened before that was done")
            self._controller.notice.emit(message.format(name=photo.name))
        self._stop()

    def _forget(self) -> None:
        self._job = self._wanted = self._resets = None

    @Slot(object)
    def _arrived(self, result: "Developed") -> None:
        made, neutral = result
        engine, document = self._controller.engine, self._controller.document
        if engine is None or document is None or self.sender() is not self._job:
            return
        if made.geometry != engine.geometry:  # turned or cropped meanwhile
            source, develop = made.source, made.develop
            job = self._controller.queues.render.submit(lambda _job: (engine.developed(source, develop), neutral))
            job.done.connect(self._arrived)
            job.failed.connect(self._failed)
            self._job = job
            return
        resetting = self._resets is not None
        self._forget()
        if resetting or neutral.develop == document.neutral.develop:
            document.neutral, self._neutral_known = neutral, True
        self._controller.engine = made
        self._show_light()
        self.developed.emit()
        if resetting:
            self._controller.edit(neutral, self.tr("Reset"))

    @Slot(object)
    def _failed(self, error: Exception) -> None:
        if self.sender() is self._job:
            self._cancelled()
            self._controller.failed.emit(error)

    @Slot()
    def _cancelled(self) -> None:
        """The picture stays, and the recipe says again how it was developed."""
        engine, document = self._controller.engine, self._controller.document
        self._forget()
        if engine is not None and document is not None:
            self._expect(engine, engine.develop)
            self._edit(engine.develop, self.tr("Development stopped"))

    @Slot()
    def _follow_document(self) -> None:
        if self._controller.document is not None:
            self.follow(self._controller.document.recipe)

    # --- what is shown meanwhile, and what is wanted ---

    def _expect(self, engine: "CroppedPhotoRenderer", develop: "Develop") -> None:
        before = engine.expected
        engine.expect(develop)
        if engine.expected != before:
            self.expected.emit()

    def _show_light(self) -> None:
        document, engine, photo = self._controller.document, self._controller.engine, self._controller.photo
        if document is not None and engine is not None and photo is not None:
            source = engine.source
            self.section.show_photo(source, document.neutral.develop)

    @Slot(object, str, str)
    def _edit(self, develop: "Develop", label: str, key: str = "") -> None:
        document = self._controller.document
        if document is not None:
            self._controller.edit(replace(document.recipe, develop=develop), label, key)


def _developed(job: Job, photo: Path, engine: "CroppedPhotoRenderer", develop: "Develop") -> "Developed":
    """Work for the decoding thread."""
    from exposure_app.documents.document_store import neutral_of
    from exposure_app.io.formats import read_image

    def check(_small: object) -> None:
        job.check()

    image: Image = read_image(photo, develop=develop, first=check)
    job.check()
    return engine.developed(image, develop), neutral_of(image, develop)
