"""Train again the styles that come with the program: ``python tools/train_styles.py [NAME ...] [--data DIR]``.

Needs the photo sets and their MANIFEST.csv (``--data``, EXPOSURE_DATA, or ../shared/data). A run that was stopped goes
on from its checkpoint in the build folder. ``--figures-only`` trains nothing: it measures the styles in models/ again,
on the photos that their training kept out, and writes their cards, and their contact sheets into the build folder.
"""

import argparse
import csv
import hashlib
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from exposure_app.agent.style import Style, load_style
from exposure_app.errors import ExposureError
from exposure_app.io.formats import find_photos
from exposure_app.training.algorithm import config as configs
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.runs.events import Event
from exposure_app.training.runs.finish import finish, held_out
from exposure_app.training.runs.material import gather
from exposure_app.training.runs.train import train

ROOT = Path(__file__).resolve().parents[1]
MODELS = ROOT / "models"
DATA = Path(os.environ.get("EXPOSURE_DATA") or ROOT.parent / "shared/data")
KEPT_OUT = 5  # one source in so many
MACHINE_MADE = "target_film_"  # sets made of pictures of the other sets: never inputs


@dataclass(frozen=True)
class Photos:
    """What a style is trained with.

    Attributes:
        inputs: Photos to retouch.
        targets: Photos of the style.
        keep_out: Which of them are for the figures alone: the same ones in every run, since one style begins with
            another.
        facts: Their licences.
    """

    inputs: list[Path]
    targets: list[Path]
    keep_out: Callable[[Path], bool]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Recipe:
    """What a style is trained from.

    Attributes:
        title: What people see.
        description: One or two sentences.
        targets: Its sets of photos, or tables of photos (``.csv``).
        start: The style that it begins with; empty for none.
        changes: What its configuration has different from the named one, attribute by attribute.
        because: Why, for the card.
        minutes: Time limit.
    """

    title: str
    description: str
    targets: tuple[str, ...]
    start: str = "natural"
    changes: Mapping[str, Any] = field(default_factory=dict)
    because: str = ""
    minutes: float = 45.0

    def config(self) -> TrainConfig:
        """The configuration with the changes."""
        return replace(configs.TUNE if self.start else configs.BASE, **self.changes)

    def facts(self) -> dict[str, Any]:
        """What the card says of the changes."""
        return {"configuration changed": {**self.changes, "because": self.because}} if self.changes else {}


FINISHED = (
    "target_bep_one_photographer",
    "target_editorial_people",
    "target_foss_retouchers",
    "target_general_cid22",
    "target_lowkey_one_photographer",
    "target_moody_lowkey",
    "target_portraits_clic",
    "target_stock_mix",
    "target_unsplash_muted",
    "target_vivid_cq100",
    "target_wallpaper_punchy",
)

STYLES: Mapping[str, Recipe] = {
    "natural": Recipe("Natural", "Finishes a photo as most photographers would.", FINISHED, start="", minutes=120.0),
    "vivid": Recipe("Vivid", "Contrasty and saturated, like desktop wallpapers.", ("target_wallpaper_punchy",)),
    "soft": Recipe("Soft", "Bright and clean, with few blacks.", ("bright_clean.csv",)),
    "muted": Recipe("Muted", "Contemporary and restrained: soft colours, strong whites.", ("target_unsplash_muted",)),
    "moody": Recipe("Moody", "Dark and quiet.", ("target_moody_lowkey",)),
    "lowkey": Recipe(
        "Low key", "One photographer's look: dark, deep blacks, little colour.", ("target_lowkey_one_photographer",)
    ),
    "editorial": Recipe("Editorial", "Fashion and portraits: warm, film-like.", ("target_editorial_people",)),
    "film-bw": Recipe(
        "Film, black and white",
        "Black and white with the contrast of a classic fast film.",
        ("target_film_bw_trix",),
    ),
    "faded": Recipe(
        "Faded", "The lifted blacks and greenish tint of an old instant picture.", ("target_film_polaroid_faded",)
    ),
    "velvia": Recipe("Slide film", "The deep colours of a classic slide film.", ("target_film_velvia",)),
}


