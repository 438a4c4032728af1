"""Learning a style, seen from outside: what to learn from, and how far it is by what the training process tells.

Training runs in a process of its own. It tells its news as JSON objects, one a line; ``after`` takes them in. Which
runs there are on disk is the business of ``learning.store``.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import isfinite
from pathlib import Path
from typing import Any

from exposure_app.reading import Unreadable, parse_json

QUANTITIES = ("luminance", "contrast", "saturation")  # whose histograms are compared, in the order they are shown
LEAST_LIKED, LEAST_OTHERS = 10, 10  # photos; as training.runs.train demands
MOST_OTHERS = 800  # more of them teach little and take long to read


class LearningPhase(StrEnum):
    """Where a run is."""

    WAITING = "waiting"  # set up or paused; can go on
    STARTING = "starting"
    READING = "reading"
    TRAINING = "training"
    STOPPING = "stopping"  # keeps what was learned, then waits
    DONE = "done"  # the style is there, neither accepted nor discarded
    FAILED = "failed"  # can be tried again


RUNNING = (LearningPhase.STARTING, LearningPhase.READING, LearningPhase.TRAINING, LearningPhase.STOPPING)


@dataclass(frozen=True)
class Plan:
    """What to learn, and from what.

    Attributes:
        name: Of the style and its file.
        title: What people see.
        description: One or two sentences; may be empty.
        liked: Photos of the look to be learned.
        others: Photos to practise on.
        minutes: Time limit, over all parts of an interrupted run.
    """

    name: str
    title: str
    description: str
    liked: tuple[Path, ...]
    others: tuple[Path, ...]
    minutes: float


@dataclass(frozen=True)
class Trial:
    """How the agent did on photos kept out of training.

    Attributes:
        iteration: When.
        score: What the best state is chosen by, in percent points.
        intersections: Histogram intersections with the liked photos in percent, by quantity.
        usage: Share of the steps by filter id, 0 to 1.
    """

    iteration: int
    score: float
    intersections: Mapping[str, float]
    usage: Mapping[str, float]


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        phase: Where it is.
        what: What is being read.
        done: Photos read of it.
        total: Photos to read of it.
        iteration: Of training.
        share: Of the run, 0 to 1.
        seconds_left: Estimated; None while unknown.
        speed: Iterations a second since the process began; None while unknown.
        anchor: Iteration and clock (seconds) of the first progress since the process began.
        trials: So far, in order.
        best: Iteration of the best of them; -1 without one.
        ceiling: What the intersections can reach at best, percent by quantity; empty while unknown.
        sheet: Picture of the latest trial's results, a PNG.
        skipped: File and reason of photos that were left out.
        went_back: Iteration it had to go back to, and why; None if it did not.
        style: The finished style's file.
        figures: Of the finished style, as on its card.
        better: Whether the finished style came closer to the liked photos than the one it began with.
        message: What went wrong, in a sentence.
        hint: What to do about it.
    """

    phase: LearningPhase = LearningPhase.WAITING
    what: str = ""
    done: int = 0
    total: int = 0
    iteration: int = 0
    share: float = 0.0
    seconds_left: float | None = None
    speed: float | None = None
    anchor: tuple[int, float] | None = None
    trials: tuple[Trial, ...] = ()
    best: int = -1
    ceiling: Mapping[str, float] = field(default_factory=dict)
    sheet: Path | None = None
    skipped: tuple[tuple[str, str], ...] = ()
    went_back: tuple[int, str] | None = None
    style: Path | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    better: bool = True
    message: str = ""
    hint: str = ""

    @property
    def is_running(self) -> bool:
        """Whether a process works on it."""
        return self.phase in RUNNING


def begun(progress: Progress) -> Progress:
    """A process has been started for the run, for the first time or to go on."""
    return replace(
        progress,
        phase=LearningPhase.STARTING,
        seconds_left=None,
        speed=None,
        anchor=None,
        skipped=(),
        message="",
        hint="",
    )


def stopping(progress: Progress) -> Progress:
    """The process has been told to stop."""
    return replace(progress, phase=LearningPhase.STOPPING, seconds_left=None) if progress.is_running else progress


def ended(progress: Progress, message: str, hint: str) -> Progress:
    """The process is gone. One that was asked to stop waits; one that said nothing has failed with these words."""
    if progress.phase is LearningPhase.STOPPING:
        return replace(progress, phase=LearningPhase.WAITING)
    if progress.is_running:
        return replace(progress, phase=LearningPhase.FAILED, message=message, hint=hint)
    return progress


