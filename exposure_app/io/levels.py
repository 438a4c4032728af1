"""A DNG's sensor values as linear light, exactly: black as finely as the file states it, and floats as they are.

LibRaw gives out 16-bit values and one black a colour, averaged, and squeezes floats into 14 bits. What it cannot tell
exactly is read from the file here (DNG 1.7, chapter 5: black level, black subtraction, rescaling). White is then the
same number at every site, as light above black: each site is scaled by what lies between its own black and white.
"""

import logging
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.dng import DngDirectory, sensor_directory
from exposure_app.io.floats import read_floats

_BITS, _SAMPLES, _SAMPLE_FORMAT, _ACTIVE_AREA = 258, 277, 339, 50829
_REPEAT, _BLACK, _DELTA_H, _DELTA_V, _WHITE = 50713, 50714, 50715, 50716, 50717
_FLOAT = 3  # of SampleFormat
_LARGEST_PATTERN = 1 << 12
WHITE = 16384  # what white becomes

log = logging.getLogger(__name__)

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Levels:
    """Where black and white lie.

    Attributes:
        black: float64, rows x columns x samples: black levels, a pattern that repeats from the active area's corner on.
        across: float64, what is added to it in each column of the active area; empty for nothing.
        down: The same for rows.
        white: float64, one for each sample of a pixel.
        is_float: Whether values are stored as floating point numbers.
    """

    black: NDArray[np.float64]
    across: NDArray[np.float64]
    down: NDArray[np.float64]
    white: NDArray[np.float64]
    is_float: bool

    @property
    def is_plain(self) -> bool:
        """Whether 16-bit values and one black and one white tell it all."""
        uneven = np.ptp(self.black) > 0 or np.ptp(self.white) > 0 or self.across.any() or self.down.any()
        return not (self.is_float or uneven)


class Levelled:
    """An unpacked ``rawpy.RawPy`` whose sensor values are linear light; everything else is the same.

    Attributes:
        raw_image: float32, H x W or H x W x samples; 0 is black, ``WHITE`` the most there can be.
        exposure: How many times as bright as the file's white that is: above 1 in pictures merged of several, whose
            values go beyond white.
        black_level_per_channel: Nothing is left of it.
        white_level: ``WHITE``.
    """

    def __init__(self, raw: Any, light: Floats, exposure: float) -> None:
        self._raw, self.raw_image, self.exposure = raw, light, exposure
        self.black_level_per_channel, self.white_level = [0, 0, 0, 0], WHITE

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    @property
    def raw_image_visible(self) -> Floats:
        """The part that sees light."""
        sizes = self._raw.sizes
        top, left = sizes.top_margin, sizes.left_margin
        return self.raw_image[top : top + sizes.height, left : left + sizes.width]

    def postprocess(self, **options: Any) -> NDArray[Any]:
        """As rawpy does; LibRaw is given the values as finely as it can hold them."""
        most = np.iinfo(np.uint16).max
        own = self._raw.raw_image
        scaled = self.raw_image * np.float32(most / WHITE)
        np.clip(scaled, 0, most, out=scaled)
        own[..., : scaled.shape[-1]] = np.rint(scaled, out=scaled) if own.ndim == 3 else np.rint(scaled)
        if "user_sat" in options:
            options["user_sat"] = round(options["user_sat"] * most / WHITE)
        finished: NDArray[Any] = self._raw.postprocess(
            **{"user_sat": most, "adjust_maximum_thr": 0.0, **options, "user_black": 0, "user_cblack": [0] * 4}
        )
        return finished


