"""Bayer mosaics to a small linear sRGB picture at once: sites averaged in blocks, for a first look."""

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import ZERO, CameraColor, Floats, convert_line, for_each
from exposure_app.io.demosaic import red_site, site_levels
from exposure_app.jit import jit

SCREENFUL = 1500  # px; the longer side of the small picture is at least so long, and less than twice, where it can be
_ROWS_AT_ONCE = 32


def block_side(height: int, width: int) -> int:
    """How many sites, an even number, make one pixel in each direction."""
    return 2 * max(1, max(height, width) // (2 * SCREENFUL))


def bin_mosaic(
    sensor: NDArray[np.uint16],
    area: tuple[int, int, int, int],
    pattern: NDArray[np.uint8],
    black: NDArray[np.float32],
    gain: NDArray[np.float32],
    color: CameraColor,
    out: NDArray[np.float32],
    threads: int | None = None,
) -> None:
    """Average a Bayer mosaic in blocks of ``block_side`` and convert the colours.

    Args:
        sensor: As in ``demosaic``, and so are all others but ``out``.
        area: See there.
        pattern: See there.
        black: See there.
        gain: See there.
        color: See there.
        out: float32, H // block x W // block x 3, receives linear light, sRGB primaries.
        threads: See there.
    """
    red = red_site(pattern)
    block = block_side(area[2], area[3])
    levels = site_levels(red, pattern, black, gain, color)
    arguments = (block, levels, color.matrix, color.ceilings, color.highlights, out)
    corner = sensor[area[0] :, area[1] :]
    for_each(lambda top: _bin_rows(corner, red[0], red[1], top, *arguments), range(0, len(out), _ROWS_AT_ONCE), threads)


@jit
def _bin_rows(
    corner: NDArray[np.uint16],
    red_row: int,
    red_column: int,
    top: int,
    block: int,
    levels: Floats,
    matrix: Floats,
    ceilings: Floats,
    highlights: int,
    out: Floats,
) -> None:
    """Fill ``_ROWS_AT_ONCE`` rows of the small picture from ``top`` on."""
    width = out.shape[1]
    lines = np.empty((3, width), np.float32)
    order = np.argsort(ceilings)
    share = np.float32(4 / block**2)
    for y in range(top, min(top + _ROWS_AT_ONCE, out.shape[0])):
        lines[:] = 0
        for row in range(y * block, (y + 1) * block):
            for first in range(2):
                site = 2 * ((row + red_row) & 1) + ((first + red_column) & 1)
                # Two of the four sites are green.
                line, weight = lines[(site + 1) // 2], share if site in (0, 3) else share / 2
                black, gain, limit = levels[site, 0], levels[site, 1], levels[site, 2]
                for column in range(first, block, 2):
                    values = corner[row, column : column + (width - 1) * block + 1 : block]
                    for x in range(width):
                        line[x] += weight * min(max(np.float32(values[x]) - black, ZERO) * gain, limit)
        convert_line(lines, order, matrix, ceilings, highlights)
        for x in range(width):
            out[y, x, 0], out[y, x, 1], out[y, x, 2] = lines[0, x], lines[1, x], lines[2, x]
