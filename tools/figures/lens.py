"""docs/images/lens.jpg: lateral colour on a page of text, before and after, enlarged.

The page is drawn here, seen through a lens that draws red and blue at other scales, and developed like any file.
"""

import tempfile
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.lens.lateral import Shift
from exposure_app.io.lens.resample import Floats, resampled
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step
from tests.unit.io.dng import mosaic_of, write_dng
from tools.figures.sheet import GAP, font, save, write

SIZE = (1200, 900)
RED, BLUE = Shift((0.0014, 0.0)), Shift((-0.0012, 0.0))
PART = (930, 90, 1130, 200)  # left, top, right, bottom
LARGER = 4


def page() -> np.ndarray:
    """Lines of text, linear light."""
    sheet = Image.new("L", SIZE, 235)
    draw = ImageDraw.Draw(sheet)
    for line in range(30):
        draw.text((20, 10 + 30 * line), "Light as it fell, then every edit in plain sight. " * 4, 40, font(20))
    light = np.asarray(sheet, np.float32) / 255
    for axis in (0, 1):
        light = sum(w * np.roll(light, i - 1, axis) for i, w in enumerate((0.25, 0.5, 0.25)))
    return np.repeat(light[..., np.newaxis] ** 2.2, 3, 2).astype(np.float32)


def through_lens(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Where each colour of the page is taken from."""
    places = np.broadcast_to(np.stack([x, y]), (3, 2, *x.shape)).copy()
    for plane, shift in ((0, RED), (2, BLUE)):
        right, down = shift.at(x, y, SIZE)
        places[plane, 0] -= right
        places[plane, 1] -= down
    return places, np.ones((3, *x.shape))


def main() -> None:
    """Write the picture."""
    light = page()
    seen = np.empty_like(light)
    resampled(light, through_lens, seen)
    noise = np.random.default_rng(0).normal(0, 80, seen.shape[:2])
    mosaic = np.round(mosaic_of(seen, "RGGB") * 60000 + 1000 + noise).clip(0, 65535).astype(np.uint16)
    pictures = []
    with tempfile.TemporaryDirectory() as folder:
        path = write_dng(Path(folder) / "page.dng", mosaic, black=(1000,) * 4, white=61000)
        for develop in (Develop(lens="off"), Develop()):
            codes = render(read_image(path, develop=develop).pixels, Recipe((Step("gamma", {"gamma": 0.4545}),)))
            left, top, right, bottom = PART
            part = Image.fromarray(codes[top:bottom, left:right])
            pictures.append(part.resize((part.width * LARGER, part.height * LARGER), Image.Resampling.NEAREST))
    width, height = pictures[0].size
    sheet = Image.new("RGB", (width, 2 * (height + GAP + 18)), "white")
    for row, (picture, words) in enumerate(zip(pictures, ("not corrected", "as developed by default"), strict=True)):
        write(sheet, (0, row * (height + GAP + 18)), words)
        sheet.paste(picture, (0, row * (height + GAP + 18) + 18))
    save(sheet, "lens")


if __name__ == "__main__":
    main()
