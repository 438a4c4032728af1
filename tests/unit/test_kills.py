"""Killed before any step in which it changes files, the program loses nothing; ``make kill`` is the long form."""

import os
import subprocess
import sys

import pytest

from tests.helpers.shared import ROOT

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and fork are POSIX")


@pytest.mark.parametrize(
    "given", [["--every", "save"], ["--kills", "4", "--seed", "1", "export"]], ids=["save", "export"]
)
def test_nothing_is_lost_whatever_step_a_process_dies_at(given):
    command = [sys.executable, "-W", "error", "-m", "tools.kill", *given]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "lost 0 times" in done.stdout and "killed 0 times" not in done.stdout
