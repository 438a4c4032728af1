"""What the editor does: opens photos, edits and keeps them. The window shows what it tells and calls its methods."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from exposure_app.documents import workspace
from exposure_app.errors import ExposureError
from exposure_app.gui.canvas.preview import FirstPicture
from exposure_app.gui.editor import photo_jobs
from exposure_app.gui.editor.autosave import Autosave
from exposure_app.gui.editor.renderer import prepare
from exposure_app.gui.editor.several_photos import SeveralPhotos
from exposure_app.gui.workers import Job, JobQueues
from exposure_app.io import ahead

if TYPE_CHECKING:
    from exposure_app.documents.document import Document
    from exposure_app.documents.document_store import Kept, Labels
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.image import Metadata
    from exposure_app.pipeline.recipe import Recipe


class Controller(QObject):
    """The open photos and the document in the middle.

    Signals:
        photos_changed: The list of open photos.
        opening: Path of the photo that is being opened.
        preview_ready: A ``FirstPicture`` of it.
        opened: It is open: ``document`` and ``engine`` are its own.
        open_failed: A photo that has not been opened, and why: an exception, then nothing is open any more; or None,
            then it was called off, and the document from before is still there.
        recipe_changed: The document's recipe.
        history_changed: Entries, snapshots or copies have changed.
        edited_changed: A photo and whether it has edits.
        recent_changed: The photos opened lately.
        job_started: Something the status line may show.
        failed: An exception that a person should see.
        notice: A sentence worth telling.
        sample_ready: The photo that comes with the program, and a picture of it.
    """

    photos_changed = Signal(list)
    opening = Signal(object)
    preview_ready = Signal(object)
    opened = Signal()
    open_failed = Signal(object, object)
    recipe_changed = Signal(object)
    history_changed = Signal()
    edited_changed = Signal(object, bool)
    recent_changed = Signal(list)
    job_started = Signal(object)
    failed = Signal(object)
    notice = Signal(str)
    sample_ready = Signal(object, QImage)

    def __init__(self, queues: JobQueues, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queues = queues
        self.photos: list[Path] = []
        self.photo: Path | None = None
        self.document: Document | None = None
        self.engine: CroppedPhotoRenderer | None = None
        self._photos_before: list[Path] = []
        self._opening: Path | None = None
        self._open_job: Job | None = None
        self._list_job: Job | None = None
        self._holds_photos = False
        self._seeks = False  # the first of the new photos that can be opened
        self._prepared = False
        self.autosave = Autosave(queues.files, self.labels, self)
        self.autosave.failed.connect(self.failed)
        self.autosave.joined.connect(self._joined)
        self.several = SeveralPhotos(self)

    @Slot()
    def prepare(self) -> None:
        """Load what rendering needs, unless that has been done: when the window is there and no first picture waits."""
        if not self._prepared:
            self._prepared = True
            self.submitted(self.queues.render.submit(prepare, self.tr("Preparing")))

    def offer_sample(self) -> None:
        """Make the sample photo ready for the start page."""
        self.queues.files.submit(lambda job: photo_jobs.sample()).done.connect(self._offer)

    @Slot(object)
    def _offer(self, sample: tuple[Path, QImage] | None) -> None:
        if sample is not None:
            self.sample_ready.emit(*sample)

    def close(self) -> None:
        """Keep everything and end the threads."""
        self.queues.close()
        self.autosave.save_now()
        workspace.write_open_photos(workspace.OpenPhotos(tuple(self.photos), self.photo, closed=True))

    # --- opening ---

    def open_paths(self, places: Sequence[Path], current: Path | None = None) -> None:
        """Open files and folders in place of what is open, and show the first photo."""
        wanted = [Path(place).absolute() for place in places]  # the next session may begin in another folder
        if self._list_job is not None:
            self._list_job.cancel()
        self._list_job = self.submitted(
            self.queues.files.submit(
                lambda job: (photo_jobs.find_listed(wanted), current), self.tr("Looking for photos")
            )
        )
        self._list_job.done.connect(self._listed)

    @Slot(object)
    def _listed(self, found: tuple[list[Path], Path | None]) -> None:
        photos, current = found
        chosen = workspace.find_current(photos, current)
        if chosen is None:
            message = self.tr("There are no photos in that folder")
            self.failed.emit(ExposureError(message, self.tr("Choose a folder with RAW files, JPEGs, PNGs or TIFFs.")))
            return
        self._photos_before, self.photos = self.photos, photos
        # The thumbnails would take the processor from the picture that everybody waits for.
        self._holds_photos = self._seeks = True
        self.open_photo(chosen)
        if self._opening is None:
            self._release_photos()

    def _release_photos(self) -> None:
        """Tell of the photos now if that has been put off."""
        if self._holds_photos:
            self._tell_photos()

    def _tell_photos(self) -> None:
        self._holds_photos = False
        self.photos_changed.emit(self.photos)

    def open_photo(self, photo: Path) -> None:
        """Open one photo; the document that is open stays until this one is ready."""
        if photo == self._opening:
            return
        if self._open_job is not None:
            job, self._open_job = self._open_job, None
            job.cancelled.disconnect(self._open_cancelled)  # whoever waits for it now waits for the new one
            job.cancel()
        if photo == self.photo and self.document is not None:
            self._opening = None
            self.opened.emit()
            return
        self.autosave.save()
        self._opening = photo
        self.opening.emit(photo)
        # The first picture comes from here or from the reading; that it fails is said by the photo itself.
        first = self.queues.files.submit(lambda job: (photo, photo_jobs.preview(photo)))
        first.done.connect(self._show_preview)
        if not ahead.is_begun(photo):  # meanwhile the file is unpacked; otherwise the first picture is near
            first.ended.connect(self.prepare)
        labels = self.labels()
        kept = self.autosave.unwritten(photo)
        stage = self.tr("Opening {name}").format(name=photo.name)
        job = self.queues.decode.submit(lambda job: photo_jobs.open_photo(job, photo, labels, kept), stage)
        job.partial.connect(self._show_preview)
        job.done.connect(self._opened)
        job.failed.connect(self._open_failed)
        job.cancelled.connect(self._open_cancelled)
        self._open_job = job
        self.job_started.emit(job)

    @Slot(object)
    def _show_preview(self, result: tuple[Path, FirstPicture | None]) -> None:
        photo, first = result
        if photo == self._opening and first is not None:
            self.preview_ready.emit(first)
            QTimer.singleShot(0, self, self._show_rest)  # when it has been drawn

    @Slot()
    def _show_rest(self) -> None:
        """What had to wait for the first picture."""
        self._release_photos()
        self.prepare()

    @Slot(object)
    def _opened(self, result: "tuple[Path, Document, CroppedPhotoRenderer]") -> None:
        photo, document, engine = result
        self._opening, self._seeks = None, False
        self.photo, self.document, self.engine = photo, document, engine
        self._show_rest()
        document.changed = self._document_changed
        self.autosave.watch(photo, document)
        self.opened.emit()
        self.recipe_changed.emit(document.recipe)
        self.history_changed.emit()
        self.edited_changed.emit(photo, document.is_edited)
        self.recent_changed.emit(workspace.add_recent(photo))
        workspace.write_open_photos(workspace.OpenPhotos(tuple(self.photos), photo, closed=False))

    @Slot(object)
    def _open_failed(self, error: Exception) -> None:
        """Go on to the next of new photos. Otherwise nothing is open: edits would go to a photo that is not meant."""
        failed = self._opening
        self.failed.emit(error)
        if self._seeks and failed in self.photos[:-1]:
            self._opening = None
            self.open_photo(self.photos[self.photos.index(failed) + 1])
            return
        self._end_opening(error)

    @Slot()
    def _open_cancelled(self) -> None:
        """Leave everything as it was."""
        self._end_opening(None)

    def _end_opening(self, error: Exception | None) -> None:
        """Nothing is being opened any more; the list of photos is that from before if none of the new can be shown."""
        failed, self._opening, self._seeks = self._opening, None, False
        if self.photo is not None and self.photo not in self.photos and (error is None or len(self.photos) == 1):
            self.photos, self._holds_photos = self._photos_before, True
        if error is not None:
            self.autosave.watch(None, None)
            self.photo = self.document = self.engine = None
        self._show_rest()
        self.open_failed.emit(failed, error)

    def open_again(self, photos: Sequence[Path]) -> None:
        """Of photos that are about to be changed: open the one that is being opened as it will be then."""
        opening = self._opening
        if opening is not None and opening in photos:
            self._opening = None
            self.open_photo(opening)

    def current_recipe(self, photo: Path) -> "Recipe | None":
        """The recipe of a photo as it is now; None where only the disk knows it."""
        if photo == self.photo and self.document is not None:
            return self.document.recipe
        state = self.autosave.unwritten(photo)
        return state.versions[0].recipe if state else None

    @property
    def wanted(self) -> Path | None:
        """The photo that is open, or is being opened."""
        return self._opening or self.photo

    @property
    def metadata(self) -> "Metadata | None":
        """What the open photo's file says about it."""
        return self.engine.image.metadata if self.engine else None

    # --- editing ---

    def edit(self, recipe: "Recipe", label: str, key: str = "") -> bool:
        """Change the recipe; edits with the same key in a row are one entry of the history.

        Returns:
            False if nothing is different.
        """
        return self.document is not None and self.document.edit(recipe, label, key)

    def set_amount(self, amount: float) -> None:
        """Share of the whole recipe, 0 to 2."""
        if self.document is not None:
            label = self.tr("Amount {percent} %").format(percent=round(100 * amount))
            self.edit(replace(self.document.recipe, amount=amount), label, "amount")

    def undo(self) -> None:
        """Take back the last edit."""
        if self.document is not None:
            self.document.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self.document is not None:
            self.document.redo()

    def _document_changed(self) -> None:
        document, photo = self.document, self.photo
        if document is None or photo is None:
            return
        self.autosave.touch()
        self.recipe_changed.emit(document.recipe)
        self.history_changed.emit()
        self.edited_changed.emit(photo, document.is_edited)

    @Slot(object, object)
    def _joined(self, photo: Path, kept: "Kept") -> None:
        """Others have changed the photo meanwhile: what they did is there, too."""
        if photo == self.photo and self.document is not None:
            self.document.adopt_snapshots(kept.state.snapshots)
        message = self.tr("{name} was changed elsewhere while it was edited here").format(name=photo.name)
        hint = self.tr("Your edits are kept; the others are the snapshot {snapshot} and the file {file}.")
        names = {"snapshot": kept.state.snapshots[-1].name, "file": kept.theirs.name if kept.theirs else ""}
        self.failed.emit(ExposureError(message, hint.format(**names)))

    # --- helpers ---

    def submitted(self, job: Job) -> Job:
        """Show a job, and what went wrong with it."""
        job.failed.connect(self.failed)
        self.job_started.emit(job)
        return job

    def labels(self) -> "Labels":
        """Words for entries of the history."""
        from exposure_app.documents.document_store import Labels

        return Labels(
            elsewhere=self.tr("Changed elsewhere"),
            pasted=self.tr("Pasted edits"),
            reset=self.tr("Reset"),
            copy=self.tr("Copy {number}"),
            deleted=self.tr("Sidecar deleted"),
            found=self.tr("Edits found beside the photo"),
        )
