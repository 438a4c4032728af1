"""How long a person waits before anything happens."""

import sys

from benchmarks.measure import Figure, timed_process

HELP_BOUND = 0.5  # seconds


def run() -> list[Figure]:
    """Measure the answer to --help and the imports that later stages wait for."""
    module = [sys.executable, "-m", "exposure_app"]
    wall, _ = timed_process("exposure --help", [*module, "--help"], runs=5)
    figures = [Figure(wall.what, wall.values, wall.unit, HELP_BOUND)]
    figures += timed_process("exposure styles", [*module, "styles"], runs=5)[:1]
    for name in ("torch", "numba", "rawpy", "exposure_app.pipeline.execute"):
        figures += timed_process(f"import {name}", [sys.executable, "-c", f"import {name}"], runs=3)[:1]
    return figures
