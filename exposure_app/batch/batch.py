"""A batch from start to end, for whoever drives it: the command line, or a window from another thread."""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from exposure_app import paths
from exposure_app.batch.inputs import InputPhoto, find_inputs
from exposure_app.batch.journal import Journal, JournalState, read_journal
from exposure_app.batch.models import BatchItem, BatchSpec, ItemResult, State, stamp
from exposure_app.batch.planning import Folder, plan_jobs
from exposure_app.batch.remote import AddressedFolder, find_at, is_address, process_remote
from exposure_app.batch.runner import Runner
from exposure_app.batch.series import Series, made_consistent
from exposure_app.batch.work import look, prepare, process
from exposure_app.batch.workers import Workers
from exposure_app.errors import ExposureError
from exposure_app.export.naming import date_taken

Stage = Literal["looking", "retouching"]
Work = Callable[[BatchSpec, Path, BatchItem], ItemResult]

_RECENT = 60  # photos; the rate is that of the last ones


@dataclass(frozen=True)
class BatchEvent:
    """A photo has changed its state.

    Attributes:
        job: The photo.
        state: Its new state.
        row: What became of it, when it is finished.
    """

    job: BatchItem
    state: State
    row: ItemResult | None = None


class Batch:
    """A planned batch, its states and rows. ``run`` takes its time; the rest may be called from any thread meanwhile.

    Args:
        spec: What is to be done.
        output: The folder of the results.
        jobs: Every photo with its output, see ``plan_jobs``.
        rows: Of those that are finished before it begins.
        on_event: Called for every change of state, in the thread of ``run``.
        work: What a worker does with a photo; must be a function of a module.
        looks: What an earlier run has seen in the photos.

    Attributes:
        spec: As given.
        output: As given.
        jobs: As given.
        states: By number of the job.
        rows: Of the finished jobs, by number.
        looks: What has been planned for photos, by number, if they are to be made consistent.
        series: The series found among them.
        stage: What is being done: all photos are looked at before the first is retouched, if need be.
        taken_over: How many rows were there before it began.
    """

    def __init__(
        self,
        spec: BatchSpec,
        output: Path,
        jobs: Sequence[BatchItem],
        rows: Sequence[ItemResult] = (),
        on_event: Callable[[BatchEvent], None] = lambda _event: None,
        work: Work = process,
        looks: Sequence[ItemResult] = (),
    ) -> None:
        self.spec, self.output, self.jobs = spec, output, list(jobs)
        self._work = work
        self.rows = {row.number: row for row in rows}
        self.looks = {row.number: row for row in looks}
        self.series: list[Series] = []
        self.stage: Stage = "looking" if spec.consistency else "retouching"
        self.states: dict[int, State] = {job.number: "waiting" for job in jobs}
        self.states.update((row.number, row.state) for row in rows)
        self.taken_over = len(self.rows)
        self.on_event = on_event
        self._ended: list[float] = []
        self._runner: Runner | None = None
        self._executor: Executor | None = None
        self._is_paused = self._is_cancelled = False
        self._lock = threading.RLock()  # Ctrl-C may call ``cancel`` in the thread that has it

    def run(self, workers: int, *, low_priority: bool = False) -> None:
        """Do what is left on processes of this machine.

        Args:
            workers: How many.
            low_priority: See ``Workers``.

        Raises:
            ExposureError: The folder cannot be written to, another batch is writing there, or its journal cannot be
                kept. Single photos only become rows.
        """
        with Journal(self.output) as journal:
            executor = Workers(workers, partial(prepare, self.spec), low_priority=low_priority)
            try:
                self.run_on(executor, workers, journal)
            except BaseException:
                executor.kill()
                raise
            finally:
                executor.shutdown()

    def run_on(
        self,
        executor: Executor,
        at_once: int,
        journal: Journal,
        crashes: tuple[type[BaseException], ...] = (BrokenExecutor,),
    ) -> None:
        """Do what is left on any executor; see ``Runner`` for the arguments."""
        self._executor = executor
        journal.begin(self.spec, self.jobs, [*self.looks.values(), *self.rows.values()])

        def run_stage(stage: Stage, jobs: list[BatchItem], work: Work) -> None:
            def end(job: BatchItem, row: ItemResult) -> None:
                if row.state != "cancelled":
                    journal.add(row)
                self._end(job, row)

            with self._lock:
                self.stage = stage
                self._runner = Runner(executor, at_once, on_start=self._start, on_row=end, crashes=crashes)
                if self._is_paused:
                    self._runner.pause()
                if self._is_cancelled:
                    self._runner.cancel()
            self._ended = [time.monotonic()]
            self._runner.run(jobs, partial(work, self.spec, journal.work))

        if self.spec.consistency:
            run_stage("looking", [job for job in self._left() if job.number not in self.looks], look)
            self._make_consistent()
        run_stage("retouching", self._left(), self._work)

    def run_on_cluster(self, address: str, on_connected: Callable[[str], None] = lambda _dashboard: None) -> None:
        """Do what is left on the machines of a dask.distributed scheduler.

        Args:
            address: Of the scheduler, such as ``tcp://host:8786``.
            on_connected: Called with the address of its dashboard.

        Raises:
            ExposureError: As ``run``, or there is no such cluster or it does not fit.
        """
        from exposure_app.batch.cluster import connected, process_there

        with Journal(self.output) as journal, connected(address, self.spec) as cluster:
            on_connected(cluster.dashboard)
            self._work = process_there
            self.run_on(cluster.executor, cluster.at_once, journal, cluster.crashes)

    def pause(self) -> None:
        """Begin no more photos until ``go_on``; those in hand are finished."""
        with self._lock:
            self._is_paused = True
            if self._runner:
                self._runner.pause()

    def go_on(self) -> None:
        """Take the pause back."""
        with self._lock:
            self._is_paused = False
            self._ended = [time.monotonic()]  # the pause is not part of the rate
            if self._runner:
                self._runner.go_on()

    def cancel(self, *, drop: bool = False) -> None:
        """Begin no more photos. Those in hand are finished, or dropped with nothing of them left."""
        with self._lock:
            self._is_cancelled = True
            if self._runner:
                self._runner.cancel()
            if drop and isinstance(self._executor, Workers):
                self._executor.kill()
            elif drop and self._runner:
                self._runner.drop()

    @property
    def progress(self) -> tuple[int, int]:
        """How many photos are through this stage, and of how many."""
        looked = self.rows.keys() | self.looks.keys() if self.stage == "looking" else self.rows
        return len(looked), len(self.jobs)

    def count(self, state: State) -> int:
        """How many photos are in a state."""
        return sum(one == state for one in self.states.values())

    @property
    def finished(self) -> int:
        """How many photos need no more work."""
        return len(self.rows)

    @property
    def rate(self) -> float:
        """Photos a second, lately; 0 before the first is finished."""
        ended = self._ended
        passed = ended[-1] - ended[0] if ended else 0.0
        return (len(ended) - 1) / passed if passed > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate; None if nobody knows yet."""
        done, total = self.progress
        return (total - done) / self.rate if self.rate else None

    def _left(self) -> list[BatchItem]:
        return [job for job in self.jobs if job.number not in self.rows]

    def _make_consistent(self) -> None:
        """Give the jobs the recipes of their series."""
        self.series, recipes = made_consistent(list(self.looks.values()), self.spec.consistency)
        self.jobs = [
            replace(job, recipe=recipes[job.number], score=self.looks[job.number].score)
            if job.number in recipes
            else job
            for job in self.jobs
        ]

    def _start(self, job: BatchItem) -> None:
        self.states[job.number] = "running"
        self.on_event(BatchEvent(job, "running"))

    def _end(self, job: BatchItem, row: ItemResult) -> None:
        self.states[job.number] = row.state
        if row.state != "cancelled":
            (self.looks if row.state == "waiting" else self.rows)[job.number] = row
            self._ended = [*self._ended[-_RECENT:], time.monotonic()]
        self.on_event(BatchEvent(job, row.state, row))


def make_batch(
    places: Sequence[str | Path],
    output: str | Path,
    spec: BatchSpec,
    *,
    recursive: bool = True,
    resume: bool = False,
    on_event: Callable[[BatchEvent], None] = lambda _event: None,
    check: Callable[[], None] = lambda: None,
) -> Batch:
    """Find the photos and plan the batch; nothing is written yet.

    Args:
        places: Files, folders and patterns; paths, or addresses such as ``s3://...``.
        output: The folder of the results, likewise.
        spec: What is to be done.
        recursive: Also look into the folders inside the folders.
        resume: Whether to go on where an earlier run of the same order stopped.
        on_event: See ``Batch``.
        check: Called on the way; what it raises ends the planning.

    Raises:
        ExposureError: A place does not exist, or the earlier run had another order.
    """
    if any(is_address(str(place)) for place in (*places, output)):
        return _make_remote(list(map(str, places)), str(output), spec, recursive, resume, on_event)
    output = Path(output).absolute()
    past = same_order(read_journal(output), spec, output) if resume else None
    found = find_inputs(places, output, recursive=recursive)
    found = _without_results(found, output)
    jobs, rows = plan_jobs(found, spec, Folder(output), past, read_dates(found, spec, check))
    return Batch(spec, output, jobs, rows, on_event, looks=still_true(past, jobs))


def _make_remote(
    places: Sequence[str],
    address: str,
    spec: BatchSpec,
    recursive: bool,
    resume: bool,
    on_event: Callable[[BatchEvent], None],
) -> Batch:
    """As ``make_batch``, with a journal among the user's files."""
    if spec.sidecars or spec.consistency or "{date" in spec.export.pattern:
        raise ExposureError("Sidecars, consistency and dates in names need files with paths", "Copy the photos first.")
    home = journal_home(address)
    past = same_order(read_journal(home), spec, home) if resume else None
    jobs, rows = plan_jobs(find_at(places, recursive), spec, AddressedFolder(address), past)
    return Batch(spec, home, jobs, rows, on_event, work=process_remote)


