"""docs/images/masks.jpg: the three kinds of masks on the sample photo, and what each of them covers."""

from dataclasses import replace

from PIL import Image

from exposure_app.image import Pixels
from exposure_app.pipeline.execute import mask_weights, render
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.mask_blend import mark_mask
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from tools.figures.sheet import GAP, sample, save, small

WIDTH = 400  # px

STEPS = (
    Step("exposure", {"ev": -1.2}, mask=Mask("gradient", {"y": -0.05, "angle": -12, "feather": 0.35})),
    Step(
        "exposure", {"ev": 1.3},
        mask=Mask("radial", {"x": 0.42, "y": 0.06, "width": 0.8, "height": 0.3, "angle": 4, "feather": 0.6}),
    ),
    Step("saturation", {"amount": -1.0}, mask=Mask("luminance", {"level": 0.45, "feather": 0.25}, invert=True)),
)  # fmt: skip


def figure(pixels: Pixels, start: Recipe) -> Image.Image:
    """A column for each kind: what the step makes of the picture, and its mask in red on the picture before it."""
    height = len(pixels)
    sheet = Image.new("RGB", (3 * WIDTH + 2 * GAP, 2 * height + GAP), "white")
    for column, step in enumerate(STEPS):
        recipe = replace(start, steps=(*start.steps, step))
        weights = mask_weights(pixels, recipe, len(start.steps))
        pictures = (render(pixels, recipe), mark_mask(render(pixels, start), weights, False))
        for row, codes in enumerate(pictures):
            sheet.paste(Image.fromarray(codes), (column * (WIDTH + GAP), row * (height + GAP)))
    return sheet


def main() -> None:
    """Write the picture."""
    photo = sample()
    save(figure(small(photo, WIDTH), neutral_recipe(photo)), "masks")


if __name__ == "__main__":
    main()
