"""RAW files developed here, by RawTherapee, darktable and LibRaw, each by its defaults, beside the camera's own JPEG.

    python -m tools.raw_beside_others RAW...

Of each picture, as a row of a Markdown table:

colour: mean CIEDE2000 to the camera's JPEG after the best exposure, and without it.
corners: how much lighter (L*) the corners are beside the middle than in the camera's JPEG.
slope: L* between neighbours that only one pair in a thousand exceeds.
stray colour: a*b* on the steepest hundredth of edges that is no mixture of what lies two pixels to either side.
noise: L* that varies in the smoothest tenth of 8 x 8 blocks; none where blocks are black or white.
"""

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.io.formats import read_image
from exposure_app.io.raw import open_raw, read_preview
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.color_difference import Lab, delta_e_2000, lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import neutral_recipe
from tools.other_programs import DARKTABLE, RAWTHERAPEE, darktable, rawtherapee

HEIGHT = 160  # px of the pictures of which colours are compared
STOPS = np.arange(-2, 2.01, 0.1)
HEADS = ("file", "program", "colour", "corners", "slope", "stray colour", "noise")


def pictures(photo: Path, folder: Path) -> Iterator[tuple[str, Pixels]]:
    """What each program makes of a photo: its name and linear light. Those that are missing or fail are left out."""
    image = read_image(photo)
    yield "Exposure", srgb_to_linear(render(image.pixels, neutral_recipe(image), depth=32)).astype(np.float32)
    for name, command, run in (("RawTherapee", RAWTHERAPEE, rawtherapee), ("darktable", DARKTABLE, darktable)):
        if not shutil.which(command):
            continue
        place = Path(tempfile.mkdtemp(dir=folder))
        try:
            yield name, run(photo, None, place)
        except (subprocess.SubprocessError, ExposureError):
            continue
    with open_raw(photo) as raw:
        codes = raw.postprocess(use_camera_wb=True)
    yield "LibRaw", srgb_to_linear(codes / 255).astype(np.float32)


def colours(picture: Pixels, camera: Pixels) -> tuple[float, float]:
    """Mean CIEDE2000 to the camera's picture: after the best exposure, and as it is."""
    ours, theirs = (_small(pixels, camera.shape) for pixels in (picture, camera))
    wanted = lab(linear_to_srgb(theirs.clip(0, 1)))
    found = [
        float(delta_e_2000(lab(linear_to_srgb((ours * 2**stop).clip(0, 1))), wanted).mean()) for stop in (0.0, *STOPS)
    ]
    return min(found), found[0]


def corners(picture: Pixels) -> float:
    """L* of the corners less that of the middle."""
    small = lab(linear_to_srgb(_small(picture, picture.shape).clip(0, 1)))[..., 0]
    v, h = small.shape[0] // 8, small.shape[1] // 8
    at = [small[rows, columns].mean() for rows in (np.s_[:v], np.s_[-v:]) for columns in (np.s_[:h], np.s_[-h:])]
    return float(np.mean(at) - small[3 * v : 5 * v, 3 * h : 5 * h].mean())


def edges(seen: Lab) -> tuple[float, float]:
    """Slope, and stray colour of the steepest edges."""
    light = seen[..., 0]
    steep = np.abs(np.diff(light, axis=1))
    y, x = np.nonzero(steep[:, 2:-2] >= np.quantile(steep, 0.99))
    before, here, after = seen[y, x], seen[y, x + 2], seen[y, x + 4]
    rise = after[:, 0] - before[:, 0]
    across = np.abs(rise) > 1
    share = np.clip((here[across, 0] - before[across, 0]) / rise[across], 0, 1)[:, np.newaxis]
    stray = here[across, 1:] - before[across, 1:] - share * (after[across, 1:] - before[across, 1:])
    return float(np.quantile(steep, 0.999)), float(np.hypot(*stray.T).mean())


def noise(light: NDArray[np.float64]) -> float:
    """What varies in the smoothest blocks and is no slope (J. Immerkaer 1996)."""
    rows, columns = (side // 8 for side in light.shape)
    blocks = light[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    blocks = blocks[(blocks.min((1, 2)) > 5) & (blocks.max((1, 2)) < 98)]
    rough = np.diff(np.diff(blocks, 2, axis=1), 2, axis=2) / 6
    varies = np.sqrt((rough**2).mean((1, 2)))
    return float(varies[varies <= np.quantile(varies, 0.1)].mean()) if len(varies) else 0.0


def rows(photo: Path, folder: Path) -> Iterator[tuple[str, ...]]:
    """A row for each program."""
    preview = read_preview(photo)
    camera = None if preview is None else srgb_to_linear(preview / 255).astype(np.float32)
    for name, picture in pictures(photo, folder):
        colour = corner = ""
        if camera is not None:
            colour = "{:.2f} ({:.2f})".format(*colours(picture, camera))
            corner = f"{corners(picture) - corners(camera):+.1f}"
        seen = lab(linear_to_srgb(picture.clip(0, 1)))
        yield photo.name, name, colour, corner, *(f"{value:.2f}" for value in (*edges(seen), noise(seen[..., 0])))


def _small(picture: Pixels, shape: Sequence[int]) -> Pixels:
    """The middle of a picture that has that shape's proportions, as small as colours are compared."""
    height, width = picture.shape[:2]
    high, wide = min(height, round(width * shape[0] / shape[1])), min(width, round(height * shape[1] / shape[0]))
    top, left = (height - high) // 2, (width - wide) // 2
    middle = np.ascontiguousarray(picture[top : top + high, left : left + wide])
    size = min(HEIGHT, high)
    return area_resize(middle, size, max(round(size * wide / high), 1))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("photos", nargs="+", type=Path)
    print("| " + " | ".join(HEADS) + " |\n" + "|---" * len(HEADS) + "|")
    with tempfile.TemporaryDirectory(prefix="exposure-raw-") as folder:
        for photo in parser.parse_args(arguments).photos:
            try:
                for row in rows(photo, Path(folder)):
                    print("| " + " | ".join(row) + " |", flush=True)
            except ExposureError as error:
                print(f"| {photo.name} | {error} |" + " |" * (len(HEADS) - 2), flush=True)


if __name__ == "__main__":
    main()
