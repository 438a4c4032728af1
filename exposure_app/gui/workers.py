"""Background work: job queues, each a thread that lives as long as the program and does one job at a time."""

import itertools
import logging
import threading
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaMethod, QObject, QThread, Signal, Slot

from exposure_app.errors import ExposureError

log = logging.getLogger(__name__)

Work = Callable[["Job"], Any]


class Cancelled(Exception):
    """Raised inside a job that was cancelled, by ``Job.check``."""


class Job(QObject):
    """One piece of work. It ends exactly once: as done, failed or cancelled, always on the window's thread.

    Signals:
        done: With the result.
        failed: With the exception. One that is no ``ExposureError`` and that nobody listens for is raised instead.
        cancelled: After ``cancel``; whatever the work still gives is dropped.
        ended: After any of these.
        progressed: Share done, 0 to 1; negative while unknown.
        partial: Something to look at before it is done; comes like ``done``, but never after the end.
    """

    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()
    progressed = Signal(float)
    partial = Signal(object)
    _shown = Signal(object)

    def __init__(self, work: Work, stage: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stage = stage
        self.work = work
        self._stop = threading.Event()
        self._over = False
        self._shown.connect(self._pass_on)

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self._over

    def cancel(self) -> None:
        """End it as cancelled now. The thread goes on until the work looks at ``check``."""
        self._stop.set()
        self._end(self.cancelled.emit)

    def check(self) -> None:
        """For the work: stop here if it was cancelled.

        Raises:
            Cancelled: It was.
        """
        if self._stop.is_set():
            raise Cancelled

    def progress(self, share: float) -> None:
        """For the work: tell how far it is, from any thread."""
        self.progressed.emit(share)

    def show(self, result: Any) -> None:
        """For the work: give something to look at before the result, from any thread."""
        self._shown.emit(result)

    @Slot(object)
    def _pass_on(self, result: Any) -> None:
        if not self._over:
            self.partial.emit(result)

    def finish(self, error: BaseException | None, result: Any) -> None:
        """For the queue: the work is over."""
        if error is None:
            self._end(lambda: self.done.emit(result))
            return
        is_known = isinstance(error, ExposureError) or self.isSignalConnected(QMetaMethod.fromSignal(self.failed))
        was_over = self._over
        self._end(lambda: self.failed.emit(error))
        if not is_known and not was_over:
            raise error

    def _end(self, tell: Callable[[], None]) -> None:
        if self._over:
            return
        self._over = True
        tell()
        self.ended.emit()


class _Runner(QObject):
    """Lives in the queue's thread."""

    finished = Signal(object, object, object)  # the job's number, error, result

    @Slot(object)
    def run(self, numbered: tuple[int, Job]) -> None:
        """Do one job."""
        number, job = numbered
        error: BaseException | None = None
        result: Any = None
        try:
            job.check()
            result = job.work(job)
        except Exception as raised:
            error = raised
        self.finished.emit(number, error, result)


class JobQueue(QObject):
    """A thread with a queue. Create it on the window's thread and ``close`` it before the program ends."""

    _submitted = Signal(object)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._numbers = itertools.count()
        self._jobs: dict[int, Job] = {}
        self._thread = QThread()
        self._thread.setObjectName(name)
        self._runner = _Runner()
        self._runner.moveToThread(self._thread)
        self._submitted.connect(self._runner.run)
        self._runner.finished.connect(self._finished)
        self._thread.start()

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or waits."""
        return not self._jobs

    @property
    def is_finished(self) -> bool:
        """Whether its thread has ended."""
        return self._thread.isFinished()

    def submit(self, work: Work, stage: str = "") -> Job:
        """Queue a piece of work.

        Args:
            work: Called with its ``Job`` in the queue's thread. It must not touch widgets.
            stage: What the status line says meanwhile; empty for what nobody needs to know.
        """
        job = Job(work, stage)
        number = next(self._numbers)
        self._jobs[number] = job
        self._submitted.emit((number, job))
        return job

    def close(self) -> None:
        """Cancel what waits, let what runs come to its next check, and end the thread."""
        for job in list(self._jobs.values()):
            job.cancel()
        self._thread.quit()
        self._thread.wait()

    @Slot(object, object, object)
    def _finished(self, number: int, error: BaseException | None, result: Any) -> None:
        job = self._jobs.pop(number)
        if isinstance(error, Cancelled):
            error = None
            job.cancel()
        job.finish(error, result)


class JobQueues(QObject):
    """The program's threads.

    Attributes:
        files: Quick things with files: previews, saving.
        decode: Opening photos.
        render: Pictures for the screen.
        agent: The agent and what it needs.
        search: What takes long and nothing else waits for.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files = JobQueue("files", self)
        self.decode = JobQueue("decode", self)
        self.render = JobQueue("render", self)
        self.agent = JobQueue("agent", self)
        self.search = JobQueue("search", self)

    def close(self) -> None:
        """End all threads."""
        for queue in (self.search, self.decode, self.agent, self.render, self.files):
            queue.close()
