"""Which file each photo of an export becomes: no input and no other output is ever overwritten."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from exposure_app.errors import ExposureError
from exposure_app.export.naming import date_taken, file_stem
from exposure_app.export.settings import ExportSettings
from exposure_app.io.export import SUFFIXES


class Named(NamedTuple):
    """The file chosen for a photo.

    Attributes:
        path: The file.
        reason: Why the photo is skipped; empty when it is to be exported.
        rival: The photo of the same export that has got the name it would have had, if any.
    """

    path: Path
    reason: str
    rival: Path | None


class Namer:
    """Chooses output files so that no input and no output of the same export is ever overwritten.

    Args:
        photos: All photos of the export.
        settings: Pattern, folder, format and policy.
        exists: How to find out whether there is such a file.
    """

    def __init__(
        self, photos: Sequence[Path], settings: ExportSettings, exists: Callable[[Path], bool] = Path.exists
    ) -> None:
        self._settings, self._exists = settings, exists
        self._inputs = {photo.resolve() for photo in photos}
        self._input_files = {file for file in map(_file_id, photos) if file is not None}
        self._taken: dict[str, Path] = {}

    def take(self, path: Path, photo: Path) -> None:
        """Keep a name for a photo that has got it already."""
        self._taken[_key(path)] = photo

    def has_given(self, path: Path) -> bool:
        """Whether a photo has got that name."""
        return _key(path) in self._taken

    def could_be(self, path: Path, photo: Path, style: str, number: int, folder: Path, date: str | None = None) -> bool:
        """Whether a name that was chosen earlier is one that this photo could get, whoever says so.

        Args:
            path: The name.
            photo: See ``name``, as for the rest.
            style: Likewise.
            number: Likewise.
            folder: Likewise.
            date: Likewise.

        Raises:
            ExposureError: As ``name``.
        """
        stem, suffix = self._stem(photo, style, number, date), SUFFIXES[self._settings.format]
        named = re.fullmatch(rf"{re.escape(stem)}( \([1-9]\d{{0,6}}\))?{re.escape(suffix)}", path.name)
        return path.parent == folder and named is not None and not self._is_input(path)

    def name(
        self,
        photo: Path,
        style: str,
        number: int,
        *,
        folder: Path | None = None,
        date: str | None = None,
        file: Path | None = None,
    ) -> "Named":
        """Where a photo goes.

        Args:
            photo: One of the photos.
            style: Name of the style behind its recipe.
            number: Its place in the export, from 1.
            folder: Where to, instead of the settings' folder.
            date: When it was taken, as 2026-11-24; None looks into the photo if the pattern asks for it.
            file: What it shall be called, whatever folder and pattern say; the policy holds here, too.

        Raises:
            ExposureError: The name cannot be used.
        """
        settings = self._settings
        if file is not None:
            folder, stem, suffix = file.parent, file.stem, file.suffix
        else:
            folder = folder or photo.parent / Path(settings.folder).expanduser()
            stem, suffix = self._stem(photo, style, number, date), SUFFIXES[settings.format]
        path, count = folder / (stem + suffix), 1
        rival = self._taken.get(_key(path))
        # Two photos of one export never share a file: the second is numbered, whatever the policy for older files.
        while _key(path) in self._taken or (settings.existing == "rename" and self._exists(path)):
            count += 1
            path = folder / f"{stem} ({count}){suffix}"
        self.take(path, photo)
        if settings.existing == "skip" and self._exists(path):
            return Named(path, "There is a file of that name already", rival)
        if self._is_input(path):
            raise ExposureError(f"{path} is one of the photos themselves", "Choose another folder or file name.")
        return Named(path, "", rival)

    def _stem(self, photo: Path, style: str, number: int, date: str | None) -> str:
        pattern = self._settings.pattern
        if date is None:
            date = date_taken(photo) if "{date" in pattern else ""
        return file_stem(pattern, photo, style=style, number=number, date=date)

    def _is_input(self, path: Path) -> bool:
        return path.resolve() in self._inputs or _file_id(path) in self._input_files


def preview_name(photo: Path, settings: ExportSettings, style: str = "", number: int = 1) -> str:
    """The file name a photo would get, for the dialog; files that exist are not looked at.

    Raises:
        ExposureError: The pattern is wrong.
    """
    date = date_taken(photo) if "{date" in settings.pattern else ""
    stem = file_stem(settings.pattern, photo, style=style, number=number, date=date)
    return stem + SUFFIXES[settings.format]


def _file_id(path: Path) -> tuple[int, int] | None:
    """What two names of the same file have in common."""
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def _key(path: Path) -> str:
    """Names that some file systems take for the same are the same."""
    return str(path.absolute()).casefold()
