"""From where on the sensor the corrected picture is drawn, and how much brighter.

Corrections are followed backwards: a place in the finished picture goes through the last of them first, until it is a
place on the sensor, for red, green and blue apart. All of them together, and how the picture is turned and cropped, are
one such walk, so that pixels are interpolated once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.opcodes.lists import FixVignetteRadial, Warp

Floats = NDArray[np.float64]

PLANES = 3


@dataclass(frozen=True)
class Frame:
    """The pixels that a correction was made for, on the sensor.

    Attributes:
        left: Of its first pixel.
        top: Of its first pixel.
        width: In pixels.
        height: In pixels.
    """

    left: float
    top: float
    width: float
    height: float

    def at(self, centre: tuple[float, float]) -> tuple[float, float]:
        """A place on the sensor, from shares of the frame."""
        return self.left + centre[0] * (self.width - 1), self.top + centre[1] * (self.height - 1)

    def reach(self, centre: tuple[float, float]) -> float:
        """Distance from a place, in shares of the frame, to the pixel that is furthest."""
        across, down = (max(share, 1 - share) for share in centre)
        return max(float(np.hypot(across * (self.width - 1), down * (self.height - 1))), 1.0)


class Correction(Protocol):
    """One of the corrections."""

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """Places before the correction for places after it.

        Args:
            xy: 3 x 2 x ..., across and down on the sensor, for each plane.
            gain: 3 x ..., how much brighter they become by all that follows.
        """


@dataclass(frozen=True, eq=False)
class Bend:
    """A warp of the picture.

    Attributes:
        warp: As a DNG has it.
        frame: What it is for.
        same: Whether all planes are bent as green is.
        apart: Whether planes are only moved against green.
    """

    warp: Warp
    frame: Frame
    same: bool = False
    apart: bool = False

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """See ``Correction``."""
        centre, radius = np.array(self.frame.at(self.warp.centre)), self.frame.reach(self.warp.centre)
        seen = xy - centre.reshape(2, *[1] * (xy.ndim - 2))
        count = len(self.warp.radial)
        common = np.stack([self._one(part, radius, min(1, count - 1)) for part in seen])
        own = np.stack([self._one(part, radius, min(plane, count - 1)) for plane, part in enumerate(seen)])
        moved = common if self.same else seen + own - common if self.apart else own
        return moved + centre.reshape(2, *[1] * (xy.ndim - 2)), gain

    def _one(self, seen: Floats, radius: float, plane: int) -> Floats:
        x, y = seen / radius
        squares = x * x + y * y
        ratio = warp_ratio(self.warp, plane, squares)
        first, second = self.warp.tangential[plane]
        across = second * (squares + 2 * x * x) + 2 * first * x * y
        down = first * (squares + 2 * y * y) + 2 * second * x * y
        return np.stack([x * ratio + across, y * ratio + down]) * radius


def warp_ratio(warp: Warp, plane: int, squares: Floats) -> Floats:
    """Radius in the picture as it is over radius as it shall be.

    Args:
        warp: See ``Warp``.
        plane: Of its coefficients.
        squares: Squared radii in the corrected picture, 1 at the furthest corner.
    """
    terms = warp.radial[plane]
    if warp.fisheye:
        radii = np.sqrt(squares)
        angle = np.arctan(radii)
        bent = angle * np.polynomial.polynomial.polyval(angle * angle, terms)
        return np.asarray(np.where(radii > 1e-9, bent / np.maximum(radii, 1e-9), terms[0]))
    if warp.valid is not None:
        squares = np.clip(squares, *(warp.valid[plane] ** 2))
    ratio = (
        np.polynomial.polynomial.polyval(np.sqrt(squares), terms)
        if terms[1::2].any()
        else np.polynomial.polynomial.polyval(squares, terms[::2])
    )
    return np.asarray(1 / ratio if warp.reciprocal else ratio)


@dataclass(frozen=True, eq=False)
class Table:
    """A warp known at some radii.

    Attributes:
        radii: In pixels from the middle of the frame, rising from 0.
        ratios: 3 x radii, radius in the picture as it is over radius as it shall be.
        frame: What it is for.
    """

    radii: Floats
    ratios: Floats
    frame: Frame

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """See ``Correction``."""
        centre = np.array(self.frame.at((0.5, 0.5))).reshape(2, *[1] * (xy.ndim - 2))
        seen = xy - centre
        distances = np.hypot(seen[:, 0], seen[:, 1])
        ratio = np.stack([np.interp(distances[c], self.radii, self.ratios[c]) for c in range(PLANES)])
        return seen * ratio[:, np.newaxis] + centre, gain

    def with_only(self, distortion: bool, fringes: bool) -> "Table":
        """A part of what it does: what all planes have in common, or how they differ from green."""
        common = self.ratios[1] if distortion else np.ones_like(self.ratios[1])
        apart = self.ratios - self.ratios[1] if fringes else np.zeros_like(self.ratios)
        return Table(self.radii, common + apart, self.frame)


@dataclass(frozen=True)
class Scale:
    """The picture drawn larger about the middle of a frame.

    Attributes:
        factor: How much; 1 changes nothing.
        frame: See above.
    """

    factor: float
    frame: Frame

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """See ``Correction``."""
        centre = np.array(self.frame.at((0.5, 0.5))).reshape(2, *[1] * (xy.ndim - 2))
        return (xy - centre) / self.factor + centre, gain


@dataclass(frozen=True, eq=False)
class Lighten:
    """Light given back towards the corners.

    Attributes:
        vignette: As a DNG has it.
        frame: What it is for.
    """

    vignette: FixVignetteRadial
    frame: Frame

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """See ``Correction``."""
        centre = np.array(self.frame.at(self.vignette.centre)).reshape(2, *[1] * (xy.ndim - 2))
        seen = (xy - centre) / self.frame.reach(self.vignette.centre)
        squares = seen[:, 0] ** 2 + seen[:, 1] ** 2
        own = 1 + squares * np.polynomial.polynomial.polyval(squares, self.vignette.coefficients)
        return xy, gain * np.maximum(own, 0)


@dataclass(frozen=True, eq=False)
class LightTable:
    """The same, known at some radii.

    Attributes:
        radii: In pixels from the middle of the frame, rising from 0.
        gains: At each of them.
        frame: What it is for.
    """

    radii: Floats
    gains: Floats
    frame: Frame

    def back(self, xy: Floats, gain: Floats) -> tuple[Floats, Floats]:
        """See ``Correction``."""
        centre = np.array(self.frame.at((0.5, 0.5))).reshape(2, *[1] * (xy.ndim - 2))
        seen = xy - centre
        return xy, gain * np.interp(np.hypot(seen[:, 0], seen[:, 1]), self.radii, self.gains)


@dataclass(frozen=True)
class Optics:
    """All corrections of a picture, and the part of the sensor that it shows.

    Attributes:
        corrections: In the order in which they are made.
        left: Of the part that is shown, on the sensor.
        top: Likewise.
        width: Of that part.
        height: Likewise.
        flip: How it is turned upright, as in LibRaw: 4 transposes, 2 and 1 mirror.
    """

    corrections: tuple[Correction, ...]
    left: int
    top: int
    width: int
    height: int
    flip: int = 0
    _size: tuple[int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        size = (self.height, self.width) if self.flip & 4 else (self.width, self.height)
        object.__setattr__(self, "_size", size)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the upright picture."""
        return self._size

    def source(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Places on the sensor for places in the upright picture.

        Args:
            x: Across, 0 in the middle of the first pixel.
            y: Down, likewise.

        Returns:
            3 x 2 x ..., across and down for each plane, and 3 x ..., the gain.
        """
        if self.flip & 4:
            x, y = y, x
        x = self.width - 1 - x if self.flip & 1 else x
        y = self.height - 1 - y if self.flip & 2 else y
        xy = np.broadcast_to(np.stack([x + self.left, y + self.top]), (PLANES, 2, *np.shape(x)))
        return walk_back(self.corrections, xy)


def walk_back(corrections: Sequence[Correction], xy: Floats) -> tuple[Floats, Floats]:
    """Places, 3 x 2 x ..., and gains before all corrections for places after them."""
    gain = np.ones((PLANES, *xy.shape[2:]))
    for correction in reversed(corrections):
        xy, gain = correction.back(xy, gain)
    return xy, gain


def filling(corrections: Sequence[Correction], frame: Frame) -> Scale:
    """The scale at which corrections leave no border of a frame empty, nor more of the picture out than they must."""
    along = np.linspace(0, 1, 65)
    x = frame.left + np.concatenate([along, along, 0 * along, 0 * along + 1]) * (frame.width - 1)
    y = frame.top + np.concatenate([0 * along, 0 * along + 1, along, along]) * (frame.height - 1)
    border = np.broadcast_to(np.stack([x, y]), (PLANES, 2, len(x)))
    middle = np.array(frame.at((0.5, 0.5)))[:, np.newaxis]
    half = np.array([frame.width - 1, frame.height - 1])[:, np.newaxis] / 2

    def reaches(factor: float) -> bool:
        places, _ = walk_back([*corrections, Scale(factor, frame)], border)
        return bool((np.abs(places - middle) <= half * (1 + 1e-4)).all())

    low, high = 0.5, 4.0
    for _ in range(24):
        factor = float(np.sqrt(low * high))
        low, high = (low, factor) if reaches(factor) else (factor, high)
    return Scale(high if high > 1.0001 or high < 0.9999 else 1.0, frame)
