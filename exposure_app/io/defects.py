"""Hot and dead sites of a sensor: found in the photo itself, and mended from their neighbours.

A site that is out of order stands out alone, or with one other. Whatever a lens draws, if it is a star, falls on the
sites around as well, of other colours too. A site is therefore defective when it stands out from the nearest of its own
colour (from all but one, which may be another defect) by far more than noise and texture do there, and what lies around
it knows nothing of that.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import for_each
from exposure_app.jit import inline, jit

_NEAREST = 8  # sites of the same colour that a site is compared with
_LEAST_NEIGHBOURS = 5  # near an edge there are fewer
_SURE = 10.0  # standard deviations of noise
_QUITE_SURE = 7.0  # the same for a first look
_LEAST = 0.002  # of white; less is not seen
_KNOWN_AROUND = np.float32(0.06)  # share of a defect that may be seen around it; the sharpest lens draws twice that
_OTHER_COLORS = np.float32(0.25)  # the same of the other colours in the same place
_IN_ORDER = np.float32(-1e30)
_BESIDE = np.array([[-1, 0], [0, -1], [1, 0], [0, 1]])
_ROWS_AT_ONCE = 64
_BINS = 64  # of brightness, in which noise is told
_SAMPLES = 150_000  # sites, about, that tell the noise
_ENOUGH = 24  # of them in a bin
_TEXTURE = np.float32(
    1.5
)  # times the range of the neighbours without the brightest and the darkest: so far texture goes
_NORMAL = 0.6745  # median of the absolute values of a unit normal


def mend_defects(
    sites: NDArray[Any], pattern: NDArray[Any] | None, black: NDArray[Any], white: float, threads: int | None = None
) -> int:
    """Mend what is defective, in place.

    Args:
        sites: uint16 or float32, sensor values: a mosaic, H x W, or whole colours, H x W x channels.
        pattern: Square, the colours of a mosaic's sites from the upper left one on: 0 red, 1 and 3 green, 2 blue; None
            where all sites see the same.
        black: Black level of each colour.
        white: Value at which sites are blown.
        threads: How many threads to use; all available cores when None.

    Returns:
        How many sites were mended.
    """
    whole = sites if sites.ndim == 3 else sites[..., np.newaxis]
    table, paired = _neighbours(np.zeros((1, 1), np.uint8) if pattern is None else np.where(pattern == 3, 1, pattern))
    top = float(white) - float(np.min(black))
    step = np.float32(top / _BINS)
    low = np.float32(np.min(black))
    if min(whole.shape[:2]) <= 2 * len(table) + 8 or step <= 0:
        return 0
    noise = _noise(whole, table, low, step)
    scale = np.array([low, step, _LEAST * top], np.float32)
    found: list[NDArray[np.float64]] = []

    def search(start: int) -> None:
        found.append(_defects(whole, start, table, paired, noise, scale))

    for_each(search, range(0, len(whole), _ROWS_AT_ONCE), threads)
    defects = np.concatenate(found)
    y, x, channel = defects[:, :3].astype(np.int64).T
    rounded = np.rint(defects[:, 3]) if whole.dtype.kind == "u" else defects[:, 3]
    whole[y, x, channel] = rounded.astype(whole.dtype)
    return len(defects)


def _neighbours(pattern: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where the nearest sites of the same colour lie: P x P x ``_NEAREST`` x 2, opposite ones after each other."""
    period = len(pattern)
    table = np.empty((period, period, _NEAREST, 2), np.int64)
    paired = np.empty((period, period), np.bool_)
    around = [(y, x) for y in range(-3, 4) for x in range(-3, 4) if (y, x) != (0, 0)]
    around.sort(key=lambda at: (at[0] ** 2 + at[1] ** 2, max(at, (-at[0], -at[1])), at))
    for row in range(period):
        for column in range(period):
            color = pattern[row, column]
            same = [at for at in around if pattern[(row + at[0]) % period, (column + at[1]) % period] == color]
            table[row, column] = same[:_NEAREST]
            paired[row, column] = np.array_equal(table[row, column, ::2], -table[row, column, 1::2])
    return table, paired


