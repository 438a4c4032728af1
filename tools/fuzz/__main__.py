"""Gives changed files to whatever reads them, in a process that may die, and prints what came of it.

python -m tools.fuzz --tries 1000 --seed 0 photo raw

A try fails if the process crashes or hangs, takes more than 1.5 GB, raises what no person can understand, or leaves
anything outside its folder. The file of a failed try is kept, and the same seed makes it again.
"""

import argparse
import multiprocessing
import os
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tools.fuzz.child import read_files
from tools.fuzz.kinds import KINDS, Kind

MOST_BYTES = 1_500_000_000
PATIENCE = 900  # seconds, for a try that waits for something that never comes; computing has its own limit
PRECIOUS = "precious"


def main() -> int:
    """Try, and report a line a kind; 1 if anything failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=list(KINDS), help="which kinds of files")
    parser.add_argument("--tries", type=int, default=1000, help="of each kind of file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="folder for files of failed tries")
    given = parser.parse_args()
    failed = 0
    for name in given.names:
        with tempfile.TemporaryDirectory(prefix="exposure-fuzz-") as folder:
            failed += fuzz(KINDS[name], Path(folder), given.tries, given.seed, given.keep)
    return 1 if failed else 0


def fuzz(kind: Kind, folder: Path, tries: int, seed: int, keep: Path) -> int:
    """Try one kind of file again and again; how many tries failed."""
    os.environ["EXPOSURE_HOME"] = str(folder / "home")
    (folder / "victim").mkdir()
    (folder / "victim" / PRECIOUS).write_text(PRECIOUS)
    problems: Counter[str] = Counter()
    largest = 0
    child = _Child(kind, folder, seed)
    for number in range(tries):
        told, size = child.attempt(number)
        largest = max(largest, size)
        told = told or _outside(folder)
        if told:
            problems[told] += 1
            keep.mkdir(parents=True, exist_ok=True)
            name, content = kind.changed(random.Random(f"{seed} {kind.name} {number}"))
            (keep / f"{kind.name}-{seed}-{number}-{name}").write_bytes(content)
            print(f"{kind.name} {number}: {told}", flush=True)
        if told or size > MOST_BYTES:
            child.end()
            child = _Child(kind, folder, seed)
    child.end()
    print(f"{kind.name}: {tries} tries, {problems.total()} failed, at most {largest / 1e6:.0f} MB", flush=True)
    return problems.total()


class _Child:
    """The process that reads the files."""

    def __init__(self, kind: Kind, folder: Path, seed: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=read_files, args=(theirs, kind.name, folder, seed), daemon=True)
        self._process.start()
        theirs.close()
        self._ours.recv()  # everything is loaded

    def attempt(self, number: int) -> tuple[str, int]:
        """What went wrong, empty if nothing did, and the most memory it took so far in bytes."""
        self._ours.send(number)
        if not self._ours.poll(PATIENCE):
            self._process.kill()
            return f"hangs for {PATIENCE} s", 0
        try:
            told, size = self._ours.recv()
        except EOFError:
            self._process.join()
            return f"crashes with {self._process.exitcode}", 0
        return told or (f"takes {size / 1e9:.1f} GB" if size > MOST_BYTES else ""), size

    def end(self) -> None:
        self._process.kill()
        self._process.join()
        self._ours.close()


def _outside(folder: Path) -> str:
    """What has been done outside of a try's own folder."""
    found = {path.name for path in folder.iterdir()} | {f"victim/{path.name}" for path in (folder / "victim").iterdir()}
    allowed = {"home", "try", "victim", f"victim/{PRECIOUS}"}
    if found - allowed:
        return f"wrote outside its folder: {sorted(found - allowed)}"
    whole = (folder / "victim" / PRECIOUS).is_file() and (folder / "victim" / PRECIOUS).read_text() == PRECIOUS
    return "" if whole else "changed a file outside its folder"


if __name__ == "__main__":
    sys.exit(main())
