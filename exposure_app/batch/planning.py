"""Which output every photo gets, before the first one is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from exposure_app.batch.inputs import InputPhoto
from exposure_app.batch.journal import JournalState
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult, stamp
from exposure_app.errors import ExposureError
from exposure_app.export.namer import Namer


class Results(Protocol):
    """The folder of the results, wherever it is."""

    path: Path

    def exists(self, path: Path) -> bool:
        """Whether there is a file at a path below ``path``."""

    def place(self, path: Path) -> str:
        """The path or address that a path below ``path`` stands for."""

    def relative_dir(self, place: str) -> Path | None:
        """The path below ``path`` that a place stands for; None if it lies elsewhere."""

    def stamp(self, place: str) -> tuple[int, int] | None:
        """As ``spec.stamp``, for photos and results."""


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

    def relative_dir(self, place: str) -> Path | None:
        """See ``Results``."""
        path = Path(place)
        return path if path.is_relative_to(self.path) and ".." not in path.parts else None

    def stamp(self, place: str) -> tuple[int, int] | None:
        """See ``Results``."""
        return stamp(Path(place))


def plan_jobs(
    found: Sequence[InputPhoto],
    spec: BatchSpec,
    results: Results,
    past: JournalState | None = None,
    dates: dict[str, str] | None = None,
    redo_missing: bool = True,
) -> tuple[list[BatchItem], list[ItemResult]]:
    """Give every photo its output, and tell which need not be done.

    Args:
        found: The photos.
        spec: What is to be done.
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
    namer = Namer(inputs, spec.export, results.exists)
    plan = _Plan(spec, results, namer, dates or {}, redo_missing)
    jobs: dict[int, BatchItem] = {}
    rows: list[ItemResult] = []
    for old in earlier:
        if old.number in jobs:
            continue
        taken = plan.taken_over(old, past.rows.get(old.photo) if past else None, wanted.get(old.photo))
        if taken is not None:
            wanted.pop(old.photo, None)
            jobs[old.number] = taken[0]
            rows += [taken[1]] if taken[1] else []
    for number, item in enumerate(wanted.values(), start=max(jobs, default=0) + 1):
        jobs[number], row = _planned(item, number, spec, results, namer, plan.dates.get(item.place))
        rows += [row] if row else []
    return list(jobs.values()), rows


@dataclass(frozen=True)
class _Plan:
    """What is asked of every photo of an earlier run; see ``plan_jobs``."""

    spec: BatchSpec
    results: Results
    namer: Namer
    dates: Mapping[str, str]
    redo_missing: bool

    def taken_over(
        self, old: BatchItem, row: ItemResult | None, item: InputPhoto | None
    ) -> tuple[BatchItem, ItemResult | None] | None:
        """A job of the earlier run and its row, as far as they hold; None for a photo that is to be planned anew.

        Of photos that nobody has named this time only what became of them is told.
        """
        path = self.results.relative_dir(old.output) if old.output else None
        if path is None or self.namer.has_given(path):
            return None
        if item is None:
            if row is None and self.results.stamp(old.photo) is None:
                row = ItemResult.failed(old, ExposureError(f"{old.photo} does not exist", "Check the path."))
            if row is not None:
                self.namer.take(path, Path(old.photo))
            return None if row is None else (old, replace(row, number=old.number))
        if not self._fits(path, old, item):
            return None
        self.namer.take(path, item.photo)
        is_free = self.spec.export.existing != "overwrite" or not self.results.exists(path)
        job = replace(old, output=self.results.place(path), is_free=is_free, recipe=None, score=None)
        return self._resumed(job, row)

    def _fits(self, path: Path, old: BatchItem, item: InputPhoto) -> bool:
        """Whether the earlier run's name is one that the specification gives to this photo."""
        folder, date = self.results.path / item.relative_dir, self.dates.get(item.place)
        try:
            style = _style_name(item.photo, self.spec)
            return self.namer.could_be(path, item.photo, style, old.number, folder, date)
        except ExposureError:
            return False

    def _resumed(self, job: BatchItem, row: ItemResult | None) -> tuple[BatchItem, ItemResult | None]:
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
    item: InputPhoto, number: int, spec: BatchSpec, results: Results, namer: Namer, date: str | None
) -> tuple[BatchItem, ItemResult | None]:
    photo = item.place
    try:
        style = _style_name(item.photo, spec)
        target, reason, rival = namer.name(
            item.photo, style, number, folder=results.path / item.relative_dir, date=date
        )
    except ExposureError as error:
        job = BatchItem(number, photo, "")
        return job, ItemResult.failed(job, error)
    note = f"The name without a number went to {rival.name}" if rival else ""
    output = results.place(target)
    job = BatchItem(number, photo, output, is_free=not results.exists(target), note=note)
    return job, ItemResult(number, photo, "skipped", output, reason) if reason else None


def _style_name(photo: Path, spec: BatchSpec) -> str:
    """What the pattern's ``{style}`` stands for."""
    if "{style" not in spec.export.pattern:
        return ""
    if spec.sidecars:
        from exposure_app.pipeline.sidecar import read_sidecar

        kept = read_sidecar(photo)
        if kept is not None:
            return kept.style
    return spec.recipe.style if spec.recipe else spec.style_name
