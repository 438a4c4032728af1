"""How large the files of an export will be, before it is done: pixels exactly, bytes roughly."""

from pathlib import Path

import numpy as np

from exposure_app.export.settings import ExportSettings
from exposure_app.io.formats import is_raw
from exposure_app.pipeline.recipe import Recipe

# Bytes a pixel of six photos of forests, flowers and houses, 2400 pixels wide, as JPEG 4:2:0.
_QUALITIES = (1, 60, 80, 85, 92, 97, 100)
_BYTES = (0.02, 0.10, 0.15, 0.19, 0.27, 0.44, 0.67)
_CHROMA = {"420": 1.0, "422": 1.1, "444": 1.25}
_LOSSY = {"jpg": 1.0, "webp": 0.7, "avif": 0.5}
_LOSSLESS = {("png", 8): 1.35, ("png", 16): 4.5, ("tiff", 8): 2.0, ("tiff", 16): 5.0}


def finished_size(photo: Path, recipe: Recipe | None, settings: ExportSettings) -> tuple[int, int]:
    """Width and height of the file of a photo in pixels, from its header alone.

    Raises:
        ExposureError: The photo cannot be opened.
        OSError: Likewise.
    """
    from exposure_app.export.pixels import target_size

    size = _size(photo)
    if recipe is not None:
        size = recipe.geometry.size(*size)
    return target_size(size, settings.resize, settings.edge, settings.megapixels)


def estimated_bytes(size: tuple[int, int], settings: ExportSettings) -> int:
    """About how many bytes a file of that many pixels has; photos differ by half and more to either side."""
    if settings.format in _LOSSY:
        each = float(np.interp(settings.quality, _QUALITIES, _BYTES)) * _LOSSY[settings.format]
        each *= _CHROMA[settings.chroma] if settings.format == "jpg" else 1
    else:
        each = _LOSSLESS[settings.format, settings.depth]
    return round(size[0] * size[1] * each)


def _size(photo: Path) -> tuple[int, int]:
    if is_raw(photo):
        from exposure_app.io.raw import photo_size

        return photo_size(photo)
    from PIL import Image

    with Image.open(photo) as picture:
        turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
        return (picture.height, picture.width) if turned else picture.size
