"""The stories of the editor once more, on a real screen with the mouse and keyboard of an X server.

Photographs of every step are in ``build/screens`` afterwards: they are to be looked at.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.editor import make_photo
from tests.helpers.shared import ROOT
from tests.x11.screen import missing, screen

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("EXPOSURE_SCREENS"), reason="takes minutes: set EXPOSURE_SCREENS=1"),
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]
SCREENS = {"small": (1280, 720, 1), "full-hd": (1920, 1080, 1), "4k": (3840, 2160, 2)}


class Stage:
    """A screen, a photo of one's own, and a home that stays from part to part."""

    def __init__(self, display: str, scale: int, photo: Path, album: Path) -> None:
        self.photo, self.album = photo, album
        self._surroundings = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(scale),
            "EXPOSURE_HOME": str(photo.parent / "home"),
        }

    def start(self, part: str, *photos: Path) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.x11.stories", part, str(self.album), *map(str, photos)]
        return subprocess.Popen(command, cwd=ROOT, env=self._surroundings, stdout=subprocess.PIPE, text=True)

    def tell(self, part: str, *photos: Path) -> None:
        process = self.start(part, *photos)
        try:
            process.communicate(timeout=900)
        finally:
            process.kill()
        assert process.returncode == 0


@pytest.fixture(params=SCREENS)
def stage(request: pytest.FixtureRequest, tmp_path: Path, sample_dng: Path) -> Iterator[Stage]:
    width, height, scale = SCREENS[request.param]
    photo = tmp_path / "sample.dng"
    photo.write_bytes(sample_dng.read_bytes())
    with screen(width, height, tmp_path) as display:
        yield Stage(display, scale, photo, ROOT / "build" / "screens" / request.param)


def test_from_the_first_start_to_the_export_and_back_after_a_crash(stage: Stage):
    stage.tell("empty")
    stage.tell("edit", stage.photo)
    assert (stage.photo.parent / "exported" / "sample.jpg").exists()
    stage.tell("again", stage.photo)
    session = stage.start("killed", stage.photo)
    try:
        assert session.stdout is not None and session.stdout.readline().strip() == "SAVED"
    finally:
        session.kill()
        session.communicate()
    stage.tell("restored")


def test_steps_are_pasted_to_three_photos(stage: Stage):
    others = [make_photo(stage.photo.with_name(f"{number}.jpg"), 1200, 800, number) for number in range(3)]
    stage.tell("pasted", stage.photo, *others)


def test_a_tiny_style_is_taught(stage: Stage):
    stage.tell("taught", stage.photo)
