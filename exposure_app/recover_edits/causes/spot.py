"""Edits of a part of the picture: a compact place that was changed, while its colours were not changed elsewhere.

That is what tells a brightened face from a filter that changes skin everywhere.
"""

import numpy as np
from numpy.typing import NDArray

from exposure_app.pipeline.color_difference import Lab, delta_e_2000
from exposure_app.recover_edits.causes.cause import Cause

Array = NDArray[np.float64]
Cells = NDArray[np.bool_]

LEAST = 1.5  # CIEDE2000 that cells of the place must be off, and ...
STANDS_OUT = 3.0  # ... times the typical cell
SMALLEST, LARGEST = 0.003, 0.4  # share of the picture
FILLED = 0.35  # share of the box around it
BIN = 10.0  # of colours that count as the same, in Lab
COUNTERPARTS = 0.15  # share of the place whose colours are elsewhere too
OWN = 0.6  # share of the change that only the place has
NEIGHBOURS = ((0, 1), (0, -1), (1, 0), (-1, 0))
ROWS, COLUMNS = ("upper", "middle", "lower"), ("left", "centre", "right")


def spot(lab: Lab, rest: Lab) -> Cause | None:
    """The most changed place, if there is one.

    Args:
        lab: Of what the steps give, H x W x 3 cells.
        rest: The error in Lab that nothing else explains.
    """
    size = _smoothed(delta_e_2000(lab, lab + rest))
    inside = _largest(size > max(LEAST, STANDS_OUT * float(np.median(size))), size)
    if not SMALLEST <= inside.mean() <= LARGEST or _share_of_box(inside) < FILLED:
        return None
    change = rest[inside].mean(0)
    if _own_share(lab, rest, inside) < OWN:
        return None
    error = float(size[inside].mean())
    rows, columns = np.nonzero(inside)
    place = _place(rows.mean() / inside.shape[0], columns.mean() / inside.shape[1])
    words = f"local edit: {100 * inside.mean():.0f} % of the picture, {place}, {_how(change)} (mean {error:.1f})"
    return Cause("local", error, "ΔE", error / LEAST, words)


def _own_share(lab: Lab, rest: Lab, inside: Cells) -> float:
    """The share of the change that the same colours outside do not have; 0 where too few of them are outside."""
    names = np.floor(lab / BIN).astype(int) @ np.array([10_000, 100, 1])
    _, colors = np.unique(names, return_inverse=True)
    colors = colors.reshape(inside.shape)
    count = int(colors.max()) + 1
    near = _grown(inside, 3)
    here, there = (np.bincount(colors[cells], minlength=count) for cells in (inside, ~near))
    both = (here > 0) & (there > 2)
    if here[both].sum() < COUNTERPARTS * inside.sum():
        return 0.0
    sums = [
        np.stack([np.bincount(colors[cells], rest[cells][:, channel], count) for channel in range(3)], -1)
        for cells in (inside, ~near)
    ]
    ours, others = sums[0][both] / here[both, None], sums[1][both] / there[both, None]
    weights = here[both]
    whole = np.linalg.norm(np.average(ours, axis=0, weights=weights))
    along = np.linalg.norm(np.average(ours - others, axis=0, weights=weights))
    return float(along) / max(float(whole), 1e-9)


def _largest(marked: Cells, size: Array) -> Cells:
    """The connected cells that sum up to most."""
    left, best, most = marked.copy(), np.zeros_like(marked), 0.0
    while left.any():
        part = np.zeros_like(marked)
        part[np.unravel_index(np.argmax(np.where(left, size, -1)), left.shape)] = True
        while True:
            grown = _grown(part, 1) & left
            if (grown == part).all():
                break
            part = grown
        if (total := float(size[part].sum())) > most:
            best, most = part, total
        left &= ~part
        if left.sum() * size.max() <= most:
            break
    return best


def _grown(cells: Cells, by: int) -> Cells:
    for _ in range(by):
        padded = np.pad(cells, 1)
        height, width = cells.shape
        cells = cells.copy()
        for y, x in NEIGHBOURS:
            cells |= padded[1 + y : 1 + y + height, 1 + x : 1 + x + width]
    return cells


def _smoothed(plane: Array) -> Array:
    padded = np.pad(plane, 1, mode="edge")
    height, width = plane.shape
    mean: Array = np.mean([padded[y : y + height, x : x + width] for y in range(3) for x in range(3)], axis=0)
    return mean


def _share_of_box(cells: Cells) -> float:
    rows, columns = np.nonzero(cells)
    return float(cells.sum() / (np.ptp(rows) + 1) / (np.ptp(columns) + 1))


def _place(y: float, x: float) -> str:
    row, column = ROWS[min(int(3 * y), 2)], COLUMNS[min(int(3 * x), 2)]
    return f"{row} {column}" if (row, column) != ("middle", "centre") else "in the middle"


def _how(change: Array) -> str:
    lightness, color = float(change[0]), float(np.hypot(change[1], change[2]))
    if abs(lightness) >= color:
        return "brighter" if lightness > 0 else "darker"
    return "other colours"
