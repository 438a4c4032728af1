"""Where the photos for training are: a folder, or a list."""

from pathlib import Path

from exposure_app.io.formats import find_photos
from exposure_app.learning.store import read_photo_list


def photos_in(place: Path) -> list[Path]:
    """The photos of a folder and its sub-folders, or those that a file lists (``.json``: a list of paths).

    Raises:
        ExposureError: It does not exist, or is no list.
    """
    if place.suffix.lower() == ".json" and place.is_file():
        return read_photo_list(place)
    return find_photos([place], recursive=True)
