"""Reading the steps off pictures without pairs: a style is learned from both folders, then the steps are read off it.

What comes out imitates a learned style, and so is two steps away from what was really done: the error that is told is
that to the style's own results. How close those come to the pictures after is on the style's card.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exposure_app.agent.rollout import propose
from exposure_app.atomic import write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.io.develop import Develop
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.paths import BASE_STYLE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import open_photo
from exposure_app.pipeline.recipe import Recipe, dumps
from exposure_app.recover_edits.files import Decompiled, PairResult
from exposure_app.recover_edits.fit_pairs import Tell, fit_pairs
from exposure_app.recover_edits.pairs import WHOLE, PhotoPair, chosen_of, reduced
from exposure_app.recover_edits.residual import Residual
from exposure_app.training.photos.places import photos_in
from exposure_app.training.runs.command import Order, in_terminal

if TYPE_CHECKING:
    from exposure_app.agent.style import Style

NAME = "unpaired"  # of the learned style
PAIRED = 0.3  # share of the time for pictures, before the search


@dataclass(frozen=True)
class Unpaired:
    """What was learned and what was read off it.

    Attributes:
        found: The one recipe that is closest to the style's results, and its error to them.
        style: The style's file.
        figures: How close the style comes to the pictures after, on photos it was not trained with.
        recipes: The style's own recipe for each photo.
    """

    found: Decompiled
    style: Path
    figures: dict[str, Any]
    recipes: tuple[Path, ...]

    def facts(self) -> dict[str, Any]:
        """What there is to tell beside ``found``, as plain JSON data."""
        recipes = [str(path) for path in self.recipes]
        return {"unpaired": True, "style": str(self.style), "style_figures": self.figures, "recipes": recipes}


def learn(before: Path, after: Path, output: Path, minutes: float, seed: int) -> Path:
    """Learn a style that makes photos like those before look like those after; Ctrl-C ends it.

    Args:
        before: Folder of photos.
        after: Folder of pictures, of other things.
        output: Folder; the style, its card and its checkpoint go to ``style`` in it.
        minutes: Time limit.
        seed: Random seed.

    Returns:
        The style's file.

    Raises:
        ExposureError: One is no folder, too few photos, or a full disk.
        KeyboardInterrupt: After Ctrl-C.
    """
    if not before.is_dir() or not after.is_dir():
        raise ExposureError(
            "Without pairs two folders are needed", "Name two folders of at least some ten photos each."
        )
    return in_terminal(Order(before, after, NAME, BASE_STYLE, None, minutes, seed, output=output / "style"))


def read_off(
    style: "Style",
    file: Path,
    before: Path,
    output: Path,
    seed: int,
    steps: int,
    tell: Tell,
    develop: Develop | None = None,
) -> Unpaired:
    """The recipe that is closest to what a style makes of some photos.

    Args:
        style: What was learned.
        file: Its file.
        before: Folder of photos; of very many some are taken.
        output: Folder; the style's recipe for each photo goes to ``recipes`` in it.
        seed: Of the style's plans and of the choice of colours.
        steps: At most so many.
        tell: Told the share done; what it raises ends the search.
        develop: How the photos are developed; the recipes say so, too.

    Raises:
        ExposureError: A photo cannot be read, or a file not be written.
    """
    pairs: list[PhotoPair] = []
    files: list[tuple[Path, Path]] = []
    photos = [photo for photo, _ in chosen_of([(photo, photo) for photo in photos_in(before)])]
    folder = output / "recipes"
    folder.mkdir(parents=True, exist_ok=True)
    for number, photo in enumerate(photos):
        tell(PAIRED * number / len(photos))
        opened = open_photo(photo, develop=develop)
        recipe, _ = propose(opened, style, seed)
        pairs.append(_paired(photo.name, reduced(opened.image.pixels), recipe))
        path = folder / f"{photo.stem}.recipe.json"
        write_text_atomic(path, dumps(recipe))
        files.append((photo, path))
    common = fit_pairs(pairs, seed=seed, steps=steps, tell=lambda share: tell(PAIRED + (1 - PAIRED) * share))
    common = replace(common, develop=develop or Develop())
    residuals = [Residual(pair, common) for pair in pairs]
    rows = [PairResult(some, left.errors, (), left.map) for some, left in zip(files, residuals, strict=True)]
    found = Decompiled(common, tuple(rows), (), residuals[0])
    return Unpaired(found, file, dict(style.header.figures), tuple(path for _, path in files))


def _paired(name: str, pixels: Any, recipe: Recipe) -> PhotoPair:
    after = render(pixels, recipe, depth=32, device="cpu")
    return PhotoPair(name, pixels, srgb_to_linear(after).astype("float32"), WHOLE, 1.0)
