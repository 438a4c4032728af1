"""A study on disk: a folder with its photos' places, everybody's results, and who thought what of them.

    study.json                  the photos and the rules
    photos/PERSON/001 NAME.dng  links to the photos, so that a person's edits lie here and not beside the photos
    actions/PERSON.jsonl        everything a person did, with the time
    results/AUTHOR/001.json     the recipe of the first photo; 001.jpg is what raters see of it
    ratings/RATER.jsonl         what a rater gave, in order

An author is a person or a style with a seed.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exposure_app.atomic import write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import Recipe, dumps, read_recipe
from exposure_app.reading import Unreadable, parse_json, read_bytes, read_json

FILE, FORMAT, VERSION = "study.json", "exposure-study", 1
STEPS = 10  # as many as the longest style has: the agent's six and its grade; five in the paper (section 6.3)
MOST_PHOTOS = 999
MAX_NAME = 40
_MOST_RECORD = 1 << 28  # bytes of a record that grows by lines
PERSON, STYLE = "person ", "style "  # what the names of authors begin with


@dataclass(frozen=True)
class Study:
    """What is the same for everybody.

    Attributes:
        folder: Where everything of it lies.
        photos: What is retouched, in this order.
        steps: How many edits a result may have.
    """

    folder: Path
    photos: tuple[Path, ...]
    steps: int = STEPS

    def result(self, author: str, index: int) -> Path:
        """Where an author's recipe for a photo is."""
        return self.folder / "results" / author / f"{index + 1:03}.json"

    def picture(self, author: str, index: int) -> Path:
        """Where the finished picture is."""
        return self.result(author, index).with_suffix(".jpg")

    def actions(self, person: str) -> Path:
        """Where a person's actions are."""
        return self.folder / "actions" / f"{person}.jsonl"

    def ratings(self, rater: str) -> Path:
        """Where a rater's judgements are."""
        return self.folder / "ratings" / f"{rater}.jsonl"

    def authors(self) -> list[str]:
        """Who has results, people first."""
        folder = self.folder / "results"
        return sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []

    def raters(self) -> list[str]:
        """Who has rated."""
        return sorted(path.stem for path in (self.folder / "ratings").glob("*.jsonl"))

    def done(self, author: str) -> list[int]:
        """Indices of the photos that an author has finished."""
        return [index for index in range(len(self.photos)) if self.result(author, index).is_file()]

    def recipe(self, author: str, index: int) -> Recipe:
        """An author's recipe for a photo.

        Raises:
            ExposureError: There is none, or it cannot be read.
        """
        return read_recipe(self.result(author, index))

    def keep_recipe(self, author: str, index: int, recipe: Recipe) -> None:
        """Store an author's recipe.

        Raises:
            ExposureError: It has more steps than are allowed, or cannot be written.
        """
        count = sum(step.enabled for step in recipe.steps)
        if count > self.steps:
            raise ExposureError(f"The result has {count} steps, but {self.steps} are allowed", "Remove some.")
        path = self.result(author, index)
        make_folder(path.parent)
        write_text_atomic(path, dumps(recipe))

    def own_photo(self, person: str, index: int) -> Path:
        """A link to a photo, or a copy where links are not to be had, for this person alone to edit.

        Raises:
            ExposureError: It cannot be made.
        """
        photo = self.photos[index]
        own = self.folder / "photos" / person / f"{index + 1:03} {photo.name}"
        if own.is_file():
            return own
        make_folder(own.parent)
        try:
            os.link(photo, own)
        except OSError:  # another disk, or a file system without links
            try:
                shutil.copyfile(photo, own)
            except OSError as error:
                raise ExposureError(f"Cannot copy {photo.name}: {error.strerror}", "Is it still there?") from error
        return own


def create_study(folder: Path, photos: Sequence[Path]) -> Study:
    """Begin a study in an empty or new folder.

    Raises:
        ExposureError: There are no photos or too many, the folder is in use, or cannot be written.
    """
    if not photos:
        raise ExposureError("A study needs photos", "Choose some RAW files or JPEGs.")
    if len(photos) > MOST_PHOTOS:
        raise ExposureError(f"A study has at most {MOST_PHOTOS} photos, not {len(photos)}", "Choose fewer.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExposureError(f"{folder} is not empty", "Choose an empty folder for the study.")
    make_folder(folder)
    study = Study(folder, tuple(photo.absolute() for photo in photos))
    data = {
        "format": FORMAT, "version": VERSION, "steps": study.steps, "photos": [str(photo) for photo in study.photos]
    }  # fmt: skip
    write_text_atomic(folder / FILE, json.dumps(data, indent=1) + "\n")
    return study


def read_study(folder: Path) -> Study:
    """The study in a folder.

    Raises:
        ExposureError: There is none, or it is of a newer program.
    """
    path = folder / FILE
    try:
        data = read_json(path, paths=True)
        if data["format"] != FORMAT:
            raise ValueError
        version, steps, photos = int(data["version"]), int(data["steps"]), tuple(map(Path, data["photos"]))
    except FileNotFoundError:
        raise ExposureError(f"There is no study in {folder}", "Choose a folder that a study was begun in.") from None
    except OSError as error:
        raise ExposureError(f"Cannot read {path}: {error.strerror}", "Check its permissions.") from error
    except (ValueError, LookupError, TypeError, OverflowError):
        raise ExposureError(f"{path} is not a study of Exposure") from None
    if version > VERSION:
        raise ExposureError(f"The study has version {version}, this program knows {VERSION}", "Update the program.")
    return Study(folder, photos, steps)


def checked_name(name: str) -> str:
    """A person's name as part of a file's name.

    Raises:
        ExposureError: It is empty, too long, or has other signs than letters, digits, space, dot, dash and underscore.
    """
    words = " ".join(name.split())
    if (
        not words
        or len(words) > MAX_NAME
        or words.startswith(".")
        or not all(c.isalnum() or c in " .-_" for c in words)
    ):
        raise ExposureError(
            f"A name may have letters, digits, spaces, dots and dashes, at most {MAX_NAME}", "Choose another name."
        )
    return words


def append_line(path: Path, entry: Mapping[str, Any]) -> None:
    """Add one line to a record, on the disk when this returns.

    Raises:
        ExposureError: It cannot be written.
    """
    make_folder(path.parent)
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise ExposureError(f"Cannot write {path}: {error.strerror}", "Check the disk.") from error


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a record; one that a crash cut off is left out, and so is a record that is not there."""
    try:
        text = read_bytes(path, _MOST_RECORD).decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ExposureError(f"Cannot read {path}: {error.strerror}", "Check its permissions.") from error
    entries = []
    for line in text.splitlines():
        try:
            entry = parse_json(line)
        except Unreadable:
            continue
        if isinstance(entry, dict):
            entries.append(entry)
    return entries


def make_folder(folder: Path) -> None:
    """Make a folder if it is not there.

    Raises:
        ExposureError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(f"Cannot make {folder}: {error.strerror}", "Choose another folder.") from error
