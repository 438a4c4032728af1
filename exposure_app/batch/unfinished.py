"""Batches that have stopped before their end: what is left of them, and how to go on with them."""

import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from exposure_app import paths
from exposure_app.atomic import set_aside, write_text_atomic
from exposure_app.batch.batch import Batch, BatchEvent, journal_home, read_dates, still_true
from exposure_app.batch.inputs import InputPhoto
from exposure_app.batch.journal import JournalState, read_journal
from exposure_app.batch.planning import Folder, plan_jobs
from exposure_app.errors import ExposureError
from exposure_app.reading import Unreadable, digest_of, read_json

_FILE = "batches.json"
_MOST = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UnfinishedBatch:
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


def resume_batch(output: Path, on_event: Callable[[BatchEvent], None] = lambda _event: None) -> Batch:
    """Plan the rest of the batch whose results are in a folder, as its journal says; what failed is tried again.

    Raises:
        ExposureError: There is none, or its style is no longer what it was.
    """
    past = read_journal(output)
    if past is None:
        raise ExposureError(f"There is no batch to go on with in {output}", "Start it anew.")
    spec = past.spec
    if spec.style and _style_digest(Path(spec.style)) != spec.style_digest:
        raise ExposureError(
            f"The style {spec.style_name} is gone or has changed since the batch in {output} was begun",
            "Start it anew, with another folder for the results.",
        )
    known = _read().get(output)
    if known is not None and known != _digest_of(past):
        raise ExposureError(
            f"The journal in {output} is not that of the batch that was begun there",
            "Start it anew, with another folder for the results.",
        )
    results = Folder(output)
    found = [InputPhoto(Path(job.photo), _folder_below(job.output, results)) for job in past.jobs]
    jobs, rows = plan_jobs(found, spec, results, past, read_dates(found, spec))
    return Batch(spec, output, jobs, rows, on_event, looks=still_true(past, jobs))


def remember(batch: Batch) -> None:
    """Keep in mind that a batch is being done in its folder, until ``forget``, and what it is to do with which photos.

    The folder of results may be shared: what its journal says later is compared with this.

    Raises:
        ExposureError: It cannot be written down.
    """
    digest = _digest_of(JournalState(batch.spec, tuple(batch.jobs)))
    others = {output: known for output, known in _read().items() if output != batch.output}
    _write(dict([(batch.output, digest), *others.items()][:_MOST]))


def forget(output: Path) -> None:
    """It is finished, or nobody wants it any more; its journal stays.

    Raises:
        ExposureError: It cannot be written down.
    """
    known = _read()
    if output in known:
        del known[output]
        _write(known)


def remembered() -> list[UnfinishedBatch]:
    """The batches that are kept in mind and have photos left, the latest first."""
    return [found for found in map(_unfinished, _read()) if found is not None]


def _unfinished(home: Path) -> UnfinishedBatch | None:
    try:
        past = read_journal(home)
    except ExposureError:
        return None  # whoever resumes is told what is wrong with it
    return UnfinishedBatch(home, past.unfinished, len(past.jobs)) if past and past.unfinished else None


def _style_digest(style: Path) -> str:
    try:
        return digest_of(style)
    except OSError:
        return ""


def _digest_of(past: JournalState) -> str:
    """Of what is to be done with which photos."""
    whole = [past.spec.to_json(), sorted(job.photo for job in past.jobs)]
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def _folder_below(output: str, results: Folder) -> Path:
    path = results.relative_dir(output) if output else None
    return path.parent.relative_to(results.path) if path else Path()


def _read() -> dict[Path, str]:
    """Folders of results, and the digest of what is to be done there."""
    path = paths.user_config_dir() / _FILE
    try:
        data = read_json(path, paths=True)
        if not isinstance(data, dict) or not all(isinstance(digest, str) for digest in data.values()):
            raise Unreadable("it is no list of batches")
        return {Path(name): digest for name, digest in data.items()}
    except FileNotFoundError:
        return {}
    except OSError as error:
        log.warning("the list of unfinished batches cannot be read (%s)", error)
    except Unreadable as error:
        with suppress(ExposureError):
            kept = set_aside(path).name
            log.warning("the list of unfinished batches cannot be understood (%s); it is kept as %s", error, kept)
    return {}


def _write(outputs: dict[Path, str]) -> None:
    path = paths.user_config_dir() / _FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps({str(output): digest for output, digest in outputs.items()}))
