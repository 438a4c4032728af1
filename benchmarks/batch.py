"""Folders of photos: the time a photo takes beside what others need for the same files, and memory over many files."""

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measure import Figure
from benchmarks.whole import BIG_RAW
from exposure_app import paths
from exposure_app.jit import cores
from exposure_app.pipeline.recipe import Recipe, Step, dumps

RAW_SUFFIXES = {".dng", ".kdc", ".cr2", ".nef", ".arw"}
BIG_FILES = 6
MANY = 500
SETTLED = 100  # files after which memory should not grow
SLOPE_BOUND = 20  # KiB a file
OURS, ONE_CORE = "exposure batch", "exposure batch on one core"
CORES_BOUND = 1 / 1.6  # of one core's time, on two


def run() -> list[Figure]:
    """Measure RAW files of all kinds, 24-megapixel ones, and memory."""
    raws = sorted(path for path in BIG_RAW.parent.glob("*") if path.suffix.lower() in RAW_SUFFIXES)
    big = BIG_RAW if BIG_RAW.exists() else paths.resources_dir() / "sample.dng"
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        mixed = _folder(home / "mixed", raws or [big])
        same = _folder(home / "same", [big] * BIG_FILES)
        figures = [*_throughput("RAW files of all kinds", mixed, home), *_throughput(f"{big.name} x 6", same, home)]
        return [*figures, *_memory(home)]


def _folder(path: Path, files: Sequence[Path]) -> Path:
    path.mkdir()
    for number, file in enumerate(files):
        (path / f"{number:03}_{file.name}").symlink_to(file)
    return path


def _throughput(what: str, photos: Path, home: Path) -> list[Figure]:
    """Seconds a finished photo, whole processes."""
    ours = [sys.executable, "-m", "exposure_app", "batch", str(photos), "{out}", "--style", "vivid", "--device", "cpu"]
    darktable = ["darktable-cli", str(photos), "{out}/$(FILE_NAME).jpg", "--core", "--configdir", str(home / "dt")]
    commands = {
        OURS: ours,
        ONE_CORE: ["taskset", "-c", "0", *ours],
        "darktable-cli": darktable,
        "rawtherapee-cli": ["rawtherapee-cli", "-Y", "-o", "{out}", "-c", str(photos)],
    }
    figures, each = [], {}
    for name, command in commands.items():
        if shutil.which(command[0]) is None:
            print(f"{name} is not installed and left out")
            continue
        out = Path(tempfile.mkdtemp(dir=home))
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        words = [word.replace("{out}", str(out)) for word in command]
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        done = len(list(out.glob("*.jpg")))
        if not done:
            print(f"{name} finished none of {what} and is left out")
            continue
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        label = f"{what}: {name}, {done} of {len(list(photos.iterdir()))} files"
        figures.append(Figure(f"{label}, a file", [seconds / done], "s"))
        figures.append(Figure("  of which computing, all cores", [cpu / done], "s"))
        each[name] = seconds / done
    for name in sorted(each.keys() - {OURS}):
        bound = CORES_BOUND if name == ONE_CORE and cores() == 2 else None
        figures.append(Figure(f"{what}: ours of {name}", [each[OURS] / each[name]], "x", bound))
    return figures


def _memory(home: Path) -> list[Figure]:
    """How the memory of all processes grows from file to file; only where /proc tells."""
    if not Path("/proc/self/task").exists():
        print("memory over many files is measured on Linux only")
        return []
    recipe = home / "recipe.json"
    recipe.write_text(dumps(Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.4545})))))
    pictures = []
    for number in range(8):
        small = np.random.default_rng(number).integers(0, 255, (8, 12, 3), np.uint8)
        pictures.append(home / f"{number}.jpg")
        Image.fromarray(small).resize((1200 + 100 * number, 800)).save(pictures[-1])
    photos = _folder(home / "many", [pictures[number % 8] for number in range(MANY)])
    command = [sys.executable, "-m", "exposure_app", "batch", str(photos), str(home / "many-out")]
    process = subprocess.Popen([*command, "--recipe", str(recipe)], stdout=subprocess.DEVNULL)
    samples: list[tuple[int, float]] = []
    ended = threading.Event()
    sampler = threading.Thread(target=_sample, args=(process.pid, home / "many-out", samples, ended))
    sampler.start()
    process.wait()
    ended.set()
    sampler.join()
    settled = np.array([sample for sample in samples if sample[0] >= SETTLED])
    slope = 1024 * np.polyfit(settled[:, 0], settled[:, 1], 1)[0]
    return [
        Figure(f"memory of all processes over {MANY} files", settled[:, 1].tolist(), "MiB"),
        Figure("  growth a file", [float(slope)], "KiB", SLOPE_BOUND),
    ]


def _sample(pid: int, out: Path, samples: list[tuple[int, float]], ended: threading.Event) -> None:
    while not ended.wait(0.1):
        children = Path(f"/proc/{pid}/task/{pid}/children")
        try:
            pids = [pid, *map(int, children.read_text().split())]
            memory = sum(_resident(one) for one in pids)
        except (OSError, StopIteration):
            continue  # one of them has just ended
        samples.append((len(list(out.glob("*.jpg"))), memory))


def _resident(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps([(figure.what, figure.median, figure.unit) for figure in run()], indent=1))
