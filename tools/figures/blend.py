"""docs/images/blend.jpg: the sample photo from one style to another."""

from PIL import Image

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import load_style
from exposure_app.pipeline.blend import blend
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.photo import Photo
from tools.figures.sheet import GAP, sample, save, small, write

STYLES = ("vivid", "film-bw")
SHARES = (0, 0.25, 0.5, 0.75, 1)
WIDTH, WORDS = 280, 24  # px


def main() -> None:
    """Render the photo at several shares, side by side."""
    photo = sample()
    recipes = [propose(Photo(photo), load_style(name), 0)[0] for name in STYLES]
    pixels = small(photo, WIDTH)
    sheet = Image.new("RGB", (len(SHARES) * (WIDTH + GAP) - GAP, len(pixels) + WORDS), "white")
    for column, share in enumerate(SHARES):
        left = column * (WIDTH + GAP)
        sheet.paste(Image.fromarray(render(pixels, blend(*recipes, share))), (left, WORDS))
        write(sheet, (left, 4), f"{100 * (1 - share):.0f} % {STYLES[0]}, {100 * share:.0f} % {STYLES[1]}")
    save(sheet, "blend")


if __name__ == "__main__":
    main()
