"""Causes in the finest structure: blur, sharpening and grain, and pictures that do not lie exactly over each other.

Both pictures are cut into small blocks and compared frequency by frequency (Welch's method). What of the picture
after follows ours tells how much fine structure was let through: less is a blur, more is sharpening. What does not
follow it, in the blocks with the least structure, is grain.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exposure_app.recover_edits.causes.cause import Cause

Array = NDArray[np.float64]

BLOCK = 16  # pixels
BANDS = (
    (0.06, 0.12),
    (0.12, 0.2),
    (0.2, 0.3),
    (0.3, 0.42),
)  # cycles a pixel; the first is what others are held against
ROUNDING = 1 / 12  # variance that rounding to 8-bit codes adds, in codes squared
AUDIBLE = 6.0  # times that: the least power of a band that tells anything
BLURRED, SHARPENED = 0.82, 1.2  # share of the structure that comes through
BLUR = 0.7  # sigma in pixels from which a blur is told
FLAT = 0.15  # share of the blocks that have the least structure
GRAIN = 2.0  # codes
FOLLOWS = 0.5  # coherence of the first band below which two pictures do not lie over each other
STEP = 0.5  # pixels by which pictures must be moved
TURNED = 0.8  # pixels by which quarters may be moved differently


def details(ours: Array, after: Array) -> list[Cause]:
    """What was done to the fine structure.

    Args:
        ours: What the steps give, H x W brightness on the screen in 8-bit codes, at the pixels of the file.
        after: The same part of the picture after.
    """
    spectra = _Spectra.of(ours, after)
    if spectra is None or spectra.coherence(BANDS[0]) < FOLLOWS:
        return []
    found = [spectra.sharpness(), spectra.grain()]
    return [cause for cause in found if cause is not None]


def moved(ours: Array, after: Array, scale: float) -> Cause | None:
    """Whether two pictures are moved against each other, or turned.

    Args:
        ours: Brightness, H x W.
        after: Likewise.
        scale: Pixels of the file in one of these.
    """
    height, width = (size // 2 for size in ours.shape)
    if min(height, width) < BLOCK:
        return None
    quarters = [(slice(y, y + height), slice(x, x + width)) for y in (0, height) for x in (0, width)]
    moves = np.array([move for part in quarters if (move := shift(ours[part], after[part])) is not None])
    if len(moves) < 3:
        return None
    typical = np.median(moves, axis=0)
    spread = float(np.sort(np.hypot(*(moves - typical).T))[-2])  # one quarter may be wrong
    if spread > TURNED:
        words = f"warped or turned: parts are moved by {spread * scale:.1f} pixels against each other"
        return Cause("warped", spread * scale, "px", spread / TURNED, words)
    size = float(np.hypot(*typical))
    return displaced(size, scale) if size >= STEP else None


def displaced(size: float, scale: float) -> Cause:
    """That the picture after is moved, by some pixels of which one is ``scale`` pixels of the file."""
    return Cause("moved", size * scale, "px", size / STEP, f"not in the same place: moved by {size * scale:.1f} pixels")


def shift(some: Array, others: Array) -> tuple[float, float] | None:
    """By how many pixels the second picture is moved down and right, by phase correlation; None if none is clear."""
    window = np.outer(np.hanning(some.shape[0]), np.hanning(some.shape[1]))
    first, second = (np.fft.fft2((picture - picture.mean()) * window) for picture in (some, others))
    cross = np.conj(first) * second
    rows, columns = (np.abs(np.fft.fftfreq(size)) for size in some.shape)
    soft = np.exp(-(rows[:, None] ** 2 + columns**2) / (2 * 0.12**2))  # noise rules the highest frequencies
    peak = np.fft.ifft2(soft * cross / (np.abs(cross) + 1e-3 * np.abs(cross).mean() + 1e-12)).real
    row, column = (int(at) for at in np.unravel_index(np.argmax(peak), peak.shape))
    if peak[row, column] < 8 * peak.std():
        return None
    return _finer(peak[:, column], row), _finer(peak[row], column)


def _finer(values: Array, at: int) -> float:
    """Where the peak of a circle of values lies, between its neighbours; below half the circle it is negative."""
    count = len(values)
    left, middle, right = values[at - 1], values[at], values[(at + 1) % count]
    curvature = left - 2 * middle + right
    place = at + (0.5 * (left - right) / curvature if curvature < 0 else 0.0)
    return float(place - count if place > count / 2 else place)


@dataclass(frozen=True, eq=False)
class _Spectra:
    """Power of blocks, B x block x block, in codes squared: of ours, of after, and what both have in common."""

    ours: Array
    after: Array
    cross: NDArray[np.complex128]
    frequency: Array

    @classmethod
    def of(cls, ours: Array, after: Array) -> "_Spectra | None":
        if min(ours.shape) < 2 * BLOCK:
            return None
        window = np.outer(np.hanning(BLOCK), np.hanning(BLOCK))
        norm = np.sqrt((window**2).sum())
        first, second = (np.fft.fft2(_blocks(picture) * window) / norm for picture in (ours, after))
        along = np.fft.fftfreq(BLOCK)
        frequency = np.hypot(along[:, None], along)
        return cls(np.abs(first) ** 2, np.abs(second) ** 2, np.conj(first) * second, frequency)

    def _in(self, band: tuple[float, float]) -> NDArray[np.bool_]:
        return (self.frequency >= band[0]) & (self.frequency < band[1])

    def coherence(self, band: tuple[float, float]) -> float:
        """How well after follows ours, 0 to 1."""
        cells = self._in(band)
        common = abs(self.cross[:, cells].mean()) ** 2
        return float(common / (self.ours[:, cells].mean() * self.after[:, cells].mean() + 1e-12))

    def response(self, band: tuple[float, float]) -> float | None:
        """How much of our structure is in after; None where there is none to speak of."""
        cells = self._in(band)
        power = self.ours[:, cells].mean()
        if power < AUDIBLE * ROUNDING:
            return None
        return float(self.cross[:, cells].mean().real / power)

    def sharpness(self) -> Cause | None:
        """Blur or sharpening."""
        low = self.response(BANDS[0])
        finer = [(band, value) for band in BANDS[1:] if (value := self.response(band)) is not None]
        if low is None or low <= 0 or not finer:
            return None
        band, value = max(finer, key=lambda pair: abs(np.log(max(pair[1] / low, 1e-3))))
        value /= low
        if value > SHARPENED:
            words = f"sharpening: fine structure is {value:.1f} times as strong"
            return Cause("sharpening", value, "x", (value - 1) / (SHARPENED - 1), words)
        middle = sum(band) / 2
        first = sum(BANDS[0]) / 2
        sigma = float(np.sqrt(max(-np.log(max(value, 1e-3)), 0) / (2 * np.pi**2 * (middle**2 - first**2))))
        if value > BLURRED or sigma < BLUR:
            return None
        words = f"blur or noise reduction: {100 * value:.0f} % of the fine structure is left, as by {sigma:.1f} pixels"
        return Cause("blur", sigma, "px", sigma / BLUR, words)

    def grain(self) -> Cause | None:
        """Noise that our picture does not have."""
        cells = self._in((BANDS[1][0], 0.5))
        structure = self.ours[:, cells].mean(1)
        flat = structure <= np.quantile(structure, FLAT)
        ours, after = self.ours[flat][:, cells].mean(), self.after[flat][:, cells].mean()
        common = abs(self.cross[flat][:, cells].mean()) ** 2 / max(ours, 1e-9)
        rms = float(np.sqrt(max(after - common - ROUNDING, 0)))
        if rms < GRAIN:
            return None
        return Cause("grain", rms, "codes", rms / GRAIN, f"grain: {rms:.1f} of 255 levels that the steps do not make")


def _blocks(picture: Array) -> Array:
    """Half-overlapping blocks, each about its own mean."""
    views = np.lib.stride_tricks.sliding_window_view(picture, (BLOCK, BLOCK))[:: BLOCK // 2, :: BLOCK // 2]
    flat = views.reshape(-1, BLOCK, BLOCK)
    centred: Array = flat - flat.mean((1, 2), keepdims=True)
    return centred
