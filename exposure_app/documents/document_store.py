"""What is kept of documents and sessions between two runs of the program.

The recipe lies in the sidecar beside the photo, where every other part of the program finds it. History, snapshots and
virtual copies are kept with the program's own files: they are of no use without the editor, and a sidecar of an older
program must stay readable. They belong to a path and to what is in the file there: another photo that gets the name of
an old one begins without edits, and so does one whose sidecar has been deleted.

Nothing is overwritten that nobody here has seen: a sidecar that another program or computer has changed since it was
read is set aside first.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from exposure_app import paths
from exposure_app.atomic import make_folder, write_text_atomic
from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.documents.document import Document, Snapshot, State, add_to_state, free_name, fresh_state
from exposure_app.documents.history import History, history_from_json, history_to_json
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io.develop import Develop, HighlightMode
from exposure_app.io.formats import is_raw, read_image
from exposure_app.names import path_key
from exposure_app.pipeline.recipe import Recipe, dumps, loads, neutral_recipe
from exposure_app.pipeline.sidecar import keep_copy, read_sidecar, sidecar_path, write_sidecar
from exposure_app.reading import open_ordinary, read_json
from exposure_app.settings import current_settings

_MOST_HISTORY = 1 << 28  # bytes: a long evening with masks and curves takes some megabytes
_SAMPLE = 65536  # bytes read at the beginning, in the middle and at the end of a photo to know it again

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Labels:
    """Words for entries of the history that are made here; the editor passes translated ones."""

    elsewhere: str = "Changed elsewhere"
    pasted: str = "Pasted edits"
    reset: str = "Reset"
    copy: str = "Copy {number}"
    deleted: str = "Sidecar deleted"
    found: str = "Edits found beside the photo"


@dataclass(frozen=True)
class Kept:
    """What has become of a document that was to be kept.

    Attributes:
        state: What is kept, with a snapshot of what others have done to the photo meanwhile.
        theirs: The file that the sidecar of others was set aside as; None where there was none.
        problem: What could not be written; None if all is on the disk.
        is_safe: Whether what matters is found again by the next session, in the one place or the other.
    """

    state: State
    theirs: Path | None = None
    problem: ExposureError | None = None
    is_safe: bool = True


@dataclass(frozen=True)
class _Seen:
    """What this process has read or written last of a photo: which photo it was, and the recipe in its sidecar."""

    identity: str
    recipe: Recipe | None


_seen: dict[Path, _Seen] = {}  # by resolved path


def open_document(photo: Path, image: Image, labels: Labels | None = None) -> Document:
    """The document of a photo as it was left, or a fresh one. Errors as ``last_state``."""
    return last_state(photo, labels).document(image)


def neutral_of(image: Image, develop: Develop) -> Recipe:
    """The neutral recipe of a photo that was developed this way."""
    return replace(neutral_recipe(image), develop=develop)


def save_state(photo: Path, state: State) -> None:
    """As ``keep_state``.

    Raises:
        ExposureError: One of the files cannot be written; the other one is written all the same.
    """
    kept = keep_state(photo, state)
    if kept.problem is not None:
        raise kept.problem


def keep_state(photo: Path, state: State, labels: Labels | None = None) -> Kept:
    """Keep a document: the first version's recipe in the sidecar, then everything with the program's files.

    Neither keeps the other from being written.
    """
    beside = history = theirs = None
    seen = _seen.get(photo.resolve()) or _seen_before(photo)
    try:
        others = _others_work(photo, state, seen)
        if others is not None:
            theirs = keep_copy(photo, others)
            log.warning("%s was changed elsewhere meanwhile; that is kept as %s", photo.name, theirs.name)
            seen = _Seen(seen.identity, others)
            state = _with_snapshot(state, others, (labels or Labels()).elsewhere)
        write_sidecar(photo, state.versions[0].recipe)
        seen = _Seen(seen.identity, loads(dumps(state.versions[0].recipe)))
    except ExposureError as error:
        beside = error
    try:
        _write_history(photo, seen.identity, History(state, seen.recipe))
    except ExposureError as error:
        history = error
    _seen[photo.resolve()] = seen
    return Kept(state, theirs, _problem(photo, beside, history), is_safe=history is None)


def _problem(photo: Path, beside: ExposureError | None, history: ExposureError | None) -> ExposureError | None:
    """What to say of what could not be written."""
    if beside is not None and history is not None:
        hint = f"The edits of {photo.name} are on no disk yet; make room or give permission, it is tried again."
        return ExposureError(beside.message, hint)
    if beside is not None:
        hint = f"The edits of {photo.name} are kept with the program's own files until they can lie beside the photo."
        return ExposureError(beside.message, hint)
    if history is not None:
        hint = f"The edits of {photo.name} lie beside it, without their history, snapshots and versions so far."
        return ExposureError(history.message, hint)
    return None


def _seen_before(photo: Path) -> _Seen:
    """What an earlier process has written last, for a photo that this one has not opened."""
    identity = _identity(photo)
    history = _read_history(_history_path(photo, identity))
    return _Seen(identity, history.sidecar if history else None)


def _others_work(photo: Path, state: State, seen: _Seen) -> Recipe | None:
    """What somebody else has put into the sidecar and would be lost by writing this state."""
    there = read_sidecar(photo)
    return None if there in (None, seen.recipe, state.versions[0].recipe) else there


def _with_snapshot(state: State, recipe: Recipe, name: str) -> State:
    taken = {snapshot.name for snapshot in state.snapshots}
    name = free_name(f"{name} {{number}}", taken) if name in taken else name
    return replace(state, snapshots=(*state.snapshots, Snapshot(name, recipe)))


Results = Iterator[tuple[Path, "State | ExposureError"]]
"""Each photo when it is done, with its state now, or why it is as it was."""


def paste_edits(photos: Sequence[Path], copied: CopiedEdits, labels: Labels | None = None) -> Results:
    """Give photos that are not open what was copied from another one, as an entry of the history."""
    labels = labels or Labels()

    def paste(photo: Path) -> State:
        # Of a RAW without edits only the pixels tell how bright its neutral rendering is.
        state = last_state(photo, labels).state(lambda: _neutral(photo))
        return add_to_state(state, copied.on(state.version.recipe), labels.pasted)

    return _changed(photos, paste)


def give_edits(
    recipes: Mapping[Path, Recipe], neutral: Mapping[Path, Recipe], label: str, labels: Labels | None = None
) -> Results:
    """Give photos that are not open other recipes, as an entry of the history.

    Args:
        recipes: By photo.
        neutral: Their recipes without edits, as ``neutral_of`` tells.
        label: What was done, for the history.
        labels: See ``Labels``.
    """

    def give(photo: Path) -> State:
        state = last_state(photo, labels).state(lambda: neutral[photo])
        return add_to_state(state, recipes[photo], label)

    return _changed(list(recipes), give)


def take_back(made: Mapping[Path, Recipe]) -> Results:
    """Undo the last edit of photos that are not open, of those that still are as it made them."""

    def back(photo: Path) -> State:
        state = last_state(photo).state(lambda: made[photo])
        version = state.version
        if version.recipe != loads(dumps(made[photo])) or not version.at:
            raise ExposureError(f"{photo.name} has been edited since", "It is left as it is.")
        return state.with_version(replace(version, at=version.at - 1))

    return _changed(list(made), back)


def reset_photos(photos: Sequence[Path], labels: Labels | None = None) -> Results:
    """Take photos that are not open back to their neutral recipes, as an entry of the history."""
    labels = labels or Labels()

    def reset(photo: Path) -> State:
        neutral = _neutral(photo)
        return add_to_state(last_state(photo, labels).state(lambda: neutral), neutral, labels.reset)

    return _changed(photos, reset)


def copy_photos(photos: Sequence[Path], labels: Labels | None = None) -> Results:
    """Start a virtual copy of photos that are not open."""
    labels = labels or Labels()

    def copy(photo: Path) -> State:
        state = last_state(photo, labels).state(lambda: _neutral(photo))
        document = Document(state, state.version.recipe)
        document.add_copy(free_name(labels.copy, {version.name for version in state.versions}))
        return document.state

    return _changed(photos, copy)


def kept_recipe(photo: Path) -> Recipe | None:
    """The recipe of a photo as it was left, in the version that was shown; None when it has no edits.

    Raises:
        ExposureError: As ``last_state``.
    """
    return last_state(photo).recipe


def starting_develop(photo: Path) -> Develop:
    """How the editor develops a photo for the first time, as the settings say."""
    return usual_develop() if is_raw(photo) else Develop()


def usual_develop() -> Develop:
    """How RAW files are developed for the first time, as the settings say."""
    return Develop(highlights=cast("HighlightMode", current_settings().get_text("develop.highlights")))


def _neutral(photo: Path) -> Recipe:
    develop = starting_develop(photo)
    return neutral_of(read_image(photo, develop=develop), develop)


def _changed(photos: Sequence[Path], change: Callable[[Path], State]) -> Results:
    for photo in photos:
        try:
            kept = keep_state(photo, change(photo))
            yield photo, kept.state if kept.is_safe or kept.problem is None else kept.problem
        except ExposureError as error:
            yield photo, error


@dataclass(frozen=True)
class LastState:
    """How a photo was left, looked up once: its development tells how to read it, the rest waits for its pixels.

    Attributes:
        photo: The photo.
        kept: What is kept of it; None where nothing is.
        is_edited: Whether that still holds: not if its sidecar has been deleted since.
        labels: Words for what is added.
    """

    photo: Path
    kept: State | None
    is_edited: bool
    labels: Labels

    @property
    def recipe(self) -> Recipe | None:
        """In the version that was shown; None without edits."""
        return self.kept.version.recipe if self.kept and self.is_edited else None

    @property
    def develop(self) -> Develop:
        """How it was developed, or is for the first time."""
        return self.recipe.develop if self.recipe else starting_develop(self.photo)

    def state(self, neutral: Callable[[], Recipe]) -> State:
        """The state to go on from; ``neutral`` is asked for the recipe without edits where nothing else tells."""
        kept = self.kept
        if kept is None:
            return fresh_state(neutral())
        if not self.is_edited:
            return add_to_state(replace(kept, active=0), neutral(), self.labels.deleted)
        if kept == fresh_state(kept.version.recipe):  # as a batch leaves it: it can be taken back
            return add_to_state(fresh_state(neutral()), kept.version.recipe, self.labels.found)
        return kept

    def document(self, image: Image) -> Document:
        """The document of the photo, now that it is read."""
        neutral = neutral_of(image, starting_develop(self.photo))
        return Document(self.state(lambda: neutral), neutral)


def last_state(photo: Path, labels: Labels | None = None) -> LastState:
    """Look up how a photo was left.

    Where sidecar and history disagree, the sidecar is right and the history gets one more entry. A sidecar that cannot
    be understood is set aside, and the history tells what was in it.

    Raises:
        ExposureError: There is a sidecar that cannot be read or set aside.
    """
    labels = labels or Labels()
    was_there = sidecar_path(photo).exists()
    recipe, identity = read_sidecar(photo), _identity(photo)
    _seen[photo.resolve()] = _Seen(identity, recipe)  # may be overwritten from now on
    history = _read_history(_history_path(photo, identity))
    if history is None and recipe is not None:
        history = _adopted(photo, recipe)
    if history is None:
        return LastState(photo, None if recipe is None else fresh_state(recipe), recipe is not None, labels)
    state = history.state
    if recipe is None or recipe == history.sidecar:
        return LastState(photo, state, was_there or recipe == history.sidecar, labels)
    changed = add_to_state(State(state.versions[:1]), recipe, labels.elsewhere).versions[0]
    return LastState(photo, replace(state, versions=(changed, *state.versions[1:])), True, labels)


def _adopted(photo: Path, recipe: Recipe) -> History | None:
    """The history of the photo that was here before, if its sidecar tells that it is the same one.

    Other programs write keywords and stars into photos: then the file is another one, and its sidecar is not.
    """
    found = [
        (path.stat().st_mtime_ns, path)
        for path in _history_folder().glob(f"*-{path_key(photo.resolve())}*.json")
        if path.is_file()
    ]
    histories = (_read_history(path) for _, path in sorted(found, reverse=True))
    return next((history for history in histories if history and history.sidecar == recipe), None)


def _identity(photo: Path) -> str:
    """Tells a photo from another one at the same path, by its size and three samples of it.

    Not by its date, which is another one when the photo comes back from a backup.
    """
    digest = hashlib.sha256()
    try:
        with open_ordinary(photo) as stream:
            size = photo.stat().st_size
            digest.update(str(size).encode())
            for start in (0, size // 2, max(size - _SAMPLE, 0)):
                stream.seek(start)
                digest.update(stream.read(_SAMPLE))
    except OSError:
        return "unread"  # whoever reads the photo says what is wrong with it
    return digest.hexdigest()[:12]


def _history_folder() -> Path:
    return paths.user_config_dir() / "history"


def _history_path(photo: Path, identity: str | None = None) -> Path:
    return _history_folder() / f"{photo.stem[:40]}-{path_key(photo.resolve())}-{identity or _identity(photo)}.json"


def _write_history(photo: Path, identity: str, history: History) -> None:
    path = _history_path(photo, identity)
    make_folder(path.parent, "Check its permissions.")
    write_text_atomic(path, json.dumps(history_to_json(photo, history)))


def _read_history(path: Path) -> History | None:
    try:
        return history_from_json(read_json(path, _MOST_HISTORY, paths=True))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ExposureError) as error:
        log.warning("The history %s cannot be read (%s); the photo's recipe is not affected", path.name, error)
        return None
