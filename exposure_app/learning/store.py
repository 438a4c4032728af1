"""Runs of learning on disk: each a folder with its plan, its lists of photos and how far it came.

A run keeps its photos as they were chosen, so that it can go on later with the same ones. Its style lies in its own
folder until it is accepted, and only then among the user's styles.
"""

import json
import logging
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from exposure_app import paths
from exposure_app.agent.header import SUFFIX, list_styles
from exposure_app.atomic import write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.learning.state import LearningPhase, Plan, Progress, Trial
from exposure_app.reading import Unreadable, read_json

FILE = "run.json"
LIKED = ".liked.json"  # behind the name of a finished style: the list of the photos it was learned from
VERSION = 1
_MOST_LISTED = 1 << 28  # bytes: a list of a million photos
_BESIDE = (".json", ".md", ".png", ".jpg")  # card and sheets

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SavedRun:
    """A run of learning.

    Attributes:
        folder: Where everything of it lies.
        plan: What to learn.
        progress: How far it is.
    """

    folder: Path
    plan: Plan
    progress: Progress = field(default_factory=Progress)

    @property
    def liked_list(self) -> Path:
        """The list of liked photos, for the training process."""
        return self.folder / "liked.json"

    @property
    def others_list(self) -> Path:
        """The list of photos to practise on."""
        return self.folder / "others.json"

    @property
    def output(self) -> Path:
        """Folder of checkpoint, contact sheet and style."""
        return self.folder / "output"


def problem_with(name: str) -> str:
    """Why a style cannot have that name: ``empty``, ``taken``, ``unfinished``, or nothing."""
    if not name:
        return "empty"
    if name in {style.name for style in list_styles()}:
        return "taken"
    return "unfinished" if (paths.learning_dir() / name).exists() else ""


def create_run(plan: Plan) -> SavedRun:
    """Set up a run.

    Raises:
        ExposureError: There is one of that name, or nothing can be written.
    """
    run = SavedRun(paths.learning_dir() / plan.name, plan)
    try:
        run.output.mkdir(parents=True)
    except FileExistsError:
        raise ExposureError(
            f"A style called {plan.title} is already being learned", "Go on with it or give this one another name."
        ) from None
    except OSError as error:
        raise ExposureError(f"Cannot write {run.folder}: {error.strerror}", "Check the disk.") from error
    write_photo_list(run.liked_list, plan.liked)
    write_photo_list(run.others_list, plan.others)
    keep(run)
    return run


def keep(run: SavedRun) -> None:
    """Write down how far a run is.

    Raises:
        ExposureError: The disk does not take it.
    """
    plan, progress = run.plan, run.progress
    data = {
        "version": VERSION,
        "title": plan.title,
        "description": plan.description,
        "minutes": plan.minutes,
        "phase": progress.phase,
        "iteration": progress.iteration,
        "share": progress.share,
        "trials": [vars(trial) for trial in progress.trials],
        "best": progress.best,
        "ceiling": dict(progress.ceiling),
        "sheet": str(progress.sheet or ""),
        "style": str(progress.style or ""),
        "figures": dict(progress.figures),
        "better": progress.better,
        "message": progress.message,
        "hint": progress.hint,
    }
    write_text_atomic(run.folder / FILE, json.dumps(data))


def read_runs() -> list[SavedRun]:
    """The runs that are neither accepted nor discarded, by name; folders that hold none are left alone."""
    runs = []
    for path in sorted(paths.learning_dir().glob(f"*/{FILE}")):
        try:
            runs.append(_read(path))
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, ExposureError) as error:
            log.warning("Cannot read %s (%s)", path, error)
    return runs


def accept(run: SavedRun) -> Path:
    """Move the finished style to the user's styles, with its card and contact sheet.

    Returns:
        The style's file.

    Raises:
        ExposureError: There is none, its name is taken, or it cannot be moved. The run is still there then.
    """
    style = run.output / f"{run.plan.name}{SUFFIX}"
    goal = paths.user_styles_dir() / style.name
    if not style.is_file():
        raise ExposureError(f"The style {run.plan.title} is not there any more", "Learn it again.")
    if goal.exists():
        raise ExposureError(f"There is another style called {run.plan.name}", "Rename or delete that one first.")
    try:
        goal.parent.mkdir(parents=True, exist_ok=True)
        for beside in run.output.iterdir():
            if beside.suffix in _BESIDE and beside.stem.startswith(run.plan.name):
                shutil.copyfile(beside, goal.parent / beside.name)
        shutil.copyfile(run.liked_list, goal.with_suffix(LIKED))
        partial = goal.with_suffix(".part")  # the move may be a copy to another disk
        shutil.move(style, partial)
        partial.replace(goal)
    except OSError as error:
        raise ExposureError(f"Cannot write {goal}: {error.strerror}", "Check the disk.") from error
    discard(run)
    return goal


def discard(run: SavedRun) -> None:
    """Delete a run with all it has learned.

    Raises:
        ExposureError: It cannot be deleted.
    """
    try:
        (run.folder / FILE).unlink(missing_ok=True)  # without it the rest is no run, should that fail
        shutil.rmtree(run.folder)
    except OSError as error:
        raise ExposureError(f"Cannot delete {run.folder}: {error.strerror}", "Delete it yourself.") from error


def write_photo_list(path: Path, photos: Sequence[Path]) -> None:
    """Write a list of photos for another process: JSON, since file names may contain anything.

    Raises:
        ExposureError: The disk does not take it.
    """
    write_text_atomic(path, json.dumps([str(photo.absolute()) for photo in photos]))


def read_photo_list(path: Path) -> list[Path]:
    """The photos of a list.

    Raises:
        ExposureError: It is no list of photos.
    """
    try:
        listed = read_json(path, _MOST_LISTED, paths=True)
    except (OSError, Unreadable) as error:
        raise ExposureError(f"Cannot read {path} as a list of photos ({error})") from error
    if not isinstance(listed, list) or not all(isinstance(name, str) for name in listed):
        raise ExposureError(f"{path} is no list of photos", "It must be a JSON list of paths.")
    return [Path(name) for name in listed]


def _read(path: Path) -> SavedRun:
    data: Mapping[str, Any] = read_json(path, paths=True)
    folder = path.parent
    style, sheet = data["style"], data["sheet"]
    progress = Progress(
        phase=LearningPhase(data["phase"]),
        iteration=int(data["iteration"]),
        share=float(data["share"]),
        trials=tuple(Trial(**trial) for trial in data["trials"]),
        best=int(data["best"]),
        ceiling=dict(data["ceiling"]),
        sheet=Path(sheet) if sheet else None,
        style=Path(style) if style else None,
        figures=dict(data["figures"]),
        better=data.get("better") is not False,
        message=str(data["message"]),
        hint=str(data["hint"]),
    )
    if progress.is_running:  # the program ended without a word
        progress = replace(progress, phase=LearningPhase.WAITING)
    plan = Plan(folder.name, str(data["title"]), str(data["description"]), (), (), float(data["minutes"]))
    run = SavedRun(folder, plan, progress)
    liked, others = tuple(read_photo_list(run.liked_list)), tuple(read_photo_list(run.others_list))
    return replace(run, plan=replace(plan, liked=liked, others=others))
