"""Which output every photo gets, before the first one is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from exposure_app.batch.inputs import Found
from exposure_app.batch.journal import Past
from exposure_app.batch.order import Job, Order, Row, stamp
from exposure_app.errors import ExposureError
from exposure_app.export.namer import Namer


class Results(Protocol):
    """The folder of the results, wherever it is."""

    path: Path

    def exists(self, path: Path) -> bool:
        """Whether there is a file at a path below ``path``."""

    def place(self, path: Path) -> str:
        """The path or address that a path below ``path`` stands for."""

    def below(self, place: str) -> Path | None:
        """The path below ``path`` that a place stands for; None if it lies elsewhere."""

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

    def below(self, place: str) -> Path | None:
        """See ``Results``."""
        path = Path(place)
        return path if path.is_relative_to(self.path) and ".." not in path.parts else None

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
        past: What an earlier run of the same order has planned and done: its names hold and its results stay, as far
            as this order could have given them. Its journal may have come with the folder, from anybody: it decides
            neither which photos are read nor where anything is written.
        dates: By photo, when it was taken, for patterns that ask for it; others are looked up here.
        redo_missing: Whether a result that is no longer there is made again.

    Returns:
        A job for every photo, and rows for those that are done, skipped or cannot be.
    """
    wanted = {item.place: item for item in found}
    earlier = past.jobs if past else ()
    inputs = [*(item.photo for item in found), *(Path(job.photo) for job in earlier)]
    namer = Namer(inputs, order.export, results.exists)
    plan = _Plan(order, results, namer, dates or {}, redo_missing)
    jobs: dict[int, Job] = {}
    rows: list[Row] = []
    for old in earlier:
        if old.number in jobs:
            continue
        taken = plan.taken_over(old, past.rows.get(old.photo) if past else None, wanted.get(old.photo))
        if taken is not None:
            wanted.pop(old.photo, None)
            jobs[old.number] = taken[0]
            rows += [taken[1]] if taken[1] else []
    for number, item in enumerate(wanted.values(), start=max(jobs, default=0) + 1):
        jobs[number], row = _planned(item, number, order, results, namer, plan.dates.get(item.place))
        rows += [row] if row else []
    return list(jobs.values()), rows


@dataclass(frozen=True)
class _Plan:
    """What is asked of every photo of an earlier run; see ``plan_jobs``."""

    order: Order
    results: Results
    namer: Namer
    dates: Mapping[str, str]
    redo_missing: bool

    def taken_over(self, old: Job, row: Row | None, item: Found | None) -> tuple[Job, Row | None] | None:
        """A job of the earlier run and its row, as far as they hold; None for a photo that is to be planned anew.

        Of photos that nobody has named this time only what became of them is told.
        """
        path = self.results.below(old.output) if old.output else None
        if path is None or self.namer.has_given(path):
            return None
        if item is None:
            if row is None and self.results.stamp(old.photo) is None:
                row = Row.failed(old, ExposureError(f"{old.photo} does not exist", "Check the path."))
            if row is not None:
                self.namer.take(path, Path(old.photo))
            return None if row is None else (old, replace(row, number=old.number))
        if not self._fits(path, old, item):
            return None
        self.namer.take(path, item.photo)
        is_free = self.order.export.existing != "overwrite" or not self.results.exists(path)
        job = replace(old, output=self.results.place(path), is_free=is_free, recipe=None, score=None)
        return self._resumed(job, row)

    def _fits(self, path: Path, old: Job, item: Found) -> bool:
        """Whether the earlier run's name is one that the order gives to this photo."""
        folder, date = self.results.path / item.below, self.dates.get(item.place)
        try:
            style = _style_name(item.photo, self.order)
            return self.namer.could_be(path, item.photo, style, old.number, folder, date)
        except ExposureError:
            return False

    def _resumed(self, job: Job, row: Row | None) -> tuple[Job, Row | None]:
        """A job with its row, if that still holds."""
        if row is None or row.state not in ("done", "skipped") or row.output != job.output:
            return job, None
        row = replace(row, number=job.number)
        now, written = self.results.stamp(job.photo), self.results.stamp(job.output)
        if written is None and self.redo_missing:
            return job, None
        if row.state == "skipped":
            return job, row
        is_ours = written is not None and written[0] == row.size
        if (is_ours or not self.redo_missing) and now in (row.stamp, None):  # one that has gone since has been done
            return job, row
        return replace(job, is_free=job.is_free and not is_ours), None


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
