"""The map of what the steps could not explain, as a picture with its scale."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PillowImage
from PIL import ImageDraw

from exposure_app import drawing
from exposure_app.drawing import BACKGROUND, BODY, SECOND, SMALL, TEXT

STOPS = (  # CIEDE2000 and its colour: ever lighter, so that it reads in grey too
    (0.0, (16, 16, 22)),
    (1.0, (48, 38, 92)),
    (2.0, (106, 44, 118)),
    (5.0, (198, 66, 94)),
    (10.0, (245, 138, 66)),
    (20.0, (253, 243, 184)),
)
LEAST_WIDTH = 480  # px, so that the scale is readable
MARGIN, BAR = 12, 10
WORDS = "CIEDE2000; below 1 nobody sees it"


def colored(error: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Errors as colours, H x W x 3; the same error always has the same colour."""
    levels, colors = zip(*STOPS, strict=True)
    at, marks = _place(error), _place(np.array(levels))
    channels = [np.interp(at, marks, channel) for channel in zip(*colors, strict=True)]
    codes: NDArray[np.uint8] = np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
    return codes


def draw_map(error: NDArray[np.float64], title: str = "") -> PillowImage.Image:
    """The map with its scale below it.

    Args:
        error: CIEDE2000 of each pixel, H x W.
        title: A few words above the scale, such as the mean.
    """
    height, width = error.shape
    grown = max(1, -(-LEAST_WIDTH // width))  # whole pixels, so that each stays visible
    picture = PillowImage.fromarray(colored(error)).resize(
        (grown * width, grown * height), PillowImage.Resampling.NEAREST
    )
    foot = 3 * MARGIN + BODY + BAR + SMALL
    sheet = PillowImage.new("RGB", (picture.width, picture.height + foot), BACKGROUND)
    sheet.paste(picture, (0, 0))
    pen = ImageDraw.Draw(sheet)
    top = picture.height + MARGIN
    room = picture.width - 2 * MARGIN
    scale = drawing.font(SMALL)
    pen.text((MARGIN, top), drawing.fitting(title, room - scale.getlength(WORDS), BODY), TEXT, drawing.font(BODY))
    pen.text((picture.width - MARGIN, top + BODY - SMALL), WORDS, SECOND, scale, anchor="ra")
    top += BODY + MARGIN // 2 + 2
    sheet.paste(PillowImage.fromarray(bar(room, BAR)), (MARGIN, top))
    for level, share in ticks():
        x = MARGIN + share * (room - 1)
        anchor = "la" if level == 0 else "ra" if level == STOPS[-1][0] else "ma"
        pen.text((x, top + BAR + 4), f"{level:g}", SECOND, scale, anchor=anchor)
    return sheet


def write_map(path: Path, error: NDArray[np.float64], title: str = "") -> None:
    """Write the map as a PNG, whole or not at all.

    Raises:
        ExposureError: It cannot be written.
    """
    drawing.save(path, draw_map(error, title))


def bar(width: int, height: int) -> NDArray[np.uint8]:
    """The scale as a picture, H x W x 3, from 0 on the left to the largest error that has a colour of its own."""
    levels = np.expm1(np.linspace(0, float(_place(np.array(STOPS[-1][0]))), width))
    return np.ascontiguousarray(np.broadcast_to(colored(levels), (height, width, 3)))


def ticks() -> list[tuple[float, float]]:
    """Errors that the scale names, and the share of its length at which they are."""
    most = float(_place(np.array(STOPS[-1][0])))
    return [(level, float(_place(np.array(level))) / most) for level, _ in STOPS]


def _place(error: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where an error lies on the scale: about evenly up to 1, by factors above."""
    placed: NDArray[np.float64] = np.log1p(np.clip(error, 0, STOPS[-1][0]))
    return placed
