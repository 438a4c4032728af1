"""Bayer mosaics to linear sRGB: a ratio-corrected directional demosaic (RCD type) with the colour conversion fused in.

The method follows the published description of RCD (L. Sanz Rodriguez, "Ratio Corrected Demosaicing", 2017) with the
usual ingredients of directional demosaicing (Hamilton and Adams 1997; Menon et al. 2007): decide between horizontal
and vertical from high-pass energy, interpolate green along that direction corrected by the ratio of low-passed
neighbours, then interpolate colour differences. The layout is our own:

A tile is held as two flat arrays, ``x`` with the red and blue sites and ``g`` with the green ones. The tile's rows
have an odd length W = 2 * K + 1 and its first site is red, so site number n = row * W + column is red or blue when
even (stored at x[n / 2]) and green when odd (stored at g[n // 2]). Every neighbour is then at a constant distance in
a flat array, whatever the row, and each stage is one long loop that the compiler vectorises. Values that wrap around
the ends of rows are wrong only within the margin, which is never stored.

Neighbours of x[i]: left g[i-1], right g[i], up g[i-K-1], down g[i+K]; diagonals x[i-K-1], x[i-K], x[i+K], x[i+K+1].
Neighbours of g[i]: left x[i], right x[i+1], up x[i-K], down x[i+K+1]. Two rows away: i +- W. Two columns away: i +- 1.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import CLIP, EPS, HALF, THREE, ZERO, CameraColor, Floats, convert_line, for_each
from exposure_app.jit import inline, jit

_MARGIN = 12
_TILE_ROWS = 96
_TILE_COLUMNS = 256
_ROWS = _TILE_ROWS + 2 * _MARGIN + 2
_COLUMNS = _TILE_COLUMNS + 2 * _MARGIN + 2
_SIZE = (_ROWS * (_COLUMNS + 1)) // 2
_HALF = _COLUMNS // 2
_PLANES = 10

# Unsigned distances: numba would check signed ones for being negative, and the loops would not vectorise.
K = np.uint64(_COLUMNS // 2)
W = np.uint64(_COLUMNS + 1)
ONE = np.uint64(1)
TWO = np.uint64(2)
# Every stage leaves out five rows at both ends, the furthest that one reaches; the margin covers all stages together.
_FIRST = np.uint64(5 * (_COLUMNS + 1) // 2)
_LAST = np.uint64(_SIZE - 5 * (_COLUMNS + 1) // 2)

QUARTER = np.float32(0.25)
SIX = np.float32(6.0)

MIN_SIDE = 2 * _MARGIN + 4


def demosaic(
    sensor: NDArray[Any],
    area: tuple[int, int, int, int],
    pattern: NDArray[np.uint8],
    black: NDArray[np.float32],
    gain: NDArray[np.float32],
    color: CameraColor,
    out: NDArray[np.float32],
    threads: int | None = None,
) -> None:
    """Turn a Bayer mosaic into linear sRGB.

    Args:
        sensor: uint16 or float32, 2-D, C-contiguous, all sensor values.
        area: Top, left, height H and width W of the part of ``sensor`` to use, H and W at least ``MIN_SIDE``.
        pattern: 2 x 2, the colours of the first four sites of the area: 0 red, 1 or 3 green, 2 blue; greens on a
        diagonal.
        black: float32, 2 x 2, black level of these sites.
        gain: float32, 2 x 2, factor of each of these sites that includes white balance: white becomes the ceiling of
            its channel.
        color: Matrix and highlights.
        out: float32, H x W x 3, receives linear light, sRGB primaries, never negative; at most 1 unless reconstructing.
            May be a flipped or transposed view: this is how photos are turned upright without a copy.
        threads: How many threads to use; all available cores when None.
    """
    red = red_site(pattern)
    levels = site_levels(red, pattern, black, gain, color)
    bounds = np.asarray(area, np.int64)
    arguments = (levels, color.matrix, color.ceilings, color.mode, out)

    def run(top: int) -> None:
        _process_strip(sensor, bounds, top, red[0], red[1], *arguments)

    for_each(run, range(0, area[2], _TILE_ROWS), threads)


def red_site(pattern: NDArray[np.uint8]) -> tuple[int, int]:
    """Row and column of the red site among the first four, see ``demosaic``."""
    row, column = np.argwhere(pattern == 0)[0]
    return int(row), int(column)


def site_levels(
    red: tuple[int, int],
    pattern: NDArray[np.uint8],
    black: NDArray[np.float32],
    gain: NDArray[np.float32],
    color: CameraColor,
) -> NDArray[np.float32]:
    """Black, gain and limit (columns) of the sites of a 2 x 2 block that starts with red, in reading order (rows)."""
    limit = np.ones((2, 2)) if color.highlights == CLIP else color.ceilings[np.where(pattern == 3, 1, pattern)]
    aligned = [np.roll(a, (-red[0], -red[1]), axis=(0, 1)).ravel() for a in (black, gain, limit)]
    return np.stack(aligned, axis=1).astype(np.float32)


@inline
def _reflect(index: int, length: int) -> int:
    """Mirror about the edge site, which keeps the colour of the site."""
    if index < 0:
        index = -index
    if index >= length:
        index = 2 * (length - 1) - index
    return min(max(index, 0), length - 1)


@jit
def _load(
    sensor: NDArray[Any], area: NDArray[np.int64], top: int, left: int, levels: Floats, x: Floats, g: Floats
) -> None:
    """Fill a tile whose first site is at ``top`` and ``left`` of the area, mirrored where it sticks out."""
    first_row, first_column, height, width = area[0], area[1], area[2], area[3]
    inside = left >= 0 and left + _COLUMNS <= width
    line = np.empty(_COLUMNS, sensor.dtype)
    for row in range(_ROWS):
        source = sensor[first_row + _reflect(top + row, height)]
        if inside:
            values = source[first_column + left : first_column + left + _COLUMNS]
        else:
            for column in range(_COLUMNS):
                line[column] = source[first_column + _reflect(left + column, width)]
            values = line
        odd = row & 1
        black0, gain0, limit0 = levels[2 * odd, 0], levels[2 * odd, 1], levels[2 * odd, 2]
        black1, gain1, limit1 = levels[2 * odd + 1, 0], levels[2 * odd + 1, 1], levels[2 * odd + 1, 2]
        start = (row * (_COLUMNS + 1)) // 2
        if odd:
            # Site numbers start odd: the first site is green, and the red or blue one after it is one further in x.
            even_sites, odd_sites, shift = g, x, 1
        else:
            even_sites, odd_sites, shift = x, g, 0
        even_part = even_sites[start : start + _COLUMNS // 2]
        odd_part = odd_sites[start + shift : start + shift + _COLUMNS // 2]
        for k in range(_COLUMNS // 2):
            even_part[k] = min(max(np.float32(values[2 * k]) - black0, ZERO) * gain0, limit0)
            odd_part[k] = min(max(np.float32(values[2 * k + 1]) - black1, ZERO) * gain1, limit1)


@jit
def _low_pass(x: Floats, g: Floats, low: Floats) -> None:
    for i in range(_FIRST, _LAST):
        cross = (g[i - ONE] + g[i]) + (g[i - K - ONE] + g[i + K])
        corners = (x[i - K - ONE] + x[i - K]) + (x[i + K] + x[i + K + ONE])
        low[i] = x[i] + HALF * cross + QUARTER * corners


@jit
def _high_pass_x(x: Floats, g: Floats, across: Floats, down: Floats) -> None:
    """Energy of the sixth-order high pass at red and blue sites, along the row and along the column."""
    for i in range(_FIRST, _LAST):
        h = (g[i - TWO] - g[i - ONE] - g[i] + g[i + ONE]) - THREE * (x[i - ONE] + x[i + ONE]) + SIX * x[i]
        v = (g[i - K - W - ONE] - g[i - K - ONE] - g[i + K] + g[i + K + W]) - THREE * (x[i - W] + x[i + W]) + SIX * x[i]
        across[i] = h * h
        down[i] = v * v


@jit
def _high_pass_g(x: Floats, g: Floats, across: Floats, down: Floats) -> None:
    """The same at green sites."""
    for i in range(_FIRST, _LAST):
        h = (x[i - ONE] - x[i] - x[i + ONE] + x[i + TWO]) - THREE * (g[i - ONE] + g[i + ONE]) + SIX * g[i]
        v = (x[i - K - W] - x[i - K] - x[i + K + ONE] + x[i + K + W + ONE]) - THREE * (g[i - W] + g[i + W]) + SIX * g[i]
        across[i] = h * h
        down[i] = v * v


@jit
def _directions(across_x: Floats, down_x: Floats, across_g: Floats, down_g: Floats, direction: Floats) -> None:
    """Share of the vertical high-pass energy at red and blue sites: near 0 along vertical edges, near 1 along rows."""
    for i in range(_FIRST, _LAST):
        v = EPS * EPS + down_g[i - K - ONE] + down_x[i] + down_g[i + K]
        h = EPS * EPS + across_g[i - ONE] + across_x[i] + across_g[i]
        direction[i] = v / (v + h)


@jit
def _directions_g(across_x: Floats, down_x: Floats, across_g: Floats, down_g: Floats, direction: Floats) -> None:
    """The same at green sites."""
    for i in range(_FIRST, _LAST):
        v = EPS * EPS + down_x[i - K] + down_g[i] + down_x[i + K + ONE]
        h = EPS * EPS + across_x[i] + across_g[i] + across_x[i + ONE]
        direction[i] = v / (v + h)


@jit
def _green(x: Floats, g: Floats, low: Floats, direction: Floats, difference: Floats) -> None:
    """Green at red and blue sites, kept as the difference of the site's own colour to it."""
    for i in range(_FIRST, _LAST):
        n1, s1, w1, e1 = g[i - K - ONE], g[i + K], g[i - ONE], g[i]
        c = x[i]
        n2, s2, w2, e2 = x[i - W], x[i + W], x[i - ONE], x[i + ONE]
        vertical, horizontal = abs(n1 - s1), abs(w1 - e1)
        to_n = EPS + vertical + abs(c - n2) + abs(n1 - g[i - K - W - ONE]) + abs(n2 - x[i - W - W])
        to_s = EPS + vertical + abs(c - s2) + abs(s1 - g[i + K + W]) + abs(s2 - x[i + W + W])
        to_w = EPS + horizontal + abs(c - w2) + abs(w1 - g[i - TWO]) + abs(w2 - x[i - TWO])
        to_e = EPS + horizontal + abs(c - e2) + abs(e1 - g[i + ONE]) + abs(e2 - x[i + TWO])
        here = low[i] + EPS
        from_n = n1 * (here + here) / (here + low[i - W])
        from_s = s1 * (here + here) / (here + low[i + W])
        from_w = w1 * (here + here) / (here + low[i - ONE])
        from_e = e1 * (here + here) / (here + low[i + ONE])
        v = (to_s * from_n + to_n * from_s) / (to_n + to_s)
        h = (to_w * from_e + to_e * from_w) / (to_w + to_e)
        around = QUARTER * (direction[i - K - ONE] + direction[i - K] + direction[i + K] + direction[i + K + ONE])
        own = direction[i]
        d = around if abs(HALF - own) < abs(HALF - around) else own
        difference[i] = c - (v + d * (h - v))


