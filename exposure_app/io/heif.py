"""AVIF and HEIC: pictures in boxes (ISO 23008-12). Nothing here can write HEIC; its decoder is a library of its own."""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.io.coding import Coding, Encoded, of_code_points
from exposure_app.io.layers import flattened
from exposure_app.io.limits import check_size


def decode_avif(content: bytes) -> Encoded:
    """Decode an AVIF with all its bits.

    Raises:
        RuntimeError: It is damaged or truncated.
    """
    from imagecodecs import avif_decode

    pixels = avif_decode(content, index=0)
    if pixels.dtype == np.uint16:
        pixels = _spread(pixels, _bits(content))
    return Encoded(flattened(pixels), None, _named_colors(content))


def decode_heic(path: Path) -> tuple[Encoded, bytes, bytes]:
    """Decode the main picture of a HEIC, turned as it asks to be.

    Returns:
        The picture, its EXIF as a TIFF structure, and its XMP.

    Raises:
        ExposureError: It is too large, or the library is not there.
        ValueError: It is damaged or truncated, like most of what else is raised.
    """
    heif = _opened(path)
    check_size(path, *heif.size)
    pixels = np.array(heif)  # a copy: the memory goes with the file
    info = heif.info
    named = info.get("nclx_profile") or {}
    coding = of_code_points(int(named.get("color_primaries", 2)), int(named.get("transfer_characteristics", 2)))
    return Encoded(flattened(pixels), info.get("icc_profile"), coding), *_blocks(info)


def heic_blocks(path: Path) -> tuple[bytes, bytes]:
    """EXIF, as a TIFF structure, and XMP of a HEIC, without decoding it; raises as ``decode_heic``."""
    return _blocks(_opened(path).info)


def _blocks(info: Mapping[str, Any]) -> tuple[bytes, bytes]:
    return bytes(info.get("exif") or b""), bytes(info.get("xmp") or b"")


def _opened(path: Path) -> Any:
    try:
        import pi_heif
    except ImportError as error:
        hint = "Install pi-heif beside Exposure, or convert the photo to JPEG."
        raise ExposureError(f"{path} is a HEIC picture, and what reads these is not installed", hint) from error

    return pi_heif.open_heif(path, convert_hdr_to_8bit=False)


def _spread(pixels: NDArray[np.uint16], bits: int) -> NDArray[np.uint16]:
    scale = 65535 / (2**bits - 1)
    return np.take(np.round(np.arange(2**bits) * scale).astype(np.uint16), pixels, mode="clip")


def _bits(content: bytes) -> int:
    """Of a channel: from the configuration of AV1."""
    at = content.find(b"av1C")
    if at < 0 or at + 7 > len(content):
        raise ValueError("no configuration of AV1")
    flags = content[at + 6]
    return 8 if not flags & 0x40 else 12 if flags & 0x20 else 10


def _named_colors(content: bytes) -> Coding | None:
    """What a box of code points says about colour."""
    at = content.find(b"colrnclx")
    if at < 0 or at + 14 > len(content):
        return None
    primaries, transfer = struct.unpack(">HH", content[at + 8 : at + 12])
    return of_code_points(primaries, transfer)
