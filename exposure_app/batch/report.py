"""What a batch has done, as text and as JSON."""

from typing import Any

from exposure_app.batch.batch import Batch
from exposure_app.batch.models import BatchItem, ItemResult
from exposure_app.batch.series import Series, doubtful

_WORDS = {"done": "done", "skipped": "skipped", "failed": "failed", "cancelled": "not begun"}


def summary(batch: Batch, seconds: float) -> str:
    """One line: how many photos came to which end, and how fast."""
    parts = [f"{count} {word}" for state, word in _WORDS.items() if (count := batch.count(state))]  # type: ignore[arg-type]
    done = batch.finished - batch.taken_over
    rate = f", {done / seconds:.2g} photos/s" if done and seconds else ""
    flagged = len(doubtful(batch.rows.values()))
    review = f"; {flagged} to look at" if flagged else ""
    return f"{', '.join(parts) or 'Nothing to do'} in {duration(seconds)}{rate}{review}"


def to_json(batch: Batch, seconds: float) -> dict[str, Any]:
    """The whole report: the specification, the counts, and a record for every photo."""
    review = doubtful(batch.rows.values())
    return {
        "order": batch.spec.to_json(),
        "output": str(batch.output),
        "counts": {state: batch.count(state) for state in _WORDS},  # type: ignore[arg-type]
        "seconds": round(seconds, 3),
        "series": [_series(series, batch) for series in batch.series],
        "files": [
            record(batch.rows.get(job.number) or _unfinished(job, batch), review.get(job.number, ()))
            for job in batch.jobs
        ],
    }


def _unfinished(job: BatchItem, batch: Batch) -> ItemResult:
    return ItemResult(job.number, job.photo, batch.states[job.number], job.output)


def _series(series: Series, batch: Batch) -> dict[str, Any]:
    spread = {name: {"before": before, "after": after} for name, (before, after) in series.spread.items()}
    photos = {job.number: job.photo for job in batch.jobs}
    about = {"folder": series.folder, "camera": series.camera, "begin": series.begin, "end": series.end}
    return {**about, "photos": [photos[number] for number in series.numbers], "spread": spread}


def record(row: ItemResult, review: tuple[str, ...] = ()) -> dict[str, Any]:
    """One photo of the report; ``review`` is why a person should look at it."""
    plain = row.to_json()
    for name in ("stamp", "size", "details"):
        del plain[name]
    return {"input": plain.pop("photo"), **plain, "review": list(review)}


def complaint(row: ItemResult) -> str:
    """Why a photo failed, in one line."""
    return f"{row.reason}. {row.hint}" if row.hint else row.reason


def duration(seconds: float) -> str:
    """A time as a person says it: 12 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
