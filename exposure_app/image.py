"""The picture as every module sees it: linear light in sRGB primaries, with its metadata."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from exposure_app.light import CameraLight

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Metadata:
    r"""What the file says about the photograph. Unknown values are empty or None.

    Attributes:
        camera: Make and model in one string, without repeating the make.
        lens: Lens model.
        iso: Sensitivity.
        exposure_time: Shutter time in seconds.
        aperture: f-number.
        focal_length: In millimetres.
        taken: Local date and time as written by the camera, ISO 8601.
        gps: Latitude and longitude in degrees, north and east positive.
        orientation: EXIF orientation (1 to 8) of the stored file; ``Image.pixels`` are already upright.
        exif: EXIF as a TIFF structure (what follows ``Exif\0\0`` in a JPEG), orientation set to 1; empty if none.
        xmp: XMP packet as in the file; empty if none.
    """

    camera: str = ""
    lens: str = ""
    iso: float | None = None
    exposure_time: float | None = None
    aperture: float | None = None
    focal_length: float | None = None
    taken: str = ""
    gps: tuple[float, float] | None = None
    orientation: int = 1
    exif: bytes = field(default=b"", repr=False)
    xmp: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class LensFound:
    """What is known of a photo's lens. Names of corrections are "distortion", "vignetting" and "fringes".

    Attributes:
        profile: What the lens is called in the database that knows it; empty if none does.
        certain: Whether it is this lens beyond doubt.
        by_file: What the file itself prescribes to correct.
        by_profile: What is corrected as the database says.
        unknown: What the file prescribes and nobody here can do.
        measured: How far red and blue lie apart from green, in pixels at the most; 0 if they do not, or nobody looked.
    """

    profile: str = ""
    certain: bool = False
    by_file: frozenset[str] = frozenset()
    by_profile: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    measured: float = 0.0


@dataclass(frozen=True)
class DetailFound:
    """What is known of a RAW file's noise and sharpness, and what was done about it.

    Attributes:
        noise: Standard deviation of the noise at a tenth of white, as a share of that light; None if nobody looked.
        denoise: Strength of luminance noise reduction, 0 to 100, that was chosen or asked for.
        color_denoise: Likewise of colour noise.
        radius: Of the blur that was taken for granted in sharpening, in pixels; 0 if nothing was sharpened.
    """

    noise: float | None = None
    denoise: int = 0
    color_denoise: int = 0
    radius: float = 0.0


@dataclass(frozen=True, eq=False)
class Image:
    """One photograph in memory.

    Attributes:
        pixels: float32, H x W x 3, C-contiguous, upright. Linear light, sRGB primaries, D65; 0 is black, 1 is the
            sensor's (or the file's) white. Never negative, never NaN; above 1 only in reconstructed highlights and
            where a finished picture was balanced anew.
        metadata: See ``Metadata``.
        scene_referred: True for sensor data, False for a finished picture (JPEG, PNG, TIFF) that was linearised.
        light: What the white balance was and could be; None where it cannot be changed.
        beyond: What colours have outside of sRGB, of the same shape: ``pixels + beyond`` is all of them, below 0 or
            above 1 in some channel. None where there cannot be any, or nobody asked (ADR 6).
        lens: What is known of the lens.
        detail: What is known of noise and sharpness.
    """

    pixels: Pixels
    metadata: Metadata = field(default_factory=Metadata)
    scene_referred: bool = False
    light: CameraLight | None = None
    beyond: Pixels | None = None
    lens: LensFound = LensFound()
    detail: DetailFound = DetailFound()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]


def split_off(pixels: Pixels, top: float, wanted: bool) -> Pixels | None:
    """Limit pixels to [0, top], in place.

    Args:
        pixels: float32, H x W x 3, linear light, sRGB primaries.
        top: The largest value that stays.
        wanted: Whether what is cut off is wanted.

    Returns:
        What was cut off, as ``Image.beyond``; None if it is not wanted.
    """
    if not wanted:
        np.clip(pixels, 0, top, out=pixels)
        return None
    beyond = pixels.copy()
    np.clip(pixels, 0, top, out=pixels)
    beyond -= pixels
    return beyond