@jit
def _diagonal_high_pass(x: Floats, falling: Floats, rising: Floats) -> None:
    """Energy of the high pass along both diagonals, at red and blue sites."""
    for i in range(_FIRST, _LAST):
        p = (x[i - K - ONE - W - ONE] - x[i - K - ONE] - x[i + K + ONE] + x[i + K + ONE + W + ONE]) + SIX * x[i]
        p -= THREE * (x[i - W - ONE] + x[i + W + ONE])
        q = (x[i - K - W + ONE] - x[i - K] - x[i + K] + x[i + K + W - ONE]) + SIX * x[i]
        q -= THREE * (x[i - W + ONE] + x[i + W - ONE])
        falling[i] = p * p
        rising[i] = q * q


@jit
def _diagonal_directions(falling: Floats, rising: Floats, direction: Floats) -> None:
    for i in range(_FIRST, _LAST):
        p = EPS * EPS + falling[i - K - ONE] + falling[i] + falling[i + K + ONE]
        q = EPS * EPS + rising[i - K] + rising[i] + rising[i + K]
        direction[i] = p / (p + q)


@jit
def _opposite(x: Floats, own: Floats, direction: Floats, other: Floats) -> None:
    """The difference to green of blue at red sites and of red at blue sites, from the diagonal neighbours."""
    for i in range(_FIRST, _LAST):
        nw, ne, sw, se = i - K - ONE, i - K, i + K, i + K + ONE
        d_nw, d_ne, d_sw, d_se = own[nw], own[ne], own[sw], own[se]
        green = x[i] - own[i]
        falling, rising = abs(x[nw] - x[se]), abs(x[ne] - x[sw])
        to_nw = EPS + falling + abs(x[nw] - x[nw - W - ONE]) + abs(green - (x[i - W - ONE] - own[i - W - ONE]))
        to_se = EPS + falling + abs(x[se] - x[se + W + ONE]) + abs(green - (x[i + W + ONE] - own[i + W + ONE]))
        to_ne = EPS + rising + abs(x[ne] - x[ne - W + ONE]) + abs(green - (x[i - W + ONE] - own[i - W + ONE]))
        to_sw = EPS + rising + abs(x[sw] - x[sw + W - ONE]) + abs(green - (x[i + W - ONE] - own[i + W - ONE]))
        p = (to_nw * d_se + to_se * d_nw) / (to_nw + to_se)
        q = (to_ne * d_sw + to_sw * d_ne) / (to_ne + to_sw)
        around = QUARTER * (direction[nw] + direction[ne] + direction[sw] + direction[se])
        d = around if abs(HALF - direction[i]) < abs(HALF - around) else direction[i]
        other[i] = p + d * (q - p)


