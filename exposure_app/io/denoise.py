"""Noise reduction by shrinking the coefficients of overlapping cosine transforms, on several scales.

Every 8 x 8 block is seen from several places (K. Dabov and others, IEEE TIP 16, 2007, without the search for similar
blocks; G. Yu and G. Sapiro, "DCT image denoising", IPOL 2011): what is weaker than noise of a known strength is taken
out, and what is left tells a second pass how much of each coefficient is picture (Wiener). Blotches wider than a block
are taken out of smaller versions of the picture first, from the smallest up (N. Pierazzo, J.-M. Morel and G. Facciolo,
"Multi-scale DCT denoising", IPOL 2017).

It works on planes whose noise has been made even and uncorrelated, see ``noise``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.camera_color import for_each
from exposure_app.jit import jit

Floats = NDArray[np.float32]

SIDE = 8  # of a block
_ROWS_AT_ONCE = 64
_LEAST = 8 * SIDE  # a smaller version of a picture is not made below this
_HARD = 2.7  # standard deviations below which a coefficient is noise
_BLOCKS = 64  # that lie side by side and are worked on at once
_PAD = SIDE

# The cosines of an orthonormal transform of 8 values: by frequency and place, and by angle, in sixteenths of pi.
_C = np.array(
    [[(0.5 if k else 0.125**0.5) * np.cos(np.pi * (2 * i + 1) * k / 16) for i in range(SIDE)] for k in range(SIDE)],
    np.float32,
)
C1, C2, C3, C4, C5, C6, C7 = (np.float32(0.5 * np.cos(np.pi * k / 16)) for k in range(1, SIDE))
# Unsigned and constant distances, as in ``demosaic``: the loops become vector code.
ONE, TWO, TRIPLE = np.uint64(1), np.uint64(2), np.uint64(3)
N = tuple(np.uint64(i * _BLOCKS) for i in range(SIDE))
UNIT, ZERO, _TINY = np.float32(1), np.float32(0), np.float32(1e-9)


def shrink(plane: Floats, strength: float, levels: int, step: int = 2, threads: int | None = None) -> Floats:
    """Take noise out of a plane.

    Args:
        plane: float32, H x W; the standard deviation of the noise is 1 everywhere, and it is white.
        strength: How strong the noise is taken to be: 1 for what it is, 0 to leave the plane alone.
        levels: How many smaller versions, each a quarter as wide, are searched for blotches.
        step: Rows from one block to the next, a divisor of ``SIDE``; more is faster and leaves more of the blocks.
        threads: Threads; all available cores when None.

    Returns:
        float32, H x W.
    """
    if strength <= 0 or min(plane.shape) < SIDE:
        return plane
    if levels > 0 and min(plane.shape) >= _LEAST:
        plane = plane.copy()
        middle = halved(plane)
        small = halved(middle)
        change = shrink(small, strength, levels - 1, step, threads) - small
        middle[:] = 0
        add_enlarged(change * np.float32(0.5), middle, threads)
        add_enlarged(middle * np.float32(0.5), plane, threads)
    apart = _apart(plane)
    pilot = _pass(apart, apart, strength, False, step, threads)
    return _together(_pass(apart, pilot, strength, True, step, threads), plane.shape)


def _apart(plane: Floats) -> Floats:
    """Even and odd columns as planes of their own, with a mirrored margin: neighbouring blocks lie side by side."""
    height, width = plane.shape
    padded = np.pad(plane, ((_PAD, _PAD - height % -SIDE), (_PAD, _PAD + width % 2)), "symmetric")
    return np.stack([padded[:, ::2], padded[:, 1::2]])


def _together(apart: Floats, shape: tuple[int, ...]) -> Floats:
    height, width = shape
    plane = np.empty(shape, np.float32)
    for side in range(2):
        columns = (width + 1 - side) // 2
        plane[:, side::2] = apart[side, _PAD : _PAD + height, _PAD // 2 : _PAD // 2 + columns]
    return plane


def halved(plane: Floats) -> Floats:
    """Half as many rows and columns, scaled so that white noise stays as strong; an odd last one is left out."""
    height, width = (side // 2 * 2 for side in plane.shape)
    quads = plane[:height, :width]
    return np.float32(0.5) * (quads[::2, ::2] + quads[1::2, ::2] + quads[::2, 1::2] + quads[1::2, 1::2])


def add_enlarged(small: Floats, plane: Floats, threads: int | None = None) -> None:
    """Add a plane of half the size to one of the full size, in place, interpolated between the middles of its quads."""
    for_each(lambda top: _add_enlarged(small, plane, top), range(0, len(plane), _ROWS_AT_ONCE), threads)


@jit
def _add_enlarged(small: Any, plane: Any, top: Any) -> None:
    height, width = plane.shape
    rows, columns = small.shape
    line = np.empty(columns, np.float32)
    near, far = np.float32(0.75), np.float32(0.25)
    for y in range(top, min(top + _ROWS_AT_ONCE, height)):
        own = min(y // 2, rows - 1)
        other = min(max(y // 2 + (1 if y % 2 else -1), 0), rows - 1)
        for x in range(columns):
            line[x] = near * small[own, x] + far * small[other, x]
        for x in range(width):
            plane[y, x] += near * line[min(x // 2, columns - 1)]
            plane[y, x] += far * line[min(max(x // 2 + (1 if x % 2 else -1), 0), columns - 1)]


def _pass(plane: Floats, pilot: Floats, strength: float, wiener: bool, step: int, threads: int | None) -> Floats:
    out = np.empty_like(plane)
    for_each(
        lambda top: _shrink_rows(plane, pilot, top, np.float32(strength), wiener, step, out),
        range(0, plane.shape[1], _ROWS_AT_ONCE),
        threads,
    )
    return out


@jit
def _shrink_rows(plane: Any, pilot: Any, top: Any, strength: Any, wiener: Any, step: Any, out: Any) -> None:
    """Clean ``_ROWS_AT_ONCE`` rows from ``top`` on, with all the blocks that reach into them."""
    height, half = plane.shape[1], plane.shape[2]
    bottom = min(top + _ROWS_AT_ONCE, height)
    total = np.zeros((2, bottom - top, half), np.float32)
    weight = np.zeros((2, bottom - top, half), np.float32)
    down, guide, back = np.empty((3, SIDE, 2, half), np.float32)
    shares = np.empty((2, half), np.float32)
    folded = np.empty((SIDE, half), np.float32)
    block = np.empty(SIDE * SIDE * _BLOCKS, np.float32)
    known = np.empty(SIDE * SIDE * _BLOCKS, np.float32)
    used = np.empty(_BLOCKS, np.float32)
    first = max(top - SIDE + step, 0) // step * step
    for y in range(first, min(bottom, height - SIDE + 1), step):
        _columns_forward(plane, y, folded, down)
        if wiener:
            _columns_forward(pilot, y, folded, guide)
        back[:] = 0
        shares[:] = 0
        for left in range(0, half - SIDE // 2 + 1, _BLOCKS):
            count = min(_BLOCKS, half - SIDE // 2 + 1 - left)
            _rows_forward(down, left, count, block)
            if wiener:
                _rows_forward(guide, left, count, known)
                _keep_known(block, known, strength * strength, count, used)
            else:
                _keep_strong(block, np.float32(_HARD) * strength, count, used)
            _rows_back(block, used, left, count, back, shares)
        _columns_back(back, shares, y, top, bottom, total, weight)
    for side in range(2):
        for row in range(bottom - top):
            sums, weights, into = total[side, row], weight[side, row], out[side, top + row]
            for x in range(half):
                into[x] = sums[x] / max(weights[x], _TINY)


@jit
def _columns_forward(plane: Any, y: Any, folded: Any, down: Any) -> None:
    """Transform 8 rows of every column."""
    for side in range(2):
        for i in range(SIDE // 2):
            upper, lower = plane[side, y + i], plane[side, y + SIDE - 1 - i]
            sums, differences = folded[i], folded[i + SIDE // 2]
            for x in range(len(upper)):
                sums[x] = upper[x] + lower[x]
                differences[x] = upper[x] - lower[x]
        for k in range(SIDE):
            start = 0 if k % 2 == 0 else SIDE // 2
            _mix(folded, start, _C[k, 0], _C[k, 1], _C[k, 2], _C[k, 3], down[k, side])


@jit
def _mix(rows: Any, start: Any, c0: Any, c1: Any, c2: Any, c3: Any, out: Any) -> None:
    r0, r1, r2, r3 = rows[start], rows[start + 1], rows[start + 2], rows[start + 3]
    for x in range(len(out)):
        out[x] = c0 * r0[x] + c1 * r1[x] + c2 * r2[x] + c3 * r3[x]


@jit
def _columns_back(back: Any, shares: Any, y: Any, top: Any, bottom: Any, total: Any, weight: Any) -> None:
    """The way back of ``_columns_forward``, added to what other blocks say of these rows."""
    for side in range(2):
        for i in range(SIDE):
            if y + i < top or y + i >= bottom:
                continue
            sums, weights, share = total[side, y + i - top], weight[side, y + i - top], shares[side]
            for k in range(0, SIDE, 4):
                r0, r1, r2, r3 = back[k, side], back[k + 1, side], back[k + 2, side], back[k + 3, side]
                c0, c1, c2, c3 = _C[k, i], _C[k + 1, i], _C[k + 2, i], _C[k + 3, i]
                for x in range(len(sums)):
                    sums[x] += c0 * r0[x] + c1 * r1[x] + c2 * r2[x] + c3 * r3[x]
            for x in range(len(weights)):
                weights[x] += share[x]


@jit
def _rows_forward(down: Any, left: Any, count: Any, block: Any) -> None:
    """Transform 8 neighbours of each of the 8 vertical frequencies, for ``count`` blocks that start 2 pixels apart."""
    for k in range(SIDE):
        _row_forward(down[k, 0, left:], down[k, 1, left:], block[k * SIDE * _BLOCKS :], np.uint64(count))


@jit
def _row_forward(even: Any, odd: Any, out: Any, count: Any) -> None:
    for m in range(count):
        v0, v1, v2, v3 = even[m], odd[m], even[m + ONE], odd[m + ONE]
        v4, v5, v6, v7 = even[m + TWO], odd[m + TWO], even[m + TRIPLE], odd[m + TRIPLE]
        a0, a1, a2, a3 = v0 + v7, v1 + v6, v2 + v5, v3 + v4
        b0, b1, b2, b3 = v0 - v7, v1 - v6, v2 - v5, v3 - v4
        e0, e1, f0, f1 = a0 + a3, a1 + a2, a0 - a3, a1 - a2
        out[m] = C4 * (e0 + e1)
        out[m + N[1]] = C1 * b0 + C3 * b1 + C5 * b2 + C7 * b3
        out[m + N[2]] = C2 * f0 + C6 * f1
        out[m + N[3]] = C3 * b0 - C7 * b1 - C1 * b2 - C5 * b3
        out[m + N[4]] = C4 * (e0 - e1)
        out[m + N[5]] = C5 * b0 - C1 * b1 + C7 * b2 + C3 * b3
        out[m + N[6]] = C6 * f0 - C2 * f1
        out[m + N[7]] = C7 * b0 - C5 * b1 + C3 * b2 - C1 * b3


@jit
def _rows_back(block: Any, used: Any, left: Any, count: Any, back: Any, shares: Any) -> None:
    """The way back, weighted by how simple each block has become."""
    count = np.uint64(count)
    for m in range(count):
        used[m] = UNIT / used[m]
    for i in range(SIDE):
        share = shares[i % 2, left + i // 2 :]
        for m in range(count):
            share[m] += used[m]
    for k in range(SIDE):
        one = block[k * SIDE * _BLOCKS : (k + 1) * SIDE * _BLOCKS]
        _row_back(one, used, count)
        for i in range(SIDE):
            values, into = one[i * _BLOCKS :], back[k, i % 2, left + i // 2 :]
            for m in range(count):
                into[m] += values[m]


@jit
def _row_back(d: Any, used: Any, count: Any) -> None:
    for m in range(count):
        share = used[m]
        d0, d4, d2, d6 = C4 * d[m], C4 * d[m + N[4]], d[m + N[2]], d[m + N[6]]
        d1, d3, d5, d7 = d[m + N[1]], d[m + N[3]], d[m + N[5]], d[m + N[7]]
        e0, e1 = d0 + d4, d0 - d4
        f0, f1 = C2 * d2 + C6 * d6, C6 * d2 - C2 * d6
        a0, a1, a2, a3 = e0 + f0, e1 + f1, e1 - f1, e0 - f0
        b0 = C1 * d1 + C3 * d3 + C5 * d5 + C7 * d7
        b1 = C3 * d1 - C7 * d3 - C1 * d5 - C5 * d7
        b2 = C5 * d1 - C1 * d3 + C7 * d5 + C3 * d7
        b3 = C7 * d1 - C5 * d3 + C3 * d5 - C1 * d7
        d[m] = share * (a0 + b0)
        d[m + N[7]] = share * (a0 - b0)
        d[m + N[1]] = share * (a1 + b1)
        d[m + N[6]] = share * (a1 - b1)
        d[m + N[2]] = share * (a2 + b2)
        d[m + N[5]] = share * (a2 - b2)
        d[m + N[3]] = share * (a3 + b3)
        d[m + N[4]] = share * (a3 - b3)


@jit
def _keep_strong(block: Any, threshold: Any, count: Any, used: Any) -> None:
    """Take out what is weaker than noise; each block's mean stays."""
    used[:] = UNIT
    for i in range(1, SIDE * SIDE):
        one = block[i * _BLOCKS :]
        for m in range(np.uint64(count)):
            stays = UNIT if abs(one[m]) > threshold else ZERO
            one[m] *= stays
            used[m] += stays


@jit
def _keep_known(block: Any, known: Any, noise: Any, count: Any, used: Any) -> None:
    """Keep of each coefficient the share that is picture as far as a cleaner version knows (Wiener)."""
    used[:] = _TINY
    for i in range(SIDE * SIDE):
        one, other = block[i * _BLOCKS :], known[i * _BLOCKS :]
        for m in range(np.uint64(count)):
            energy = other[m] * other[m]
            share = energy / (energy + noise)
            one[m] *= share
            used[m] += share * share
