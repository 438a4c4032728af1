"""docs/images/editor.jpg, styles.jpg and compare.jpg: the editor with the sample photo, as the README shows it."""

import shutil
import tempfile
import time
from pathlib import Path

from PIL import Image

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.paths import DEFAULT_STYLE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from tools.figures.editor import Stage, grabbed, stage
from tools.figures.sheet import SAMPLE, sample, save, small

WIDTH, HEIGHT = 1440, 900  # px of the figures
OTHERS = {"balloon": ("vivid", 0.2, 0.0), "birch": ("film-bw", 0.65, 0.0), "flowers": ("moody", 0.0, 0.5)}
OTHERS |= {"houses": ("muted", 0.55, 0.35), "jetty": ("faded", 0.2, 0.4), "mountain": ("vivid", 0.35, 0.15)}
PICTURES = ("styles", "compare", "editor")
SETTLING = 8.0  # seconds
PART = 0.45  # of the sample's width and height that one of the other photos shows


def other_photos(folder: Path) -> None:
    """Retouched parts of the sample, so that the filmstrip has something to show."""
    photo = sample()
    pixels = small(photo, 1600)
    height, width, _ = pixels.shape
    for name, (style, left, top) in OTHERS.items():
        codes = render(pixels, propose(Photo(photo), load_style(style), 0)[0])
        x, y = round(left * width), round(top * height)
        part = codes[y : y + round(PART * height), x : x + round(PART * width)]
        Image.fromarray(part).save(folder / f"{name}.jpg", quality=92)


def take(editor: Stage, name: str) -> None:
    """The window as it is now."""
    soon = time.monotonic() + SETTLING
    editor.until(lambda: time.monotonic() > soon)  # thumbnails are asked for one after the other
    editor.settle()
    save(grabbed(editor.window).resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS), name)


def main() -> None:
    """Retouch the sample; show its tone curve, the styles, and before and after."""
    with tempfile.TemporaryDirectory() as folder, stage(WIDTH, HEIGHT) as editor:
        other_photos(Path(folder))
        photo = Path(shutil.copy(SAMPLE, Path(folder) / "lake.dng"))
        window = editor.window
        window.start([photo, *sorted(Path(folder).glob("*.jpg"))])
        editor.until(lambda: window.controller.photo == photo and window.panels.view.frame_shown)
        window.panels.auto.choose_style(DEFAULT_STYLE)
        window.panels.auto.retouch()
        document = window.controller.document
        editor.until(lambda: document.at > 0)
        window.panels.steps.list.select([step.filter for step in document.recipe.steps].index("tone_curve"))
        for action, picture in zip(("all_styles", "compare"), PICTURES, strict=False):
            window.actions_[action].trigger()
            take(editor, picture)
            window.actions_[action].trigger()
        take(editor, PICTURES[-1])


if __name__ == "__main__":
    main()
