"""What the command line says: nothing that a file's name can do harm with, and no complaint when nobody listens."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import exposure_app
from exposure_app.cli import options
from exposure_app.cli.options import cell, say
from exposure_app.training.runs.events import Event
from exposure_app.training.runs.terminal import Lines
from tests.helpers.patience import PATIENCE

PACKAGE = Path(exposure_app.__file__).parent


def run(arguments: list[str], tmp_path: Path, **options: object) -> "subprocess.CompletedProcess[bytes]":
    environment = os.environ | {"EXPOSURE_HOME": str(tmp_path / "home"), "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-m", "exposure_app", *arguments]
    return subprocess.run(command, env=environment, check=False, timeout=PATIENCE, **options)  # type: ignore[call-overload]


def test_a_line_is_a_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]):
    say("a\x1b[2Jb\nerror: \u202e\udcff")
    assert capsys.readouterr().out == "a\\x1b[2Jb\\x0aerror: \\u202e\\xff\n"


def test_square_brackets_in_a_cell_are_no_colour():
    console = Console(file=io.StringIO())
    console.print(cell("[red]x[/nonsense]"))
    assert console.file.getvalue() == "[red]x[/nonsense]\n"  # type: ignore[attr-defined]


def test_only_say_speaks_on_the_command_line():
    """Whatever else prints texts must have made them harmless itself: JSON is ASCII."""
    for source in (PACKAGE / "cli").glob("*.py"):
        for line in source.read_text().splitlines():
            if "typer.echo(" in line and source.name != Path(options.__file__).name:
                assert re.search(r"json\.dumps|lambda line|nl=", line), f"{source.name}: {line.strip()}"


def test_hints_are_for_the_window_too():
    """An option of the command line means nothing there."""
    for source in PACKAGE.rglob("*.py"):
        if source.parent.name == "cli" or source.name in ("__main__.py", "cluster.py"):  # clusters have no window
            continue
        for hint in re.findall(r"ExposureError\((?:[^()]|\([^()]*\))*\)", source.read_text()):
            assert not re.search(r"(?<![-\w])(--[a-z]|-o\b)", hint), f"{source.name}: {hint}"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
def test_a_reader_that_has_enough_is_no_error(tmp_path: Path):
    ours, theirs = os.pipe()
    os.close(ours)
    try:
        done = run(["styles"], tmp_path, stdout=theirs, stderr=subprocess.PIPE)
    finally:
        os.close(theirs)
    assert done.stderr == b"" and done.returncode == options.UNHEARD


@pytest.mark.skipif(sys.platform == "win32", reason="shells are others there")
def test_without_any_output_a_command_works_as_usual(tmp_path: Path):
    done = run(["styles"], tmp_path, stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert done.stderr == b"" and done.returncode == 0


def test_training_without_a_terminal_tells_a_line_now_and_then(capsys: pytest.CaptureFixture[str]):
    lines = Lines("mine")
    for done in range(101):
        lines.tell(Event("reading", facts={"what": "photos", "done": done, "total": 100}))
    figures = {"iterations/s": 1.0, "share of D": 0.5, "EMD": 0.1}
    for share in (0.0, 0.01, 0.07):
        lines.tell(Event("progress", 10, share, {"eta_s": 600, "figures": figures}))
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "Reading photos: 0 %" and "Reading photos: 100 %" in told
    assert len(told) == 23 and told[-1] == "Training mine: 5 %, 10 min left"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are others there")
def test_ctrl_c_while_the_interpreter_ends_is_no_traceback():
    code = (
        "import atexit, os, signal, sys\n"
        "atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))\n"
        "from exposure_app.__main__ import main\n"
        "sys.argv = ['exposure', '--version']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, timeout=PATIENCE, capture_output=True, cwd=PACKAGE.parent
    )
    assert done.stderr == b"" and done.returncode == 0
