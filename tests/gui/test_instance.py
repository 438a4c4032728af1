"""One window: what a second start is given opens in the first."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from exposure_app.gui.window import instance
from tests.helpers.patience import PATIENCE
from tests.helpers.shared import ROOT

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from exposure_app.gui.window import instance
application = QCoreApplication([])
sys.exit(0 if instance.hand_over([Path(name) for name in sys.argv[1:]]) else 3)
"""


class First:
    """A program that runs, and what it was asked to open."""

    def __init__(self, parent: QObject) -> None:
        self.server = instance.Server(parent)
        self.asked: list[list[Path]] = []
        self.server.requested.connect(self.asked.append)


@pytest.fixture(autouse=True)
def runtime_dir(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Systems take short paths of sockets only; those of tests are long."""
    with tempfile.TemporaryDirectory(prefix="x-") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield


@pytest.fixture
def parent() -> Iterator[QObject]:
    owner = QObject()
    yield owner
    for server in owner.findChildren(instance.Server):
        server.close()
    owner.deleteLater()


@pytest.fixture
def first(qtbot: QtBot, parent: QObject) -> First:
    return First(parent)


def second_start(qtbot: QtBot, photos: list[Path]) -> int:
    process = QProcess()
    process.setWorkingDirectory(str(ROOT))
    environment = QProcessEnvironment.systemEnvironment()
    for name in ("EXPOSURE_HOME", "XDG_RUNTIME_DIR"):
        environment.insert(name, os.environ[name])
    process.setProcessEnvironment(environment)
    with qtbot.waitSignal(process.finished):
        process.start(sys.executable, ["-c", SECOND, *map(str, photos)])
    return process.exitCode()


def test_a_second_start_hands_its_photos_to_the_first(qtbot, first, tmp_path):
    photo = tmp_path / "ein Bild ü.jpg"
    assert second_start(qtbot, [photo]) == 0
    assert first.asked == [[photo]]
    assert second_start(qtbot, []) == 0
    assert first.asked[1:] == [[]], "without photos it asks for the window alone"


def test_without_a_first_start_it_opens_a_window_itself(qtbot, tmp_path):
    assert second_start(qtbot, [tmp_path / "a.jpg"]) == 3


def test_what_no_program_of_ours_sends_is_ignored(qtbot, first, parent):
    socket = QLocalSocket(parent)
    socket.connectToServer(instance._name())
    assert socket.waitForConnected(1000 * PATIENCE)
    socket.write(b"{nonsense\n")
    socket.flush()
    assert second_start(qtbot, []) == 0, "it still listens"
    assert first.asked == [[]]
    socket.disconnectFromServer()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes the name with the process")
def test_what_a_crash_leaves_behind_is_no_obstacle(qtbot, parent, tmp_path):
    script = (
        "import os\nfrom PySide6.QtCore import QCoreApplication\nfrom exposure_app.gui.window import instance\n"
        "application = QCoreApplication([])\nserver = instance.Server()\nos._exit(1)\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    first = First(parent)
    assert second_start(qtbot, [tmp_path / "a.jpg"]) == 0
    assert len(first.asked) == 1
