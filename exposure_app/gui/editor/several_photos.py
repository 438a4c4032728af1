"""Changes to several photos: the open one at once, the others in the background, all of them to be undone together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from exposure_app.errors import ExposureError
from exposure_app.gui.editor import photo_jobs
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.documents.copied_edits import CopiedEdits
    from exposure_app.documents.document import State
    from exposure_app.documents.document_store import Results
    from exposure_app.gui.editor.controller import Controller
    from exposure_app.pipeline.recipe import Recipe


@dataclass(eq=False)
class ManyEdits:
    """What has been done to several photos.

    Attributes:
        label: What it was, for the menu.
        made: The recipes that it gave the photos it has come to.
    """

    label: str
    made: "dict[Path, Recipe]" = field(default_factory=dict)


class SeveralPhotos(QObject):
    """Every photo gets an entry in its history, and the last change of several can be taken back as a whole.

    Signals:
        last_changed: There is another change to undo on all photos, or none.
    """

    last_changed = Signal()
    _came = Signal(object, object, object)  # from the thread that changes: the edits, a photo, what became of it

    def __init__(self, controller: "Controller") -> None:
        super().__init__(controller)
        self._controller = controller
        self.copied: CopiedEdits | None = None
        self.changing: set[Job] = set()
        self.last: ManyEdits | None = None
        self._came.connect(self._take)

    # --- copying ---

    def copy(self, copied: "CopiedEdits") -> None:
        """Remember edits for pasting."""
        self.copied = copied
        self._controller.notice.emit(self.tr("Edits of {name} copied").format(name=copied.name))

    def paste(self, photos: Sequence[Path], copied: "CopiedEdits | None" = None) -> None:
        """Give photos, the open one among them or not, these edits or those that were copied last."""
        copied = copied or self.copied
        if copied is None or copied.is_empty:
            self._controller.notice.emit(self.tr("Nothing to paste: copy the edits of a photo first"))
            return
        edits, labels = ManyEdits(self._controller.labels().pasted), self._controller.labels()

        def paste(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import paste_edits

            return paste_edits(photos, copied, labels)

        self.change(photos, edits, copied.on, paste, self.tr("Pasting to %n photo(s)", "", len(photos)))

    # --- changing ---

    def change(
        self,
        photos: Sequence[Path],
        edits: ManyEdits,
        on_open: "Callable[[Recipe], Recipe] | None",
        on_closed: photo_jobs.Change,
        stage: str,
    ) -> None:
        """Change photos.

        Args:
            photos: Which.
            edits: What it is; it is filled in.
            on_open: What becomes of the open photo's recipe; None if that is seen to.
            on_closed: Changes the others.
            stage: What the status line says meanwhile.
        """
        controller = self._controller
        others = [photo for photo in photos if photo != controller.photo]
        if len(others) < len(photos) and on_open is not None:
            self.change_open(edits, on_open)
        if others:
            job = self.change_closed(others, edits, on_closed, stage)
            job.ended.connect(lambda: self.tell(edits))
        else:
            self.tell(edits)

    def change_closed(self, photos: Sequence[Path], edits: ManyEdits, change: photo_jobs.Change, stage: str) -> Job:
        """Change photos that are not open, in the background."""
        controller = self._controller
        controller.autosave.save()

        def work(job: Job) -> None:
            for photo, result in photo_jobs.change_closed(job, controller.autosave, photos, change):
                self._came.emit(edits, photo, result)

        job = controller.submitted(controller.queues.decode.submit(work, stage))
        self.changing.add(job)
        job.ended.connect(lambda: self.changing.discard(job))
        controller.open_again(photos)
        return job

    def change_open(self, edits: ManyEdits, on_open: "Callable[[Recipe], Recipe]") -> None:
        """Change the open photo."""
        document, photo = self._controller.document, self._controller.photo
        if document is None or photo is None:
            return
        try:
            document.edit(on_open(document.recipe), edits.label)
        except ExposureError as error:
            self._controller.failed.emit(error)
        else:
            self._made(edits, photo, document.recipe)

    @Slot(object, object, object)
    def _take(self, edits: ManyEdits, photo: Path, result: "State | ExposureError") -> None:
        if isinstance(result, ExposureError):
            self._controller.failed.emit(result)
            return
        self._made(edits, photo, result.version.recipe)
        is_edited = result.version.recipe != result.versions[0].entries[0].recipe
        self._controller.edited_changed.emit(photo, is_edited)

    def _made(self, edits: ManyEdits, photo: Path, recipe: "Recipe") -> None:
        edits.made[photo] = recipe
        if edits.label:
            self.last = edits
            self.last_changed.emit()

    def tell(self, edits: ManyEdits) -> None:
        """Say what was done to how many."""
        if edits.made:
            told = self.tr("{what}: %n photo(s)", "", len(edits.made))
            self._controller.notice.emit(told.format(what=edits.label))

    # --- taking back ---

    def undo(self) -> None:
        """Take the last change of several photos back, in those that have not been edited since."""
        last, self.last = self.last, None
        self.last_changed.emit()
        document, photo = self._controller.document, self._controller.photo
        if last is None:
            return
        made, undone = dict(last.made), ManyEdits("")
        if document is not None and photo in made and made.pop(photo) == document.recipe:
            document.undo()
            undone.made[photo] = document.recipe

        def back(photos: Sequence[Path]) -> "Results":
            from exposure_app.documents.document_store import take_back

            return take_back({photo: made[photo] for photo in photos})

        def tell() -> None:
            told = self.tr("{what} undone: %n photo(s)", "", len(undone.made))
            self._controller.notice.emit(told.format(what=last.label))

        if made:
            self.change_closed(list(made), undone, back, self.tr("Undoing")).ended.connect(tell)
        else:
            tell()
