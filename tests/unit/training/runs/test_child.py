"""Training as a child process: lines of JSON out, a line on stdin to stop."""

import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exposure_app.cli.commands import app
from exposure_app.training.runs.child import Parent
from exposure_app.training.runs.events import Event
from tests.helpers.patience import PATIENCE, wait_until

Folders = tuple[list[Path], list[Path]]


class Pipe:
    """An unbuffered pipe: its reader waits for each piece."""

    def __init__(self) -> None:
        reader, self._writer = os.pipe()
        self.stream = os.fdopen(reader, "rb", buffering=0)
        self._open = True

    def write(self, content: bytes) -> None:
        os.write(self._writer, content)

    def close(self) -> None:
        if self._open:
            self._open = False
            os.close(self._writer)


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()
    for thread in threading.enumerate():
        if thread.name == "commands":
            thread.join(PATIENCE)
    made.stream.close()


@pytest.mark.parametrize("pieces", [[b"stop\n"], [b"st", b"op\r\n"], [b"hello\nsto", b"p\nx"]])
def test_the_line_stop_stops(pipe: Pipe, pieces: list[bytes]) -> None:
    parent = Parent(pipe.stream, io.StringIO())
    for piece in pieces:
        assert not parent.wants_to_stop()
        pipe.write(piece)
    wait_until(parent.wants_to_stop)


class Words:
    """Says a piece, and then nothing until it is let go on; knows when its listener has heard all."""

    def __init__(self, piece: bytes) -> None:
        self._pieces, self.heard, self.go_on = [piece], threading.Event(), threading.Event()

    def read(self, _most: int) -> bytes:
        if self._pieces:
            return self._pieces.pop()
        self.heard.set()
        self.go_on.wait(PATIENCE)
        return b""


def test_other_lines_do_not_stop_but_the_end_of_stdin_does() -> None:
    words = Words(b"stopping\nnonstop\n\n")
    parent = Parent(words, io.StringIO())  # type: ignore[arg-type]
    assert words.heard.wait(PATIENCE)
    assert not parent.wants_to_stop()
    words.go_on.set()
    wait_until(parent.wants_to_stop)


def test_a_pipe_that_is_closed_stops(pipe: Pipe) -> None:
    parent = Parent(pipe.stream, io.StringIO())
    pipe.close()
    wait_until(parent.wants_to_stop)


def test_a_parent_that_reads_no_more_stops(pipe: Pipe) -> None:
    class Broken(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    parent = Parent(pipe.stream, Broken())
    parent.tell(Event("reading"))
    assert parent.wants_to_stop()
    parent.tell(Event("reading"))


@pytest.mark.slow
def test_the_command_tells_stops_with_a_checkpoint_and_goes_on(folders: Folders, exposure_home: Path) -> None:
    inputs, targets = (paths[0].parent for paths in folders)
    (inputs / "broken.jpg").write_bytes(b"no picture")
    arguments = ["train", "--inputs", inputs, "--targets", targets, "--name", "mine", "--json", "--from", "scratch"]
    arguments += ["--minutes", "9999"]
    process = subprocess.Popen(
        [sys.executable, "-m", "exposure_app", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    events = []
    try:
        for line in process.stdout:
            events.append(json.loads(line))
            if events[-1]["event"] == "validation":
                process.stdin.write(b"stop\n")
                process.stdin.flush()
        assert process.wait(PATIENCE) == 130
    finally:
        process.kill()
        _, errors = process.communicate()
        (inputs / "broken.jpg").unlink()
    assert errors.strip() == b"interrupted"
    kinds = [event["event"] for event in events]
    assert kinds[0] == "reading"
    assert kinds[-2:] == ["checkpoint", "stopped"]
    by_kind = {event["event"]: event for event in events}
    assert set(by_kind["reading"]) == {"event", "what", "done", "total"}
    assert Path(by_kind["skipped"]["file"]) == inputs / "broken.jpg"
    assert "broken.jpg" in by_kind["skipped"]["reason"]
    assert set(by_kind["validation"]) >= {
        "iteration", "share", "score", "intersections", "usage", "best", "sheet", "curves",
    }  # fmt: skip
    assert Path(by_kind["validation"]["sheet"]).is_file()
    assert by_kind["stopped"]["checkpoint"] == by_kind["checkpoint"]["file"]
    assert Path(by_kind["stopped"]["checkpoint"]).parent == exposure_home / "styles"


def test_errors_are_told_too(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = CliRunner().invoke(
        app, ["train", "--inputs", str(tmp_path), "--targets", str(tmp_path), "--name", "a/b", "--json"]
    )
    assert result.exit_code == 1
    (event,) = map(json.loads, capfd.readouterr().out.splitlines())
    assert event["event"] == "error"
    assert "a/b" in event["message"]
    assert event["hint"]
