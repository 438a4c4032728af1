"""A picture of a photo at once, long before it is developed: something to look at while the real one is on its way."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from numpy import uint8

LARGE_ENOUGH = 800  # px of the longer side; smaller embedded previews look worse than a quick development
BLOWN = 0.005  # share of pixels that the quick development may blow, as in the neutral recipe


def first_picture(photo: Path) -> "NDArray[uint8]":
    """The preview in a RAW file, or where there is none a quick half-size development.

    Returns:
        uint8, H x W x 3, upright, display-referred.

    Raises:
        ExposureError: The file cannot be opened.
    """
    from exposure_app.io.raw import read_preview

    preview = read_preview(photo)
    if preview is not None and max(preview.shape) >= LARGE_ENOUGH:
        return preview
    return _half_size(photo)


def _half_size(photo: Path) -> "NDArray[uint8]":
    """LibRaw makes one pixel of each 2 x 2 block; needs none of our kernels, which may still be loading."""
    import rawpy

    from exposure_app.errors import ExposureError
    from exposure_app.io.formats import MAX_PIXELS
    from exposure_app.io.quiet import without_libraw_noise
    from exposure_app.io.raw import open_raw

    with open_raw(photo) as raw, without_libraw_noise():
        if raw.sizes.width * raw.sizes.height > MAX_PIXELS:
            raise ExposureError(f"{photo} is too large to open")
        codes: Any = raw.postprocess(
            half_size=True, use_camera_wb=True, auto_bright_thr=BLOWN, output_color=rawpy.ColorSpace.sRGB
        )
    colours = codes if codes.ndim == 3 and codes.shape[2] == 3 else np.repeat(codes.reshape(*codes.shape[:2], -1), 3, 2)
    return np.ascontiguousarray(colours[..., :3])
