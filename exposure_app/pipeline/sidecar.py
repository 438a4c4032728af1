"""The sidecar: a photo's recipe, kept beside it as NAME.EXT.exposure.json; a very long NAME is cut."""

import logging
from pathlib import Path

from exposure_app.atomic import backup_name, set_aside, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.names import sidecar_name
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.recipe import Recipe
from exposure_app.reading import Unreadable, read_text

log = logging.getLogger(__name__)


def sidecar_path(photo: Path) -> Path:
    """Where the recipe of this photo is kept."""
    return photo.with_name(sidecar_name(photo.name))


def read_sidecar(photo: Path) -> Recipe | None:
    """The recipe kept for this photo, or None if there is none.

    A sidecar that cannot be understood is renamed to ``.bak`` (``.bak2`` and so on, if taken), so that nothing
    overwrites it, and reported in the log.

    Raises:
        ExposureError: The sidecar is there but cannot be read, or cannot be set aside.
    """
    path = sidecar_path(photo)
    try:
        return recipes.loads(read_text(path))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ExposureError(f"Cannot read {path} ({error.strerror})", "Check the file's permissions.") from error
    except (ExposureError, Unreadable) as error:
        backup = set_aside(path)
        log.warning("%s could not be understood (%s); it is kept as %s", path.name, error, backup.name)
        return None


def keep_copy(photo: Path, recipe: Recipe) -> Path:
    """Keep a recipe that lay beside a photo under a name that is free; the sidecar stays until it is replaced.

    Raises:
        ExposureError: The folder cannot be written to.
    """
    backup = backup_name(sidecar_path(photo))
    write_text_atomic(backup, recipes.dumps(recipe))
    return backup


def replace_sidecar(photo: Path, recipe: Recipe) -> None:
    """As ``write_sidecar``, for whoever has not seen the edits that are there: they are kept as a copy, and it is told.

    Raises:
        ExposureError: The folder cannot be written to.
    """
    old = read_sidecar(photo)
    if old is not None and old != recipe:
        log.warning("The edits that lay beside %s are kept as %s", photo.name, keep_copy(photo, old).name)
    _write(photo, recipe)


def write_sidecar(photo: Path, recipe: Recipe) -> Path:
    """Keep a recipe for this photo. The old sidecar stays whole until the new one is.

    Raises:
        ExposureError: The folder cannot be written to.
    """
    read_sidecar(photo)  # sets an unreadable one aside
    return _write(photo, recipe)


def _write(photo: Path, recipe: Recipe) -> Path:
    path = sidecar_path(photo)
    write_text_atomic(path, recipes.dumps(recipe))
    return path
