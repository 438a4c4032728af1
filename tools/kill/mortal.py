"""Work in a process that dies by SIGKILL at a given step.

A step is whatever is about to change a file below a folder: opening it for writing, renaming, removing. Which step that
is does not depend on how fast the machine is, so every moment between two of them can be tried. Death after some time,
in seconds, comes where the clock wants it, also in the middle of a write.
"""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Life:
    """How a process has lived.

    Attributes:
        told: What it has told, in order.
        steps: How many steps it has done.
        was_killed: Whether it died before its end.
    """

    told: tuple[str, ...]
    steps: int
    was_killed: bool


def live(work: Callable[[Tell], object], folder: Path, death: float | None) -> Life:
    """Do some work in a process of its own.

    Args:
        work: What to do; is given a function that tells a line to this process.
        folder: Changes of files in here are steps.
        death: The step before which the process is killed, from 1; a float is a time in seconds. None lets it live.

    Raises:
        RuntimeError: The work has failed.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.close(reader)
        _work(work, folder, death, writer)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    _, status = os.waitpid(child, 0)
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    if not was_killed and status:
        raise RuntimeError(f"the work ended with {status}")
    told = tuple(line.removeprefix("told ") for line in lines if line.startswith("told "))
    return Life(told, lines.count("step"), was_killed)


def _work(work: Callable[[Tell], object], folder: Path, death: float | None, writer: int) -> None:
    """In the child; never returns."""
    status = 1
    try:
        if isinstance(death, float):
            threading.Thread(target=_die_after, args=(death,), daemon=True).start()
        _count(str(folder), death if isinstance(death, int) else None, writer)
        work(lambda line: _write(writer, f"told {line}"))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _die_after(seconds: float) -> None:
    threading.Event().wait(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


def _count(folder: str, death: int | None, writer: int) -> None:
    """Count steps, and die before one of them."""
    mine, done = os.getpid(), 0

    def hear(event: str, args: tuple[object, ...]) -> None:
        nonlocal done
        is_write = event == "open" and isinstance(args[2], int) and bool(args[2] & _WRITES)
        if not (is_write or event in _CHANGES) or not str(args[0]).startswith(folder) or os.getpid() != mine:
            return
        done += 1
        if done == death:
            os.kill(mine, signal.SIGKILL)
        _write(writer, "step")

    sys.addaudithook(hear)


def _write(writer: int, line: str) -> None:
    os.write(writer, f"{line}\n".encode())