def _noise(whole: NDArray[Any], table: NDArray[np.int64], low: np.float32, step: np.float32) -> NDArray[np.float32]:
    """How far sites lie from their neighbours, as a standard deviation, for each bin of brightness."""
    sample = int(np.sqrt(whole.shape[0] * whole.shape[1] / _SAMPLES)) | 1  # odd, to meet all colours
    levels, spread = _deviations(whole, table, sample)
    place = np.clip(((levels - low) / step).astype(np.int64), 0, _BINS - 1)
    told = np.full(_BINS, np.nan)
    for each in range(_BINS):
        here = np.abs(spread[place == each])
        if len(here) >= _ENOUGH:
            told[each] = np.median(here) / _NORMAL
    known = np.flatnonzero(np.isfinite(told))
    if not len(known):
        return np.full(_BINS, np.float32(step))
    return np.asarray(np.interp(np.arange(_BINS), known, told[known]), np.float32)


@jit
def _gather(whole: Any, y: Any, x: Any, c: Any, near: Any, sorted_: Any) -> Any:
    """The neighbours of a site that exist, from darkest to brightest. Returns how many."""
    height, width = whole.shape[0], whole.shape[1]
    count = 0
    for k in range(near.shape[0]):
        i, j = y + near[k, 0], x + near[k, 1]
        if 0 <= i < height and 0 <= j < width:
            value = np.float32(whole[i, j, c])
            at = count
            while at > 0 and sorted_[at - 1] > value:
                sorted_[at] = sorted_[at - 1]
                at -= 1
            sorted_[at] = value
            count += 1
    return count