def levelled(raw: Any, path: Path) -> Any:
    """An unpacked file with exact values: itself unless it is a DNG that LibRaw cannot tell exactly.

    Raises:
        ValueError: Its values are damaged.
    """
    if raw.raw_image is None:
        return raw
    with path.open("rb") as stream:
        try:
            directory = sensor_directory(stream)
            levels = None if directory is None else read_levels(directory)
        except (struct.error, ValueError, ArithmeticError, IndexError) as error:
            log.warning("%s: its black and white levels are LibRaw's: %s", path, error)
            return raw
        if directory is None or levels is None or levels.is_plain:
            return raw
        values = read_floats(stream, directory) if levels.is_float else raw.raw_image.astype(np.float32)
    values = values[..., : levels.white.size] if values.ndim == 3 else values[..., np.newaxis]
    if values.shape != (*raw.raw_image.shape[:2], levels.white.size):
        raise ValueError(f"sensor values of an unexpected shape, {values.shape}")
    active = tuple(int(side) for side in directory.numbers(_ACTIVE_AREA))
    light, exposure = _to_light(values, levels, active if len(active) == 4 else (0, 0, *values.shape[:2]))
    return Levelled(raw, light if raw.raw_image.ndim == 3 else light[..., 0], exposure)


def read_levels(directory: DngDirectory) -> Levels:
    """What the directory with the sensor data says of black and white.

    Raises:
        ValueError: It cannot be meant.
    """
    samples = max(1, directory.first(_SAMPLES))
    is_float = directory.first(_SAMPLE_FORMAT) == _FLOAT
    rows, columns = (int(side) for side in directory.numbers(_REPEAT) or (1, 1))
    told = np.array(directory.numbers(_BLACK) or (0.0,), np.float64)
    count = rows * columns * samples
    if not 0 < count <= _LARGEST_PATTERN or told.size not in (1, count):
        raise ValueError(f"{told.size} black levels for a pattern of {rows} x {columns} x {samples}")
    black = np.broadcast_to(told, count).reshape(rows, columns, samples)
    across, down = (np.array(directory.numbers(tag), np.float64) for tag in (_DELTA_H, _DELTA_V))
    most = 1.0 if is_float else float(2 ** min(directory.first(_BITS) or 16, 16) - 1)
    white = np.array((directory.numbers(_WHITE) or (most,))[:samples], np.float64)
    white = np.broadcast_to(white if white.size == samples else white[:1], samples)
    for numbers in (black, across, down, white):
        if not np.isfinite(numbers).all():
            raise ValueError("levels that are no numbers")
    if (white <= black.max(axis=(0, 1))).any():
        raise ValueError("white is not above black")
    return Levels(black, across, down, white, is_float)


def _to_light(values: Floats, levels: Levels, active: tuple[int, ...]) -> tuple[Floats, float]:
    """Take black off and scale, in place. Returns the light, and how far above white it goes, 1 if it does not."""
    top, left, bottom, right = active
    height, width = values.shape[:2]
    rows, columns = np.arange(height) - top, np.arange(width) - left
    black, scale = levels.black.astype(np.float32), (1 / (levels.white - levels.black)).astype(np.float32)
    place = columns % black.shape[1]
    across, down = (_along(part, at) for part, at in ((levels.across, columns), (levels.down, rows)))
    for y in range(height):
        here = rows[y] % black.shape[0]
        line = values[y]
        line -= black[here, place]
        if across is not None:
            line -= across[:, np.newaxis]
        if down is not None:
            line -= down[y]
        line *= scale[here, place]
    seen = values[max(top, 0) : bottom, max(left, 0) : right]
    if not np.isfinite(seen.sum(dtype=np.float64)):
        np.nan_to_num(values, copy=False, nan=0.0, posinf=1.0, neginf=0.0)
    exposure = max(1.0, float(seen.max(initial=0.0))) if levels.is_float else 1.0
    values *= np.float32(WHITE / exposure)
    return values, exposure


def _along(delta: NDArray[np.float64], at: NDArray[np.int64]) -> NDArray[np.float32] | None:
    """What each row or column of the sensor adds to black; outside of the active area, nothing."""
    if not delta.size:
        return None
    inside = (at >= 0) & (at < delta.size)
    return np.where(inside, delta[np.clip(at, 0, delta.size - 1)], 0).astype(np.float32)
