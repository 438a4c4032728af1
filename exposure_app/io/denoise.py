"""Noise reduction on sensor data, before the demosaic spreads the noise: wavelet shrinkage.

Each of the four kinds of sites of a Bayer mosaic is a picture of its own. It is split into an undecimated "a trous"
pyramid with the cubic B-spline (J.-L. Starck and F. Murtagh, Astronomical Image and Data Analysis, 2002). What in it is
weaker than the noise there is taken out, what is far stronger stays as it is (the non-negative garrote: H.-Y. Gao,
Journal of Computational and Graphical Statistics 7, 1998). Sensor noise grows with the root of the light; how strong it
is, each picture tells itself, by the median of its finest details.

LibRaw has a wavelet of its own, which cannot be used: in the version that rawpy 0.28 carries it crashes on every file.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import cores, jit

Plane = NDArray[np.float32]

_LEVELS = 4
# What a unit of white noise amounts to in each level of this pyramid.
_SHARE = (0.8908, 0.2007, 0.0856, 0.0413)
_MOST = 3.0  # standard deviations that are taken out at full strength
_NORMAL = 0.6745  # median of the absolute values of a unit normal
_FLOOR = 0.002  # of white: what the noise of reading amounts to, as light
_BLOWN = 0.98  # of white: such sites stay as they are, for what is blown is decided later
_SAMPLE = 7  # every so many rows and columns tell how strong the noise is


def denoise_mosaic(
    sites: NDArray[Any], black: NDArray[Any], white: float, strength: float, threads: int | None = None
) -> None:
    """Take noise out of a Bayer mosaic, in place.

    Args:
        sites: uint16 or float32, H x W, a view of the sensor's values.
        black: 2 x 2, black levels of the first four sites.
        white: Value at which sites are blown.
        strength: 0 to 1.
        threads: As in ``demosaic``.
    """

    def clean(site: int) -> None:
        row, column = divmod(site, 2)
        part = sites[row::2, column::2]
        level = np.float32(black[row, column])
        plane = part.astype(np.float32) - level
        cleaned = denoised(plane, white - float(level), strength) + level
        part[...] = _stored(cleaned, part.dtype)

    _each(clean, 4, threads)


def denoise_camera_rgb(camera: NDArray[Any], white: float, strength: float, threads: int | None = None) -> None:
    """The same for a picture that is demosaiced already, in place; its noise is coarser and harder to tell.

    Args:
        camera: uint16 or float32, H x W x 3 or x 1, linear, black is 0.
        white: See ``denoise_mosaic``.
        strength: See there.
        threads: See there.
    """

    def clean(color: int) -> None:
        cleaned = denoised(camera[..., color].astype(np.float32), white, strength)
        camera[..., color] = _stored(cleaned, camera.dtype)

    _each(clean, camera.shape[2], threads)


def _stored(cleaned: Plane, dtype: np.dtype[Any]) -> Plane:
    """Values as they go back where they came from: rounded if those are whole numbers."""
    if dtype.kind == "f":
        return cleaned
    return np.asarray(np.clip(cleaned + np.float32(0.5), 0, np.iinfo(np.uint16).max))


def denoised(plane: Plane, white: float, strength: float) -> Plane:
    """One colour without noise.

    Args:
        plane: float32, H x W, linear, black is 0 and noise may be below it.
        white: Value from which a site is blown.
        strength: 0 to 1.

    Returns:
        float32, H x W; the mean stays.
    """
    floor = np.float32(_FLOOR * white)
    smooth, finer, across = plane, np.empty_like(plane), np.empty_like(plane)
    result = np.zeros_like(plane)
    noise = 0.0
    for level in range(_LEVELS):
        _smooth_rows(smooth, across, 1 << level)
        _smooth_columns(across, finer, 1 << level)
        if level == 0:
            some = (slice(None, None, _SAMPLE),) * 2
            spread = np.abs(smooth[some] - finer[some]) / np.sqrt(np.maximum(finer[some], 0) + floor)
            noise = float(np.median(spread)) / (_NORMAL * _SHARE[0])
        _keep_details(smooth, finer, np.float32(_MOST * strength * noise * _SHARE[level]), floor, result)
        smooth, finer = finer, np.empty_like(plane) if smooth is plane else smooth
    result += smooth
    blown = plane >= _BLOWN * white
    result[blown] = plane[blown]
    return result


def _each(work: Callable[[int], None], count: int, threads: int | None) -> None:
    with ThreadPoolExecutor(threads or cores()) as pool:
        list(pool.map(work, range(count)))


@jit
def _smooth_rows(source: Any, out: Any, step: Any) -> None:
    """A row of the B-spline, 1 4 6 4 1, with holes of ``step``; mirrored at the ends."""
    height, width = source.shape
    a, b, c = np.float32(1 / 16), np.float32(4 / 16), np.float32(6 / 16)
    last = width - 1
    for y in range(height):
        line, into = source[y], out[y]
        for x in range(2 * step, width - 2 * step):
            far = line[x - 2 * step] + line[x + 2 * step]
            near = line[x - step] + line[x + step]
            into[x] = a * far + b * near + c * line[x]
        for i in range(min(4 * step, width)):
            x = i if i < 2 * step else width - 1 - (i - 2 * step)
            x = min(max(x, 0), last)
            far = line[_mirrored(x - 2 * step, last)] + line[_mirrored(x + 2 * step, last)]
            near = line[_mirrored(x - step, last)] + line[_mirrored(x + step, last)]
            into[x] = a * far + b * near + c * line[x]


@jit
def _smooth_columns(source: Any, out: Any, step: Any) -> None:
    height, width = source.shape
    a, b, c = np.float32(1 / 16), np.float32(4 / 16), np.float32(6 / 16)
    last = height - 1
    for y in range(height):
        above, under = source[_mirrored(y - 2 * step, last)], source[_mirrored(y + 2 * step, last)]
        over, below = source[_mirrored(y - step, last)], source[_mirrored(y + step, last)]
        line, into = source[y], out[y]
        for x in range(width):
            into[x] = a * (above[x] + under[x]) + b * (over[x] + below[x]) + c * line[x]


@jit
def _mirrored(at: Any, last: Any) -> Any:
    at = abs(at)
    return min(max(2 * last - at, 0), last) if at > last else at


@jit
def _keep_details(fine: Any, smooth: Any, threshold: Any, floor: Any, result: Any) -> None:
    """Add to the result what lies between two levels and is more than noise."""
    height, width = fine.shape
    zero = np.float32(0)
    for y in range(height):
        a, b, into = fine[y], smooth[y], result[y]
        for x in range(width):
            detail = a[x] - b[x]
            least = threshold * threshold * (max(b[x], zero) + floor)
            energy = detail * detail
            into[x] += detail - detail * least / energy if energy > least else zero
