"""docs/images/detail.jpg: noise and sharpness of files with a known truth, as they are and by default, enlarged."""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from exposure_app.image import Pixels
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.known_truth import write_noisy
from tests.unit.io.dng import scene
from tools.figures.lens import page
from tools.figures.sheet import GAP, save, write

LARGER, WORDS = 3, 18
NOISY_PART, SHARP_PART = (120, 60, 290, 150), (20, 20, 190, 110)  # left, top, right, bottom
AS_IT_IS = Develop(denoise=0, color_denoise=0, sharpen=0)


def main() -> None:
    """Write the picture."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.dng")
        for truth, iso, part in ((scene(300, 400), 6400, NOISY_PART), (page()[:400, :600] * 0.9, 100, SHARP_PART)):
            write_noisy(path, truth, iso)
            for develop, words in ((AS_IT_IS, "as the sensor saw it"), (Develop(), "as developed by default")):
                rows.append((f"ISO {iso:,}, {words}", _part(read_image(path, develop=develop).pixels, part)))
    width, height = rows[0][1].size
    sheet = Image.new("RGB", (2 * width + GAP, 2 * (height + WORDS + GAP)), "white")
    for number, (words, picture) in enumerate(rows):
        place = number % 2 * (width + GAP), number // 2 * (height + WORDS + GAP)
        write(sheet, place, words)
        sheet.paste(picture, (place[0], place[1] + WORDS))
    save(sheet, "detail")


def _part(pixels: Pixels, part: tuple[int, int, int, int]) -> Image.Image:
    left, top, right, bottom = part
    codes = render(np.ascontiguousarray(pixels[top:bottom, left:right]), Recipe((Step("gamma", {"gamma": 0.4545}),)))
    picture = Image.fromarray(codes)
    return picture.resize((picture.width * LARGER, picture.height * LARGER), Image.Resampling.NEAREST)


if __name__ == "__main__":
    main()
