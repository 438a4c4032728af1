"""Make small DNG files with a known truth."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from exposure_app.io.transfer import SRGB_TO_XYZ

BAYER_PHASES = {"RGGB": (0, 1, 1, 2), "BGGR": (2, 1, 1, 0), "GRBG": (1, 0, 2, 1), "GBRG": (1, 2, 0, 1)}


def mosaic_of(truth: NDArray[Any], phase: str) -> NDArray[Any]:
    """Keep of every pixel the one colour that a Bayer sensor sees."""
    rows, columns = np.indices(truth.shape[:2]) % 2
    pattern = np.reshape(BAYER_PHASES[phase], (2, 2))[rows, columns]
    return np.take_along_axis(truth, pattern[..., None], axis=2)[..., 0]


def write_dng(
    path: Path,
    mosaic: NDArray[np.uint16],
    *,
    phase: str = "RGGB",
    black: tuple[int, int, int, int] = (0, 0, 0, 0),
    white: int = 65535,
    neutral: tuple[float, float, float] | None = (1.0, 1.0, 1.0),
    orientation: int = 1,
    matrix: NDArray[np.float64] | None = None,
    extra: tuple[Any, ...] = (),
) -> Path:
    """Write a Bayer DNG whose camera sees sRGB primaries unless ``matrix`` (XYZ to camera) says otherwise."""

    def ratios(values: Any) -> list[int]:
        fractions = [Fraction(float(value)).limit_denominator(10**6) for value in values]
        return [part for fraction in fractions for part in (fraction.numerator, fraction.denominator)]

    matrix = np.linalg.inv(SRGB_TO_XYZ) if matrix is None else matrix
    tags = [
        (274, "H", 1, orientation, True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, BAYER_PHASES[phase], True),
        (50706, "B", 4, (1, 4, 0, 0), True),
        (50708, "s", 0, "Test Camera", True),
        (50713, "H", 2, (2, 2), True),
        (50714, "H", 4, black, True),
        (50717, "I", 1, white, True),
        (50721, "2i", 9, ratios(matrix.ravel()), True),
        (50778, "H", 1, 21, True),
        *extra,
    ]
    if neutral is not None:
        tags.append((50728, "2I", 3, ratios(neutral), True))
    tifffile.imwrite(path, mosaic, photometric=32803, metadata=None, software=False, extratags=tags)
    return path


def scene(height: int, width: int) -> NDArray[np.float64]:
    """Rings, slanted coloured bars and soft patches: linear light in [0.02, 0.8], as sharp as a lens draws."""
    y, x = np.mgrid[0 : 2 * height, 0 : 2 * width] / 2.0
    radius = np.hypot(y - height / 2, x - width / 2)
    rings = 0.5 + 0.5 * np.cos(radius**2 * 0.9 / max(height, width) * np.pi * 0.5)
    bars = (np.sin((x * 0.9 + y * 0.35) * 0.35) > 0).astype(float)
    hue = 0.5 + 0.4 * np.stack([np.sin(x / 37 + 1), np.sin(y / 29 + 2), np.sin((x + y) / 41 + 4)], axis=-1)
    left = x < width / 2
    picture = hue * np.where(left, 0.25 + 0.75 * rings, 0.3 + 0.7 * bars)[..., None]
    lens = np.array([1, 4, 6, 4, 1]) / 16
    for axis in (0, 1):
        picture = sum(w * np.roll(picture, k - 2, axis) for k, w in enumerate(lens))
    picture = picture.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    return 0.02 + 0.78 * picture / picture.max()
