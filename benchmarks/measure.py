"""How things are measured."""

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
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


@dataclass(frozen=True)
class Process:
    """What a whole process took, run by run: wall and processor seconds, peak memory in MiB."""

    wall: list[float]
    cpu: list[float]
    peak: list[float]

    def figures(self, what: str, *, most: float | None = None) -> list[Figure]:
        """All of it; ``most`` is a bound of the memory."""
        return [
            Figure(what, self.wall, "s"),
            Figure("  of which computing, all cores", self.cpu, "s"),
            Figure("  peak memory", self.peak, "MiB", most),
        ]

    def of(self, other: "Process", what: str, bound: float | None = None) -> Figure:
        """The ratio of wall times, pair by pair: it holds when the machine is now quick and now slow."""
        ratios = [ours / theirs for ours, theirs in zip(self.wall, other.wall, strict=True)]
        return Figure(what, ratios, "x", bound)


def in_turn(
    commands: Mapping[str, Sequence[str]], *, runs: int = 3, warm: bool = True, env: Mapping[str, str] | None = None
) -> dict[str, Process]:
    """Run whole processes in turn, A B A B; one that fails is named and left out.

    Args:
        commands: By name.
        runs: That count, of each.
        warm: Whether a run of each comes before that does not count.
        env: Their environment; None for this process's.
    """
    found = {name: Process([], [], []) for name in commands}
    for run in range(runs + warm):
        for name in list(found):
            try:
                wall, cpu, peak = _process(commands[name], env)
            except RuntimeError as error:
                print(f"{name} is left out: {error}")
                del found[name]
                continue
            if run or not warm:
                found[name].wall.append(wall)
                found[name].cpu.append(cpu)
                found[name].peak.append(peak)
    return found


def timed_process(what: str, command: Sequence[str], *, runs: int = 3) -> Figure:
    """Wall seconds of a whole process, after one run that does not count."""
    return Figure(what, in_turn({what: command}, runs=runs)[what].wall, "s")


def _process(command: Sequence[str], env: Mapping[str, str] | None) -> tuple[float, float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env)
    error = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {error.decode(errors='replace')[-500:]}")
    peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return elapsed, usage.ru_utime + usage.ru_stime, peak
