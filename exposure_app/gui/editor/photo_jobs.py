"""What is done with photos away from the window: finding, first looks, opening, changing. No widgets here."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.gui.canvas.preview import FirstPicture
from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.documents.document import Document, State
    from exposure_app.documents.document_store import Labels, Results
    from exposure_app.documents.placed import CroppedPhotoRenderer
    from exposure_app.gui.editor.autosave import Autosave
    from exposure_app.image import Image

Change = Callable[[Sequence[Path]], "Results"]

SAMPLE = "sample.dng"
PREVIEW_SIDE = 2000  # px; larger previews take longer and look no better on the screen


def find_listed(places: Sequence[Path]) -> list[Path]:
    """The photos that files and folders stand for."""
    from exposure_app.io.formats import find_photos

    return find_photos(places)


def sample() -> tuple[Path, QImage] | None:
    """A copy of the sample photo that edits may lie beside, and its picture; None where it is missing."""
    shipped = paths.resources_dir() / SAMPLE
    if not shipped.is_file():
        return None
    own = paths.user_cache_dir() / SAMPLE
    if not own.is_file() or own.stat().st_size != shipped.stat().st_size:
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(shipped, own)
    first = preview(own)
    return None if first is None else (own, first.picture)


def preview(photo: Path) -> FirstPicture | None:
    """A first picture: what the camera put into a RAW file if it is large, or a finished picture decoded small."""
    from exposure_app.io.formats import is_raw

    if is_raw(photo):
        from exposure_app.documents.first_picture import embedded_picture
        from exposure_app.io.raw import photo_size

        embedded = embedded_picture(photo)
        return None if embedded is None else FirstPicture(to_qimage(embedded), photo_size(photo))
    reader = QImageReader(str(photo))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > PREVIEW_SIDE:
        reader.setScaledSize(size.scaled(QSize(PREVIEW_SIDE, PREVIEW_SIDE), Qt.AspectRatioMode.KeepAspectRatio))
    picture = reader.read()
    if picture.isNull():
        return None
    whole = size if (picture.width() > picture.height()) == (size.width() > size.height()) else size.transposed()
    return FirstPicture(picture, whole.toTuple())


def open_photo(
    job: Job, photo: Path, labels: "Labels", kept: "State | None"
) -> "tuple[Path, Document, CroppedPhotoRenderer]":
    """Read a photo as it was left, showing a small picture on the way where the file has none to show."""
    from exposure_app.documents.document import Document
    from exposure_app.documents.document_store import last_state, neutral_of, starting_develop
    from exposure_app.documents.first_picture import read_showing
    from exposure_app.io.raw import photo_size

    def show(codes: Any) -> None:
        job.check()
        job.show((photo, FirstPicture(to_qimage(codes), photo_size(photo))))

    if kept is None:
        left = last_state(photo, labels)
        develop, document_of = left.develop, left.document
    else:  # its last edits are still on their way to the disk
        develop = kept.version.recipe.develop

        def document_of(image: "Image") -> Document:
            return Document(kept, neutral_of(image, starting_develop(photo)))

    image = read_showing(photo, develop, show)
    job.check()
    document = document_of(image)
    job.check()
    from exposure_app.documents.placed import CroppedPhotoRenderer  # not before the first picture: it takes its time

    return photo, document, CroppedPhotoRenderer(image, document.recipe.geometry, develop)


def change_closed(job: Job, autosave: "Autosave", photos: Sequence[Path], change: "Change") -> "Results":
    """Change photos that are not open, one after the other, until all are done or the job is cancelled.

    What is still in memory of them is written first. Where that fails, they are left alone: it would be written over
    the change later.
    """
    autosave.keep_now()
    stuck = [photo for photo in photos if autosave.unwritten(photo) is not None]
    for photo in stuck:
        yield photo, ExposureError(f"Earlier edits of {photo.name} are not on the disk yet", "It is left as it is.")
    for number, result in enumerate(change([photo for photo in photos if photo not in stuck]), start=1 + len(stuck)):
        yield result
        job.progress(number / len(photos))
        job.check()
