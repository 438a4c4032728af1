"""What the figures have in common: the sample photo, words on a sheet, and where they go."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from exposure_app.image import Image as Photo
from exposure_app.image import Pixels
from exposure_app.io.formats import read_image
from exposure_app.pipeline.proxy import area_resize

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "resources" / "sample.dng"
FOLDER = ROOT / "docs" / "images"
MOST_BYTES = 250_000
GAP = 8  # px between pictures
INK, FAINT = "#202020", "#707070"


def sample() -> Photo:
    """The photo that comes with the program."""
    return read_image(SAMPLE)


def small(photo: Photo, width: int) -> Pixels:
    """The photo so many pixels wide, linear light."""
    columns, rows = photo.size
    return np.ascontiguousarray(area_resize(photo.pixels, round(width * rows / columns), width))


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own typeface: the same on every computer."""
    return ImageFont.load_default(size)


def write(sheet: Image.Image, place: tuple[float, float], text: str, size: int = 13, colour: str = INK) -> None:
    """Words on a sheet, their top left corner at a place."""
    ImageDraw.Draw(sheet).text(place, text, fill=colour, font=font(size))


def wrapped(text: str, width: int, size: int = 13) -> str:
    """Words in lines of at most so many pixels."""
    lines, face = [""], font(size)
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if face.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def save(sheet: Image.Image, name: str) -> None:
    """Keep a figure as a JPEG of the best quality that is small enough."""
    path = FOLDER / f"{name}.jpg"
    for quality in (90, 85, 80, 75, 70):
        sheet.convert("RGB").save(path, quality=quality, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise ValueError(f"{path.name} is too large a picture")