@jit
def _median(whole: Any, y: Any, x: Any, c: Any, near: Any, sorted_: Any) -> Any:
    count = _gather(whole, y, x, c, near, sorted_)
    return np.float32(0.5) * (sorted_[(count - 1) // 2] + sorted_[count // 2])


@jit
def _deviations(whole: Any, table: Any, sample: Any) -> Any:
    """Of some sites, what their neighbours see, and by how much they differ from that."""
    height, width, channels = whole.shape
    period = table.shape[0]
    sorted_ = np.empty(table.shape[2], np.float32)
    count = len(range(4, height - 4, sample)) * len(range(4, width - 4, sample)) * channels
    levels, spread = np.empty(count, np.float32), np.empty(count, np.float32)
    at = 0
    for y in range(4, height - 4, sample):
        for x in range(4, width - 4, sample):
            for c in range(channels):
                levels[at] = _median(whole, y, x, c, table[y % period, x % period], sorted_)
                spread[at] = np.float32(whole[y, x, c]) - levels[at]
                at += 1
    return levels, spread


@jit
def _is_known_around(whole: Any, y: Any, x: Any, c: Any, table: Any, peak: Any, noise: Any, sorted_: Any) -> Any:
    """Whether the sites next to one see what it sees, or anything else that stands out: texture.

    All but the one that sees most of it, which may be a defect itself.
    """
    height, width, channels = whole.shape
    period = table.shape[0]
    sign = np.float32(1) if peak > 0 else np.float32(-1)
    total, most, rough, roughest, count = np.float32(0), np.float32(-1e30), np.float32(0), np.float32(0), 0
    for k in range(4):
        i, j = y + _BESIDE[k, 0], x + _BESIDE[k, 1]
        if 0 <= i < height and 0 <= j < width:
            seen = sign * (np.float32(whole[i, j, c]) - _median(whole, i, j, c, table[i % period, j % period], sorted_))
            total += seen
            most = max(most, seen)
            rough += abs(seen)
            roughest = max(roughest, abs(seen))
            count += 1
    if count < 3:
        return True
    allowed = _KNOWN_AROUND * sign * peak * np.float32(count - 1)
    if total - most > allowed or rough - roughest > allowed + noise * np.float32(count - 1):
        return True
    for other in range(channels):
        if other != c:
            middle = _median(whole, y, x, other, table[y % period, x % period], sorted_)
            if sign * (np.float32(whole[y, x, other]) - middle) > _OTHER_COLORS * sign * peak:
                return True
    return False


@jit
def _mended(whole: Any, y: Any, x: Any, c: Any, near: Any, paired: Any, middle: Any, spread: Any) -> Any:
    """What a site should see: the mean of those opposite neighbours that agree best, if not one of them is a defect."""
    height, width = whole.shape[0], whole.shape[1]
    best, value = spread, middle
    if paired:
        for k in range(0, near.shape[0], 2):
            i, j, m, n = y + near[k, 0], x + near[k, 1], y + near[k + 1, 0], x + near[k + 1, 1]
            if min(i, m) >= 0 and max(i, m) < height and min(j, n) >= 0 and max(j, n) < width:
                a, b = np.float32(whole[i, j, c]), np.float32(whole[m, n, c])
                if abs(a - b) <= best:
                    best, value = abs(a - b), np.float32(0.5) * (a + b)
    return value


@jit
def _judge(whole: Any, y: Any, x: Any, c: Any, table: Any, paired: Any, noise: Any, scale: Any, sorted_: Any) -> Any:
    """What a site should see; ``_IN_ORDER`` if it sees that."""
    period = table.shape[0]
    near, value = table[y % period, x % period], np.float32(whole[y, x, c])
    count = _gather(whole, y, x, c, near, sorted_)
    if count < _LEAST_NEIGHBOURS:
        return _IN_ORDER
    middle = np.float32(0.5) * (sorted_[(count - 1) // 2] + sorted_[count // 2])
    second, last = sorted_[count - 2], sorted_[1]
    excess = value - second if value > middle else last - value
    sigma = noise[_bin(middle, scale[0], scale[1], noise.size)]
    if excess < max(max(np.float32(_SURE) * sigma, _TEXTURE * (second - last)), scale[2]):
        return _IN_ORDER
    if _is_known_around(whole, y, x, c, table, value - middle, sigma, sorted_):
        return _IN_ORDER
    return _mended(whole, y, x, c, near, paired[y % period, x % period], middle, second - last)


@inline
def _bin(level: Any, low: Any, step: Any, bins: Any) -> Any:
    return min(max(int((level - low) / step), 0), bins - 1)


@jit
def _defects(whole: Any, start: Any, table: Any, paired: Any, noise: Any, scale: Any) -> Any:
    """Row, column, channel and mended value of what is defective in ``_ROWS_AT_ONCE`` rows."""
    height, width, channels = whole.shape
    period, bins = table.shape[0], noise.size
    low, step, least = scale[0], scale[1], scale[2]
    sorted_ = np.empty(table.shape[2], np.float32)
    suspect = np.empty(width, np.bool_)
    limit = np.float32(_QUITE_SURE) * noise
    found = []
    for y in range(start, min(start + _ROWS_AT_ONCE, height)):
        for c in range(channels):
            suspect[:] = True
            for phase in range(period if 3 <= y < height - 3 else 0):
                near = table[y % period, phase]
                y0, y1, y2, y3 = y + near[0, 0], y + near[1, 0], y + near[2, 0], y + near[3, 0]
                x0, x1, x2, x3 = near[0, 1], near[1, 1], near[2, 1], near[3, 1]
                for x in range(phase if phase >= 3 else phase + -(-(3 - phase) // period) * period, width - 3, period):
                    value = np.float32(whole[y, x, c])
                    p, q = np.float32(whole[y0, x + x0, c]), np.float32(whole[y1, x + x1, c])
                    s, t = np.float32(whole[y2, x + x2, c]), np.float32(whole[y3, x + x3, c])
                    # The second brightest and the second darkest of four.
                    low_, high = max(min(p, q), min(s, t)), min(max(p, q), max(s, t))
                    beyond = max(value - max(low_, high), min(low_, high) - value)
                    suspect[x] = beyond >= max(least, limit[_bin(np.float32(0.5) * (p + q), low, step, bins)])
            for x in range(width):
                if not suspect[x]:
                    continue
                mended = _judge(whole, y, x, c, table, paired, noise, scale, sorted_)
                if mended > _IN_ORDER:
                    found.append((np.float64(y), np.float64(x), np.float64(c), np.float64(mended)))
    result = np.empty((len(found), 4), np.float64)
    for k in range(len(found)):
        for part in range(4):
            result[k, part] = found[k][part]
    return result
