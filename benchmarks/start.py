"""How long a person waits before anything happens."""

import os
import sys
import tempfile

from benchmarks.measure import Figure, in_turn, timed_process
from exposure_app import paths

HELP_BOUND = 0.5  # seconds
FIRST_BOUND = 1.3  # of the second retouch's time
RUNS = 3


def run() -> list[Figure]:
    """Measure the answer to --help, the imports that later stages wait for, and the first photo of a new user."""
    module = [sys.executable, "-m", "exposure_app"]
    wall = timed_process("exposure --help", [*module, "--help"], runs=5)
    figures = [Figure(wall.what, wall.values, wall.unit, HELP_BOUND)]
    figures.append(timed_process("exposure styles", [*module, "styles"], runs=5))
    for name in ("torch", "numba", "rawpy", "exposure_app.pipeline.execute"):
        figures.append(timed_process(f"import {name}", [sys.executable, "-c", f"import {name}"]))
    return [*figures, _first()]


def _first() -> Figure:
    """The first retouch of a user whose folders are empty, of the second one's time."""
    ratios = []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as home:
            sample = str(paths.resources_dir() / "sample.dng")
            command = [sys.executable, "-m", "exposure_app", "retouch", sample, "-o", f"{home}/out.jpg"]
            environment = {**os.environ, "EXPOSURE_HOME": home, "NUMBA_CACHE_DIR": ""}
            first, second = in_turn({"retouch": command}, runs=2, warm=False, env=environment)["retouch"].wall
            ratios.append(first / second)
    return Figure("first retouch after set-up, of the second", ratios, "x", FIRST_BOUND)