@jit
def _at_green(
    x: Floats, g: Floats, across: Floats, down: Floats, direction_x: Floats, direction_g: Floats, difference: Floats
) -> None:
    """Colour difference at green sites, from ``across`` left and right and ``down`` above and below.

    Both hold the same colour's difference to green: where rows carry red, red is a site's own colour left and right
    of a green site and the opposite colour above and below it.
    """
    for i in range(_FIRST, _LAST):
        n, s, w, e = down[i - K], down[i + K + ONE], across[i], across[i + ONE]
        c = g[i]
        vertical, horizontal = abs(n - s), abs(w - e)
        to_n = EPS + vertical + abs(c - g[i - W]) + abs(n - down[i - K - W])
        to_s = EPS + vertical + abs(c - g[i + W]) + abs(s - down[i + K + W + ONE])
        to_w = EPS + horizontal + abs(c - g[i - ONE]) + abs(w - across[i - ONE])
        to_e = EPS + horizontal + abs(c - g[i + ONE]) + abs(e - across[i + TWO])
        v = (to_s * n + to_n * s) / (to_n + to_s)
        h = (to_w * e + to_e * w) / (to_w + to_e)
        around = QUARTER * (direction_x[i] + direction_x[i + ONE] + direction_x[i - K] + direction_x[i + K + ONE])
        own = direction_g[i]
        d = around if abs(HALF - own) < abs(HALF - around) else own
        difference[i] = v + d * (h - v)


