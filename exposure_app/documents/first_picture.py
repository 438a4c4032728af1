"""A picture of a RAW file at once, long before it is developed: something to look at until the real one is there."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from exposure_app.io.raw import preview_side, read_preview

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from exposure_app.image import Image, Pixels
    from exposure_app.io.develop import Develop

    Codes = NDArray[np.uint8]

LARGE_ENOUGH = 800  # px of the longer side; smaller embedded previews look worse than binned sensor data


def embedded_picture(photo: Path) -> "Codes | None":
    """The preview in a RAW file if it is large enough; otherwise ``read_showing`` has something better.

    Returns:
        uint8, H x W x 3, upright, display-referred.

    Raises:
        ExposureError: The file cannot be opened.
    """
    preview = read_preview(photo)
    return preview if preview is not None and max(preview.shape) >= LARGE_ENOUGH else None


def read_showing(photo: Path, develop: "Develop", show: "Callable[[Codes], None]") -> "Image":
    """Read a photo; where it is a RAW file without a large preview, show its binned sensor data on the way.

    Args:
        photo: Any photo.
        develop: As in ``read_image``, and so are the result and the errors.
        show: Called at most once, with the small picture as it looks without edits: uint8, H x W x 3, upright,
            display-referred. What it raises ends the reading.
    """
    from exposure_app.io.formats import is_raw, read_image

    def show_binned(pixels: "Pixels") -> None:
        show(_neutral_codes(pixels))

    wanted = is_raw(photo) and photo.is_file() and preview_side(photo) < LARGE_ENOUGH
    return read_image(photo, develop=develop, first=show_binned if wanted else None)


def _neutral_codes(pixels: "Pixels") -> "Codes":
    """A small RAW picture with its neutral recipe, without the engine, whose compiled loops are still being loaded."""
    import numpy as np

    from exposure_app import filters
    from exposure_app.image import Image
    from exposure_app.pipeline.recipe import neutral_recipe

    for edit in neutral_recipe(Image(pixels, scene_referred=True)).edits():
        pixels = filters.get(edit.filter).function(pixels, **edit.params)
    shown: Codes = (255 * np.clip(pixels, 0, 1) + np.float32(0.5)).astype(np.uint8)
    return shown
