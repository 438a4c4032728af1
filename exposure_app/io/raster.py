"""Finished pictures to linear sRGB: JPEG, PNG, TIFF, WebP, AVIF and HEIC, told apart by what is in them.

Transparent pictures are laid over white, in the file's own encoding, as viewers do. Of several pages or frames the
photo is read: the first that is no thumbnail. A profile that cannot be used, or is of another kind than the picture,
counts as none, with a warning; without one the picture is sRGB, floating-point TIFF linear light in sRGB primaries.
"""

import io
import logging
import os
import struct
import warnings
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image as PILImage
from PIL import UnidentifiedImageError
from PIL.ExifTags import IFD, Base, Interop

from exposure_app.errors import ExposureError
from exposure_app.image import Image, LensFound, Metadata, Pixels, split_off
from exposure_app.io import kinds
from exposure_app.io.balance import balanced
from exposure_app.io.coding import ADOBE_RGB, LINEAR, SRGB, Encoded, linear_light
from exposure_app.io.develop import MAX_BY_HAND, Develop
from exposure_app.io.formats import MAX_PIXELS, too_large
from exposure_app.io.icc import ProfileError, through_profile
from exposure_app.io.jpeg import decode_jpeg
from exposure_app.io.layers import flat_of
from exposure_app.io.limits import MOST_BYTES, check_size, content_of
from exposure_app.io.metadata import read_block_metadata, read_raster_metadata, read_tiff_metadata
from exposure_app.io.orientation import upright
from exposure_app.io.tiff import decode_tiff
from exposure_app.reading import open_ordinary

# Pillow would refuse pictures of 179 megapixels, which panoramas exceed; read_raster has its own limit.
PILImage.MAX_IMAGE_PIXELS = MAX_PIXELS

_SRGB, _ADOBE_RGB = 1, 2  # EXIF's numbers of colour spaces

log = logging.getLogger(__name__)
logging.getLogger("imagecodecs").addHandler(logging.NullHandler())  # remarks about chunks; what is damaged it raises

# What decoders raise on damaged files. imagecodecs' errors are RuntimeErrors, Pillow's OSErrors and SyntaxErrors.
_DAMAGED = (
    OSError, SyntaxError, ValueError, RuntimeError, EOFError, IndexError, KeyError, TypeError, AttributeError,
    ArithmeticError, struct.error,
)  # fmt: skip


def read_raster(path: Path, *, develop: Develop | None = None, wide: bool = False) -> Image:
    """Read a finished picture.

    Args:
        path: A JPEG, PNG, TIFF, WebP, AVIF or HEIC of any depth: grey, palette, RGB, Lab, or CMYK with a profile.
        develop: Its white balance is applied in linear light, and what of its corrections of the lens was asked for.
        wide: Whether colours outside of sRGB are wanted, see ``Image.beyond``.

    Returns:
        The upright picture, display-referred: float32, H x W x 3, linear light, sRGB primaries, in [0, 1] unless it
        was balanced anew or holds floats that are brighter.

    Raises:
        ExposureError: The file is damaged, truncated, too large, or of a kind that is not supported.
    """
    again = "Copy the photo again from the camera or the backup."
    with open_ordinary(path) as stream:
        kind = kinds.kind_of(stream.read(kinds.HEAD))
    # Whoever is told to copy a photo again must know what it is.
    name = f"{path}, {kind} inside," if kind and path.suffix.lower() not in kinds.SUFFIXES.get(kind, ()) else f"{path}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", PILImage.DecompressionBombWarning)
            encoded, metadata = _read_encoded(path, kind)
        light = _to_light(path, replace(encoded, pixels=upright(encoded.pixels, metadata.orientation)))
    except ExposureError:
        raise
    except (PILImage.DecompressionBombWarning, PILImage.DecompressionBombError) as error:
        raise too_large(path) from error
    except UnidentifiedImageError as error:
        if kind:
            raise ExposureError(f"{name} is damaged or incomplete", again) from error
        raise ExposureError(f"{path} is not a picture, or not of the kind its name says", again) from error
    except _DAMAGED as error:
        raise ExposureError(f"{name} is damaged or incomplete", again) from error
    develop = develop or Develop()
    light, lens = _through_lens(light, develop, metadata)
    pixels, seen = balanced(light, develop)
    is_bright = encoded.pixels.dtype == np.float32 or develop.white_balance != "as-shot"
    beyond = split_off(pixels, np.inf if is_bright else 1.0, wide and _is_wide(encoded))
    return Image(pixels, metadata, light=seen, beyond=beyond, lens=lens)


def _through_lens(pixels: Pixels, develop: Develop, metadata: Metadata) -> tuple[Pixels, LensFound]:
    """The picture with the corrections of its lens that a person has asked for; the camera may have made others."""
    if develop.lens != "profile" and not (develop.distortion or develop.vignetting or develop.defringe):
        return pixels, LensFound()
    from exposure_app.io.dng import SensorPart
    from exposure_app.io.lens.choice import choose, corrections_of
    from exposure_app.io.lens.defringe import defringed
    from exposure_app.io.lens.optics import Frame, Optics
    from exposure_app.io.lens.resample import resampled

    height, width = pixels.shape[:2]
    frame = Frame(0, 0, width, height)
    lens = choose(develop, metadata, SensorPart(), frame, frame, frame, finished=True)
    if lens.steps:
        drawn = np.empty_like(pixels)
        optics = Optics(corrections_of(lens.steps), 0, 0, width, height)
        resampled(np.ascontiguousarray(pixels), optics.source, drawn, limits=(-1e30, 1e30))
        pixels = drawn
    if develop.defringe:
        pixels = defringed(pixels, develop.defringe / MAX_BY_HAND)
    return pixels, lens.found


