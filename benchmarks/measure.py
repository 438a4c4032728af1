"""How things are measured."""

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured quantity; ``bound`` is what it should stay below, or None for a figure to compare with."""

    what: str
    values: Sequence[float]
    unit: str
    bound: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def best(self) -> float:
        return min(self.values)

    @property
    def nearly_worst(self) -> float:
        """The value that 95 of 100 stay at or below."""
        return sorted(self.values)[math.ceil(0.95 * len(self.values)) - 1]


def timed(what: str, work: Callable[[], object], *, runs: int = 9, bound: float | None = None) -> Figure:
    """Milliseconds of ``work``, after one run that does not count."""
    work()
    values = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        values.append(1000 * (time.perf_counter() - start))
    return Figure(what, values, "ms", bound)


def timed_process(what: str, command: Sequence[str], *, runs: int = 3, warm: bool = True) -> list[Figure]:
    """Wall seconds and peak memory (MiB) of a whole process."""
    seconds, peaks = [], []
    for run in range(runs + warm):
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        error = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        elapsed = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {error.decode(errors='replace')[-500:]}")
        if run or not warm:
            seconds.append(elapsed)
            peaks.append(usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10))
    return [Figure(what, seconds, "s"), Figure(f"{what}: peak memory", peaks, "MiB")]
