"""A watched folder: photos that arrive are retouched as soon as they are settled, also across restarts."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from pathlib import Path

from exposure_app.batch.batch import Batch, BatchEvent, read_dates, same_order
from exposure_app.batch.inputs import InputPhoto, find_inputs
from exposure_app.batch.journal import Journal, JournalState, read_journal
from exposure_app.batch.models import BatchSpec, stamp
from exposure_app.batch.planning import Folder, plan_jobs
from exposure_app.batch.work import prepare
from exposure_app.batch.workers import Workers
from exposure_app.errors import ExposureError

SETTLED = 2.0  # seconds without a change after which a file counts as copied

log = logging.getLogger(__name__)


class FolderWatch:
    """Looks into a folder again and again; ``stop`` may be called from any thread.

    The folder is listed rather than subscribed to: that also works on network drives, and nothing that arrived while
    the program was off is missed.

    Args:
        folder: Where photos arrive.
        output: The folder of the results.
        spec: What is to be done with each.
        recursive: Also look into the folders inside the folder.
        on_event: Called for every change of a photo's state.
        pause: Seconds between two looks, also the time without a change after which a file counts as copied.

    Raises:
        ExposureError: The folder does not exist, or its results were begun with another order.
    """

    def __init__(
        self,
        folder: Path,
        output: Path,
        spec: BatchSpec,
        *,
        recursive: bool = True,
        on_event: Callable[[BatchEvent], None] = lambda _event: None,
        pause: float = SETTLED,
    ) -> None:
        if not folder.is_dir():
            raise ExposureError(f"{folder} is no folder", "Name the folder where photos arrive.")
        if spec.consistency:
            raise ExposureError("A watched folder cannot be made consistent", "Use exposure batch for a whole shoot.")
        self.folder, self.output, self.spec = folder, output.absolute(), spec
        self._recursive, self._on_event, self._pause = recursive, on_event, pause
        self._state = same_order(read_journal(self.output), spec, self.output) or JournalState(spec)
        self._seen: dict[Path, tuple[int, int] | None] = {}  # in the last look
        self._tried: dict[Path, tuple[int, int] | None] = {}  # as they were when they were handed over
        self._is_there = True
        self._stopped = threading.Event()
        self._batch: Batch | None = None

    def run(self, workers: int) -> None:
        """Look and retouch until ``stop``, on processes of this machine.

        Raises:
            ExposureError: The results' folder cannot be written to, or another batch is writing there.
        """
        with Journal(self.output) as journal, Workers(workers, partial(prepare, self.spec)) as executor:
            self.run_on(executor, workers, journal)

    def run_on(self, executor: Executor, at_once: int, journal: Journal) -> None:
        """The same on any executor."""
        while not self._stopped.is_set():
            arrived = self.settled()
            if arrived:
                self._do(arrived, executor, at_once, journal)
            self._stopped.wait(self._pause)

    def stop(self, *, drop: bool = False) -> None:
        """Look no more; photos in hand are finished, or dropped with nothing of them left."""
        self._stopped.set()
        if self._batch is not None:
            self._batch.cancel(drop=drop)

    def settled(self) -> list[InputPhoto]:
        """The photos that are new or have changed, and have stayed as they are since the last look."""
        try:
            found = find_inputs([self.folder], self.output, recursive=self._recursive)
        except ExposureError as error:
            if self._is_there:  # a drive that was unplugged may come back
                log.warning("%s", error)
            self._is_there = False
            return []
        self._is_there = True
        results = {row.output for row in self._state.rows.values()}
        now = {item.photo: stamp(item.photo) for item in found if str(item.photo) not in results}
        unchanged = [photo for photo, seen in now.items() if seen is not None and self._seen.get(photo) == seen]
        oldest = (time.time() - self._pause) * 1e9
        ready = {
            photo for photo in unchanged if now[photo] != self._tried.get(photo) and _changed(now[photo]) <= oldest
        }
        self._seen = now
        return [item for item in found if item.photo in ready]

    def _do(self, arrived: list[InputPhoto], executor: Executor, at_once: int, journal: Journal) -> None:
        self._tried |= {item.photo: self._seen[item.photo] for item in arrived}
        dates = read_dates(arrived, self.spec)
        jobs, rows = plan_jobs(arrived, self.spec, Folder(self.output), self._state, dates, redo_missing=False)
        self._batch = Batch(self.spec, self.output, jobs, rows, self._on_event)
        if self._stopped.is_set():
            self._batch.cancel()
        self._batch.run_on(executor, at_once, journal)
        self._state = JournalState(
            self.spec, tuple(self._batch.jobs), {row.photo: row for row in self._batch.rows.values()}
        )


def _changed(stamp: tuple[int, int] | None) -> int:
    return stamp[1] if stamp else 0
