"""Keep LibRaw's remarks about damaged files off the terminal."""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

# What LibRaw prints before it raises; the exception says the same.
_LIBRAW_NOISE = re.compile(rb".*: (Unexpected end of file|data corrupted at -?\d+)\r?\n?$")


class _StderrSink:
    """While at least one thread decodes, file descriptor 2 leads into a temporary file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._original = -1
        self._sink: IO[bytes] | None = None

    def enter(self) -> None:
        with self._lock:
            self._users += 1
            if self._users > 1:
                return
            try:
                if sys.stderr is not None:
                    sys.stderr.flush()
                self._original = os.dup(2)
            except (OSError, ValueError):  # no standard error at all, as in a windowed program on Windows
                return
            self._sink = tempfile.TemporaryFile()  # noqa: SIM115  (it outlives this call, leave() closes it)
            os.dup2(self._sink.fileno(), 2)

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._sink is None:
                return
            if self._users == 0:
                os.dup2(self._original, 2)
            self._forward(self._sink)
            if self._users == 0:
                self._sink.close()
                os.close(self._original)
                self._sink = None

    def _forward(self, sink: IO[bytes]) -> None:
        """Pass on what others wrote meanwhile."""
        sink.seek(0)
        for line in sink.readlines():
            if not _LIBRAW_NOISE.match(line):
                os.write(self._original, line)
        sink.seek(0)
        sink.truncate()


_stderr_sink = _StderrSink()


@contextmanager
def without_libraw_noise() -> Iterator[None]:
    """Drop what LibRaw writes to standard error inside the block; other writers are heard a moment later.

    LibRaw prints from C, through a hook that rawpy does not offer, so the file descriptor itself is diverted. Blocks
    may overlap in several threads.
    """
    _stderr_sink.enter()
    try:
        yield
    finally:
        _stderr_sink.leave()
