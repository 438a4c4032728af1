"""Finished pictures made smaller, sharper or in another colour space, for a use outside the editor.

Sizes change in linear light: averages of light keep the brightness of fine texture, averages of display values darken
it. The size is an area average, every pixel of the photo counts in exactly the share it covers. Sharpening is an
unsharp mask on the brightness as displayed, at the final size, so that its halos are as wide as a pixel of what is
looked at.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.spaces import SPACES, ColorProfile, Space
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.jit import cores, jit
from exposure_app.pipeline.proxy import area_resize

# Luma of ITU-R BT.709, for codes as displayed. Not the paper's luminance (``filters._math``), which belongs to filters
# that styles have learned with.
_LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
SHARPENING = {"low": (0.5, 0.35), "standard": (0.6, 0.6), "high": (0.7, 1.0)}  # sigma in pixels, amount
_RADIUS = 3
_BAND = 128  # rows at once; temporaries stay small


def target_size(size: tuple[int, int], resize: str, edge: int, megapixels: float) -> tuple[int, int]:
    """Width and height of the export; never larger than the photo.

    Args:
        size: Width and height of the photo.
        resize: ``none``, ``edge`` (the longer side becomes ``edge`` pixels) or ``megapixels``.
        edge: See ``resize``.
        megapixels: See ``resize``.
    """
    width, height = size
    scale = 1.0
    if resize == "edge":
        scale = edge / max(width, height)
    elif resize == "megapixels":
        scale = sqrt(megapixels * 1e6 / (width * height))
    if scale >= 1:
        return size
    return max(1, round(width * scale)), max(1, round(height * scale))


def finish(
    picture: NDArray[Any], size: tuple[int, int], *, space: ColorProfile, sharpen: str, depth: int
) -> NDArray[Any]:
    """Resize, convert and sharpen a rendered picture.

    Args:
        picture: uint16, H x W x 3, display-referred sRGB; or float32, linear light in sRGB primaries, not limited to
            what sRGB holds.
        size: Width and height wanted, at most those of the picture.
        space: Colour space of the result.
        sharpen: ``none`` or a key of ``SHARPENING``.
        depth: Bits of the result, 8 or 16.

    Returns:
        uint8 or uint16, height x width x 3, display-referred.
    """
    shown = (_encoded if picture.dtype == np.float32 else _displayed)(picture, size, SPACES.get(space))
    out = np.empty(shown.shape, np.uint8 if depth == 8 else np.uint16)
    scale = np.float32(255 if depth == 8 else 65535)

    def store(rows: slice) -> None:
        band = _sharpened(shown, rows, *SHARPENING[sharpen]) if sharpen != "none" else shown[rows]
        out[rows] = np.clip(band, 0, 1) * scale + np.float32(0.5)

    _in_bands(len(out), store)
    return out


def _displayed(codes: NDArray[np.uint16], size: tuple[int, int], space: Space | None) -> Pixels:
    """float32 in [0, 1], display-referred, at the size and in the colour space wanted; None for sRGB."""
    height, width = codes.shape[:2]
    shown = np.empty((size[1], size[0], 3), np.float32)
    table = srgb_to_linear(np.arange(65536, dtype=np.uint16))
    flat = np.ascontiguousarray(codes).reshape(height, width * 3)
    is_resized = size != (width, height)

    def convert(rows: slice) -> None:
        if not is_resized and space is None:
            shown[rows] = codes[rows] * np.float32(1 / 65535)
            return
        if is_resized:
            band = np.empty((rows.stop - rows.start, size[0], 3), np.float32)
            _average(flat, table, band, rows.start, size[1])
        else:
            band = table[codes[rows]]
        shown[rows] = space.from_linear_srgb(band) if space else linear_to_srgb(band)

    _in_bands(size[1], convert)
    return shown


def _encoded(light: Pixels, size: tuple[int, int], space: Space | None) -> Pixels:
    """As ``_displayed``, from linear light."""
    if size != (light.shape[1], light.shape[0]):
        light = area_resize(light, size[1], size[0])
    shown = np.empty(light.shape, np.float32)

    def convert(rows: slice) -> None:
        shown[rows] = space.from_linear_srgb(light[rows]) if space else linear_to_srgb(light[rows])

    _in_bands(size[1], convert)
    return shown


def _average_rows(codes: Any, table: Any, out: Any, first: Any, height: Any) -> None:
    """Rows ``first`` onwards of the area average, in linear light; ``height`` is that of the whole result."""
    rows, columns = codes.shape[0], codes.shape[1] // 3
    width = out.shape[1]
    across, down = columns / width, rows / height
    total = np.empty(codes.shape[1], np.float32)
    for y in range(out.shape[0]):
        top, bottom = (y + first) * down, min((y + first + 1) * down, float(rows))
        total[:] = 0
        for row in range(int(top), min(ceil(bottom), rows)):
            share = np.float32((min(row + 1.0, bottom) - max(float(row), top)) / down)
            for i in range(total.size):
                total[i] += share * table[codes[row, i]]
        for x in range(width):
            left, right = x * across, min((x + 1) * across, float(columns))
            r, g, b = np.float32(0), np.float32(0), np.float32(0)
            for column in range(int(left), min(ceil(right), columns)):
                part = np.float32((min(column + 1.0, right) - max(float(column), left)) / across)
                r += part * total[3 * column]
                g += part * total[3 * column + 1]
                b += part * total[3 * column + 2]
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = r, g, b


_average: Any = jit(_average_rows)


def _sharpened(shown: Pixels, rows: slice, sigma: float, amount: float) -> Pixels:
    """The rows with an unsharp mask of their brightness; rows around them are looked at too."""
    first, last = max(0, rows.start - _RADIUS), min(len(shown), rows.stop + _RADIUS)
    luma = shown[first:last] @ _LUMA
    above, below = _RADIUS - (rows.start - first), _RADIUS - (last - rows.stop)
    padded = np.pad(luma, ((above, below), (_RADIUS, _RADIUS)), mode="edge")
    offsets = np.arange(-_RADIUS, _RADIUS + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    height, width = rows.stop - rows.start, shown.shape[1]
    down = sum((w * padded[i : i + height] for i, w in enumerate(weights[1:], 1)), weights[0] * padded[:height])
    blurred = sum((w * down[:, i : i + width] for i, w in enumerate(weights[1:], 1)), weights[0] * down[:, :width])
    own = luma[rows.start - first : rows.start - first + height]
    return np.asarray(shown[rows] + np.float32(amount) * (own - blurred)[..., np.newaxis], np.float32)


def _in_bands(height: int, work: Callable[[slice], None]) -> None:
    bands = [slice(top, min(top + _BAND, height)) for top in range(0, height, _BAND)]
    with ThreadPoolExecutor(cores()) as pool:
        list(pool.map(work, bands))
