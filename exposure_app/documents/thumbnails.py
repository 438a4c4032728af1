"""Thumbnails: made from what cameras embed, kept on disk, never in the way.

A damaged entry of the cache is made again. Everything may be called from several threads.
"""

import io
import logging
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.photo_cache import PhotoCache
from exposure_app.reading import open_ordinary

if TYPE_CHECKING:
    from PIL.Image import Image as PILImage

LONG_EDGE = 256
DEFAULT_BYTES = 512 << 20
_QUALITY = 88
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF")  # never all of Pillow's: for some it starts other programs
_VERSION = 1  # of how thumbnails are made; another one makes all of them again

log = logging.getLogger(__name__)

_one_at_a_time = threading.Lock()  # a developed photo takes hundreds of megabytes for a moment


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A small picture of a photo, or why there is none.

    Attributes:
        pixels: uint8, H x W x 3, sRGB, upright, at most ``LONG_EDGE`` on its longer side; None for a broken photo.
        reason: What is wrong with a broken photo; empty otherwise.
    """

    pixels: NDArray[np.uint8] | None
    reason: str = ""


class ThumbnailCache:
    """Thumbnails on disk.

    Args:
        folder: Where; the user's cache when None.
        max_bytes: When the files take more, those not seen for longest are removed.
    """

    def __init__(self, folder: Path | None = None, max_bytes: int = DEFAULT_BYTES) -> None:
        self._files = PhotoCache(folder or paths.user_cache_dir() / "thumbnails", ".jpg", str(_VERSION), max_bytes)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._files.folder

    def thumbnail(self, photo: Path) -> Thumbnail:
        """The thumbnail of a photo, from the cache or made now. Never raises because of the photo."""
        try:
            entry = self._files.entry(photo)
        except OSError as error:
            return Thumbnail(None, f"It cannot be read ({error.strerror})")
        kept = _decoded(self._files.load(entry))
        if kept is not None:
            return Thumbnail(kept)
        try:
            pixels = make_thumbnail(photo)
        except ExposureError as error:
            return Thumbnail(None, str(error))
        except Exception as error:  # a photo can be broken in ways no list names; the filmstrip goes on
            log.debug("no thumbnail of %s", photo, exc_info=True)
            return Thumbnail(None, f"It is damaged or not a photo ({type(error).__name__})")
        import simplejpeg

        self._files.keep(entry, simplejpeg.encode_jpeg(pixels, _QUALITY, "RGB", "444"))
        return Thumbnail(pixels)


def make_thumbnail(photo: Path) -> NDArray[np.uint8]:
    """Make a thumbnail: of the embedded preview of a RAW file, of a JPEG decoded at a fraction of its size.

    Returns:
        uint8, H x W x 3, sRGB, upright, C-contiguous.

    Raises:
        ExposureError: The photo cannot be read.
    """
    from PIL import Image

    from exposure_app.io.formats import is_raw
    from exposure_app.io.limits import check_size

    if is_raw(photo):
        from exposure_app.io.raw import read_preview

        preview = read_preview(photo)
        if preview is None or max(preview.shape) < LONG_EDGE // 2:
            return _developed(photo)
        return _shrunk(Image.fromarray(preview))
    with (
        suppress(OSError, SyntaxError, ValueError, RuntimeError, Image.DecompressionBombError),
        open_ordinary(photo) as stream,
        Image.open(stream, formats=_FORMATS) as picture,
    ):
        check_size(photo, *picture.size)
        if picture.mode in ("L", "RGB", "P", "RGBA", "LA"):
            return _raster(picture)
    return _developed(photo)  # 16-bit TIFF and the like; says what is wrong if it is broken


def _raster(picture: "PILImage") -> NDArray[np.uint8]:
    from exposure_app.io.orientation import upright

    orientation = _orientation(picture)
    profile = picture.info.get("icc_profile")
    picture.draft("RGB" if picture.mode == "RGB" else None, (LONG_EDGE, LONG_EDGE))
    if picture.mode in ("P", "RGBA", "LA"):
        from PIL import Image

        picture.thumbnail((4 * LONG_EDGE, 4 * LONG_EDGE))
        layered = picture.convert("RGBA")
        white = Image.new("RGBA", layered.size, "white")
        picture = Image.alpha_composite(white, layered)
    pixels = _shrunk(picture.convert("RGB"), profile)
    return np.ascontiguousarray(upright(pixels, orientation))


def _shrunk(picture: "PILImage", profile: bytes | None = None) -> NDArray[np.uint8]:
    from PIL import Image

    picture.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if profile:
        picture = _as_srgb(picture, profile)
    return np.ascontiguousarray(np.asarray(picture.convert("RGB")))


def _as_srgb(picture: "PILImage", profile: bytes) -> "PILImage":
    """Wide-gamut pictures would look dull; a profile that cannot be used is as good as none in a thumbnail."""
    from PIL import ImageCms

    from exposure_app.io.icc import srgb_profile

    if profile == srgb_profile() or b"sRGB" in profile[:1024]:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture


def _orientation(picture: "PILImage") -> int:
    from PIL.ExifTags import Base

    try:
        value: Any = picture.getexif().get(Base.Orientation)
    except Exception:  # Pillow raises nearly anything on malformed EXIF, and no photo is refused because of it
        return 1
    return int(value) if value in range(1, 9) else 1


def _developed(photo: Path) -> NDArray[np.uint8]:
    """Without a preview: the neutral rendering of the photo itself, at a fraction of its size."""
    from PIL import Image

    from exposure_app.image import Image as Photo
    from exposure_app.io.formats import is_raw, read_image
    from exposure_app.pipeline.execute import render
    from exposure_app.pipeline.recipe import neutral_recipe

    with _one_at_a_time:
        image = Photo(_half_size(photo), scene_referred=True) if is_raw(photo) else read_image(photo)
    height, width = image.pixels.shape[:2]
    step = min(max(1, max(height, width) // LONG_EDGE), height, width)
    rows, columns = height // step, width // step
    binned = image.pixels[: rows * step, : columns * step].reshape(rows, step, columns, step, 3).mean(axis=(1, 3))
    small = replace(image, pixels=np.ascontiguousarray(binned, np.float32))
    return _shrunk(Image.fromarray(render(small.pixels, neutral_recipe(small), device="cpu")))


def _half_size(photo: Path) -> NDArray[np.float32]:
    """A RAW file in LibRaw's quick way, one pixel for every four: linear light, sRGB primaries, upright."""
    import rawpy

    from exposure_app.io.dng import framed, read_sensor_part
    from exposure_app.io.opcodes.stages import fix_codes, fix_light
    from exposure_app.io.quiet import libraw_remarks
    from exposure_app.io.raw import check_raw_size, open_raw

    with open_raw(photo) as raw:
        check_raw_size(photo, raw)
        with libraw_remarks():
            raw.unpack()
        part = read_sensor_part(photo)
        fix_codes(raw, part)
        fix_light(raw, part, vignetting=True)
        codes = framed(raw, photo, part).postprocess(
            half_size=True, use_camera_wb=True, no_auto_bright=True, gamma=(1, 1), output_bps=16,
            output_color=rawpy.ColorSpace.sRGB,
        )  # fmt: skip
    codes = codes.reshape(*codes.shape[:2], -1)
    return np.broadcast_to(codes * np.float32(1 / 65535), (*codes.shape[:2], 3))


def _decoded(content: bytes | None) -> NDArray[np.uint8] | None:
    """A thumbnail from the cache; None if there is none, or it is damaged."""
    import simplejpeg

    try:
        pixels: NDArray[Any] = simplejpeg.decode_jpeg(content or b"", "RGB")
    except ValueError:
        return None
    return np.asarray(pixels, np.uint8) if max(pixels.shape[:2]) <= LONG_EDGE else None
