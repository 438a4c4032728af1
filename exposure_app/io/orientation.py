"""EXIF orientation."""

from typing import Any

from numpy.typing import NDArray


def upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """View stored pixels as they are meant to be seen.

    Args:
        pixels: H x W x channels as stored in the file, any type.
        orientation: EXIF orientation, 1 to 8.

    Returns:
        A view of the same pixels, W x H x channels for 5 to 8.
    """
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels
