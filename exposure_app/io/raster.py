"""JPEG, PNG, TIFF and WebP to linear sRGB.

Transparent pictures are laid over white, in the file's own encoding, as viewers do. Of several pages or frames the
first is read. Not read: floating-point and 32-bit TIFF (whether they are linear is not written in them), Lab.
"""

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PILImage
from PIL import UnidentifiedImageError

from exposure_app.errors import ExposureError
from exposure_app.image import Image, Metadata
from exposure_app.io.balance import balanced
from exposure_app.io.develop import Develop
from exposure_app.io.formats import MAX_PIXELS
from exposure_app.io.icc import ProfileError, to_linear_srgb
from exposure_app.io.metadata import read_raster_metadata, read_tiff_metadata
from exposure_app.io.orientation import upright

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Pillow would refuse pictures of 179 megapixels, which panoramas exceed; read_raster has its own limit.
PILImage.MAX_IMAGE_PIXELS = MAX_PIXELS

# What decoders raise on damaged files. imagecodecs' errors are RuntimeErrors, Pillow's OSErrors and SyntaxErrors.
_DAMAGED = (OSError, SyntaxError, ValueError, RuntimeError, EOFError, IndexError, KeyError, TypeError)


def read_raster(path: Path, *, develop: Develop | None = None) -> Image:
    """Read a finished picture.

    Args:
        path: A JPEG, PNG (8 or 16 bits), TIFF (8 or 16 bits) or WebP: grey, palette, RGB or CMYK with a profile.
        develop: Its white balance is applied in linear light; nothing else of it can be.

    Returns:
        The upright picture, display-referred: float32, H x W x 3, linear light, sRGB primaries, in [0, 1] unless it
        was balanced anew. Colours are converted through the embedded profile; without one the picture is sRGB.

    Raises:
        ExposureError: The file is damaged, truncated, too large, or of a kind or colour profile that is not supported.
    """
    again = "Copy the photo again from the camera or the backup."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", PILImage.DecompressionBombWarning)
            encoded, profile, metadata = _read_encoded(path)
        pixels = to_linear_srgb(upright(encoded, metadata.orientation), profile)
    except ExposureError:
        raise
    except (PILImage.DecompressionBombWarning, PILImage.DecompressionBombError) as error:
        raise _too_large(path) from error
    except ProfileError as error:
        raise ExposureError(f"Cannot read {path}: {error}", "Save it as sRGB in another program first.") from error
    except UnidentifiedImageError as error:
        raise ExposureError(f"{path} is not a picture, or not of the kind its name says", again) from error
    except _DAMAGED as error:
        raise ExposureError(f"{path} is damaged or incomplete", again) from error
    pixels, light = balanced(pixels, develop or Develop())
    return Image(pixels, metadata, scene_referred=False, light=light)


def decode_jpeg(content: bytes) -> NDArray[np.uint8]:
    """Decode a grey or colour JPEG as it is stored.

    Returns:
        uint8, H x W x 3, in the JPEG's colour space.

    Raises:
        ValueError: It is damaged or truncated.
    """
    import simplejpeg

    try:
        return np.asarray(simplejpeg.decode_jpeg(content, "RGB"))
    except ValueError as error:
        if "extraneous bytes" not in str(error):
            raise
    # Some cameras leave stray bytes between segments. Pillow overlooks them, and yet notices a truncated file.
    try:
        with PILImage.open(io.BytesIO(content)) as picture:
            return np.asarray(picture.convert("RGB"))
    except OSError as error:
        raise ValueError(str(error)) from error


