"""Processes that photos are worked on in: one that a photo kills takes nothing else with it."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from exposure_app.jit import cores, limit_cores

P = ParamSpec("P")
T = TypeVar("T")

_MEMORY_FOR_ONE = 3 << 29  # bytes that a 24-megapixel photo takes while it is worked on, and a reserve
_EXIT = 3
_NICE = 10  # steps back behind what a person is waiting for


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
        low_priority: Whether they leave the cores to programs that a person is using.
    """

    def __init__(self, count: int, prepare: Callable[[], None] | None = None, *, low_priority: bool = False) -> None:
        threads = max(1, cores() // count)
        self._workers = [
            _Worker(partial(_begin, threads=threads, prepare=prepare, low_priority=low_priority)) for _ in range(count)
        ]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """See ``Executor.submit``; the process with the least to do takes it."""
        return min(self._workers, key=lambda worker: worker.load).submit(fn, args, kwargs)

    def kill(self) -> None:
        """Drop everything that is being done; what is submitted from now on is dropped too."""
        for worker in self._workers:
            worker.kill()

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See ``Executor.shutdown``."""
        for worker in self._workers:  # once only: a pool that was not waited for at first cannot be waited for later
            worker.shutdown(wait, cancel_futures)


class _Worker:
    """One process, started when it is first needed and again when it has died."""

    def __init__(self, begin: Callable[[Connection], None]) -> None:
        self._begin = begin
        self._pool: ProcessPoolExecutor | None = None
        self._parent_pipe: Connection | None = None
        self._lock = threading.RLock()  # a signal may ask for the end while its own thread is submitting
        self._is_killed = False
        self.load = 0

    def submit(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        with self._lock:
            if self._is_killed:
                dropped: Future[T] = Future()
                dropped.set_exception(BrokenExecutor("everything was dropped"))
                return dropped
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
        with self._lock:
            self._is_killed = True
            if self._parent_pipe is not None:
                self._parent_pipe.close()
                self._parent_pipe = None

    def shutdown(self, wait: bool, cancel_futures: bool) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _start(self, fn: Callable[..., T], args: Any, kwargs: Any) -> Future[T]:
        context = get_context("spawn")
        theirs, self._parent_pipe = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(1, context, self._begin, (theirs,))
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


def _begin(parent_pipe: Connection, threads: int, prepare: Callable[[], None] | None, low_priority: bool) -> None:
    """First in every process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_exit_with_parent, args=(parent_pipe,), daemon=True).start()
    if low_priority:
        _lower_priority()
    limit_cores(threads)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # read when torch and LibRaw load
        os.environ[name] = str(threads)
    if prepare is not None:
        prepare()


def _lower_priority() -> None:
    if sys.platform == "win32":
        import ctypes

        below_normal, this_process = 0x4000, -1
        ctypes.windll.kernel32.SetPriorityClass(this_process, below_normal)
    else:
        os.nice(_NICE)


def _exit_with_parent(parent_pipe: Connection) -> None:
    """End this process when the other end of the pipe is closed, deliberately or because its process has died."""
    with suppress(EOFError, OSError):
        parent_pipe.recv_bytes()
    os._exit(_EXIT)
