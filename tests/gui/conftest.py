"""A window for every story, and nothing left of it afterwards."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from exposure_app import paths
from tests.helpers.editor import Editor, make_photo, save_untrained_style


def pytest_itemcollected(item: pytest.Item) -> None:
    # The offscreen platform says this of every window; it is about the platform, not about us.
    item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints|This plugin does not support", extend=True))


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
