"""Edits of the photos selected in the filmstrip, whether they are open or not."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.editor.several_photos import ManyEdits
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.documents.document_store import Results
    from exposure_app.gui.window.coordinator import EditorCoordinator
    from exposure_app.pipeline.recipe import Recipe


class SelectionEdits(QObject):
    """The open photo is changed at once and can be undone there; the others in the background, as history entries."""

    def __init__(self, controller: Controller, coordinator: "EditorCoordinator", window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._coordinator = coordinator
        self._window = window

    # --- copying ------------------------------------------------------------------------------------------------------

    def copy_edits(self, photo: Path | None) -> None:
        """Ask which edits of a photo to remember for pasting."""
        if photo is None:
            return
        recipe = self._controller.current_recipe(photo)
        if recipe is not None:
            self._ask(recipe, photo)
            return

        def read(job: Job) -> "tuple[Path, Recipe | None]":
            from exposure_app.documents.document_store import kept_recipe

            return photo, kept_recipe(photo)

        job = self._controller.queues.files.submit(read)
        job.done.connect(self._read)
        job.failed.connect(self._controller.failed)

    @Slot(object)
    def _read(self, result: "tuple[Path, Recipe | None]") -> None:
        photo, recipe = result
        if recipe is None:
            self._controller.notice.emit(self.tr("{name} has no edits to copy").format(name=photo.name))
        else:
            self._ask(recipe, photo)

    def sync(self, photos: Sequence[Path]) -> None:
        """Ask which edits of the open photo the others among these shall have, too."""
        document, source = self._controller.document, self._controller.photo
        if document is None or source is None:
            return
        others = [photo for photo in photos if photo != source]
        if others:
            self._ask(document.recipe, source, others)
        else:
            self._controller.notice.emit(self.tr("Select the photos that shall have these edits in the filmstrip"))

    def sync_series(self) -> None:
        """Ask which edits of the open photo all photos shall have that were taken together with it."""
        source, photos = self._controller.photo, list(self._controller.photos)
        if source is None:
            return

        def look(job: Job) -> tuple[Path, list[Path]]:
            from exposure_app.batch.series import taken_with

            return source, taken_with(source, photos)

        job = self._controller.submitted(self._controller.queues.files.submit(look, self.tr("Looking for the series")))
        job.done.connect(self._found_series)

    @Slot(object)
    def _found_series(self, found: tuple[Path, list[Path]]) -> None:
        source, others = found
        document = self._controller.document
        if document is None or source != self._controller.photo:
            return
        if others:
            self._ask(document.recipe, source, others)
            return
        told = self.tr("No other photo here was taken with the same camera within half an hour of {name}")
        self._controller.notice.emit(told.format(name=source.name))

    def _ask(self, recipe: "Recipe", photo: Path, others: Sequence[Path] = ()) -> None:
        from exposure_app.documents.document_store import starting_develop

        developed = recipe.develop != starting_develop(photo)
        dialog = CopyDialog(recipe, photo.name, others, developed=developed, parent=self._window)
        several = self._controller.several
        if others:
            dialog.accepted.connect(lambda: several.paste(others, dialog.chosen()))
        else:
            dialog.accepted.connect(lambda: several.copy(dialog.chosen()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- many photos at once ------------------------------------------------------------------------------------------

    def reset(self, photos: Sequence[Path]) -> None:
        """Take photos back to how they are without edits."""
        controller = self._controller
        edits, labels = ManyEdits(controller.labels().reset), controller.labels()
        document, photo = controller.document, controller.photo
        if document is not None and photo is not None and photo in photos:
            self._coordinator.develop.reset()
            edits.made[photo] = document.recipe

        def change(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import reset_photos

            return reset_photos(photos, labels)

        controller.several.change(photos, edits, None, change, self.tr("Resetting %n photo(s)", "", len(photos)))

    def add_copies(self, photos: Sequence[Path]) -> None:
        """Start a virtual copy of photos."""
        controller = self._controller
        if controller.photo in photos:
            self._coordinator.add_copy()
        labels = controller.labels()

        def change(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import copy_photos

            return copy_photos(photos, labels)

        others, made = [photo for photo in photos if photo != controller.photo], ManyEdits("")
        if others:
            stage = self.tr("Copying %n photo(s)", "", len(others))
            job = controller.several.change_closed(others, made, change, stage)
            job.ended.connect(
                lambda: controller.notice.emit(self.tr("New versions of %n photo(s)", "", len(made.made)))
            )
