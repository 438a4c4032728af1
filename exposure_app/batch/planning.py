"""Which output every photo gets, before the first one is touched."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from exposure_app.batch.inputs import Found
from exposure_app.batch.journal import Past
from exposure_app.batch.order import Job, Order, Row, stamp
from exposure_app.errors import ExposureError
from exposure_app.session.export_namer import Namer


class Results(Protocol):
    """The folder of the results, wherever it is."""

    path: Path

    def exists(self, path: Path) -> bool:
        """Whether there is a file at a path below ``path``."""

    def place(self, path: Path) -> str:
        """The path or address that a path below ``path`` stands for."""

    def stamp(self, place: str) -> tuple[int, int] | None:
        """As ``order.stamp``, for photos and results."""


class Folder:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self, path: Path) -> bool:
        """See ``Results``."""
        return path.exists()

    def place(self, path: Path) -> str:
        """See ``Results``."""
        return str(path)

    def stamp(self, place: str) -> tuple[int, int] | None:
        """See ``Results``."""
        return stamp(Path(place))


def plan_jobs(
    found: Sequence[Found],
    order: Order,
    results: Results,
    past: Past | None = None,
    dates: dict[str, str] | None = None,
    redo_missing: bool = True,
) -> tuple[list[Job], list[Row]]:
    """Give every photo its output, and tell which need not be done.

    Args:
        found: The photos.
        order: What is to be done.
        results: The folder of the results.
        past: What an earlier run of the same order has planned and done: its names hold, its results stay.
        dates: By photo, when it was taken, for patterns that ask for it; others are looked up here.
        redo_missing: Whether a result that is no longer there is made again.

    Returns:
        A job for every photo, and rows for those that are done, skipped or cannot be.
    """
    known = {job.photo: job for job in past.jobs if job.output} if past else {}
    inputs = [item.photo for item in found] + [Path(photo) for photo in known]
    namer = Namer(inputs, order.export, results.exists)
    for job in known.values():
        namer.take(Path(job.output), Path(job.photo))
    jobs: list[Job] = []
    rows: list[Row] = []
    for old in known.values():
        job, row = _resumed(old, past.rows.get(old.photo) if past else None, results, redo_missing)
        jobs.append(job)
        rows += [row] if row else []
    last = max((job.number for job in jobs), default=0)
    new = [item for item in found if item.place not in known]
    for number, item in enumerate(new, start=last + 1):
        job, row = _planned(item, number, order, results, namer, (dates or {}).get(item.place))
        jobs.append(job)
        rows += [row] if row else []
    return jobs, rows


def _resumed(job: Job, row: Row | None, results: Results, redo_missing: bool) -> tuple[Job, Row | None]:
    """A job of the earlier run, and its row if that still holds."""
    if row is None or row.state not in ("done", "skipped"):
        return job, None
    now, written = results.stamp(job.photo), results.stamp(row.output)
    if written is None and redo_missing:
        return job, None
    if row.state == "skipped":
        return job, row
    is_ours = written is not None and written[0] == row.size
    if (is_ours or not redo_missing) and now in (row.stamp, None):  # a photo that has gone since has been done
        return job, row
    return replace(job, is_free=not is_ours), None


def _planned(
    item: Found, number: int, order: Order, results: Results, namer: Namer, date: str | None
) -> tuple[Job, Row | None]:
    photo = item.place
    try:
        style = _style_name(item.photo, order)
        target, reason, rival = namer.name(item.photo, style, number, folder=results.path / item.below, date=date)
    except ExposureError as error:
        job = Job(number, photo, "")
        return job, Row.failed(job, error)
    note = f"The name without a number went to {rival.name}" if rival else ""
    output = results.place(target)
    job = Job(number, photo, output, is_free=not results.exists(target), note=note)
    return job, Row(number, photo, "skipped", output, reason) if reason else None


def _style_name(photo: Path, order: Order) -> str:
    """What the pattern's ``{style}`` stands for."""
    if "{style" not in order.export.pattern:
        return ""
    if order.sidecars:
        from exposure_app.pipeline.sidecar import read_sidecar

        kept = read_sidecar(photo)
        if kept is not None:
            return kept.style
    return order.recipe.style if order.recipe else order.style_name
