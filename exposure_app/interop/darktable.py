"""A sidecar of darktable: its plain development, then a .cube in its module lut3d, and nothing else."""

import base64
import os
import re
import struct
import zlib
from pathlib import Path

from exposure_app.errors import ExposureError
from exposure_app.reading import Unreadable, read_text

# The module's parameters, version 3: path below darktable's folder of tables (512 bytes), colour space (0 is sRGB),
# interpolation (0 is tetrahedral), a count, room for a compressed table, and a name.
_PARAMS = struct.Struct("<512siii12288s128s")
_VERSION = 3

_SIDECAR = """<?xml version="1.0" encoding="UTF-8"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:xmp_version="5"
    darktable:raw_params="0" darktable:auto_presets_applied="1" darktable:history_end="1"
    darktable:iop_order_version="2">
   <darktable:history>
    <rdf:Seq>
     <rdf:li darktable:num="0" darktable:operation="lut3d" darktable:enabled="1" darktable:modversion="{version}"
      darktable:params="{params}" darktable:multi_name="" darktable:multi_priority="0"/>
    </rdf:Seq>
   </darktable:history>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
"""


def darktable_text(cube: str) -> str:
    """The sidecar.

    Args:
        cube: Path of the table for sRGB, relative to what darktable's preferences call the 3D lut root folder.

    Raises:
        ExposureError: The path is longer than darktable takes.
    """
    path = os.fsencode(cube)
    if len(path) > 511:
        raise ExposureError(f"{cube} is a longer path than darktable takes", "Choose a shorter name.")
    packed = _PARAMS.pack(path, 0, 0, 0, b"", b"")
    squeezed = zlib.compress(packed)
    factor = min(len(packed) // len(squeezed) + 1, 99)  # darktable's hint how much room to keep
    params = f"gz{factor:02}{base64.b64encode(squeezed).decode()}"
    return _SIDECAR.format(version=_VERSION, params=params)


def cube_of(path: Path) -> Path:
    """The table that a sidecar of ours names, in the sidecar's own folder.

    Raises:
        ExposureError: The sidecar cannot be read, or there is no such module in it.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise ExposureError(f"Cannot read {path} ({error.strerror})", "Check the path.") from None
    except Unreadable as error:
        raise ExposureError(f"{path} cannot be understood: {error}") from None
    found = re.search(r'operation="lut3d".*?modversion="3".*?params="gz\d\d([^"]+)"', text, re.DOTALL)
    if not found:
        raise ExposureError(f"{path} has no module lut3d that this program knows")
    try:
        packed = zlib.decompressobj().decompress(base64.b64decode(found[1]), _PARAMS.size)  # it may be a bomb
        name = os.fsdecode(_PARAMS.unpack(packed)[0].rstrip(b"\0"))
    except (ValueError, struct.error, zlib.error):
        raise ExposureError(f"{path} is damaged") from None
    return path.parent / name
