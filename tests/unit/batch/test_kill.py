"""A batch whose process is killed, again and again, and goes on as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from exposure_app.batch.journal import read_journal
from exposure_app.pipeline.recipe import dumps
from tests.helpers.batches import JOURNAL, RECIPE, contents, folder
from tests.helpers.patience import PATIENCE, wait_until

KILLS = 8
PHOTOS = 60

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and process groups are POSIX"),
]


PROGRAM = ("-m", "exposure_app")
# Ctrl-C in the middle, however fast the photos are done: as a terminal sends it, to the workers too.
INTERRUPTED = """
import os, signal
from exposure_app.__main__ import main
from exposure_app.batch.journal import Journal
from exposure_app.batch.models import ItemResult
add, rows = Journal.add, []

def add_and_interrupt(journal, *records):
    add(journal, *records)
    before = len(rows)
    rows.extend(record for record in records if isinstance(record, ItemResult))
    if before < 3 <= len(rows):
        os.killpg(0, signal.SIGINT)

Journal.add = add_and_interrupt
main()
"""


def command(
    tmp_path: Path, out: Path, *more: str, program: tuple[str, str] = PROGRAM, name: str = "batch"
) -> list[str]:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(dumps(RECIPE))
    start = [sys.executable, *program, name, str(tmp_path / "in"), str(out)]
    return [*start, "--recipe", str(recipe), "--jobs", "2", *more]


def rows_in(out: Path) -> int:
    try:
        return (out / JOURNAL).read_text().count('{"row"')
    except FileNotFoundError:
        return -1


def kill_after(command: list[str], out: Path, rows: int, seconds: float) -> bool:
    """Kill a run some time after it has finished that many more photos; False if it ended before."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    goal = max(rows_in(out), 0) + rows
    wait_until(lambda: rows_in(out) >= goal or process.poll() is not None)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def test_killed_at_random_moments_and_resumed_it_ends_as_if_never_interrupted(tmp_path):
    folder(tmp_path / "in", PHOTOS)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    done = subprocess.run(command(tmp_path, whole), capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    chance = random.Random(20)
    kills = 0
    while kills < KILLS:
        kills += kill_after(
            command(tmp_path, broken, "--resume"),
            broken,
            chance.randrange(5),
            chance.random() * chance.choice((0.02, 1)),
        )
        if rows_in(broken) >= PHOTOS:  # a fast machine gets through before the last kill; begin anew
            assert contents(broken) == contents(whole)
            broken = tmp_path / f"broken{kills}"
    done = subprocess.run(command(tmp_path, broken, "--resume"), capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert contents(broken) == contents(whole)
    assert not [path for path in broken.rglob("*") if path.is_dir() and path.name.startswith("work-")]
    past = read_journal(broken)
    assert past is not None and past.unfinished == 0 and len(past.jobs) == PHOTOS


def children(process: subprocess.Popen) -> list[Path]:
    pids = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [Path("/proc", pid) for pid in pids]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc to see other processes")
def test_workers_do_not_outlive_their_batch(tmp_path):
    for photo in folder(tmp_path / "in", 3).rglob("*.jpg"):
        os.utime(photo, (1_700_000_000, 1_700_000_000))
    # A watch has workers for as long as it lives.
    process = subprocess.Popen(command(tmp_path, tmp_path / "out", name="watch"), stdout=subprocess.DEVNULL)
    wait_until(lambda: rows_in(tmp_path / "out") >= 3)
    workers = children(process)
    assert len(workers) >= 2
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(Path.exists, workers)))


def test_ctrl_c_finishes_the_photos_in_hand_and_exits_with_130(tmp_path):
    folder(tmp_path / "in", 20)
    out = tmp_path / "out"
    interrupted = command(tmp_path, out, program=("-c", INTERRUPTED))
    done = subprocess.run(interrupted, capture_output=True, text=True, start_new_session=True, timeout=PATIENCE)
    assert done.returncode == 130
    assert "--resume goes on" in done.stderr and "Traceback" not in done.stderr
    assert "not begun" in done.stdout and "failed" not in done.stdout
    assert len(contents(out)) == rows_in(out) < 20
