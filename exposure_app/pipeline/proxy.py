"""The small picture that the agent looks at."""

from typing import Any

import numpy as np

from exposure_app.image import Pixels
from exposure_app.jit import jit
from exposure_app.pipeline.grid import Grid

SIZE = 64  # the agent's view is SIZE x SIZE (paper, section 5.1)


def make_proxy(pixels: Pixels) -> Pixels:
    """The agent's view of a photo: the whole picture area-averaged into a square.

    Args:
        pixels: H x W x 3, linear light.

    Returns:
        float32, 3 x 64 x 64, linear light.
    """
    return np.ascontiguousarray(area_resize(pixels, SIZE, SIZE).transpose(2, 0, 1))


def view(pixels: Pixels, grid: Grid) -> tuple[Pixels, Grid]:
    """The agent's view of a photo and where its pixels lie, given where those of the photo do."""
    height, width, _ = pixels.shape
    return make_proxy(pixels), grid.part(0, 0, width / SIZE, height / SIZE)


def area_resize(pixels: Pixels, height: int, width: int) -> Pixels:
    """Shrink by averaging the area under each new pixel, fractions of pixels included.

    Args:
        pixels: H x W x C, float32.
        height: New height; where it exceeds H, pixels are repeated in proportion.
        width: New width, likewise.

    Returns:
        float32, height x width x C.
    """
    resized = np.empty((height, width, pixels.shape[2]), np.float32)
    _area_resize(np.ascontiguousarray(pixels, np.float32), resized)
    return resized


def every_nth(pixels: Pixels, grid: Grid, wanted: int) -> tuple[Pixels, Grid]:
    """A regular sample of about so many pixels, and where they lie: unlike averages it keeps what is clipped."""
    stride = max(1, int(np.ceil((pixels.shape[0] * pixels.shape[1] / wanted) ** 0.5)))
    return np.ascontiguousarray(pixels[::stride, ::stride]), grid.every(stride)


@jit
def _area_resize(pixels: Any, resized: Any) -> None:
    """Rows first: each source row is added to one or two sums, each sum is then averaged along its length."""
    height, width, channels = pixels.shape
    new_height, new_width, _ = resized.shape
    row_sum = np.empty(width * channels, np.float32)
    for y in range(new_height):
        row_sum[:] = 0
        top, bottom = y * height / new_height, (y + 1) * height / new_height
        for row in range(int(top), min(int(np.ceil(bottom)), height)):
            weight = np.float32((min(row + 1.0, bottom) - max(float(row), top)) / (bottom - top))
            flat = pixels[row].reshape(width * channels)
            for i in range(flat.size):
                row_sum[i] += weight * flat[i]
        for x in range(new_width):
            left, right = x * width / new_width, (x + 1) * width / new_width
            for channel in range(channels):
                total = 0.0
                for column in range(int(left), min(int(np.ceil(right)), width)):
                    weight = np.float32(min(column + 1.0, right) - max(float(column), left))
                    total += weight * row_sum[column * channels + channel]
                resized[y, x, channel] = total / (right - left)
