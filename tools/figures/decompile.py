"""docs/images/decompile.jpg: an edit that nobody told of, the steps that were read off it, and what they leave."""

import numpy as np
from PIL import Image as PillowImage

from exposure_app.image import Image, Pixels
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import neutral_recipe
from exposure_app.recover_edits.error_map import draw_map
from exposure_app.recover_edits.fit_pairs import fit_pairs
from exposure_app.recover_edits.pairs import laid_over
from exposure_app.recover_edits.residual import Residual
from tools.figures.sheet import FAINT, GAP, sample, save, small, wrapped, write

WIDTH, LINE, WORDS = 480, 20, 96  # px; of the words below the second row
CORNERS = -1.2  # EV


def edited(neutral: Pixels) -> Pixels:
    """Somebody's edit, with none of our filters: teal shadows and warm highlights, a soft S, a vignette."""
    light = neutral.mean(-1, keepdims=True)
    toned = neutral + 0.3 * light * (1 - light) ** 2 * np.array([-0.7, 0.2, 0.9]) + 0.07 * light**2 * (1.2, 0.1, -1.3)
    toned = toned + 0.06 * np.sin(2 * np.pi * (toned - 0.5))
    height, width = neutral.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    fall = np.exp2(CORNERS * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.5)[..., None]
    codes = np.rint(255 * (np.clip(toned, 0, 1) ** 2.2 * fall) ** (1 / 2.2))
    return srgb_to_linear(codes / 255).astype(np.float32)


def figure(photo: Image) -> PillowImage.Image:
    """Before and after; below them the picture before with the steps, and the map."""
    pixels = small(photo, 2 * WIDTH)
    neutral = neutral_recipe(photo)
    before = Image(pixels, photo.metadata, photo.scene_referred)
    pair = laid_over(before, Image(edited(render(pixels, neutral, depth=32))), "sample")
    left = Residual(pair, fit_pairs([pair]))
    height = round(WIDTH * len(pixels) / pixels.shape[1])
    coarse = area_resize(left.map[..., None].repeat(3, -1).astype(np.float32), height, WIDTH)[..., 0]
    map_ = draw_map(coarse.astype(float), f"{left.delta_e}")
    row = height + LINE + GAP
    sheet = PillowImage.new("RGB", (2 * WIDTH + GAP, 2 * row + WORDS), "white")
    shown = (render(pixels, neutral), 255 * left.after, 255 * left.ours, np.asarray(map_))
    titles = ("before: the photo, plainly rendered", "after: edited with something else")
    for number, picture in enumerate(shown):
        x, y = number % 2 * (WIDTH + GAP), number // 2 * row
        drawn = PillowImage.fromarray(np.rint(picture).astype(np.uint8))
        drawn = drawn.resize((WIDTH, round(WIDTH * drawn.height / drawn.width)), PillowImage.Resampling.LANCZOS)
        sheet.paste(drawn, (x, y + (LINE if number < 2 else 0)))
        if number < 2:
            write(sheet, (x, y), titles[number], colour=FAINT)
    below = row + height + GAP
    write(sheet, (0, below), "\n".join(wrapped(line, WIDTH) for line in left.recipe.describe()))
    causes = [f"not explained: {cause.words}" for cause in left.causes] or ["nothing is left unexplained"]
    write(sheet, (WIDTH + GAP, below + map_.height - height), "\n".join(wrapped(line, WIDTH) for line in causes))
    return sheet


def main() -> None:
    """Write the picture."""
    save(figure(sample()), "decompile")


if __name__ == "__main__":
    main()
