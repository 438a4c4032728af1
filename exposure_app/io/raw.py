"""RAW files through LibRaw."""

from pathlib import Path
import numpy as np
from exposure_app.errors import ExposureError
from exposure_app.image import Image, Metadata


def read_raw(path: Path, *, highlights: str = "clip") -> Image:
    import rawpy

    try:
        with rawpy.imread(str(path)) as raw:
            rgb = raw.postprocess(use_camera_wb=True, gamma=(1, 1), no_auto_bright=True, output_bps=16)
    except rawpy.LibRawError as error:
        raise ExposureError(f"{path} cannot be decoded") from error
    return Image(rgb.astype(np.float32) / 65535, Metadata(), scene_referred=True)
