"""Processes that photos are worked on in: one that a photo kills takes nothing else with it."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from exposure_app.jit import cores, limit_cores

P = ParamSpec("P")
T = TypeVar("T")

_MEMORY_FOR_ONE = 3 << 29  # bytes that a 24-megapixel photo takes while it is worked on, and a reserve
_EXIT = 3


def default_count() -> int:
    """As many workers as there are cores, or fewer if they would not fit into memory."""
    try:
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # not on Windows
        return min(cores(), 4)
    return max(1, min(cores(), memory // _MEMORY_FOR_ONE))


class Workers(Executor):
    """An executor whose processes live long, share the cores, and are replaced when they die.

    A call that kills its process ends with ``BrokenExecutor``; the others never notice. As long as there are no more
    calls at a time than processes, that call is known to be the culprit. Processes end with this one, however it ends.

    Args:
        count: How many processes.
        prepare: Called first in every process.
    """

    def __init__(self, count: int, prepare: Callable[[], None] | None = None) -> None:
        threads = max(1, cores() // count)
        self._workers = [_Worker(threads, prepare) for _ in range(count)]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See ``Executor.submit``; the process with the least to do takes it."""
        return min(self._workers, key=lambda worker: worker.load).submit(fn, args, kwargs)

    def kill(self) -> None:
        """Drop everything that is being done."""
        for worker in self._workers:
            worker.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See ``Executor.shutdown``."""
        for worker in self._workers:
            worker.shutdown(wait=False, cancel_futures=cancel_futures)
        for worker in self._workers:
            worker.shutdown(wait, cancel_futures)


class _Worker:
    """One process, started when it is first needed and again when it has died."""

    def __init__(self, threads: int, prepare: Callable[[], None] | None) -> None:
        self._threads, self._prepare = threads, prepare
        self._pool: ProcessPoolExecutor | None = None
        self._lifeline: Connection | None = None
        self._lock = threading.Lock()
        self.load = 0

    def submit(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        with self._lock:
            if self._pool is None:
                future: Future[T] = self._start(fn, args, kwargs)
            else:
                try:
                    future = self._pool.submit(fn, *args, **kwargs)
                except BrokenExecutor:  # it died with nothing to do
                    future = self._start(fn, args, kwargs)
            self.load += 1
        future.add_done_callback(self._finished)
        return future

    def kill(self) -> None:
        if self._lifeline is not None:
            self._lifeline.close()
            self._lifeline = None

    def shutdown(self, wait: bool, cancel_futures: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _start(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        context = get_context("spawn")
        theirs, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(1, context, _begin, (theirs, self._threads, self._prepare))
        with _without_interrupts():
            return self._pool.submit(fn, *args, **kwargs)

    def _finished(self, future: Future[Any]) -> None:
        self.load -= 1
        if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
            self._pool = None


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Processes started in the block take no notice of Ctrl-C, which the terminal sends to all: we decide for them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin(lifeline: Connection, threads: int, prepare: Callable[[], None] | None) -> None:
    """First in every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_live_with, args=(lifeline,), daemon=True).start()
    limit_cores(threads)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when torch and LibRaw load
        os.environ[name] = str(threads)
    if prepare is not None:
        prepare()


def _live_with(lifeline: Connection) -> None:
    """End this process when the other end of the pipe is closed, deliberately or because its process has died."""
    with suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(_EXIT)
