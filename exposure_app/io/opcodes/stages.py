"""The first two lists of opcodes at their places: before LibRaw's values are light, and on the linear mosaic.

The third is for colours; what of it bends and lightens is done with the lens's other corrections, see ``io.lens``.
"""

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.dng import SensorPart
from exposure_app.io.lens.optics import Frame, Lighten
from exposure_app.io.opcodes.bad_pixels import mend
from exposure_app.io.opcodes.lists import Area, FixBadPixels, FixVignetteRadial, GainMap, Opcode, TrimBounds, Warp
from exposure_app.io.opcodes.sites import FILE_CODES, Levels, change

log = logging.getLogger(__name__)

_NO_PATTERN = np.zeros((1, 1), np.uint8)


def fix_codes(raw: Any, part: SensorPart) -> None:
    """Do what the first list says to the values of an unpacked ``rawpy.RawPy``, in place."""
    if raw.raw_image is None:
        return
    sites = raw.raw_image
    for opcode in part.opcodes[0].opcodes:
        if isinstance(opcode, TrimBounds):
            sites = _part(sites, opcode.area)
        else:
            _do(opcode, sites, FILE_CODES, _whole_pattern(raw))


def fix_light(raw: Any, part: SensorPart, vignetting: bool) -> None:
    """Do what the second list says to the linear mosaic of an unpacked ``rawpy.RawPy``, in place.

    Args:
        raw: It, all of it.
        part: What the file says.
        vignetting: Whether that is to be made even.
    """
    if raw.raw_image is None or not part.opcodes[1].opcodes:
        return
    top, left, bottom, right = part.active or (0, 0, *raw.raw_image.shape[:2])
    sites, black, pattern = raw.raw_image[top:bottom, left:right], _black(raw), _whole_pattern(raw)
    white = np.full(3, raw.white_level / getattr(raw, "exposure", 1.0), np.float32)
    for opcode in part.opcodes[1].opcodes:
        if isinstance(opcode, TrimBounds):
            sites = _part(sites, opcode.area)
            top, left = top + opcode.area.top, left + opcode.area.left
        elif vignetting or not isinstance(opcode, GainMap | FixVignetteRadial):
            here = Levels(np.roll(black, (-top, -left), (0, 1)), white)
            _do(opcode, sites, here, np.roll(pattern, (-top, -left), (0, 1)))


def _do(opcode: Opcode, values: NDArray[Any], levels: Levels, pattern: NDArray[Any]) -> None:
    if isinstance(opcode, FixBadPixels):
        for plane in range(1 if values.ndim == 2 else min(values.shape[2], 3)):
            mend(opcode, values if values.ndim == 2 else values[..., plane], pattern)
    elif isinstance(opcode, FixVignetteRadial):
        _lighten(opcode, values, levels)
    elif isinstance(opcode, Warp):
        log.warning("A warp of a mosaic is left out: its colours would be mixed")
    elif not isinstance(opcode, TrimBounds):
        change(opcode, values, levels)


def _lighten(opcode: FixVignetteRadial, values: NDArray[Any], levels: Levels) -> None:
    """A radial gain as a fine map."""
    height, width = values.shape[:2]
    frame = Frame(0, 0, width, height)
    down, across = (-(-side // 16) + 1 for side in (height, width))
    y, x = np.meshgrid(np.linspace(0, height - 1, down), np.linspace(0, width - 1, across), indexing="ij")
    _, gains = Lighten(opcode, frame).back(np.stack([np.stack([x, y])]), np.ones((1, *x.shape)))
    spacing = ((height - 1) / height / max(down - 1, 1), (width - 1) / width / max(across - 1, 1))
    area = Area(0, 0, height, width, 0, 3)
    change(GainMap(area, gains[0][..., np.newaxis], spacing, (0.5 / height, 0.5 / width)), values, levels)


def _part(sites: NDArray[Any], area: Area) -> NDArray[Any]:
    return sites[area.top : area.bottom, area.left : area.right]


def _whole_pattern(raw: Any) -> NDArray[Any]:
    """The colours of sites from the sensor's first one on."""
    pattern = raw.raw_pattern
    if pattern is None or raw.raw_image.ndim == 3:
        return _NO_PATTERN
    folded = np.where(pattern == 3, 1, pattern)
    return np.asarray(np.roll(folded, (raw.sizes.top_margin, raw.sizes.left_margin), (0, 1)))


def _black(raw: Any) -> NDArray[np.float32]:
    """Black of the sites from the sensor's first one on, as ``Levels`` has it."""
    black = np.asarray(raw.black_level_per_channel, np.float32)
    pattern = raw.raw_pattern
    if raw.raw_image.ndim == 3 or pattern is None:
        return np.asarray(black[np.newaxis, np.newaxis, :3])
    return np.asarray(np.roll(black[pattern], (raw.sizes.top_margin, raw.sizes.left_margin), (0, 1))[..., np.newaxis])
