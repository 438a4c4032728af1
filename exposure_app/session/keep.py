"""What is kept of documents and sessions between two runs of the program.

The recipe lies in the sidecar beside the photo, where every other part of the program finds it. History, snapshots and
virtual copies are kept with the program's own files: they are of no use without the editor, and a sidecar of an older
program must stay readable.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from exposure_app import paths
from exposure_app.atomic import write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io.develop import Develop, HighlightMode
from exposure_app.io.formats import is_raw, read_image
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe, Step, from_json, neutral_recipe, to_json
from exposure_app.pipeline.sidecar import read_sidecar, write_sidecar
from exposure_app.session.document import (
    Document,
    Entry,
    Snapshot,
    State,
    Version,
    add_to_state,
    free_name,
    fresh_state,
    merge_steps,
)
from exposure_app.settings import current_settings

FORMAT = "exposure-history"
VERSION = 1

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labels:
    """Words for entries of the history that are made here; the editor passes translated ones."""

    elsewhere: str = "Changed elsewhere"
    pasted: str = "Pasted steps"
    reset: str = "Reset"
    copy: str = "Copy {number}"


def open_document(photo: Path, image: Image, labels: Labels | None = None) -> Document:
    """The document of a photo as it was left, or a fresh one.

    Raises:
        ExposureError: There is a sidecar that cannot be read or set aside.
    """
    neutral = neutral_of(image, starting_develop(photo))
    return Document(_load(photo, neutral, labels or Labels()), neutral)


def neutral_of(image: Image, develop: Develop) -> Recipe:
    """The neutral recipe of a photo that was developed this way."""
    return replace(neutral_recipe(image), develop=develop)


def save_state(photo: Path, state: State) -> None:
    """Keep a document: the first version's recipe in the sidecar, everything else with the program's files.

    Raises:
        ExposureError: One of them cannot be written; the history is written all the same.
    """
    path = _history_path(photo)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps(_to_json(photo, state)))
    write_sidecar(photo, state.versions[0].recipe)


Results = Iterator[tuple[Path, ExposureError | None]]


def paste_steps(
    photos: Sequence[Path],
    steps: Sequence[Step],
    labels: Labels | None = None,
    geometry: Geometry | None = None,
    develop: Develop | None = None,
) -> Results:
    """Merge steps, and what comes before them if given, into recipes of photos that are not open; see ``merge_steps``.

    Yields:
        Each photo when it is done, with the reason where it failed.
    """
    labels = labels or Labels()

    def paste(photo: Path) -> State:
        # Of a RAW without edits only the pixels tell how bright its neutral rendering is.
        state = _known(photo, labels) or fresh_state(_neutral(photo))
        return add_to_state(state, merge_steps(state.version.recipe, steps, geometry, develop), labels.pasted)

    return _changed(photos, paste)


def reset_photos(photos: Sequence[Path], labels: Labels | None = None) -> Results:
    """Take photos that are not open back to their neutral recipes, as an entry of the history. Yields as above."""
    labels = labels or Labels()

    def reset(photo: Path) -> State:
        neutral = _neutral(photo)
        return add_to_state(_load(photo, neutral, labels), neutral, labels.reset)

    return _changed(photos, reset)


def copy_photos(photos: Sequence[Path], labels: Labels | None = None) -> Results:
    """Start a virtual copy of photos that are not open. Yields as above."""
    labels = labels or Labels()

    def copy(photo: Path) -> State:
        state = _known(photo, labels) or fresh_state(_neutral(photo))
        document = Document(state, state.version.recipe)
        document.add_copy(free_name(labels.copy, {version.name for version in state.versions}))
        return document.state

    return _changed(photos, copy)


def kept_recipe(photo: Path) -> Recipe | None:
    """The recipe of a photo as it was left, in the version that was shown; None when it has no edits.

    Raises:
        ExposureError: There is a sidecar that cannot be read or set aside.
    """
    state = _known(photo, Labels())
    return state.version.recipe if state else None


def starting_develop(photo: Path) -> Develop:
    """How the editor develops a photo for the first time, as the settings say."""
    return usual_develop() if is_raw(photo) else Develop()


def usual_develop() -> Develop:
    """How RAW files are developed for the first time, as the settings say."""
    return Develop(highlights=cast("HighlightMode", current_settings().get_text("develop.highlights")))


def kept_develop(photo: Path) -> Develop:
    """How a photo was developed when it was left, or is for the first time. Errors as ``kept_recipe``."""
    kept = kept_recipe(photo)
    return kept.develop if kept else starting_develop(photo)


def _neutral(photo: Path) -> Recipe:
    develop = starting_develop(photo)
    return neutral_of(read_image(photo, develop=develop), develop)


def _changed(photos: Sequence[Path], change: Callable[[Path], State]) -> Results:
    for photo in photos:
        try:
            save_state(photo, change(photo))
            yield photo, None
        except ExposureError as error:
            yield photo, error


def has_edits(photo: Path) -> bool:
    """Whether there is a sidecar for this photo."""
    from exposure_app.pipeline.sidecar import sidecar_path

    return sidecar_path(photo).exists()


def _load(photo: Path, neutral: Recipe, labels: Labels) -> State:
    return _known(photo, labels) or fresh_state(neutral)


def _known(photo: Path, labels: Labels) -> State | None:
    """What is kept; where sidecar and history disagree, the sidecar is right and the history gets one more entry."""
    recipe = read_sidecar(photo)
    state = _read_history(photo)
    if state is None:
        return None if recipe is None else fresh_state(recipe)
    first = state.versions[0]
    if recipe is None or recipe == first.recipe:
        return state
    changed = add_to_state(State((first,)), recipe, labels.elsewhere).versions[0]
    return State((changed, *state.versions[1:]), state.active, state.snapshots)


def _history_path(photo: Path) -> Path:
    absolute = str(photo.resolve())
    return (
        paths.user_config_dir()
        / "history"
        / f"{photo.stem[:40]}-{hashlib.sha256(absolute.encode()).hexdigest()[:16]}.json"
    )


def _read_history(photo: Path) -> State | None:
    try:
        data = json.loads(_history_path(photo).read_text(encoding="utf-8"))
        if data["format"] != FORMAT or data["version"] != VERSION:
            return None
        versions = tuple(_version_from_json(version) for version in data["versions"])
        snapshots = tuple(Snapshot(str(item["name"]), from_json(item["recipe"])) for item in data["snapshots"])
        active = int(data["active"])
        return State(versions, active if 0 <= active < len(versions) else 0, snapshots) if versions else None
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, ExposureError) as error:
        log.warning("The history of %s cannot be read (%s); the photo's recipe is not affected", photo.name, error)
        return None


def _version_from_json(data: dict[str, Any]) -> Version:
    entries = tuple(Entry(str(item["label"]), from_json(item["recipe"])) for item in data["entries"])
    at = int(data["at"])
    if not 0 <= at < len(entries):
        raise ValueError("no such entry")
    return Version(str(data["name"]), entries, at)


def _to_json(photo: Path, state: State) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "photo": str(photo),
        "active": state.active,
        "versions": [
            {
                "name": version.name,
                "at": version.at,
                "entries": [{"label": entry.label, "recipe": to_json(entry.recipe)} for entry in version.entries],
            }
            for version in state.versions
        ],
        "snapshots": [{"name": snapshot.name, "recipe": to_json(snapshot.recipe)} for snapshot in state.snapshots],
    }
