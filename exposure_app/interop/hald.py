"""HaldCLUT: a look-up table as a picture, for sRGB-encoded colours; read by RawTherapee, darktable, GIMP and others."""

from pathlib import Path

import numpy as np

from exposure_app import __version__
from exposure_app.errors import ExposureError
from exposure_app.image import Metadata
from exposure_app.interop.lut import INPUTS, Lut
from exposure_app.io.export import write_image
from exposure_app.io.raster import read_raster
from exposure_app.io.transfer import linear_to_srgb
from exposure_app.io.xmp import embedded_table, make_packet

_LOWEST, _HIGHEST = 2, 16
_SOURCE = "algorithmicMedia"  # IPTC's term for a picture that no camera took


def grid_size(level: int) -> int:
    """Grid points a channel of a HaldCLUT of that level; the picture is a square of ``level`` times that."""
    return level**2


def write_hald(path: Path, lut: Lut) -> None:
    """Write a table as a 16-bit PNG or TIFF.

    Args:
        path: Ends in .png or .tif.
        lut: A table alone, for sRGB, of a square number of grid points.

    Raises:
        ExposureError: The file cannot be written.
    """
    table = lut.table
    level = round(len(table) ** 0.5) if table is not None else 0
    if table is None or lut.curves is not None or lut.encoding != "srgb" or grid_size(level) != len(table):
        raise ValueError("a HaldCLUT is a table alone, for sRGB, of a square number of grid points")
    side = level**3
    codes = np.rint(table.transpose(2, 1, 0, 3).reshape(side, side, 3).clip(0, 1) * 65535).astype(np.uint16)
    about = make_packet(
        b"", tool=f"Exposure {__version__}", source=_SOURCE, table=INPUTS["srgb"] if lut.is_whole else ""
    )
    write_image(path, codes, Metadata(), xmp=about)


def read_hald(path: Path) -> Lut:
    """The table in a HaldCLUT picture of 8 or 16 bits.

    Raises:
        ExposureError: As ``read_raster``, or the picture is no HaldCLUT.
    """
    picture = read_raster(path)
    pixels = linear_to_srgb(picture.pixels)
    height, width = pixels.shape[:2]
    level = round(width ** (1 / 3))
    if width != height or level**3 != width or not _LOWEST <= level <= _HIGHEST:
        raise ExposureError(
            f"{path} is no HaldCLUT: it has {width} x {height} pixels",
            "A HaldCLUT is a square picture of 512 or 1728 pixels a side, or another cube number.",
        )
    size = grid_size(level)
    table = pixels.reshape(size, size, size, 3).transpose(2, 1, 0, 3)
    is_ours = bool(embedded_table(picture.metadata.xmp))
    return Lut(table=np.ascontiguousarray(table), title=path.stem, is_whole=is_ours)
