"""Lateral colour measured in a Bayer mosaic, and taken out of it: red and blue are drawn at another scale than green.

How far red lies apart is measured in blocks: of the pixels at red sites, as a multiple of the green around them, of its
slope across and of its slope down, which is the shift to first order. Through the blocks goes one smooth shift from the
middle outwards, fitted so that blocks that disagree do not count. A lens shifts all halves of the picture alike; where
they disagree, or the shift is too small to be seen, the mosaic stays as it is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import for_each
from exposure_app.io.lens.resample import catmull_rom
from exposure_app.jit import inline, jit

_BLOCK = 32  # sites of a colour across and down
_MOST = 4.0  # px; no lens is as bad
_LEAST = 0.15  # px in the corners; less is not worth touching the mosaic
_FEWEST = 150  # blocks
_ALIKE = (0.5, 1.6)  # what each half of the picture shows of the shift of all
_ROUNDS = 2
_ROWS_AT_ONCE = 64

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shift:
    """How much further from the middle a colour has been drawn than it belongs.

    Attributes:
        terms: Shares of the distance from the middle: r' - r = r (a + b r), where the corner has r = 1.
    """

    terms: tuple[float, float] = (0.0, 0.0)

    def at(self, x: Floats, y: Floats, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """How far right and down, in pixels, for places in a picture of that size."""
        middle_x, middle_y = (size[0] - 1) / 2, (size[1] - 1) / 2
        x, y = x - middle_x, y - middle_y
        factor = np.polynomial.polynomial.polyval(np.hypot(x, y) / np.hypot(middle_x, middle_y), self.terms)
        return x * factor, y * factor

    def most(self, size: tuple[int, int]) -> float:
        """The largest shift, in pixels."""
        radii = np.linspace(0, 1, 33)
        shifts = radii * np.polynomial.polynomial.polyval(radii, self.terms)
        return float(np.abs(shifts).max() * np.hypot(size[0] - 1, size[1] - 1) / 2)

    def plus(self, other: "Shift") -> "Shift":
        """Both."""
        return Shift((self.terms[0] + other.terms[0], self.terms[1] + other.terms[1]))


def align(
    sites: NDArray[Any],
    pattern: NDArray[Any],
    black: Floats,
    white: float,
    gains: Floats,
    threads: int | None = None,
) -> float:
    """Lay red and blue over green, in place.

    Args:
        sites: uint16 or float32, H x W, a Bayer mosaic.
        pattern: 2 x 2, its colours: 0 red, 1 or 3 green, 2 blue; greens on a diagonal.
        black: 2 x 2, what its sites see in the dark.
        white: Where it clips.
        gains: White balance: what red, green and blue are to be multiplied with.
        threads: All available cores when None.

    Returns:
        How far red or blue lay apart at the most, in pixels; 0 if that was not sure, and the mosaic is untouched.
    """
    most = 0.0
    if min(sites.shape) < 8 * _BLOCK:
        return most
    greens: Any = None
    for color in (0, 2):
        row, column = (int(place) for place in np.argwhere(pattern == color)[0])
        original = sites[row::2, column::2].copy()
        shift = Shift()
        for _ in range(_ROUNDS):
            more = _measured(sites, row, column, black, white)
            if more is None:
                break
            shift = shift.plus(more)
            greens = _greens(sites, row, column, black, threads) if greens is None else greens
            rounding = 0.5 if sites.dtype == np.uint16 else 0.0
            levels = np.array([black[row, column], gains[color] / gains[1], 0.98 * white, rounding], np.float32)
            _redraw(sites, original, greens, row, column, shift, levels, threads)
        most = max(most, shift.most(sites.shape[::-1]) if shift != Shift() else 0.0)
    return most


def _measured(sites: NDArray[Any], row: int, column: int, black: Floats, white: float) -> Shift | None:
    """How far the colour whose first site is given lies apart; None if not surely at all."""
    height, width = sites.shape
    down, across = (height // 2 - 2) // _BLOCK, (width // 2 - 2) // _BLOCK
    sums = np.zeros((down, across, 5, 5))
    darks = np.array([black[row, column], black[row, 1 - column], black[1 - row, column]], np.float32)

    def run(top: int) -> None:
        _blocks(sites, row, column, darks, np.float32(white), top, sums[top])

    for_each(run, range(down), None)
    v, h = np.indices((down, across))
    x, y = (column + 2 + (2 * h + 1) * _BLOCK).ravel(), (row + 2 + (2 * v + 1) * _BLOCK).ravel()
    return _fitted(x.astype(np.float64), y.astype(np.float64), _solved(sums.reshape(-1, 5, 5)), (width, height))


def _fitted(x: Floats, y: Floats, found: Floats, size: tuple[int, int]) -> Shift | None:
    """The shift that most blocks agree on.

    Args:
        x: Middles of the blocks.
        y: Likewise.
        found: Of each block the shifts right and down, and the inverse of their covariance: xx, xy, yy.
        size: Of the mosaic.
    """
    there = (found[:, 2] > 0) & (np.hypot(found[:, 0], found[:, 1]) < _MOST)
    if there.sum() < _FEWEST:
        return None
    x, y, found = x[there], y[there], found[there]
    columns = [np.stack(Shift(terms).at(x, y, size), axis=-1) for terms in ((1.0, 0.0), (0.0, 1.0))]
    along = [np.broadcast_to(unit, (len(x), 2)) for unit in np.eye(2)]  # of hard edges in step with the mosaic
    basis = np.stack([*columns, *along], axis=-1)  # N x 2 x 4
    root = _roots(found[:, 2:])
    design, wanted = root @ basis, (root @ found[:, :2, np.newaxis])[..., 0]
    weights = np.ones(len(x))
    for _ in range(12):
        rows, right = (design * weights[:, None, None]).reshape(-1, 4), (wanted * weights[:, None]).ravel()
        solution = np.linalg.lstsq(rows, right, rcond=None)[0]
        error = np.hypot(*(wanted - design @ solution).T)
        weights = np.clip(1 - (error / (6 * max(float(np.median(error)), 1e-9))) ** 2, 0, None)
    shift = Shift((float(solution[0]), float(solution[1])))
    outwards = (design[..., :2] @ solution[:2]) * weights[:, np.newaxis]
    seen = (wanted - design[..., 2:] @ solution[2:]) * weights[:, np.newaxis]
    middle = (size[0] - 1) / 2, (size[1] - 1) / 2
    for half in (x < middle[0], x > middle[0], y < middle[1], y > middle[1]):
        energy = float((outwards[half] ** 2).sum())
        if half.sum() < _FEWEST // 4 or not energy:
            return None
        share = float((outwards[half] * seen[half]).sum()) / energy
        if not _ALIKE[0] < share < _ALIKE[1]:
            return None
    return shift if _LEAST <= shift.most(size) <= _MOST else None


def _roots(inverse: Floats) -> Floats:
    """Square roots of 2 x 2 matrices given as xx, xy, yy."""
    a, b, c = inverse.T
    first = np.sqrt(np.maximum(a, 1e-12))
    second = b / first
    return np.stack(
        [np.stack([first, second], -1), np.stack([0 * a, np.sqrt(np.maximum(c - second**2, 0))], -1)], axis=-2
    )


@jit
def _blocks(sites: Any, row: Any, column: Any, darks: Any, white: Any, top: Any, sums: Any) -> None:
    """Sums of a row of blocks over products of 1, green, its slopes and the colour itself."""
    ceiling = white * np.float32(0.95)
    v = np.empty(5)
    v[0] = 1.0
    for block in range(sums.shape[0]):
        for i in range(_BLOCK):
            y = row + 2 * (1 + top * _BLOCK + i)
            for j in range(_BLOCK):
                x = column + 2 * (1 + block * _BLOCK + j)
                own = np.float32(sites[y, x])
                left, right = np.float32(sites[y, x - 1]), np.float32(sites[y, x + 1])
                above, below = np.float32(sites[y - 1, x]), np.float32(sites[y + 1, x])
                if max(own, left, right, above, below) > ceiling:
                    continue
                left, right, above, below = left - darks[1], right - darks[1], above - darks[2], below - darks[2]
                v[1] = 0.25 * (left + right + above + below)
                v[2], v[3], v[4] = 0.5 * (right - left), 0.5 * (below - above), own - darks[0]
                for p in range(5):
                    for q in range(p + 1):
                        sums[block, p, q] += v[p] * v[q]


def _solved(sums: Floats) -> Floats:
    """Shifts and the inverse of their covariance, see ``_fitted``, from sums over blocks; zeros where nothing shows."""
    found = np.zeros((len(sums), 5))
    sums = sums + np.tril(sums, -1).swapaxes(1, 2)
    count = sums[:, 0, 0]
    varies = sums[:, 1, 1] * count - sums[:, 0, 1] ** 2
    slopes = sums[:, 2, 2] + sums[:, 3, 3]
    there = np.flatnonzero((count > _BLOCK * _BLOCK / 2) & (varies > 0) & (slopes > 1e-6 * sums[:, 1, 1]))
    m, r, square = sums[there, :4, :4], sums[there, :4, 4], sums[there, 4, 4]
    m = m + np.eye(4) * (1e-9 + 1e-9 * np.diagonal(m, axis1=1, axis2=2)[:, np.newaxis])
    inverse = np.linalg.inv(m)
    solution = (inverse @ r[..., np.newaxis])[..., 0]
    noise = np.maximum((square - (solution * r).sum(1)) / (count[there] - 4), 1e-6 * square / count[there])
    gain = solution[:, 1]
    a, b, c = (inverse[:, i, j] * noise / gain**2 for i, j in ((2, 2), (2, 3), (3, 3)))
    determinant = a * c - b * b
    good = (gain > 0.02) & (determinant > 0)
    rows = np.stack([solution[:, 2] / gain, solution[:, 3] / gain, c / determinant, -b / determinant, a / determinant])
    found[there[good]] = rows.T[good]
    return found


def _greens(sites: NDArray[Any], row: int, column: int, black: Floats, threads: int | None) -> NDArray[np.float32]:
    """Green above black at all sites; at the others from the neighbours along which it changes least."""
    greens = np.empty(sites.shape, np.float32)
    first = (row + column + 1) % 2
    darks = np.array([black[0, first], black[1, 1 - first]], np.float32)

    def run(top: int) -> None:
        _interpolate_green(sites, first, darks, top, min(top + _ROWS_AT_ONCE, len(sites)), greens)

    for_each(run, range(0, len(sites), _ROWS_AT_ONCE), threads)
    return greens


def _redraw(
    sites: NDArray[Any],
    original: NDArray[Any],
    greens: NDArray[np.float32],
    row: int,
    column: int,
    shift: Shift,
    levels: NDArray[np.float32],
    threads: int | None,
) -> None:
    """Draw one colour's sites from where the lens has put them.

    What is drawn is the difference to green where that lay, which changes little from site to site.
    """
    terms, tops = np.array(shift.terms), range(0, original.shape[0], _ROWS_AT_ONCE)
    differences = np.empty(original.shape, np.float32)
    place = (row, column, terms, levels)
    for_each(lambda top: _differ(original, greens, *place, top, top + _ROWS_AT_ONCE, differences), tops, threads)
    for_each(lambda top: _draw(original, differences, greens, *place, top, top + _ROWS_AT_ONCE, sites), tops, threads)


@jit
def _interpolate_green(sites: Any, first: Any, darks: Any, top: Any, bottom: Any, greens: Any) -> None:
    height, width = sites.shape
    half, one = np.float32(0.5), np.float32(1)
    for y in range(top, bottom):
        for x in range(width):
            if (x + y) % 2 == first:
                greens[y, x] = np.float32(sites[y, x]) - darks[y % 2]
                continue
            left, right = np.float32(sites[y, abs(x - 1)]), np.float32(sites[y, x + 1 if x + 1 < width else x - 1])
            above, below = np.float32(sites[abs(y - 1), x]), np.float32(sites[y + 1 if y + 1 < height else y - 1, x])
            across, down = abs(left - right) + one, abs(above - below) + one
            level = half * (left + right) - darks[y % 2]
            upright = half * (above + below) - darks[1 - y % 2]
            greens[y, x] = (level * down + upright * across) / (across + down)


@inline
def _between(values: Any, x: Any, y: Any) -> Any:
    """A value between sixteen; those beyond the border are the ones on it. See ``resample.catmull_rom``."""
    height, width = values.shape
    x, y = min(max(x, 0.0), width - 1.0), min(max(y, 0.0), height - 1.0)
    left, top = int(x), int(y)
    shares, (a, b, c, d) = catmull_rom(np.float32(y - top)), catmull_rom(np.float32(x - left))
    before, right, beyond = max(left - 1, 0), min(left + 1, width - 1), min(left + 2, width - 1)
    value = np.float32(0)
    for i in range(4):
        row = values[min(max(top - 1 + i, 0), height - 1)]
        value += shares[i] * (a * row[before] + b * row[left] + c * row[right] + d * row[beyond])
    return value


@inline
def _factor(x: Any, y: Any, terms: Any, far: Any) -> Any:
    return terms[0] + terms[1] * (x * x + y * y) ** 0.5 / far


@jit
def _differ(
    original: Any, greens: Any, row: Any, column: Any, terms: Any, levels: Any, top: Any, bottom: Any, out: Any
) -> None:
    """What a colour has, made as bright as green, beside the green that it lay on."""
    height, width = greens.shape
    middle_x, middle_y = 0.5 * (width - 1), 0.5 * (height - 1)
    far = (middle_x * middle_x + middle_y * middle_y) ** 0.5
    for i in range(top, min(bottom, original.shape[0])):
        y = row + 2 * i - middle_y
        for j in range(original.shape[1]):
            x = column + 2 * j - middle_x
            longer = 1 + _factor(x, y, terms, far)
            green = _between(greens, middle_x + x * longer, middle_y + y * longer)
            out[i, j] = (np.float32(original[i, j]) - levels[0]) * levels[1] - green


@jit
def _draw(
    original: Any,
    differences: Any,
    greens: Any,
    row: Any,
    column: Any,
    terms: Any,
    levels: Any,
    top: Any,
    bottom: Any,
    sites: Any,
) -> None:
    """Green where the colour belongs, and the difference from where it lay. What is clipped stays."""
    height, width = greens.shape
    middle_x, middle_y = 0.5 * (width - 1), 0.5 * (height - 1)
    far = (middle_x * middle_x + middle_y * middle_y) ** 0.5
    for i in range(top, min(bottom, original.shape[0])):
        y = row + 2 * i - middle_y
        for j in range(original.shape[1]):
            if original[i, j] >= levels[2]:
                sites[row + 2 * i, column + 2 * j] = original[i, j]
                continue
            x = column + 2 * j - middle_x
            factor = _factor(x, y, terms, far)
            difference = _between(differences, j - 0.5 * x * factor, i - 0.5 * y * factor)
            value = (greens[row + 2 * i, column + 2 * j] + difference) / levels[1] + levels[0]
            sites[row + 2 * i, column + 2 * j] = min(max(value + levels[3], np.float32(0)), np.float32(65535))
