"""The program that `make dist` made, run as a user does on a computer without Python.

EXPOSURE_DIST names its folder: EXPOSURE_DIST=dist/exposure make test ARGS=tests/frozen
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import exposure_app
from tests.helpers.learning import make_photos
from tests.helpers.patience import PATIENCE, wait_until

FOLDER = os.environ.get("EXPOSURE_DIST")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FOLDER, reason="needs a frozen program: make dist, and set EXPOSURE_DIST to its folder"),
]


@pytest.fixture(scope="module")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that names no Python and nothing of this one."""
    home = tmp_path_factory.mktemp("home")
    return {"HOME": str(home), "PATH": "", "EXPOSURE_HOME": str(home / "exposure"), "QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def exposure(surroundings: dict[str, str], tmp_path: Path) -> Callable[..., str]:
    """Runs a command in an empty folder and gives what it printed."""

    def run(*arguments: str | Path) -> str:
        command = [Path(str(FOLDER)).resolve() / "exposure", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture
def photo(tmp_path: Path, sample_dng: Path) -> Path:
    """A RAW file of one's own."""
    copy = tmp_path / "sample.dng"
    copy.write_bytes(sample_dng.read_bytes())
    return copy


def test_it_knows_its_version_and_brings_its_styles(exposure):
    assert exposure("--version").strip() == f"exposure {exposure_app.__version__}"
    assert {style["name"] for style in json.loads(exposure("styles", "--json"))} >= {"vivid", "muted", "film-bw"}


def test_it_retouches_a_raw_and_explains_what_it_did(exposure, photo):
    exposure("retouch", photo, "-o", "finished.jpg")
    assert photo.with_name("finished.jpg").read_bytes()[:3] == b"\xff\xd8\xff"
    assert "Finished" in exposure("explain", photo)


def test_the_workers_of_a_batch_are_the_program_itself(exposure, photo, tmp_path):
    for number in range(3):
        (tmp_path / "shoot").mkdir(exist_ok=True)
        (tmp_path / "shoot" / f"{number}.dng").write_bytes(photo.read_bytes())
    exposure("batch", "shoot", "done", "--jobs", "2")
    assert sorted(path.name for path in (tmp_path / "done").glob("*.jpg")) == ["0.jpg", "1.jpg", "2.jpg"]


def test_it_learns_a_style(exposure, tmp_path):
    make_photos(tmp_path / "inputs", 12, 50)
    make_photos(tmp_path / "liked", 12, 0, 2.0)
    exposure(
        "train", "--inputs", "inputs", "--targets", "liked", "--name", "tiny", "--minutes", "0.05", "--config", "small"
    )
    assert "tiny" in exposure("styles")


def test_the_window_opens_a_photo_and_ends_when_it_is_told_to(surroundings, photo):
    program = Path(str(FOLDER)).resolve() / "exposure-gui"
    window = subprocess.Popen([program, photo], env=surroundings, stderr=subprocess.PIPE, text=True)
    opened = Path(surroundings["EXPOSURE_HOME"], "config", "recent.json")
    try:
        wait_until(lambda: opened.exists() or window.poll() is not None)
        assert opened.exists() and str(photo) in opened.read_text(encoding="utf-8")
        window.send_signal(signal.SIGTERM)
        _, said = window.communicate(timeout=PATIENCE)
    finally:
        window.kill()
    assert window.returncode == 0
    assert "Traceback" not in said
