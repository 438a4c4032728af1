"""The editor: how soon it is there, how soon a photo is, how fluid a drag is, and what it holds in memory."""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Figure, timed
from benchmarks.whole import BIG_RAW
from exposure_app import paths
from exposure_app.io import ahead

if TYPE_CHECKING:
    from PySide6.QtCore import QEventLoop

    from exposure_app.gui.window.main_window import MainWindow

WINDOW_BOUND, PICTURE_BOUND = 0.3, 0.6  # seconds
FRAME_BOUND = 16  # ms, for 2 MP
DRAGS = 60
RUNS = 3


def run() -> list[Figure]:
    """Measure sessions with a large RAW, each in a process of its own."""
    sample = paths.resources_dir() / "sample.dng"
    raw = BIG_RAW if BIG_RAW.exists() else sample
    found = {photo: [_session(photo) for _ in range(RUNS + 1)][1:] for photo in dict.fromkeys((raw, sample))}

    def values(name: str, photo: Path = raw) -> list[float]:
        return [value for report in found[photo] for value in report[name]]

    first = [
        figure
        for photo, inside in ((raw, "nothing"), (sample, "a preview"))
        for figure in (
            Figure(f"first picture: {photo.name}, {inside} inside", values("first", photo), "s", PICTURE_BOUND),
            Figure("  opened in the running editor", values("again", photo), "s", PICTURE_BOUND),
        )
    ]
    size = found[raw][0]["megapixels"][0]
    return [
        Figure("window on the screen, after the imports", values("window"), "s", WINDOW_BOUND),
        Figure("the same with Python and all imports", values("start"), "s"),
        *first,
        Figure(f"the developed photo: {raw.name}", values("developed"), "s"),
        Figure(f"frame of a drag, {size:.1f} MP, from edit to screen", values("frame"), "ms", FRAME_BOUND),
        Figure("  of which rendering", values("render"), "ms"),
        Figure("  the histogram, while the frame is drawn", values("histogram"), "ms"),
        Figure("  processor time of it all", values("processor"), "ms"),
        Figure("peak memory", values("memory"), "MiB"),
    ]


def _session(raw: Path) -> dict[str, list[float]]:
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / raw.name
        copy.symlink_to(raw)
        (Path(home) / f"second-{raw.name}").symlink_to(raw)
        kernels = os.environ.get("NUMBA_CACHE_DIR") or str(paths.user_cache_dir() / "kernels")
        surroundings = {**os.environ, "EXPOSURE_HOME": home, "NUMBA_CACHE_DIR": kernels}
        if not os.environ.get("DISPLAY"):
            surroundings["QT_QPA_PLATFORM"] = "offscreen"
        command = [sys.executable, "-m", "benchmarks.editor", str(copy), str(time.time())]
        report = subprocess.run(command, env=surroundings, check=True, capture_output=True, text=True).stdout
    found: dict[str, list[float]] = json.loads(report.splitlines()[-1])
    return found


def _measure(raw: Path, started: float) -> dict[str, list[float]]:
    """In the process that is measured, which starts as the program does."""
    ahead.begin(raw)
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from exposure_app.gui import theme
    from exposure_app.gui.window.main_window import MainWindow

    imported = time.perf_counter()
    application = QApplication([])
    theme.apply(application)
    window = MainWindow()
    window.resize(1732 + 568, 1155 + 205)  # leaves 2 MP for the picture
    window.show()
    application.processEvents()
    shown, report = time.perf_counter(), {"start": [time.time() - started]}
    report["window"] = [shown - imported]

    loop = QEventLoop()
    poll = QTimer(interval=2)
    poll.timeout.connect(loop.quit)

    def until(condition: Callable[[], object]) -> float:
        poll.start()  # sleeps in between: a loop that spins would take the interpreter from the threads
        while not condition():
            loop.exec()
        poll.stop()
        return time.perf_counter()

    view, renderer = window.panels.view, window.coordinator.renderer

    def drawn() -> float:
        until(lambda: view.shows_preview or (view.frame_shown and window.controller.photo == window.controller.wanted))
        view.repaint()
        return time.perf_counter()

    window.start([raw])
    report["first"] = [drawn() - shown]
    report["developed"] = [until(lambda: view.frame_shown) - shown]
    settled: list[bool] = []
    renderer.settled.connect(lambda: settled.append(True))
    until(lambda: settled)
    queues = window.queues
    until(lambda: queues.agent.is_idle and queues.files.is_idle)
    report |= _drag(window, loop)
    begun = time.perf_counter()
    window.controller.open_photo(raw.with_name(f"second-{raw.name}"))
    report["again"] = [drawn() - begun]
    window.close()
    return report


def _drag(window: "MainWindow", loop: "QEventLoop") -> dict[str, list[float]]:
    """Drag the exposure's slider and count the time until each frame is drawn."""
    view, renderer, controller = window.panels.view, window.coordinator.renderer, window.controller
    report: dict[str, list[float]] = {}
    frames: list[object] = []
    renderer.frame_ready.connect(frames.append)
    renderer.frame_ready.connect(loop.quit)
    report["frame"], spent = [], time.process_time()
    for number in range(DRAGS):
        frames.clear()
        recipe = controller.document.recipe
        step = replace(recipe.steps[0], params={"ev": (number + 1) / 50})
        begun = time.perf_counter()
        controller.edit(replace(recipe, steps=(step, *recipe.steps[1:])), "Exposure", "drag")
        while not frames:
            loop.exec()
        view.repaint()
        report["frame"].append(1000 * (time.perf_counter() - begun))
    report["processor"] = [1000 * (time.process_time() - spent) / DRAGS]
    shape = view.frame_shown.codes.shape
    report["megapixels"] = [shape[0] * shape[1] / 1e6]
    engine, recipe = controller.engine, controller.document.recipe
    report["render"] = timed("", lambda: engine.frame(recipe, view.frame_shown.view), runs=20).values
    report["histogram"] = timed("", lambda: engine.histogram(recipe), runs=20).values
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report["memory"] = [peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)]
    return report


if __name__ == "__main__":
    print(json.dumps(_measure(Path(sys.argv[1]), float(sys.argv[2]))))
