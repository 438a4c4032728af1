"""Pictures, words and lines on sheets: the few things that contact sheets and curves are drawn with."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont

from exposure_app.atomic import atomic_path
from exposure_app.image import Pixels

BACKGROUND, PANEL, LINE = "#1f1f1f", "#282828", "#3d3d3d"
TEXT, SECOND, ACCENT = "#e8e8e8", "#a8a8a8", "#d9a441"
PAGE, GAP = 24, 12  # margins in pixels
TITLE, BODY, SMALL = 24, 13, 11  # sizes of type
TEXT_LINES = 2  # below a cell, beside its title

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, eq=False)
class Cell:
    """A picture on a sheet with words below it.

    Attributes:
        picture: Display-referred sRGB in [0, 1].
        title: A word or two.
        text: A few words more.
        marked: Whether it is framed.
    """

    picture: Pixels
    title: str = ""
    text: str = ""
    marked: bool = False


@lru_cache
def font(size: int) -> Font:
    """The typeface, which comes with Pillow."""
    return ImageFont.load_default(size)


def fitting(text: str, wide: float, size: int) -> str:
    """The text, cut with dots where it is wider than that."""
    type_ = font(size)
    if type_.getlength(text) <= wide:
        return text
    while text and type_.getlength(text + "...") > wide:
        text = text[:-1]
    return text.rstrip(" ,;:") + "..."


def lines_of(text: str, wide: float, size: int, count: int) -> list[str]:
    """The text broken between words into lines of that width; what does not fit into the last one is cut."""
    words, lines = text.split(), [""]
    while words:
        longer = f"{lines[-1]} {words[0]}".strip()
        if lines[-1] and len(lines) < count and font(size).getlength(longer) > wide:
            lines.append("")
        else:
            lines[-1] = longer
            words = words[1:]
    return [fitting(line, wide, size) for line in lines]


def page(wide: int, high: int, title: str, text: str) -> tuple[PillowImage.Image, ImageDraw.ImageDraw, int]:
    """An empty sheet with a heading; also the pen and the height at which the heading ends."""
    sheet = PillowImage.new("RGB", (wide, high), BACKGROUND)
    pen = ImageDraw.Draw(sheet)
    pen.text((PAGE, PAGE), fitting(title, wide - 2 * PAGE, TITLE), TEXT, font(TITLE))
    pen.text((PAGE, PAGE + TITLE + 10), fitting(text, wide - 2 * PAGE, BODY), SECOND, font(BODY))
    return sheet, pen, heading_height()


def heading_height() -> int:
    """How much of a page its heading takes."""
    return PAGE + TITLE + 10 + BODY + PAGE


def put(sheet: PillowImage.Image, pen: ImageDraw.ImageDraw, cell: Cell, box: tuple[int, int, int, int]) -> None:
    """Draw a cell: the picture as large as the box (left, top, width, height) lets it be, the words below the box."""
    left, top, wide, high = box
    picture = PillowImage.fromarray((cell.picture.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    scale = min(wide / picture.width, high / picture.height)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    picture = picture.resize(size, PillowImage.Resampling.LANCZOS)
    x, y = left + (wide - size[0]) // 2, top + (high - size[1]) // 2
    pen.rectangle((left, top, left + wide - 1, top + high - 1), PANEL)
    sheet.paste(picture, (x, y))
    if cell.marked:
        pen.rectangle((left - 2, top - 2, left + wide + 1, top + high + 1), outline=ACCENT, width=2)
    pen.text((left, top + high + 6), fitting(cell.title, wide, BODY), TEXT, font(BODY))
    for number, line in enumerate(lines_of(cell.text, wide, SMALL, TEXT_LINES)):
        pen.text((left, top + high + 9 + BODY + number * (SMALL + 3)), line, SECOND, font(SMALL))


def words_height() -> int:
    """How much room the words below a cell take."""
    return 9 + BODY + TEXT_LINES * (SMALL + 3)


def save(path: Path, sheet: PillowImage.Image, most: int = 0) -> None:
    """Write a sheet whole or not at all, in the format of the suffix.

    Args:
        path: The file.
        sheet: What is drawn.
        most: Bytes; a JPEG is written in as good a quality as they allow. 0 sets no limit.

    Raises:
        ExposureError: It cannot be written.
    """
    with atomic_path(path) as temporary:
        for quality in range(90, 30, -6):
            sheet.save(temporary, quality=quality)
            if not most or temporary.stat().st_size <= most:
                break