def _read_encoded(path: Path, kind: str) -> tuple[Encoded, Metadata]:
    """The picture as stored, by whoever knows its kind."""
    if kind == "TIFF":
        encoded, metadata = decode_tiff(path), read_tiff_metadata(path)
        return _as_tagged(encoded, _tiff_exif(path)), metadata
    if kind == "HEIC":
        from exposure_app.io.heif import decode_heic

        encoded, block, xmp = decode_heic(path)
        return encoded, read_block_metadata(block, xmp, path)
    if kind and kind not in kinds.SUFFIXES:
        hint = "Open a camera RAW file, a JPEG, PNG, TIFF, WebP, AVIF or HEIC."
        raise ExposureError(f"{path} is a {kind} file inside, which Exposure does not read", hint)
    if kind == "PNG":
        return _read_png(path)
    content = _content(path, kind)
    with PILImage.open(io.BytesIO(content), formats=("JPEG", "WEBP", "AVIF")) as picture:
        check_size(path, *picture.size)
        exif, metadata = _exif_of(picture), read_raster_metadata(picture, path)
        if kind == "JPEG":
            space = {"L": "GRAY", "CMYK": "CMYK"}.get(picture.mode, "RGB")
            encoded = Encoded(decode_jpeg(content, space))
        elif kind == "AVIF":
            from exposure_app.io.heif import decode_avif

            encoded = decode_avif(content)
        else:
            encoded = Encoded(flat_of(picture))
        return _as_tagged(replace(encoded, profile=picture.info.get("icc_profile")), exif), metadata


def _content(path: Path, kind: str) -> bytes:
    """A file as far as it can be a picture; of a JPEG the header tells how far, others must be read to know."""
    with open_ordinary(path) as stream:
        if kind != "JPEG":
            if os.fstat(stream.fileno()).st_size > MOST_BYTES:
                raise too_large(path)
            return stream.read()
        with PILImage.open(stream, formats=("JPEG",)) as picture:
            check_size(path, *picture.size)
            return content_of(stream, picture.width * picture.height, 3)


def _read_png(path: Path) -> tuple[Encoded, Metadata]:
    from exposure_app.io.png import decode_png, png_size

    with open_ordinary(path) as stream:
        width, height = png_size(stream.read(64))
        check_size(path, width, height)
        content = content_of(stream, width * height, 8)
    encoded = decode_png(content)
    try:
        with PILImage.open(io.BytesIO(content), formats=("PNG",)) as picture:
            metadata = read_raster_metadata(picture, path)
    except _DAMAGED:  # the picture is whole, and never refused because of its metadata
        metadata = Metadata()
    return encoded, metadata


def _exif_of(picture: PILImage.Image) -> PILImage.Exif | None:
    """What Pillow finds; None if it is malformed."""
    try:
        return picture.getexif()
    except _DAMAGED:
        return None


def _tiff_exif(path: Path) -> PILImage.Exif | None:
    try:
        with path.open("rb") as stream:
            exif = PILImage.Exif()
            exif.load_from_fp(stream)
            return exif
    except _DAMAGED:
        return None


def _as_tagged(encoded: Encoded, exif: PILImage.Exif | None) -> Encoded:
    """A camera's mark for Adobe RGB: interoperability index R03 (DCF 2.0), or the colour space 2 of older ones."""
    if encoded.profile or encoded.coding or exif is None or encoded.pixels.shape[2] != 3:
        return encoded
    try:
        stated = exif.get_ifd(IFD.Exif).get(Base.ColorSpace)
        index = exif.get_ifd(IFD.Interop).get(Interop.InteropIndex)
    except _DAMAGED:
        return encoded
    index = index.decode("ascii", "replace") if isinstance(index, bytes) else str(index)
    is_adobe = stated == _ADOBE_RGB or (stated != _SRGB and index.startswith("R03"))
    return replace(encoded, coding=ADOBE_RGB) if is_adobe else encoded


def _is_wide(encoded: Encoded) -> bool:
    """Whether the values of a picture can be colours outside of sRGB: what they make of pure red tells."""
    if encoded.pixels.shape[2] != 3 or encoded.pixels.dtype == np.float32:
        return encoded.pixels.dtype == np.float32
    red = np.zeros((1, 1, 3), encoded.pixels.dtype)
    red[..., 0] = np.iinfo(red.dtype).max
    seen = None
    if encoded.profile:
        with suppress(ProfileError):
            seen = through_profile(red, encoded.profile)
    seen = linear_light(red, encoded.coding or SRGB) if seen is None else seen
    return bool((seen != (1, 0, 0)).any())


def _to_light(path: Path, encoded: Encoded) -> Pixels:
    """Linear light in sRGB primaries, not limited to sRGB.

    Raises:
        ExposureError: It is a picture in inks, and nothing says in which.
    """
    for words in encoded.said:
        log.warning("%s %s", path, words)
    problem = "it is a CMYK picture without a colour profile"
    if encoded.profile:
        try:
            return through_profile(encoded.pixels, encoded.profile)
        except ProfileError as error:
            problem = str(error)
    if encoded.pixels.shape[2] == 4:
        raise ExposureError(f"Cannot read {path}: {problem}", "Save it as sRGB in another program first.")
    if encoded.profile:
        log.warning("%s is read as sRGB: %s", path, problem)
    usual = LINEAR if encoded.pixels.dtype == np.float32 else SRGB
    return linear_light(encoded.pixels, encoded.coding or usual)
