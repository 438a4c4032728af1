"""A window for every story, and nothing left of it afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from exposure_app import paths
from exposure_app.gui.canvas import mask_overlay
from exposure_app.gui.learn import child
from exposure_app.gui.plurals import Plurals
from exposure_app.gui.widgets import notify, scalar_editor, value_slider
from tests.helpers.editor import Editor, make_photo, save_untrained_style
from tests.helpers.patience import PATIENCE


def pytest_itemcollected(item: pytest.Item) -> None:
    # The offscreen platform says this of every window; it is about the platform, not about us.
    item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints|This plugin does not support", extend=True))


class PatientBot(QtBot):
    """Waits as long as a busy machine may need, unless a test says otherwise; what comes ends the wait at once."""

    def waitUntil(self, callback: Any, *, timeout: int = 1000 * PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = 1000 * PATIENCE, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitActive(self, widget: Any, *, timeout: int = 1000 * PATIENCE) -> Any:
        return super().waitActive(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QCoreApplication, request: pytest.FixtureRequest) -> QtBot:
    Plurals.install(qapp)
    return PatientBot(request)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing goes or ends because a test takes its time: what is said stays, a wheel's turns are one edit."""
    for module, name in ((notify, "SHOWN_MS"), (scalar_editor, "HINT_MS"), (value_slider, "BURST_MS"),
                         (mask_overlay, "BURST_MS"), (child, "KILL_MS")):  # fmt: skip
        monkeypatch.setattr(module, name, 1000 * PATIENCE)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A small JPEG."""
    return make_photo(tmp_path / "harbour.jpg")


@pytest.fixture
def untrained(exposure_home: Path) -> str:
    """Name of a style that is installed for the user."""
    save_untrained_style("plain")
    return "plain"


@pytest.fixture
def new_editor(
    qtbot: QtBot, exposure_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Editor]]:
    """Makes windows; each is closed at the end, with its threads.

    The program's own styles are not there: they are slow.
    """
    monkeypatch.setattr(paths, "models_dir", lambda: tmp_path / "no-models")
    made: list[Editor] = []

    def make() -> Editor:
        made.append(Editor(qtbot))
        return made[-1]

    yield make
    for editor in made:
        editor.close()


@pytest.fixture
def editor(new_editor: Callable[[], Editor]) -> Editor:
    """A window."""
    return new_editor()
