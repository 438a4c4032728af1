"""Write finished pictures as JPEG, PNG, TIFF, WebP or AVIF with their colour profile and metadata.

The same pixels and metadata give the same bytes: no time of writing, no random identifiers.
"""

import io
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app.atomic import write_bytes_atomic
from exposure_app.errors import ExposureError
from exposure_app.image import Metadata
from exposure_app.io.blocks import EXIF_HEAD, EXTENSION_HEAD, XMP_HEAD
from exposure_app.io.directories import BYTE, Entry, append_directories
from exposure_app.io.exif import XMP_TAG, Exif, finished, read_exif, resolution
from exposure_app.io.icc import srgb_profile
from exposure_app.io.xmp import in_two

Format = Literal["jpg", "png", "tiff", "webp", "avif"]
Chroma = Literal["444", "422", "420"]

SUFFIXES: dict[Format, str] = {  # of new files
    "jpg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp", "avif": ".avif",
}  # fmt: skip
FORMATS: dict[str, Format] = {
    ".jpg": "jpg", ".jpeg": "jpg", ".jpe": "jpg", ".png": "png", ".tif": "tiff", ".tiff": "tiff",
    ".webp": "webp", ".avif": "avif",
}  # fmt: skip
_KNOWN = "Use a name that ends in .jpg, .png, .tif, .webp or .avif."
DEEP = frozenset({"png", "tiff"})  # can have 16 bits
_LONGEST_SIDE: dict[Format, int] = {"jpg": 65535, "webp": 16383, "avif": 65536}
_JPEG_LONGEST_SEGMENT = 65533
# PNG and classic TIFF hold their sizes in 32 bits; the rest of the file needs room too.
_TIFF_MOST_BYTES = 2**32 - 2**25
_FASTEST_DEFLATE = 1
_JPEG_XMP_PART = 65_000
_METRES_PER_INCH = 0.0254
_AVIF_SPEED = 8  # of 10: twice as fast as the default, a few percent larger


def write_image(
    path: str | os.PathLike[str],
    srgb_pixels: NDArray[np.uint8] | NDArray[np.uint16],
    metadata: Metadata,
    *,
    format: Format | None = None,
    quality: int = 92,
    chroma: Chroma = "420",
    keep_exif: bool = True,
    keep_gps: bool = True,
    icc: bytes | None = None,
    xmp: bytes = b"",
) -> None:
    """Write a finished picture; an existing file is replaced only when all went well.

    Args:
        path: Where to write.
        srgb_pixels: H x W x 3, display-referred sRGB. uint8; for PNG and TIFF also uint16.
        metadata: Of the photo; its ``exif`` goes into the file with orientation 1.
        format: Told by the suffix of ``path`` when None.
        quality: Of a JPEG, WebP or AVIF, 1 to 100.
        chroma: Chroma subsampling of a JPEG or AVIF; ``"444"`` keeps all colour detail.
        keep_exif: Whether to write EXIF at all.
        keep_gps: Whether the EXIF may tell the position.
        icc: Profile to embed, if the pixels are in another colour space than sRGB.
        xmp: XMP packet to embed.

    Raises:
        ExposureError: The suffix is unknown, the picture is too large for the format, or the file cannot be written.
        ValueError: The pixels or options are not as described: a mistake of the caller, not of the user.
    """
    target = Path(path)
    kind = format or FORMATS.get(target.suffix.lower())
    if kind is None:
        raise ExposureError(f"Cannot tell the format of {target}", _KNOWN)
    _check_pixels(srgb_pixels, kind)
    if not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, not {quality}")
    longest = _LONGEST_SIDE.get(kind)
    if longest and max(srgb_pixels.shape) > longest:
        name = kind.upper() if kind != "jpg" else "JPEG"
        message = f"{target} would be larger than {name} allows, {longest} pixels a side"
        raise ExposureError(message, "Export a smaller size, PNG or TIFF.")
    exif = Exif()
    if keep_exif and metadata.exif:
        height, width = srgb_pixels.shape[:2]
        is_srgb = icc is None or icc == srgb_profile()
        exif = finished(read_exif(metadata.exif), width, height, is_srgb=is_srgb, keep_gps=keep_gps)
    pixels = np.ascontiguousarray(srgb_pixels)
    labels = _Labels(exif, icc or srgb_profile(), xmp)
    content: bytes | bytearray | memoryview
    if kind == "jpg":
        content = _encode_jpeg(pixels, labels, quality, chroma)
    elif kind == "png":
        content = _encode_png(pixels, labels)
    elif kind == "tiff":
        content = _encode_tiff(target, pixels, labels)
    else:
        content = _encode_by_pillow(kind, pixels, labels, quality, chroma)
    write_bytes_atomic(target, content)


@dataclass(frozen=True)
class _Labels:
    """What goes into a file beside the pixels."""

    exif: Exif
    profile: bytes
    xmp: bytes


