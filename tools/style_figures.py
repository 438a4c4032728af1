"""Makes the figure of docs/styles.md from the sample photo."""

from pathlib import Path

import numpy as np
from PIL import Image

from exposure_app.agent.style import load_style
from exposure_app.io.formats import read_image
from exposure_app.pipeline.blend import blend
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.session.retouch import plan

ROOT = Path(__file__).resolve().parent.parent
STYLES = ("vivid", "film-bw")
SHARES = (0, 0.25, 0.5, 0.75, 1)
SIZE, GAP = (300, 400), 8  # rows and columns of each picture; between them, px


def main() -> None:
    """Render the photo at several shares, side by side."""
    image = read_image(ROOT / "resources" / "sample.dng")
    recipes = [plan(image, load_style(name), 0)[0] for name in STYLES]
    small = area_resize(image.pixels, *SIZE)
    gap = np.full((SIZE[0], GAP, 3), 255, np.uint8)
    parts = [part for share in SHARES for part in (render(small, blend(*recipes, share)), gap)]
    Image.fromarray(np.concatenate(parts[:-1], axis=1)).save(ROOT / "docs" / "images" / "blend.jpg", quality=88)


if __name__ == "__main__":
    main()
