"""A whole retouch, RAW file to JPEG, as its own process; beside it what others need for the same file."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.measure import Figure, in_turn
from benchmarks.record import PEERS
from exposure_app import paths

ROOT = Path(__file__).resolve().parents[1]
BIG_RAW = ROOT.parent / "shared" / "data" / "raw" / "synthetic_bayer25mp_1.dng"
PEAK_BOUND = 1200  # MiB, for 24 MP
OURS = "exposure retouch"
BOUNDS = {True: 0.55, False: 0.45}  # of the peers' time: for the sample photo, for large ones

PLAIN = """
import sys, rawpy, PIL.Image
with rawpy.imread(sys.argv[1]) as raw:
    rgb = raw.postprocess(use_camera_wb=True)
PIL.Image.fromarray(rgb).save(sys.argv[2], quality=92)
"""


def run() -> list[Figure]:
    """Measure a file for which others are quick and a large one, each program in turn, and the stages of ours."""
    sample = paths.resources_dir() / "sample.dng"
    figures = []
    for raw in (sample, BIG_RAW) if BIG_RAW.exists() else (sample,):
        with tempfile.TemporaryDirectory() as folder:
            commands = _commands(raw, Path(folder))
            found = in_turn(commands)
            for name, process in found.items():
                figures += process.figures(f"{raw.name}: {name}", most=PEAK_BOUND if name == OURS else None)
            for peer in (name for name in found if name in PEERS):
                figures.append(found[OURS].of(found[peer], f"{raw.name}: ours of {peer}", BOUNDS[raw == sample]))
            figures += _stages(commands[OURS], raw.name)
    return figures


def _stages(command: list[str], name: str, runs: int = 3) -> list[Figure]:
    seconds = defaultdict(list)
    for _ in range(runs):
        report = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True).stdout)
        for stage, value in report[0]["seconds"].items():
            seconds[stage].append(value)
    return [Figure(f"{name}: stage {stage}", values, "s") for stage, values in seconds.items()]


def _commands(raw: Path, folder: Path) -> dict[str, list[str]]:
    """Ours, a reader without edits, and the peers that are installed; they add a number to a name that is taken."""
    out = str(folder / "out.jpg")
    commands = {
        OURS: [sys.executable, "-m", "exposure_app", "retouch", str(raw), "-o", out, "--device", "cpu"],
        "rawpy (AHD) and Pillow, no edits": [sys.executable, "-c", PLAIN, str(raw), out],
        "darktable-cli": [
            "darktable-cli",
            str(raw),
            f"{folder}/dt_$(SEQUENCE).jpg",
            "--core",
            "--configdir",
            f"{folder}/dt",
        ],
        "rawtherapee-cli": ["rawtherapee-cli", "-Y", "-o", str(folder / "rt.jpg"), "-c", str(raw)],
    }
    for peer in PEERS:
        if shutil.which(peer) is None:
            print(f"{peer} is not installed and left out")
            del commands[peer]
    return commands
