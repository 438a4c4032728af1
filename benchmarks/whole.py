"""A whole retouch, RAW file to JPEG, as its own process; beside it what others need for the same file."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from benchmarks.measure import Figure, timed_process
from exposure_app import paths

ROOT = Path(__file__).resolve().parents[1]
BIG_RAW = ROOT.parent / "shared" / "data" / "raw" / "synthetic_bayer25mp_1.dng"
PEAK_BOUND = 1200  # MiB, for 24 MP

PLAIN = """
import sys, rawpy, PIL.Image
with rawpy.imread(sys.argv[1]) as raw:
    rgb = raw.postprocess(use_camera_wb=True)
PIL.Image.fromarray(rgb).save(sys.argv[2], quality=92)
"""


def run() -> list[Figure]:
    """Measure retouch and apply, their stages, and the other programs that are installed."""
    raw = BIG_RAW if BIG_RAW.exists() else paths.resources_dir() / "sample.dng"
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.jpg"
        ours = [sys.executable, "-m", "exposure_app", "retouch", str(raw), "-o", str(out), "--device", "cpu"]
        wall, peak = timed_process(f"exposure retouch {raw.name}", ours)
        figures = [wall, Figure(peak.what, peak.values, peak.unit, PEAK_BOUND)]
        figures += _stages(ours)
        figures += timed_process("rawpy (AHD) and Pillow, no edits", [sys.executable, "-c", PLAIN, str(raw), str(out)])
        figures += _others(raw, Path(folder))
    return figures


def _stages(command: list[str], runs: int = 3) -> list[Figure]:
    seconds = defaultdict(list)
    for _ in range(runs):
        report = json.loads(subprocess.run([*command, "--json"], check=True, capture_output=True).stdout)
        for stage, value in report[0]["seconds"].items():
            seconds[stage].append(value)
    return [Figure(f"  stage: {stage}", values, "s") for stage, values in seconds.items()]


def _others(raw: Path, folder: Path) -> list[Figure]:
    commands = {
        "darktable-cli": [
            "darktable-cli",
            str(raw),
            str(folder / "dt_$(SEQUENCE).jpg"),
            "--core",
            "--configdir",
            str(folder / "dt"),
        ],
        "rawtherapee-cli": ["rawtherapee-cli", "-Y", "-o", str(folder / "rt.jpg"), "-c", str(raw)],
    }
    figures = []
    for name, command in commands.items():
        if shutil.which(name) is None:
            print(f"{name} is not installed and left out")
            continue
        try:
            figures += timed_process(f"{name}, default", command, runs=2)
        except RuntimeError:
            print(f"{name} cannot open {raw.name} and is left out")
    return figures
