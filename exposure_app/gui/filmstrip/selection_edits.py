"""Edits of the photos selected in the filmstrip, whether they are open or not."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from exposure_app.gui.editor.controller import Controller
from exposure_app.gui.filmstrip.copy_dialog import CopyDialog
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.documents.document_store import Results
    from exposure_app.errors import ExposureError
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

    def copy_steps(self, photo: Path | None) -> None:
        """Ask which steps of a photo to remember for pasting."""
        if photo is None:
            return
        recipe = self._controller.current_recipe(photo)
        if recipe is not None:
            self._ask(recipe, photo.name)
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
            self._ask(recipe, photo.name)

    def sync(self, photos: Sequence[Path]) -> None:
        """Ask which steps of the open photo the others among these shall have, too."""
        document, source = self._controller.document, self._controller.photo
        if document is None or source is None:
            return
        others = [photo for photo in photos if photo != source]
        if others:
            self._ask(document.recipe, source.name, others)
        else:
            self._controller.notice.emit(self.tr("Select the photos that shall have these steps in the filmstrip"))

    def _ask(self, recipe: "Recipe", name: str, others: Sequence[Path] = ()) -> None:
        dialog = CopyDialog(recipe, self._window, len(others), name)
        dialog.accepted.connect(
            lambda: self._controller.copy_steps(
                dialog.chosen(), dialog.chosen_geometry(), dialog.chosen_develop(), recipe
            )
        )
        if others:
            dialog.accepted.connect(lambda: self._controller.paste_steps(others))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # --- many photos at once ------------------------------------------------------------------------------------------

    def reset(self, photos: Sequence[Path]) -> None:
        """Take photos back to how they are without edits."""
        if self._controller.photo in photos:
            self._coordinator.develop.reset()

        def change(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import reset_photos

            return reset_photos(photos, self._controller.labels())

        others = [photo for photo in photos if photo != self._controller.photo]
        if others:
            job = self._controller.change_closed(others, change, self.tr("Resetting %n photo(s)", "", len(others)))
            job.done.connect(lambda results: self._done(results, self.tr("Reset %n photo(s)", "", len(others)), False))

    def add_copies(self, photos: Sequence[Path]) -> None:
        """Start a virtual copy of photos."""
        if self._controller.photo in photos:
            self._coordinator.add_copy()

        def change(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import copy_photos

            return copy_photos(photos, self._controller.labels())

        others = [photo for photo in photos if photo != self._controller.photo]
        if others:
            job = self._controller.change_closed(others, change, self.tr("Copying %n photo(s)", "", len(others)))
            told = self.tr("New versions of %n photo(s)", "", len(others))
            job.done.connect(lambda results: self._done(results, told, None))

    def _done(self, results: "list[tuple[Path, ExposureError | None]]", told: str, edited: bool | None) -> None:
        for photo, error in results:
            if error is not None:
                self._controller.failed.emit(error)
            elif edited is not None:
                self._controller.edited_changed.emit(photo, edited)
        if not any(error for _, error in results):
            self._controller.notice.emit(told)


def show_in_folder(photo: Path) -> None:
    """Show a file in the system's file manager, selected where that can be asked for."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer.exe", ["/select,", str(photo)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(photo)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(photo.parent)))
