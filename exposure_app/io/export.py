"""Write finished pictures."""

import os
from pathlib import Path
from exposure_app.image import Metadata
from exposure_app.io.atomic import write_bytes_atomic


def write_image(path, srgb_pixels, metadata: Metadata, *, format=None, quality=92, chroma="420", keep_exif=True, keep_gps=True) -> None:
    import simplejpeg, imagecodecs

    if Path(path).suffix.lower() in (".jpg", ".jpeg"):
        write_bytes_atomic(path, simplejpeg.encode_jpeg(srgb_pixels, quality, "RGB", chroma))
    elif Path(path).suffix.lower() == ".png":
        write_bytes_atomic(path, imagecodecs.png_encode(srgb_pixels, level=1))
    else:
        write_bytes_atomic(path, imagecodecs.tiff_encode(srgb_pixels))
