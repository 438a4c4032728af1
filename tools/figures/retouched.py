"""docs/images/retouched.jpg: the sample photo in its neutral rendering, and retouched by the default style."""

from PIL import Image

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.paths import DEFAULT_STYLE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import neutral_recipe
from tools.figures.sheet import GAP, sample, save, small

WIDTH = 796  # px


def main() -> None:
    """Render both, side by side."""
    photo = sample()
    pixels = small(photo, WIDTH)
    sheet = Image.new("RGB", (2 * WIDTH + GAP, len(pixels)), "white")
    for column, recipe in enumerate((neutral_recipe(photo), propose(Photo(photo), load_style(DEFAULT_STYLE), 0)[0])):
        sheet.paste(Image.fromarray(render(pixels, recipe)), (column * (WIDTH + GAP), 0))
    save(sheet, "retouched")


if __name__ == "__main__":
    main()