@jit
def _gather(
    row: int,
    x: Floats,
    g: Floats,
    own: Floats,
    other: Floats,
    along: Floats,
    beside: Floats,
    ours: Floats,
    green: Floats,
    theirs: Floats,
) -> None:
    """Lay the sites of one tile row side by side: the colour the row carries, green, and the colour it does not."""
    start = (row * (_COLUMNS + 1)) // 2
    odd = row & 1
    at_x, at_g = start + odd, start
    xs, own_s, other_s = x[at_x : at_x + _HALF], own[at_x : at_x + _HALF], other[at_x : at_x + _HALF]
    gs, along_s, beside_s = g[at_g : at_g + _HALF], along[at_g : at_g + _HALF], beside[at_g : at_g + _HALF]
    first_x, first_g = (1, 0) if odd else (0, 1)
    for k in range(_HALF):
        value = xs[k]
        middle = value - own_s[k]
        ours[2 * k + first_x] = value
        green[2 * k + first_x] = middle
        theirs[2 * k + first_x] = middle + other_s[k]
    for k in range(_HALF):
        value = gs[k]
        ours[2 * k + first_g] = value + along_s[k]
        green[2 * k + first_g] = value
        theirs[2 * k + first_g] = value + beside_s[k]


@jit
def _interpolate(planes: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """All stages on a loaded tile. Returns the planes that ``_gather`` wants."""
    x, g = planes[0], planes[1]
    _low_pass(x, g, planes[2])
    _high_pass_x(x, g, planes[3], planes[4])
    _high_pass_g(x, g, planes[5], planes[6])
    _directions(planes[3], planes[4], planes[5], planes[6], planes[7])
    _directions_g(planes[3], planes[4], planes[5], planes[6], planes[8])
    own = planes[9]
    _green(x, g, planes[2], planes[7], own)
    _diagonal_high_pass(x, planes[2], planes[3])
    _diagonal_directions(planes[2], planes[3], planes[4])
    other = planes[5]
    _opposite(x, own, planes[4], other)
    along, beside = planes[6], planes[3]
    _at_green(x, g, own, other, planes[7], planes[8], along)
    _at_green(x, g, other, own, planes[7], planes[8], beside)
    return own, other, along, beside


@jit
def _process_strip(
    sensor: NDArray[Any],
    area: NDArray[np.int64],
    top: int,
    red_row: int,
    red_column: int,
    levels: Floats,
    matrix: Floats,
    ceilings: Floats,
    mode: int,
    out: Floats,
) -> None:
    """Demosaic and convert ``_TILE_ROWS`` rows of the area from ``top`` on."""
    height, width = area[2], area[3]
    planes = np.zeros((_PLANES, _SIZE), np.float32)
    lines = np.zeros((3, _COLUMNS), np.float32)
    order = np.argsort(ceilings)
    for left in range(0, width, _TILE_COLUMNS):
        _load(sensor, area, top - _MARGIN - red_row, left - _MARGIN - red_column, levels, planes[0], planes[1])
        own, other, along, beside = _interpolate(planes)
        first = _MARGIN + red_column
        for y in range(top, min(top + _TILE_ROWS, height)):
            row = y - top + _MARGIN + red_row
            ours, theirs = (lines[2], lines[0]) if row & 1 else (lines[0], lines[2])
            _gather(row, planes[0], planes[1], own, other, along, beside, ours, lines[1], theirs)
            convert_line(lines, order, matrix, ceilings, mode)
            for column in range(min(_TILE_COLUMNS, width - left)):
                out[y, left + column, 0] = lines[0, first + column]
                out[y, left + column, 1] = lines[1, first + column]
                out[y, left + column, 2] = lines[2, first + column]