def _check_pixels(pixels: NDArray[Any], kind: str) -> None:
    if pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise ValueError(f"pixels must be H x W x 3, not {pixels.shape}")
    allowed = (np.uint8, np.uint16) if kind in DEEP else (np.uint8,)
    if pixels.dtype not in allowed:
        raise ValueError(f"{kind} cannot hold pixels of type {pixels.dtype}")


def _encode_jpeg(pixels: NDArray[Any], labels: _Labels, quality: int, chroma: Chroma) -> bytes:
    import simplejpeg

    content = simplejpeg.encode_jpeg(pixels, quality=quality, colorspace="RGB", colorsubsampling=chroma)
    # Start of image and, in every JFIF file, APP0; EXIF and profile follow as other programs write them.
    start, front = 2, content[:2]
    if content[2:4] == b"\xff\xe0":
        start += 2 + struct.unpack(">H", content[4:6])[0]
        front = _with_density(content[:start], resolution(labels.exif))
    if exif := labels.exif.to_bytes():
        front += _jpeg_segment(0xE1, EXIF_HEAD + exif)
    if labels.xmp:
        main, more, link = in_two(labels.xmp, _JPEG_LONGEST_SEGMENT - len(XMP_HEAD))
        front += _jpeg_segment(0xE1, XMP_HEAD + main)
        for place in range(0, len(more), _JPEG_XMP_PART):
            head = EXTENSION_HEAD + link.encode() + struct.pack(">II", len(more), place)
            front += _jpeg_segment(0xE1, head + more[place : place + _JPEG_XMP_PART])
    front += _jpeg_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + labels.profile)
    return b"".join((front, memoryview(content)[start:]))


def _with_density(jfif: bytes, dpi: tuple[int, int] | None) -> bytes:
    """The start of a JPEG with a resolution in its JFIF segment."""
    return jfif[:13] + struct.pack(">BHH", 1, *dpi) + jfif[18:] if dpi else jfif


def _jpeg_segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _encode_png(pixels: NDArray[Any], labels: _Labels) -> bytes:
    from imagecodecs import PNG, png_encode

    # RLE on horizontal differences: a tenth of the time of the default, a few percent larger.
    content = png_encode(pixels, level=_FASTEST_DEFLATE, strategy=PNG.STRATEGY.RLE, filter=PNG.FILTER.SUB)
    header_end = 8 + 12 + 13
    chunks = _png_chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(labels.profile, 9))
    if dpi := resolution(labels.exif):
        chunks += _png_chunk(b"pHYs", struct.pack(">IIB", *(round(side / _METRES_PER_INCH) for side in dpi), 1))
    if exif := labels.exif.to_bytes():
        chunks += _png_chunk(b"eXIf", exif)
    if labels.xmp:
        chunks += _png_chunk(b"iTXt", b"XML:com.adobe.xmp" + bytes(5) + labels.xmp)
    return b"".join((content[:header_end], chunks, memoryview(content)[header_end:]))


def _png_chunk(name: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + name + payload + struct.pack(">I", zlib.crc32(name + payload))


def _encode_tiff(target: Path, pixels: NDArray[Any], labels: _Labels) -> bytes | bytearray:
    import tifffile

    from exposure_app.jit import cores

    if pixels.nbytes > _TIFF_MOST_BYTES:
        raise ExposureError(f"{target} would be larger than TIFF allows, 4 GB", "Export a smaller size or 8 bits.")
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        pixels,
        byteorder="<",
        photometric="rgb",
        compression="zlib",
        compressionargs={"level": _FASTEST_DEFLATE},
        predictor=True,
        rowsperstrip=64,
        maxworkers=cores(),
        iccprofile=labels.profile,
        metadata=None,
        software=False,
    )
    content = bytearray(stream.getbuffer())
    main, below = labels.exif.directories()
    if labels.xmp:
        main = {**main, XMP_TAG: Entry(BYTE, len(labels.xmp), labels.xmp)}
    append_directories(content, main, below)  # tifffile writes none below the main one, and not every byte as it is
    return content


def _encode_by_pillow(kind: Format, pixels: NDArray[Any], labels: _Labels, quality: int, chroma: Chroma) -> memoryview:
    """WebP and AVIF, where Pillow was built with them."""
    from PIL import Image as PILImage
    from PIL import features

    if not features.check(kind):
        raise ExposureError(f"The Pillow that is installed cannot write {kind}", "Choose another format.")
    options: dict[str, Any] = {"method": 4}
    if kind == "avif":  # with more threads the bytes would depend on their number
        subsampling = ":".join(chroma)
        options = {"speed": _AVIF_SPEED, "subsampling": subsampling, "autotiling": False, "max_threads": 1}
    # Pillow would write an AVIF's EXIF anew, in its own bytes, to take the orientation out of it.
    stream, exif = io.BytesIO(), labels.exif.to_bytes(is_upright=kind != "avif")
    PILImage.fromarray(pixels).save(
        stream, kind, quality=quality, icc_profile=labels.profile, exif=exif, xmp=labels.xmp, **options
    )
    return stream.getbuffer()
