"""Batches that have stopped before their end: what is left of them, and how to go on with them."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exposure_app import paths
from exposure_app.atomic import write_text_atomic
from exposure_app.batch.batch import Batch, Event, journal_home, still_true
from exposure_app.batch.inputs import Found
from exposure_app.batch.journal import read_journal
from exposure_app.batch.planning import Folder, plan_jobs
from exposure_app.errors import ExposureError

_FILE = "batches.json"
_MOST = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unfinished:
    """A batch that has photos left to do.

    Attributes:
        output: The folder of its results.
        left: How many photos.
        total: Of how many.
    """

    output: Path
    left: int
    total: int


def count_left(output: str | Path) -> int:
    """How many photos an interrupted batch has left in this folder."""
    found = _unfinished(journal_home(output))
    return found.left if found else 0


def resume_batch(output: Path, on_event: Callable[[Event], None] = lambda _event: None) -> Batch:
    """Plan the rest of the batch whose results are in a folder, as its journal says; what failed is tried again.

    Raises:
        ExposureError: There is none, or its style is no longer what it was.
    """
    past = read_journal(output)
    if past is None:
        raise ExposureError(f"There is no batch to go on with in {output}", "Start it anew.")
    order = past.order
    if order.style and _digest(Path(order.style)) != order.style_digest:
        raise ExposureError(
            f"The style {order.style_name} is gone or has changed since the batch in {output} was begun",
            "Start it anew, with another folder for the results.",
        )
    unnamed = [Found(Path(job.photo)) for job in past.jobs if not job.output]
    jobs, rows = plan_jobs(unnamed, order, Folder(output), past)
    return Batch(order, output, jobs, rows, on_event, looks=still_true(past, jobs))


def remember(output: Path) -> None:
    """Keep in mind that a batch is being done in this folder, until ``forget``.

    Raises:
        ExposureError: It cannot be written down.
    """
    _write([output, *(one for one in _read() if one != output)][:_MOST])


def forget(output: Path) -> None:
    """It is finished, or nobody wants it any more; its journal stays.

    Raises:
        ExposureError: It cannot be written down.
    """
    known = _read()
    if output in known:
        _write([one for one in known if one != output])


def remembered() -> list[Unfinished]:
    """The batches that are kept in mind and have photos left, the latest first."""
    return [found for found in map(_unfinished, _read()) if found is not None]


def _unfinished(home: Path) -> Unfinished | None:
    try:
        past = read_journal(home)
    except ExposureError:
        return None  # whoever resumes is told what is wrong with it
    return Unfinished(home, past.unfinished, len(past.jobs)) if past and past.unfinished else None


def _digest(style: Path) -> str:
    try:
        return hashlib.sha256(style.read_bytes()).hexdigest()
    except OSError:
        return ""


def _read() -> list[Path]:
    try:
        return [Path(name) for name in json.loads((paths.user_config_dir() / _FILE).read_text(encoding="utf-8"))]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, RecursionError) as error:
        log.warning("the list of unfinished batches cannot be read (%s)", error)
        return []


def _write(outputs: list[Path]) -> None:
    path = paths.user_config_dir() / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps([str(output) for output in outputs]))