def _read_encoded(path: Path) -> tuple[NDArray[Any], bytes | None, Metadata]:
    """Pixels as stored (H x W x 1, 3 or 4 for CMYK; uint8 or uint16), ICC profile and metadata."""
    with path.open("rb") as stream:
        head = stream.read(32)
    if head[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        pixels, profile = _decode_tiff(path)
        return pixels, profile, read_tiff_metadata(path)
    with PILImage.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
        metadata = read_raster_metadata(picture)
        profile = picture.info.get("icc_profile")
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_large(path)
        if picture.format in ("JPEG", "MPO") and picture.mode in ("L", "RGB"):
            return decode_jpeg(path.read_bytes()), profile, metadata
        if head.startswith(_PNG_SIGNATURE) and head[24] == 16:
            from imagecodecs import png_decode

            return _flatten(png_decode(path.read_bytes())), profile, metadata
        return _decode_by_pillow(picture), profile, metadata


def _decode_by_pillow(picture: PILImage.Image) -> NDArray[np.uint8]:
    if picture.mode == "CMYK":
        return np.asarray(picture)
    if picture.mode in ("LA", "PA", "RGBA", "La", "RGBa") or "transparency" in picture.info:
        return _flatten(np.asarray(picture.convert("RGBA")))
    pixels = np.asarray(picture.convert("L" if picture.mode in ("1", "L") else "RGB"))
    return pixels if pixels.ndim == 3 else pixels[..., np.newaxis]


def _decode_tiff(path: Path) -> tuple[NDArray[Any], bytes | None]:
    import tifffile

    try:
        with tifffile.TiffFile(path) as tiff:
            page = tiff.pages.first
            tag = page.tags.get("InterColorProfile")
            profile = tag.value if tag is not None else None
            if page.imagewidth * page.imagelength > MAX_PIXELS:
                raise _too_large(path)
            kind = page.photometric
            if kind in (tifffile.PHOTOMETRIC.PALETTE, tifffile.PHOTOMETRIC.YCBCR) or page.bitspersample == 1:
                with PILImage.open(path, formats=("TIFF",)) as picture:
                    return _decode_by_pillow(picture), profile
            known = (
                tifffile.PHOTOMETRIC.MINISBLACK,
                tifffile.PHOTOMETRIC.MINISWHITE,
                tifffile.PHOTOMETRIC.RGB,
                tifffile.PHOTOMETRIC.SEPARATED,
            )
            if page.dtype not in (np.uint8, np.uint16) or kind not in known:
                raise ExposureError(
                    f"{path} is a TIFF of a kind that is not supported", "Save it as RGB or grey with 8 or 16 bits."
                )
            pixels = page.asarray()
            if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE and pixels.ndim == 3:
                pixels = np.moveaxis(pixels, 0, -1)
            pixels = pixels if pixels.ndim == 3 else pixels[..., np.newaxis]
            if kind == tifffile.PHOTOMETRIC.SEPARATED:
                return pixels[..., :4], profile
            if kind == tifffile.PHOTOMETRIC.MINISWHITE:
                pixels[..., :1] = np.iinfo(pixels.dtype).max - pixels[..., :1]
            associated = tifffile.EXTRASAMPLE.ASSOCALPHA in page.extrasamples
            has_alpha = associated or tifffile.EXTRASAMPLE.UNASSALPHA in page.extrasamples
            colors = 3 if kind == tifffile.PHOTOMETRIC.RGB else 1
            return _flatten(pixels[..., : colors + has_alpha], premultiplied=associated), profile
    except tifffile.TiffFileError as error:
        raise ValueError(str(error)) from error


def _flatten(pixels: NDArray[Any], premultiplied: bool = False) -> NDArray[Any]:
    """Lay pixels with alpha (2 or 4 channels) over white; others stay. Always H x W x 1 or 3."""
    if pixels.ndim == 2:
        return pixels[..., np.newaxis]
    if pixels.shape[2] in (1, 3):
        return pixels
    white = np.iinfo(pixels.dtype).max
    color, alpha = pixels[..., :-1].astype(np.uint32), pixels[..., -1:].astype(np.uint32)
    if premultiplied:
        return np.asarray(np.minimum(color + (white - alpha), white).astype(pixels.dtype))
    # white * white still fits into 32 bits, one half more would not.
    blended: NDArray[Any] = ((color * alpha + white * (white - alpha)) // white).astype(pixels.dtype)
    return blended


def _too_large(path: Path) -> ExposureError:
    return ExposureError(f"{path} is too large to open", f"At most {MAX_PIXELS // 10**6} megapixels are supported.")
