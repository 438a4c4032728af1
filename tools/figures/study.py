"""docs/images/study.jpg: a rater's window, and the report of a study with two styles and an invented person."""

import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from exposure_app.image import Metadata
from exposure_app.io.export import write_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from tools.figures.editor import grabbed, stage
from tools.figures.sheet import GAP, sample, save, small

PHOTOS, STYLES, RATERS = 8, ("muted", "vivid"), ("Bo", "Cyd")
WIDTH = 1200  # px of the figure


def main() -> None:
    """Hold the study, and draw both windows."""
    with tempfile.TemporaryDirectory() as folder, stage() as editor:
        photos = list(_parts(Path(folder)))
        window = editor.window
        editor.open(photos[0])
        window.actions_["study"].trigger()
        studying = window.features.study
        dialog = studying.dialog
        dialog.begin_study(Path(folder) / "Autumn", photos)
        _take_part(dialog.study, photos)
        for style in STYLES:
            dialog.style_box.setCurrentIndex(dialog.style_box.findData(style))
            dialog.add_style()
            editor.settle()
        for rater in RATERS:
            dialog.rater.setText(rater)
            dialog.rate.click()
            editor.until(lambda: studying.rating is not None)
            if rater == RATERS[0]:
                editor.settle()
                judged = grabbed(studying.rating)
            _rate(studying.rating, rater)
            editor.until(lambda: studying.rating is None)
        dialog.refresh()
        editor.settle()
        dialog.adjustSize()
        report = grabbed(dialog)
        dialog.reject()
    save(_beside(judged, report), "study")


def _parts(folder: Path) -> Iterator[Path]:
    """Parts of the sample photo, as photos of their own."""
    photo = sample()
    whole = render(small(photo, 1200), neutral_recipe(photo))
    height, width = whole.shape[0] // 2, whole.shape[1] // 2
    for number in range(PHOTOS):
        top, left = (number % 4 // 2) * height // (1 + number // 4), (number % 2) * width // (1 + number // 4)
        path = folder / f"part {number + 1}.jpg"
        write_image(path, np.ascontiguousarray(whole[top : top + height, left : left + width]), Metadata())
        yield path


def _take_part(study, photos: list[Path]) -> None:  # type: ignore[no-untyped-def]
    """Ada edits every photo a little, by the clock of an invented afternoon."""
    from exposure_app.io.formats import read_image
    from exposure_app.study.work import Sitting, make_missing_pictures

    now, chance = [0.0], random.Random(3)
    sitting = Sitting(study, "Ada", clock=lambda: now[0])
    for index, photo in enumerate(photos):
        recipe = neutral_recipe(read_image(photo))
        sitting.begin(index, recipe)
        for step in (Step("contrast", {"amount": 0.3}), Step("exposure", {"ev": 0.2})):
            now[0] += chance.uniform(8, 30)
            recipe = Recipe((*recipe.steps, step))
            sitting.act(step.filter, recipe)
        sitting.finish(replace(recipe, style=""))
    make_missing_pictures(study)


def _rate(window, rater: str) -> None:  # type: ignore[no-untyped-def]
    """Invented stars: by lot, a little better for contrast."""
    chance = random.Random(rater)
    while window.rating.current is not None:
        author, _ = window.rating.current
        liked = 3.4 if "vivid" in author else 2.8
        window.rate(min(5, max(1, round(chance.gauss(liked, 0.9)))))


def _beside(judged: Image.Image, report: Image.Image) -> Image.Image:
    """Two windows beside each other, equally high."""
    ratio = judged.width / judged.height + report.width / report.height
    height = round((WIDTH - GAP) / ratio)
    parts = [part.resize((round(height * part.width / part.height), height), Image.Resampling.LANCZOS)
             for part in (judged, report)]  # fmt: skip
    sheet = Image.new("RGB", (parts[0].width + GAP + parts[1].width, height), "white")
    sheet.paste(parts[0], (0, 0))
    sheet.paste(parts[1], (parts[0].width + GAP, 0))
    return sheet


if __name__ == "__main__":
    main()
