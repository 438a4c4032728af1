"""Train again the styles that come with the program: ``python tools/train_styles.py [NAME ...] [--data DIR]``.

Needs the photo sets and their MANIFEST.csv (``--data``, EXPOSURE_DATA, or ../shared/data). A run that was stopped goes
on from its checkpoint in the build folder.
"""

import argparse
import csv
import os
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exposure_app.errors import ExposureError
from exposure_app.io.formats import find_photos
from exposure_app.training import config as configs
from exposure_app.training.events import Event
from exposure_app.training.train import train

ROOT = Path(__file__).resolve().parents[1]
MACHINE_MADE = "target_film_"  # sets made of pictures of the other sets: never inputs


@dataclass(frozen=True)
class Recipe:
    """What a style is trained from."""

    title: str
    description: str
    targets: str
    minutes: float = 45.0


STYLES = {
    "vivid": Recipe(
        "Vivid",
        "Contrasty and saturated with a lean towards blue and teal, like desktop wallpapers.",
        "target_wallpaper_punchy",
    ),
    "muted": Recipe(
        "Muted",
        "Contemporary and restrained: soft colours, strong whites.",
        "target_unsplash_muted",
    ),
    "film-bw": Recipe(
        "Film, black and white",
        "Black and white with the contrast of a classic fast film.",
        "target_film_bw_trix",
    ),
    "faded": Recipe(
        "Faded",
        "The washed-out, tinted look of an old instant picture.",
        "target_film_polaroid_faded",
    ),
    "moody": Recipe(
        "Moody",
        "Dark, cool and quiet.",
        "target_moody_lowkey",
    ),
}


def photos_for(style: Recipe, data: Path) -> tuple[list[Path], list[Path], dict[str, Any]]:
    """Inputs, targets, and the licences of both; no input is a version of a target picture."""
    with (data / "MANIFEST.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}

    def source(path: Path) -> str:
        row = rows[path.relative_to(data).as_posix()]
        # A film picture names the source of its original, then " rendered through ..."
        return row["source path"].split(" rendered through ")[0]

    targets = find_photos([data / "photos" / style.targets])
    taken = {source(path) for path in targets}
    folders = sorted(path for path in (data / "photos").iterdir() if path.name != style.targets)
    folders = [path for path in folders if not path.name.startswith(MACHINE_MADE)]
    inputs = [path for path in find_photos(folders) if source(path) not in taken]
    licences = defaultdict(set)
    for path in [*inputs, *targets]:
        row = rows[path.relative_to(data).as_posix()]
        licences[row["set"]].add(f"{row['source repo']}: {row['licence']}")
    return inputs, targets, {"licences": {name: "; ".join(sorted(found)) for name, found in sorted(licences.items())}}


def tell(event: Event) -> None:
    """Print what happens."""
    if event.kind == "validation":
        found = {name: round(value) for name, value in event.facts["intersections"].items()}
        print(
            f"  {event.iteration:6d}  {event.facts['score']:5.1f}  {found}  best at {event.facts['best']}", flush=True
        )


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(STYLES)}; default: all")
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("EXPOSURE_DATA") or ROOT.parent / "shared/data")
    )
    parser.add_argument("--config", default="small")
    parser.add_argument("--minutes", type=float, help="time limit for each style")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "styles", help="folder for checkpoints and sheets"
    )
    options = parser.parse_args()
    try:
        for name in options.names or STYLES:
            if name not in STYLES:
                raise ExposureError(f"No style {name} is known here", f"Known are {', '.join(STYLES)}.")
            if not (options.data / "MANIFEST.csv").is_file():
                raise ExposureError("The photo sets are not there", "Give their folder with --data.")
            style = STYLES[name]
            print(name, flush=True)
            inputs, targets, facts = photos_for(style, options.data)
            made = train(
                inputs,
                targets,
                name,
                configs.named(options.config),
                options.minutes or style.minutes,
                options.build,
                tell,
                resume=True,
                title=style.title,
                description=style.description,
                facts=facts,
            )
            for suffix in (".safetensors", ".json", ".md"):
                shutil.copyfile(made.with_suffix(suffix), ROOT / "models" / made.with_suffix(suffix).name)
    except ExposureError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
