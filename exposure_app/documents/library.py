"""The photos of a filmstrip: which are edited, how the user rated them, where that is kept.

Ratings and flags of a folder's photos lie in one file in that folder, ``exposure-ratings.json``. Beside the photos,
because the sidecars are there too: whoever moves the folder to another disk or computer takes both along, and a
backup of the photos is one of the ratings. One file a folder, not one a photo, so that 2,000 photos are listed with
one read. Where the folder cannot be written to (a memory card, a shared archive), the same file is kept with the
program's own files; it goes back into the folder with the next rating for which that works. Nothing here decodes a
photo or imports anything heavy.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from exposure_app import paths
from exposure_app.atomic import backup_name, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.names import SIDECAR_SUFFIX, as_text, sidecar_name
from exposure_app.reading import read_json

Flag = Literal["none", "pick", "reject"]

MAX_RATING = 5
RATINGS_FILE = "exposure-ratings.json"
FORMAT = "exposure-ratings"
VERSION = 1

_FLAGS: tuple[Flag, ...] = ("none", "pick", "reject")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PhotoEntry:
    """One photo of the filmstrip.

    Attributes:
        path: The photo.
        rating: 0 (not rated) to 5 stars.
        flag: Picked, rejected or neither.
        edited: Whether a recipe is kept beside it.
    """

    path: Path
    rating: int = 0
    flag: Flag = "none"
    edited: bool = False


@dataclass(frozen=True)
class PhotoFilter:
    """Which photos of the filmstrip are shown: those that meet every condition.

    Attributes:
        picked: Only picked ones.
        min_rating: Only those with at least so many stars.
        edited: Only edited ones.
        hides_rejected: None that are rejected.
    """

    picked: bool = False
    min_rating: int = 0
    edited: bool = False
    hides_rejected: bool = False

    @property
    def is_on(self) -> bool:
        """Whether there is any condition."""
        return self != PhotoFilter()

    def matches(self, entry: PhotoEntry) -> bool:
        """Whether a photo is shown."""
        return (
            (not self.picked or entry.flag == "pick")
            and entry.rating >= self.min_rating
            and (not self.edited or entry.edited)
            and not (self.hides_rejected and entry.flag == "reject")
        )


class Library:
    """The listed photos with their marks. Belongs to one thread.

    Attributes:
        problems: What went wrong with files of ratings, for the user to be told.
    """

    def __init__(self) -> None:
        self.problems: list[ExposureError] = []
        self._entries: dict[Path, PhotoEntry] = {}

    @property
    def entries(self) -> list[PhotoEntry]:
        """All listed photos in their order."""
        return list(self._entries.values())

    def entry(self, photo: Path) -> PhotoEntry:
        """What is known of a photo; of one that is not listed, nothing."""
        return self._entries.get(photo) or PhotoEntry(photo)

    def open(self, photos: Iterable[Path]) -> list[PhotoEntry]:
        """List photos, in place of those before: one look into each folder, no look into the photos."""
        listed = list(dict.fromkeys(photos))
        names: dict[Path, set[str]] = {}
        marks: dict[Path, dict[str, Any]] = {}
        for folder in {photo.parent for photo in listed}:
            names[folder] = _names_in(folder)
            marks[folder], _ = self._read_marks(folder)
        self._entries = {}
        for photo in listed:
            rating, flag = _understood(marks[photo.parent].get(as_text(photo.name)))
            edited = sidecar_name(photo.name) in names[photo.parent]
            self._entries[photo] = PhotoEntry(photo, rating, flag, edited)
        return self.entries

    def set_rating(self, photos: Sequence[Path], rating: int) -> list[PhotoEntry]:
        """Give photos 0 to 5 stars, and keep that.

        Returns:
            The new entries.

        Raises:
            ExposureError: The rating is none, or nothing can be written, neither in the folder nor in the user's.
        """
        if isinstance(rating, bool) or rating not in range(MAX_RATING + 1):
            raise ExposureError(f"A rating is 0 to {MAX_RATING} stars, not {rating!r}")
        return self._mark(photos, {"rating": rating})

    def set_flag(self, photos: Sequence[Path], flag: Flag) -> list[PhotoEntry]:
        """Pick or reject photos, or take that back, and keep it. Returns and raises as ``set_rating``."""
        if flag not in _FLAGS:
            raise ExposureError(f"A flag is one of {', '.join(_FLAGS)}, not {flag!r}")
        return self._mark(photos, {"flag": flag})

    def mark_edited(self, photo: Path, edited: bool) -> PhotoEntry:
        """Note that a recipe is now kept for a photo, or no longer."""
        changed = replace(self.entry(photo), edited=edited)
        if photo in self._entries:
            self._entries[photo] = changed
        return changed

    def _mark(self, photos: Sequence[Path], change: Mapping[str, Any]) -> list[PhotoEntry]:
        by_folder: dict[Path, list[Path]] = {}
        for photo in photos:
            by_folder.setdefault(photo.parent, []).append(photo)
        changed: list[PhotoEntry] = []
        for folder, inside in by_folder.items():
            marks, is_whole = self._read_marks(folder)
            for photo in inside:
                kept = marks.get(as_text(photo.name))
                rating, flag = _understood(kept)
                mark = {**(kept if isinstance(kept, dict) else {}), "rating": rating, "flag": flag, **change}
                marks[as_text(photo.name)] = mark
                rating, flag = _understood(mark)
                changed.append(replace(self.entry(photo), rating=rating, flag=flag))
            self._write_marks(folder, marks, is_whole)
        self._entries.update((entry.path, entry) for entry in changed if entry.path in self._entries)
        return changed

    def _read_marks(self, folder: Path) -> tuple[dict[str, Any], bool]:
        """The marks of a folder by file name, and whether its file may be replaced: not when it could not be read.

        What was kept elsewhere is newer than what the folder has.
        """
        marks: dict[str, Any] = {}
        is_whole = True
        for path in (folder / RATINGS_FILE, _elsewhere(folder)):
            try:
                marks.update(_parse(read_json(path, paths=True)))
            except (FileNotFoundError, NotADirectoryError):
                continue
            except OSError as error:
                self._report(f"Cannot read the ratings {path} ({error.strerror})", "Check the file's permissions.")
                is_whole = False
            except ValueError as error:
                is_whole = self._set_aside(path, str(error)) and is_whole
        return marks, is_whole

    def _write_marks(self, folder: Path, marks: Mapping[str, Any], is_whole: bool) -> None:
        worth = {name: mark for name, mark in sorted(marks.items()) if not _says_nothing(mark)}
        data = {"format": FORMAT, "version": VERSION, "photos": worth}
        path, elsewhere = folder / RATINGS_FILE, _elsewhere(folder)
        try:
            if not is_whole:
                raise ExposureError(f"{path} could not be read and is left alone")
            write_text_atomic(path, _text(data))
        except ExposureError as error:
            log.info("%s; the ratings are kept in %s", error.message, elsewhere)
            # All of them, also the ones that say "not rated": they may take back what the folder's file says.
            _keep_elsewhere(elsewhere, {**data, "folder": as_text(folder), "photos": dict(marks)})
            return
        elsewhere.unlink(missing_ok=True)

    def _set_aside(self, path: Path, reason: str) -> bool:
        backup = backup_name(path)
        message = f"The ratings in {path} could not be understood ({reason})"
        try:
            path.rename(backup)
        except OSError:
            self._report(message, "The file cannot be renamed; move it away yourself.")
            return False
        self._report(message, f"They are kept as {backup.name}.")
        return True

    def _report(self, message: str, hint: str) -> None:
        problem = ExposureError(message, hint)
        if str(problem) not in map(str, self.problems):
            self.problems.append(problem)
            log.warning("%s", problem)


def _names_in(folder: Path) -> set[str]:
    try:
        with os.scandir(folder) as found:
            return {entry.name for entry in found if entry.name.endswith(SIDECAR_SUFFIX)}
    except OSError:
        return set()


def _elsewhere(folder: Path) -> Path:
    """Where the marks of a folder are kept that cannot be written to."""
    name = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:32]
    return paths.user_config_dir() / "ratings" / f"{name}.json"


def _keep_elsewhere(path: Path, data: Mapping[str, Any]) -> None:
    if path.exists() and not os.access(path, os.R_OK):
        raise ExposureError(f"Cannot read the ratings {path}", "Check the file's permissions.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot keep the ratings: {error.strerror}", "Check the free space.") from error
    write_text_atomic(path, _text(data))


def _text(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _parse(data: Any) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("photos"), dict):
        raise ValueError("it is no file of ratings")
    if data.get("version") != VERSION:
        raise ValueError(f"it has version {data.get('version')!r}, this program reads {VERSION}")
    photos: dict[str, Any] = data["photos"]
    return photos


def _understood(mark: object) -> tuple[int, Flag]:
    if not isinstance(mark, dict):
        return 0, "none"
    rating, flag = mark.get("rating"), mark.get("flag")
    known = next((candidate for candidate in _FLAGS if candidate == flag), _FLAGS[0])
    return rating if type(rating) is int and 0 <= rating <= MAX_RATING else 0, known


def _says_nothing(mark: object) -> bool:
    return isinstance(mark, dict) and set(mark) <= {"rating", "flag"} and _understood(mark) == (0, "none")
