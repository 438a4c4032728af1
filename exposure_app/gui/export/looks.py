"""Looks as a part of the editor: the open photo's is exported, others come in as steps."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog

from exposure_app.errors import ExposureError

if TYPE_CHECKING:
    from collections.abc import Callable

    from exposure_app.documents.document import Document
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.gui.workers import Job
    from exposure_app.interop.look_formats import Look
    from exposure_app.recover_edits.look_import import Imported

DROPPED = (".cube", ".json")  # files that are no photos; a HaldCLUT is a picture, and is chosen by name
_FOLDER = "look/import"


class LooksFeature(QObject):
    """The export and import of looks in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: MainWindow) -> None:
        super().__init__(editor)
        self._editor, self._controller = editor, editor.controller
        self._job: Job | None = None
        editor.actions_["export_look"].triggered.connect(self.export)
        editor.actions_["import_look"].triggered.connect(self.choose)
        self._controller.opening.connect(self._cancel)

    @property
    def is_importing(self) -> bool:
        """Whether a look is on its way in."""
        return self._job is not None and not self._job.is_over

    # --- out ---

    @Slot()
    def export(self) -> None:
        """Ask in which forms and where to, and write the look of the open photo."""
        self._editor.coordinator.geometry.accept()
        document, engine, photo = self._controller.document, self._controller.engine, self._controller.photo
        if document is None or engine is None or photo is None:
            self._tell_no_photo()
            return
        from exposure_app.gui.export.look_dialog import ExportLookDialog

        recipe = document.recipe

        def look(job: Job) -> Look:
            from exposure_app.interop.export_look import look_of

            image = engine.photo_for(recipe, photo).image
            job.check()
            return look_of(recipe, image, photo)

        dialog = ExportLookDialog(self._editor, photo, look, self._editor.queues.agent, self._editor.state)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- in ---

    @Slot()
    def choose(self) -> None:
        """Ask for a file and make steps of the look in it."""
        if self._controller.document is None:
            self._tell_no_photo()
            return
        from exposure_app.interop.import_look import READABLE

        kinds = [f"{name} ({patterns})" for name, patterns in READABLE.items()]
        every = f"{self.tr('Looks')} ({' '.join(READABLE.values())})"
        folder = str(self._editor.state.value(_FOLDER) or "")
        chosen, _ = QFileDialog.getOpenFileName(
            self._editor, self.tr("Import a look"), folder, ";;".join([every, *kinds])
        )
        if chosen:
            self._editor.state.setValue(_FOLDER, str(Path(chosen).parent))
            self.take(Path(chosen))

    def take(self, file: Path) -> None:
        """Make steps of the look in a file, in place of the open photo's; one entry of the history."""
        self._editor.coordinator.geometry.accept()
        document, engine, photo = self._controller.document, self._controller.engine, self._controller.photo
        if document is None or engine is None or photo is None:
            self._tell_no_photo()
            return
        recipe = document.recipe
        if any(step.locked for step in recipe.steps):
            message = self.tr("A look takes the place of all steps, and some are locked")
            self._controller.failed.emit(ExposureError(message, self.tr("Unlock them, or make a new version first.")))
            return

        def work(job: Job) -> Imported:
            from exposure_app.interop.import_look import read_look
            from exposure_app.recover_edits.look_import import import_look, sample

            look = read_look(file)
            job.check()
            opened = engine.photo_for(recipe, photo)
            pixels = sample(opened.image, recipe.geometry)
            return import_look(look, pixels, opened.neutral, _telling(job))

        self._cancel()
        job = self._job = self._controller.queues.agent.submit(work, self.tr("Looking for the steps of the look"))
        job.done.connect(lambda found: self._imported(document, file, found))
        job.failed.connect(self._controller.failed)
        self._controller.job_started.emit(job)

    def _imported(self, document: Document, file: Path, found: Imported) -> None:
        if document is not self._controller.document:
            return
        document.end_merge()
        label = self.tr("Look {name}").format(name=file.name)
        self._controller.edit(found.recipe.on_inputs_of(document.recipe), label)
        words = self.tr("The look of {name} as steps").format(name=file.name)
        self._editor.notices.tell(words, found.sentence(), (self.tr("Undo"), self._controller.undo))

    @Slot()
    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _tell_no_photo(self) -> None:
        self._controller.notice.emit(self.tr("Open a photo first: a look is one photo's"))


def _telling(job: Job) -> Callable[[float], None]:
    """Tells how far it is, and stops where the job was cancelled."""

    def tell(share: float) -> None:
        job.check()
        job.progress(share)

    return tell
