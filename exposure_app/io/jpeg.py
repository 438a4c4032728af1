"""JPEG: decoded by libjpeg-turbo, whose remarks are evidence: a file that is damaged is never half a picture."""

import io
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.limits import MOST_PER_BYTE, UNQUESTIONED, check_scans

_STRAY = re.compile(r"(\d+) extraneous bytes before marker 0x([0-9a-f]{2})")
_FEW = 4  # bytes; rounding up of some cameras


def decode_jpeg(content: bytes, space: str = "RGB") -> NDArray[np.uint8]:
    """Decode a JPEG as it is stored.

    Args:
        content: The file.
        space: ``RGB``, ``GRAY`` or, for a JPEG of four inks, ``CMYK``.

    Returns:
        uint8, H x W x 3, 1 or 4, in the JPEG's colour space; 255 is full ink.

    Raises:
        ValueError: It is damaged or truncated.
    """
    import simplejpeg

    width, height = _size(content)
    if width * height > max(UNQUESTIONED, MOST_PER_BYTE * len(content)):
        raise ValueError("more pixels than the file can hold")
    check_scans(content, width * height)
    try:
        pixels: NDArray[Any] = np.asarray(simplejpeg.decode_jpeg(content, space))
    except ValueError as error:
        if not _is_harmless(str(error), content):
            raise
        pixels = _overlooking(content, space)
    else:
        # Who writes Adobe's marker writes inks inverted.
        if space == "CMYK" and b"\xff\xee\0\x0eAdobe" in content[: content.find(b"\xff\xda")]:
            pixels = ~pixels
    return pixels


def _size(content: bytes) -> tuple[int, int]:
    """Width and height."""
    import simplejpeg
    from PIL import Image as PILImage

    try:
        height, width = simplejpeg.decode_jpeg_header(content)[:2]
    except ValueError as error:
        if not _is_harmless(str(error), content):
            raise
        try:
            with PILImage.open(io.BytesIO(content), formats=("JPEG",)) as picture:
                return picture.size
        except OSError as unreadable:
            raise ValueError(str(unreadable)) from unreadable
    return width, height


def _is_harmless(remark: str, content: bytes) -> bool:
    """Whether a remark is about stray bytes that cameras leave: between segments, a few or zeros behind the picture.

    Where data are damaged libjpeg loses its place, and finds too much before the next mark.
    """
    found = _STRAY.search(remark)
    if found is None:
        return False
    count, marker = int(found[1]), int(found[2], 16)
    if 0xD0 <= marker <= 0xD7:
        return False
    return marker != 0xD9 or count <= _FEW or bytes(count) + b"\xff\xd9" in content


def _overlooking(content: bytes, space: str) -> NDArray[np.uint8]:
    """Decode by Pillow, which overlooks stray bytes, and yet notices a truncated file."""
    from PIL import Image as PILImage

    try:
        with PILImage.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            pixels = np.asarray(picture.convert("L" if space == "GRAY" else space))
    except OSError as error:
        raise ValueError(str(error)) from error
    return pixels if pixels.ndim == 3 else pixels[..., np.newaxis]