def journal_home(output: str | Path) -> Path:
    """Where the journal of a batch is: with the results, or among the user's files if those are at an address."""
    if not is_address(str(output)):
        return Path(output).absolute()
    name = hashlib.sha256(os.fsencode(str(output))).hexdigest()[:32]
    return paths.user_config_dir() / "batches" / name


def still_true(past: JournalState | None, jobs: Sequence[BatchItem]) -> list[ItemResult]:
    """The looks at photos that have not changed since."""
    if past is None:
        return []
    numbers = {job.photo: job.number for job in jobs}
    return [
        replace(row, number=numbers[photo])
        for photo, row in past.looks.items()
        if photo in numbers and row.stamp == stamp(Path(photo))
    ]


def read_dates(
    found: Sequence[InputPhoto], spec: BatchSpec, check: Callable[[], None] = lambda: None
) -> dict[str, str]:
    """When the photos were taken, by photo, if their results' names tell; read where a damaged one can do no harm.

    What ``check`` raises, called before every photo, ends it.
    """
    dates: dict[str, str] = {}
    if "{date" not in spec.export.pattern:
        return dates
    with Workers(1) as reader:
        for item in found:
            check()
            try:
                dates[str(item.photo)] = reader.submit(date_taken, item.photo).result()
            except BrokenExecutor:  # whoever retouches it will say so
                dates[str(item.photo)] = ""
    return dates


