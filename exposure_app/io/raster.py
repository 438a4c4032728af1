"""JPEG, PNG, TIFF."""

from pathlib import Path
import numpy as np
from exposure_app.errors import ExposureError
from exposure_app.image import Image, Metadata
from exposure_app.io.transfer import srgb_to_linear


def read_raster(path: Path) -> Image:
    from PIL import Image as PILImage, ImageOps

    try:
        with PILImage.open(path) as im:
            rgb = np.asarray(ImageOps.exif_transpose(im).convert("RGB"))
    except OSError as error:
        raise ExposureError(f"{path} cannot be decoded") from error
    return Image(srgb_to_linear(rgb), Metadata())
