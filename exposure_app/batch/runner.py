"""Keeps an executor busy: every job becomes a row, whatever happens to it or to the process it runs in."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future

from exposure_app.batch.models import BatchItem, ItemResult
from exposure_app.errors import ExposureError

_TICK = 0.5  # seconds after which a waiting loop looks up, so that Ctrl-C is heard on every system

log = logging.getLogger(__name__)


class Runner:
    """Runs jobs on any executor, a few at a time.

    ``pause``, ``go_on`` and ``cancel`` may be called from any thread while another one is in ``run``.

    Args:
        executor: Where the work is done.
        at_once: How many jobs it has at a time: one for each of its processes, so that a job that kills one is known.
        on_start: Called with every job that is handed out.
        on_row: Called with every job and its row, in the thread of ``run``.
        crashes: What the executor raises when a process died on a job. Such a job is done once more, alone, after all
            others; if that kills its process too, the photo is at fault.
    """

    def __init__(
        self,
        executor: Executor,
        at_once: int,
        *,
        on_start: Callable[[BatchItem], None] = lambda _job: None,
        on_row: Callable[[BatchItem, ItemResult], None] = lambda _job, _row: None,
        crashes: tuple[type[BaseException], ...] = (BrokenExecutor,),
    ) -> None:
        self._executor, self._at_once = executor, at_once
        self._on_start, self._on_row, self._crashes = on_start, on_row, crashes
        self._inbox: queue.SimpleQueue[Future[ItemResult] | None] = queue.SimpleQueue()
        self._goes = threading.Event()
        self._goes.set()
        self._is_cancelled = False
        self._in_flight: dict[Future[ItemResult], BatchItem] = {}

    def run(self, jobs: Iterable[BatchItem], work: Callable[[BatchItem], ItemResult]) -> None:
        """Do the jobs; those that are left when ``cancel`` is called get a row that says so."""
        waiting = deque(jobs)
        crashed = self._run(waiting, work, self._at_once, is_last=False)
        self._run(deque(crashed), work, 1, is_last=True)

    def pause(self) -> None:
        """Hand out no more jobs until ``go_on``; those in hand are finished."""
        self._goes.clear()

    def go_on(self) -> None:
        """Take the pause back."""
        self._goes.set()
        self._inbox.put(None)

    def cancel(self) -> None:
        """Hand out no more jobs; those in hand are finished."""
        self._is_cancelled = True
        self._inbox.put(None)

    def drop(self) -> None:
        """Forget the jobs in hand, where the executor can take them back; after ``cancel``."""
        for future in list(self._in_flight):
            future.cancel()

    @property
    def is_paused(self) -> bool:
        """Whether it has been told to wait."""
        return not self._goes.is_set()

    def _run(
        self, waiting: deque[BatchItem], work: Callable[[BatchItem], ItemResult], at_once: int, *, is_last: bool
    ) -> list[BatchItem]:
        """Do the jobs; the result are those that a process died on, if there is to be another try."""
        in_flight = self._in_flight
        crashed: list[BatchItem] = []
        while waiting or in_flight:
            if self._is_cancelled:
                for job in waiting:
                    self._on_row(job, ItemResult(job.number, job.photo, "cancelled"))
                waiting.clear()
            while waiting and len(in_flight) < at_once and not (self.is_paused or self._is_cancelled):
                job = waiting.popleft()
                self._on_start(job)
                future = self._executor.submit(work, job)
                in_flight[future] = job
                future.add_done_callback(self._inbox.put)
            try:
                done = self._inbox.get(timeout=_TICK)
            except queue.Empty:
                continue
            if done is not None and done in in_flight:
                job = in_flight.pop(done)
                row = self._row(job, done, is_last)
                if row is None:
                    crashed.append(job)
                else:
                    self._on_row(job, row)
        return crashed

    def _row(self, job: BatchItem, done: Future[ItemResult], is_last: bool) -> ItemResult | None:
        try:
            row = done.result()
        except CancelledError:
            return ItemResult(job.number, job.photo, "cancelled")
        except self._crashes:
            if self._is_cancelled:
                return ItemResult(job.number, job.photo, "cancelled")
            log.info("a worker died on %s", job.photo)
            if not is_last:
                return None
            words = f"{job.photo} makes the program crash"
            return ItemResult.failed(
                job, ExposureError(words, "The file is probably damaged; copy it again from the camera.")
            )
        except Exception as error:
            log.exception("batch: %s", job.photo)
            words = f"Something unexpected went wrong with {job.photo} ({type(error).__name__}: {error})"
            return ItemResult.failed(job, ExposureError(words, "The log has the details."))
        if row.details:
            log.error("%s\n%s", row.reason, row.details)
        return row