def photos_for(style: Recipe, data: Path) -> Photos:
    """The photos of a style, none of which is input and target at once, and which are kept from all training."""
    with (data / "MANIFEST.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row["file"]: row for row in csv.DictReader(stream)}

    def source(path: Path) -> str:
        row = rows[path.relative_to(data).as_posix()]
        # A film picture names the source of its original, then what it was rendered through.
        return row["source repo"].split(" + ")[0] + "/" + row["source path"].split(" rendered through ")[0]

    def keep_out(path: Path) -> bool:
        return int(hashlib.sha256(source(path).encode()).hexdigest(), 16) % KEPT_OUT == 0

    targets = [path for name in style.targets for path in _photos_in(data, name)]
    taken = {source(path) for path in targets}
    folders = sorted(path for path in (data / "photos").iterdir() if not path.name.startswith(MACHINE_MADE))
    inputs = [path for path in find_photos(folders) if source(path) not in taken]
    licences = defaultdict(set)
    for path in [*inputs, *targets]:
        row = rows[path.relative_to(data).as_posix()]
        licences[row["set"]].add(f"{row['source repo']}: {row['licence']}")
    told = {"licences": {name: "; ".join(sorted(found)) for name, found in sorted(licences.items())}}
    return Photos(inputs, targets, keep_out, told)


def _photos_in(data: Path, name: str) -> list[Path]:
    if not name.endswith(".csv"):
        return find_photos([data / "photos" / name])
    with (data / name).open(newline="", encoding="utf-8") as stream:
        return [data / row["file"] for row in csv.DictReader(stream)]


def tell(event: Event) -> None:
    """Print what happens."""
    if event.kind == "validation":
        found = {name: round(value) for name, value in event.facts["intersections"].items()}
        print(
            f"  {event.iteration:6d}  {event.facts['score']:5.1f}  {found}  best at {event.facts['best']}", flush=True
        )


def train_again(name: str, options: argparse.Namespace) -> Path:
    """Train a style in the build folder."""
    style = STYLES[name]
    photos = photos_for(style, options.data)
    return train(
        photos.inputs,
        photos.targets,
        name,
        style.config(),
        options.minutes or style.minutes,
        options.build,
        tell,
        resume=True,
        title=style.title,
        description=style.description,
        facts=style.facts() | dict(photos.facts),
        pairs=pairs_in(options.data),
        start=load_style(MODELS / f"{style.start}.safetensors") if style.start else None,
        keep_out=photos.keep_out,
    )


def measure_again(name: str, options: argparse.Namespace) -> Path:
    """Measure a style of models/ again, in today's words; all that is written goes to the build folder."""
    recipe, style = STYLES[name], load_style(MODELS / f"{name}.safetensors")
    style = Style(replace(style.header, title=recipe.title, description=recipe.description), style.weights)
    facts = style.header.facts
    photos = photos_for(recipe, options.data)
    material = gather(photos.inputs, photos.targets, facts["seed"], keep_out=photos.keep_out)
    parts = (material.inputs, material.validation, material.test, material.targets, material.comparison)
    if list(facts["split"].values()) != list(map(len, parts)):
        raise ExposureError(
            f"The photos are split otherwise than when {name} was trained: it may have seen those for the figures",
            "Train it again.",
        )
    path = options.build / f"{name}.safetensors"
    path.parent.mkdir(parents=True, exist_ok=True)
    finish(path, style, held_out(material, pairs_in(options.data)))
    return path


def pairs_in(data: Path) -> Path | None:
    """The table of photos with their true renderings, if there is one."""
    table = data / "film_pairs.csv"
    return table if table.is_file() else None


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(STYLES)}; default: all")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--minutes", type=float, help="time limit for each style")
    parser.add_argument(
        "--build", type=Path, default=ROOT / "build" / "styles", help="folder for checkpoints and sheets"
    )
    parser.add_argument(
        "--figures-only", action="store_true", help="measure the styles in models/ again, train nothing"
    )
    options = parser.parse_args()
    try:
        for name in options.names or STYLES:
            if name not in STYLES:
                raise ExposureError(f"No style {name} is known here", f"Known are {', '.join(STYLES)}.")
            if not (options.data / "MANIFEST.csv").is_file():
                raise ExposureError("The photo sets are not there", "Give their folder with --data.")
            print(name, flush=True)
            made = (measure_again if options.figures_only else train_again)(name, options)
            for suffix in (".safetensors", ".json", ".md"):
                shutil.copyfile(made.with_suffix(suffix), MODELS / made.with_suffix(suffix).name)
    except ExposureError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
