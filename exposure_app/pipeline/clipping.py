"""Which pixels of a rendered picture are clipped, down to a single one in a picture that is shown smaller."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.jit import jit

CHECKER = 4  # side of the squares that mark larger areas, in pixels of the picture on the screen

_LOW_MARK = (64, 112, 216)  # blue and red differ in brightness too, and the squares in position
_HIGH_MARK = (216, 48, 40)
_LOW, _HIGH = 1, 2


def extremes(pixels: Pixels, height: int, width: int) -> tuple[Pixels, Pixels]:
    """Shrink without averaging, so that nothing clipped is lost.

    Steps that treat each channel by itself clip the brightest result just where they clip anything under it; steps that
    mix channels nearly so.

    Args:
        pixels: H x W x 3, float32, linear light.
        height: New height, at most H.
        width: New width, at most W.

    Returns:
        Two pictures, float32, height x width x 3: of all pixels under a new one, even partly, the one whose largest
        channel is smallest; and the largest red, green and blue.
    """
    darkest, brightest = np.empty((2, height, width, 3), np.float32)
    _extremes(np.ascontiguousarray(pixels, np.float32), darkest, brightest)
    return darkest, brightest


def mark_clipped(
    codes: NDArray[np.uint8], dark: NDArray[np.uint8] | None, bright: NDArray[np.uint8] | None
) -> NDArray[np.uint8]:
    """A copy of a picture with marks where it is clipped: blue for black, red for white.

    Larger areas are filled with a checker pattern, their edges and single pixels in full.

    Args:
        codes: uint8, H x W x 3, sRGB.
        dark: A picture of the same size that is black where black is to be marked; None for no such marks.
        bright: Likewise, white in any channel.
    """
    state = np.zeros(
        (codes.shape[0] + 2, codes.shape[1] + 2), np.uint8
    )  # with a margin, so that every pixel has neighbours
    inner = state[1:-1, 1:-1]
    if bright is not None:
        inner[(bright == 255).any(axis=2)] = _HIGH
    if dark is not None:
        inner[(dark == 0).all(axis=2)] = _LOW
    marked = codes.copy()
    _mark(marked, state, np.array((_LOW_MARK, _LOW_MARK, _HIGH_MARK), np.uint8))
    return marked


@jit
def _extremes(pixels: Any, darkest: Any, brightest: Any) -> None:
    height, width, _ = pixels.shape
    new_height, new_width, _ = darkest.shape
    for y in range(new_height):
        top, bottom = y * height // new_height, ((y + 1) * height - 1) // new_height + 1
        for x in range(new_width):
            left, right = x * width // new_width, ((x + 1) * width - 1) // new_width + 1
            least = np.float32(np.inf)
            most_r, most_g, most_b = pixels[top, left, 0], pixels[top, left, 1], pixels[top, left, 2]
            for row in range(top, bottom):
                for column in range(left, right):
                    r, g, b = pixels[row, column, 0], pixels[row, column, 1], pixels[row, column, 2]
                    most_r, most_g, most_b = max(most_r, r), max(most_g, g), max(most_b, b)
                    level = max(r, g, b)
                    if level < least:
                        least = level
                        darkest[y, x, 0], darkest[y, x, 1], darkest[y, x, 2] = r, g, b
            brightest[y, x, 0], brightest[y, x, 1], brightest[y, x, 2] = most_r, most_g, most_b


@jit
def _mark(codes: Any, state: Any, colours: Any) -> None:
    for y in range(codes.shape[0]):
        for x in range(codes.shape[1]):
            kind = state[y + 1, x + 1]
            if kind == 0:
                continue
            within = (
                state[y, x + 1] == kind
                and state[y + 2, x + 1] == kind
                and state[y + 1, x] == kind
                and state[y + 1, x + 2] == kind
            )
            if not within or (y // CHECKER + x // CHECKER) % 2 == 0:
                codes[y, x, 0], codes[y, x, 1], codes[y, x, 2] = colours[kind, 0], colours[kind, 1], colours[kind, 2]
