"""What each departure from the paper buys: ``python -m tools.ablations [--style vivid] [--iterations 240]``.

Trains a style with ``small`` as it is and with each departure switched off, same photos, seed and iterations, and
prints a table of scores on the validation photos (see ``training/evaluation/validate.py``). Needs the photo sets.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from exposure_app.training.algorithm import config as configs
from exposure_app.training.algorithm.config import SMALL, TrainConfig
from exposure_app.training.runs.material import Material, gather
from exposure_app.training.runs.run import Run
from tools.train_styles import DATA, STYLES, photos_for

SWITCHED_OFF: Mapping[str, Mapping[str, Any]] = {
    "as it is": {},
    "without matching": {"matching": (0.0, 0.0)},
    "without order": {"order": 0.0},
    "looking at parts, not at whole photos": {"whole": False},
    "V instead of twins": {"twins": False, "likeliest": 0.4},
    "choices never settled": {"settle": 1.0},
    "without a penalty for idle steps": {"idle": 0.0},
    "without penalties on casts": {"departure": {}},
    "without the shortcut": {"net": replace(SMALL.net, shortcut=False)},
    "dropout 0.5": {"net": replace(SMALL.net, dropout=0.5)},
    "Wasserstein critic": {"critic": "wasserstein", "penalty": 10.0},
    "last policy, no average": {"average": 0.0},
    "single steps": {"unroll": False},
}


def scored(material: Material, config: TrainConfig, minutes: float) -> tuple[float, dict[str, float], dict[str, float]]:
    """Train; the best score, and the intersections and signs of broken pictures that go with it."""
    with tempfile.TemporaryDirectory() as folder:
        run = Run(material, "ablation", config, Path(folder))
        run.train(minutes)
    if run.best is None:
        raise RuntimeError("a run always validates once")
    return run.best.score, run.best.intersections, run.best.health


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {'; '.join(SWITCHED_OFF)}; default: all")
    parser.add_argument("--style", default="vivid", choices=STYLES)
    parser.add_argument("--iterations", type=int, default=240)
    parser.add_argument("--minutes", type=float, default=60.0, help="time limit for each run")
    parser.add_argument("--data", type=Path, default=DATA)
    options = parser.parse_args()
    photos = photos_for(STYLES[options.style], options.data)
    material = gather(photos.inputs, photos.targets, keep_out=photos.keep_out)
    base = replace(configs.SMALL, iterations=options.iterations, validate_every=max(1, options.iterations // 4))
    print("| switched off | score | luminance | contrast | saturation | cast | white % |\n" + "| --- " * 7 + "|")
    for name in options.names or SWITCHED_OFF:
        score, found, health = scored(material, replace(base, **SWITCHED_OFF[name]), options.minutes)
        cells = [score, *found.values(), health["cast"], health["highlights"]]
        print(f"| {name} | {' | '.join(f'{cell:.1f}' for cell in cells)} |", flush=True)


if __name__ == "__main__":
    main()
