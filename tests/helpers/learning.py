"""A process that speaks like training and learns nothing, one that learns in seconds, and photos to give them."""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from exposure_app.gui.learn.learner import training_command
from exposure_app.learning.store import SavedRun

QUANTITIES = ("luminance", "contrast", "saturation")
FIGURES = {
    "photos": 12,
    "compared with": 9,
    "intersections": {
        name: {**{quantity: [value, value - 5, value + 5] for quantity in QUANTITIES}, "mean": value}
        for name, value in (("results", 78.0), ("ceiling", 84.0), ("neutral", 70.0), ("auto levels", 66.0))
    },
    "usage": {"exposure": 0.2, "contrast": 0.4, "gamma": 0.4, "saturation": 0.0},
}

QUICK = """
from dataclasses import replace
from exposure_app.__main__ import main
from exposure_app.agent.header import NetConfig
from exposure_app.training.algorithm import config
config.CONFIGS["base"] = replace(config.BASE, net=NetConfig(channels=1, hidden=4, steps=2, look=True),
                                 iterations=100_000, batch=2, buffer=8, validate_every=50)
main()
"""
PREAMBLE = """
import json, pathlib, sys
def tell(event, **facts):
    print(json.dumps({"event": event, **facts}), flush=True)
def trial(iteration, score=70.0):
    values = dict.fromkeys(("luminance", "contrast", "saturation"), score)
    tell("validation", iteration=iteration, share=iteration / 100, score=score, intersections=values,
         usage={"exposure": 0.25, "contrast": 0.75}, best=iteration, ceiling=dict.fromkeys(values, 85.0), sheet=SHEET)
def progress(iteration):
    tell("progress", iteration=iteration, share=iteration / 100, eta_s=100.0 - iteration, figures={"L_w": 0.5})
def wait_for_stop():
    for line in sys.stdin:
        if line.strip() == "stop":
            return
"""


def fake_command(out: Path, script: str, sheet: Path | None = None) -> list[str]:
    """A command that runs a script with ``tell``, ``trial``, ``progress`` and ``wait_for_stop``; OUT is a folder."""
    constants = f"OUT, SHEET, FIGURES = {str(out)!r}, {str(sheet) if sheet else None!r}, {json.dumps(FIGURES)}\n"
    return [sys.executable, "-c", PREAMBLE + constants + script]


def quick_command(run: SavedRun) -> list[str]:
    """Real training of a run, of the tiniest networks on the tiniest batches."""
    command = training_command(run)
    return [sys.executable, "-c", QUICK, *command[command.index("train") :], "--config", "base"]


def make_photos(folder: Path, count: int, first: int = 0, brightness: float = 1.0) -> list[Path]:
    """Small smooth pictures, each of another structure."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        coarse = np.random.default_rng(first + number).random((6, 8, 3)) ** (1 / brightness)
        picture = Image.fromarray((coarse * 255).astype(np.uint8)).resize((96, 72), Image.Resampling.BICUBIC)
        made.append(folder / f"{number:03}.png")
        picture.save(made[-1])
    return made
