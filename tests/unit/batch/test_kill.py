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


def command(tmp_path: Path, out: Path, *more: str) -> list[str]:
    recipe = tmp_path / "recipe.json"
    recipe.write_text(dumps(RECIPE))
    start = [sys.executable, "-m", "exposure_app", "batch", str(tmp_path / "in"), str(out)]
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
    folder(tmp_path / "in", PHOTOS)
    process = subprocess.Popen(command(tmp_path, tmp_path / "out"), stdout=subprocess.DEVNULL)
    wait_until(lambda: rows_in(tmp_path / "out") >= 1)
    workers = children(process)
    assert len(workers) >= 2
    process.kill()
    process.wait()
    wait_until(lambda: not any(map(Path.exists, workers)))


def test_ctrl_c_finishes_the_photos_in_hand_and_exits_with_130(tmp_path):
    folder(tmp_path / "in", PHOTOS)
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(tmp_path, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_until(lambda: rows_in(out) >= 3)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    words, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "--resume goes on" in errors and "Traceback" not in errors
    assert "not begun" in words and "failed" not in words
    assert len(contents(out)) == rows_in(out) < PHOTOS