def same_order(past: JournalState | None, spec: BatchSpec, output: Path) -> JournalState | None:
    """What a journal tells, if it is about this order.

    Raises:
        ExposureError: It is about another one.
    """
    if past is not None and past.spec != spec:
        raise ExposureError(
            f"The batch in {output} was begun with other options ({_differences(past.spec, spec)})",
            "Repeat it with the same ones, or choose another folder.",
        )
    return past


def _without_results(found: Sequence[InputPhoto], output: Path) -> list[InputPhoto]:
    """Leave out what earlier batches have written, where results lie among the photos or in folders below them."""
    homes = {output}
    for item in found:
        homes.update(list(item.photo.parents)[: len(item.relative_dir.parts)])
    results: set[str] = set()
    for home in homes:
        with suppress(ExposureError):  # a journal that cannot be understood tells nothing
            past = read_journal(home)
            done = [Path(row.output) for row in past.rows.values() if row.state == "done"] if past else []
            results.update(str(path) for path in done if path.is_relative_to(home))  # it may tell anything
    return [item for item in found if str(item.photo) not in results]


def _differences(one: BatchSpec, other: BatchSpec) -> str:
    first, second = one.to_json(), other.to_json()
    flat_first = {**first.pop("export"), **first}
    flat_second = {**second.pop("export"), **second}
    return ", ".join(name.replace("_", " ") for name in flat_first if flat_first[name] != flat_second[name])
