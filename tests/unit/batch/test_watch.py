"""A folder in which photos arrive."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exposure_app.batch.batch import BatchEvent
from exposure_app.batch.journal import Journal
from exposure_app.batch.watch import FolderWatch
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import dumps
from tests.helpers.batches import RECIPE, contents, photo, spec
from tests.helpers.patience import PATIENCE


def arrived(path: Path, seed: int = 0) -> Path:
    """A photo that was copied a while ago."""
    photo(path, seed)
    os.utime(path, (1_700_000_000 + seed, 1_700_000_000 + seed))
    return path


def names(watch: FolderWatch) -> list[str]:
    return [item.photo.name for item in watch.settled()]


class Watching:
    """A watch that runs in a thread, and what it did."""

    def __init__(self, place: Path, out: Path) -> None:
        self.states: list[tuple[str, str]] = []
        self._news = threading.Condition()
        self.watch = FolderWatch(place, out, spec(), on_event=self._note, pause=0.02)
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def wait_for(self, *wanted: tuple[str, str]) -> None:
        with self._news:
            assert self._news.wait_for(lambda: set(wanted) <= set(self.states), timeout=PATIENCE), self.states

    def stop(self) -> list[tuple[str, str]]:
        self.watch.stop()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return [entry for entry in self.states if entry[1] != "running"]

    def _note(self, event: BatchEvent) -> None:
        with self._news:
            self.states.append((Path(event.job.photo).name, event.state))
            self._news.notify_all()

    def _run(self) -> None:
        with Journal(self.watch.output) as journal, ThreadPoolExecutor(1) as executor:
            self.watch.run_on(executor, 1, journal)


def test_only_settled_files_are_taken(tmp_path):
    place = tmp_path / "in"
    arrived(place / "a.jpg")
    watch = FolderWatch(place, tmp_path / "out", spec())
    assert names(watch) == []  # seen once: it may be growing
    arrived(place / "a.jpg", 1)
    assert names(watch) == []
    assert names(watch) == ["a.jpg"]
    photo(place / "b.jpg")  # just now
    names(watch)
    assert "b.jpg" not in names(watch)


def test_what_arrives_is_retouched_once_also_after_a_restart(tmp_path):
    place = tmp_path / "in"
    arrived(place / "a.jpg")
    first = Watching(place, tmp_path / "out")
    first.wait_for(("a.jpg", "done"))
    (place / "bad.jpg").write_bytes(b"bad")
    os.utime(place / "bad.jpg", (1_700_000_000, 1_700_000_000))
    arrived(place / "below" / "b.jpg", 1)
    first.wait_for(("bad.jpg", "failed"), ("b.jpg", "done"))
    arrived(place / "c.jpg", 2)
    first.wait_for(("c.jpg", "done"))
    assert sorted(first.stop()) == [("a.jpg", "done"), ("b.jpg", "done"), ("bad.jpg", "failed"), ("c.jpg", "done")]
    (tmp_path / "out" / "a.jpg").unlink()  # taken away by the person it was made for
    arrived(place / "d.jpg", 3)
    second = Watching(place, tmp_path / "out")
    second.wait_for(("d.jpg", "done"), ("bad.jpg", "failed"))
    assert sorted(second.stop()) == [("bad.jpg", "failed"), ("d.jpg", "done")]
    assert sorted(contents(tmp_path / "out")) == [str(Path("below", "b.jpg")), "c.jpg", "d.jpg"]


def test_a_photo_that_is_saved_again_is_done_again(tmp_path):
    place = tmp_path / "in"
    arrived(place / "a.jpg")
    watching = Watching(place, tmp_path / "out")
    watching.wait_for(("a.jpg", "done"))
    before = (tmp_path / "out" / "a.jpg").read_bytes()
    watching.states.clear()
    arrived(place / "a.jpg", 5)
    watching.wait_for(("a.jpg", "done"))
    watching.stop()
    assert (tmp_path / "out" / "a.jpg").read_bytes() != before
    assert list(contents(tmp_path / "out")) == ["a.jpg"]


def test_a_folder_that_goes_away_for_a_while_is_waited_for(tmp_path, caplog):
    place = tmp_path / "in"
    arrived(place / "a.jpg")
    watch = FolderWatch(place, tmp_path / "out", spec())
    place.rename(tmp_path / "away")
    assert names(watch) == [] and names(watch) == []
    assert len(caplog.records) == 1
    (tmp_path / "away").rename(place)
    names(watch)
    assert names(watch) == ["a.jpg"]


def test_what_cannot_be_watched_is_said(tmp_path):
    with pytest.raises(ExposureError, match="is no folder"):
        FolderWatch(tmp_path / "gone", tmp_path / "out", spec())


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent as a POSIX signal")
def test_the_command_ends_with_130_at_ctrl_c(tmp_path):
    (tmp_path / "recipe.json").write_text(dumps(RECIPE))
    arrived(tmp_path / "in" / "a.jpg")
    command = [sys.executable, "-m", "exposure_app", "watch", str(tmp_path / "in"), str(tmp_path / "out")]
    process = subprocess.Popen(
        [*command, "--recipe", str(tmp_path / "recipe.json"), "--jobs", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    assert process.stdout.readline().rstrip().endswith(f"-> {tmp_path / 'out' / 'a.jpg'}")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130 and "Traceback" not in errors
