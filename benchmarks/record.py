"""Keeping what was measured, and finding what the last run on the same machine measured."""

import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure
from exposure_app import __version__
from exposure_app.jit import cores

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("llvmlite", "numba", "numpy", "Pillow", "PySide6-Essentials", "rawpy", "simplejpeg", "torch")
PEERS = ("darktable-cli", "rawtherapee-cli")

Rows = Mapping[str, Sequence[Figure]]  # by section


def machine() -> dict[str, Any]:
    """What ran: figures of another machine are not to be compared with."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {
        "processor": _processor(),
        "cores": cores(),
        "memory": f"{memory / (1 << 30):.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Of the program, of what it computes with, and of the peers that are installed."""
    found = {"exposure": __version__, "python": platform.python_version()}
    found |= {name: importlib.metadata.version(name) for name in PACKAGES}
    for peer in filter(shutil.which, PEERS):
        told = subprocess.run([peer, "--version"], capture_output=True, text=True).stdout.split("\n")[0]
        found[peer] = told or "?"
    return found


def write(rows: Rows, folder: Path = RESULTS) -> Path:
    """Keep what was measured in a file of its own."""
    folder.mkdir(exist_ok=True)
    when = time.strftime("%Y-%m-%dT%H%M%S")
    sections = {section: [_plain(figure) for figure in figures] for section, figures in rows.items()}
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    report = {"when": when, "machine": machine(), "load": load, "versions": versions(), "sections": sections}
    path = folder / f"{when}.json"
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return path


def last(folder: Path = RESULTS) -> dict[tuple[str, str], float]:
    """The newest median of every row, by section and name, that was measured on this machine."""
    found: dict[tuple[str, str], float] = {}
    for path in sorted(folder.glob("*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        if report["machine"] == machine():
            rows = [(section, row) for section, some in report["sections"].items() for row in some]
            found |= {(section, row["what"]): row["median"] for section, row in rows}
    return found


def _plain(figure: Figure) -> dict[str, Any]:
    numbers = {"median": figure.median, "best": figure.best, "95 %": figure.nearly_worst}
    return {"what": figure.what, "unit": figure.unit, "bound": figure.bound, **numbers, "values": list(figure.values)}


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