def parse(line: str) -> dict[str, Any] | None:
    """One line of the process: its event, or None for anything else that a process may print."""
    try:
        event = parse_json(line, paths=True)
    except Unreadable:
        return None
    return event if isinstance(event, dict) and isinstance(event.get("event"), str) else None


def after(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    """How far the run is after an event; events that this program does not know change nothing.

    Args:
        progress: Before.
        event: As the process told it.
        now: A clock in seconds.

    Raises:
        ValueError: The event is not what its name promises.
    """
    takes = _TAKES.get(event["event"])
    if takes is None:
        return progress
    try:
        return takes(progress, event, now)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not a {event['event']}: {error!r}") from error


def _reading(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    phase = LearningPhase.READING if progress.phase is LearningPhase.STARTING else progress.phase
    return replace(progress, phase=phase, what=str(event["what"]), done=int(event["done"]), total=int(event["total"]))


def _skipped(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    return replace(progress, skipped=(*progress.skipped, (str(event["file"]), str(event["reason"]))))


def _progress(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    iteration = int(event["iteration"])
    anchor = progress.anchor or (iteration, now)
    done, seconds = iteration - anchor[0], now - anchor[1]
    left = event.get("eta_s")
    return replace(
        progress,
        phase=_at_work(progress),
        iteration=iteration,
        share=_share(event["share"]),
        seconds_left=None if left is None or progress.phase is LearningPhase.STOPPING else float(left),
        anchor=anchor,
        speed=done / seconds if done > 0 and seconds > 0 else progress.speed,
    )


def _validation(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    trial = Trial(
        int(event["iteration"]),
        float(event["score"]),
        {name: float(event["intersections"][name]) for name in QUANTITIES},
        {str(name): float(share) for name, share in event["usage"].items()},
    )
    # A run that goes on from a checkpoint repeats what came after it.
    trials = (*(earlier for earlier in progress.trials if earlier.iteration < trial.iteration), trial)
    ceiling = event.get("ceiling") or progress.ceiling
    return replace(
        progress,
        phase=_at_work(progress),
        iteration=trial.iteration,
        share=max(progress.share, _share(event["share"])),
        trials=trials,
        best=max(trials, key=lambda one: one.score).iteration,
        ceiling={name: float(ceiling[name]) for name in QUANTITIES} if ceiling else {},
        sheet=Path(event["sheet"]) if event.get("sheet") else progress.sheet,
    )


def _rollback(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    to = int(event["to"])
    trials = tuple(trial for trial in progress.trials if trial.iteration <= to)
    return replace(progress, iteration=to, trials=trials, anchor=None, went_back=(to, str(event["reason"])))


def _stopped(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    iteration = int(event["iteration"]) or progress.iteration  # 0 when it was still reading
    return replace(progress, phase=LearningPhase.WAITING, iteration=iteration, seconds_left=None)


def _done(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    figures = event.get("figures") or {}
    if not isinstance(figures, Mapping):
        raise TypeError("figures")
    style, better = Path(event["style"]), event.get("better") is not False
    ended = replace(progress, phase=LearningPhase.DONE, share=1.0, seconds_left=None)
    return replace(ended, style=style, figures=figures, better=better)


def _error(progress: Progress, event: Mapping[str, Any], now: float) -> Progress:
    message, hint = str(event["message"]), str(event.get("hint") or "")
    return replace(progress, phase=LearningPhase.FAILED, seconds_left=None, message=message, hint=hint)


_TAKES = {
    "reading": _reading,
    "skipped": _skipped,
    "progress": _progress,
    "validation": _validation,
    "rollback": _rollback,
    "stopped": _stopped,
    "done": _done,
    "error": _error,
}


def _at_work(progress: Progress) -> LearningPhase:
    return progress.phase if progress.phase is LearningPhase.STOPPING else LearningPhase.TRAINING


def _share(value: Any) -> float:
    share = float(value)
    if not isfinite(share):
        raise ValueError(f"no share: {share}")
    return min(max(share, 0.0), 1.0)


def style_name(title: str) -> str:
    """A file name for a style of that title: letters, digits, ``-`` and ``_``; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")[:40]


def thinned(photos: tuple[Path, ...], most: int = MOST_OTHERS) -> tuple[Path, ...]:
    """At most so many of the photos, evenly from all of them."""
    if len(photos) <= most:
        return photos
    return tuple(photos[index * len(photos) // most] for index in range(most))
