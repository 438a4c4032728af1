"""What is done without learning needs no torch: here one stands in its place that cannot be loaded."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.helpers.shared import ROOT

COMMANDS = (
    "retouch photo.png -o out.jpg",
    "retouch photo.png --style faded --seed 3 -o out.jpg",
    "batch photo.png out --jobs 2",
    "explain photo.png",
    "variations photo.png --samples 3",
    "blend natural faded photo.png -o out.json",
    "styles",
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    broken = tmp_path / "modules" / "torch"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise ImportError('torch is not needed for this')\n")
    noise = np.random.default_rng(0).integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_its_work(command: str, place: Path) -> None:
    path = os.pathsep.join([str(place / "modules"), str(ROOT)])
    run = subprocess.run(
        [sys.executable, "-m", "exposure_app", *command.split()],
        cwd=place,
        env=os.environ | {"PYTHONPATH": path, "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr


def test_the_stand_in_is_one(place: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", "import torch"], env=os.environ | {"PYTHONPATH": str(place / "modules")}
    )
    assert run.returncode
