"""The light a photo was taken in, as temperature and tint, and the gains that make its picture neutral.

A light is a place in CIE 1960 (u, v): the temperature is that of the nearest black body, the tint the distance from
there across the curve of black bodies, 3000 to a unit of (u, v) as in other programs, positive on the green side. A
photo developed for a greener light is therefore more magenta. The curve is M. Krystek's approximation (Color Research
and Application 10, 1985), good from 1000 to 15000 kelvin.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TEMPERATURES = (2000.0, 15000.0)  # K
TINTS = (-100.0, 100.0)
DARK = 1e-4  # an area darker than this has no colour to go by

_TINT_UNITS = 3000.0
_ENDS = (1000.0, 15000.0)  # of the approximation
_U = ((0.860117757, 1.54118254e-4, 1.28641212e-7), (1.0, 8.42420235e-4, 7.08145163e-7))
_V = ((0.317398726, 4.22806245e-5, 4.20481691e-8), (1.0, -2.89741816e-5, 1.61456053e-7))
_LEAST = 0.03  # a neutral's red or blue is at least this share of its green: beyond lie lights that cannot be


class Light(NamedTuple):
    """Temperature in kelvin, and tint."""

    temperature: float
    tint: float

    def clamped(self) -> "Light":
        """The nearest light that sliders and recipes know."""
        return Light(
            min(max(self.temperature, TEMPERATURES[0]), TEMPERATURES[1]), min(max(self.tint, TINTS[0]), TINTS[1])
        )


@dataclass(frozen=True, eq=False)
class CameraLight:
    """How a camera sees light, and what was made of that in a picture.

    Gains are three factors of camera red, green and blue, that of green 1.

    Attributes:
        xyz_to_camera: 3 x 3, from CIE XYZ to camera RGB before white balance, up to a factor.
        to_srgb: 3 x 3, from camera RGB after white balance to linear sRGB; rows sum to 1.
        as_shot: The gains that the camera chose; 1 for a finished picture.
        gains: The gains the picture was developed with.
        is_estimated: Whether the file tells no white balance, and ``as_shot`` was estimated from the picture.
    """

    xyz_to_camera: Floats
    to_srgb: Floats
    as_shot: Floats
    gains: Floats
    is_estimated: bool = False

    @property
    def light(self) -> Light:
        """What the picture was developed for."""
        return self.light_of(self.gains)

    def gains_for(self, light: Light) -> Floats:
        """The gains that make a grey surface in this light neutral."""
        neutral = self.xyz_to_camera @ _to_xyz(light)
        return np.asarray(neutral[1] / np.maximum(neutral, _LEAST * neutral[1]), np.float64)

    def light_of(self, gains: Floats) -> Light:
        """The light for which these are the gains: the inverse of ``gains_for``, as far as there is such a light."""
        return light_of_xyz(np.asarray(np.linalg.solve(self.xyz_to_camera, 1 / gains), np.float64))

    def gains_for_grey(self, rgb: Floats) -> Floats:
        """The gains with which an area of the picture would be grey.

        Args:
            rgb: Its mean colour in the picture as it is developed: linear sRGB.

        Raises:
            ValueError: It is too dark, or so colourful that the camera cannot have seen it as grey.
        """
        mean = np.asarray(rgb, np.float64)
        if not np.isfinite(mean).all() or mean.max() < DARK:
            raise ValueError("no colour to go by")
        seen = np.linalg.solve(self.to_srgb, mean) / self.gains
        if seen.min() <= _LEAST * seen.max():
            raise ValueError("no grey in any light")
        return np.asarray(seen[1] / seen)


def _locus(temperature: float) -> tuple[Floats, Floats]:
    """A black body's place, and the unit vector across the curve there, towards green."""
    place, along = [], []
    for above, below in (_U, _V):
        top, bottom = np.polyval(above[::-1], temperature), np.polyval(below[::-1], temperature)
        rise = above[1] + 2 * above[2] * temperature
        fall = below[1] + 2 * below[2] * temperature
        place.append(top / bottom)
        along.append((rise * bottom - top * fall) / bottom**2)
    across = np.array([along[1], -along[0]]) / math.hypot(*along)
    return np.array(place), across if across[1] > 0 else -across


def _to_xyz(light: Light) -> Floats:
    place, across = _locus(light.temperature)
    u, v = place + light.tint / _TINT_UNITS * across
    x, y = 3 * u / (2 * u - 8 * v + 4), 2 * v / (2 * u - 8 * v + 4)
    return xyz_of_chromaticity(x, y)


def xyz_of_chromaticity(x: float, y: float) -> Floats:
    """CIE XYZ, Y 1."""
    return np.array([x / y, 1.0, (1 - x - y) / y])


def light_of_xyz(xyz: Floats) -> Light:
    """The light of a colour: the black body across whose curve it lies, found by halving."""
    x, y, z = xyz
    uv = np.array([4 * x, 6 * y]) / (x + 15 * y + 3 * z)

    def beyond(temperature: float) -> bool:
        """Whether the colour lies on the hotter side."""
        place, across = _locus(temperature)
        along = np.array([-across[1], across[0]])  # u falls as it gets hotter
        return bool((uv - place) @ along > 0)

    low, high = (1e6 / end for end in reversed(_ENDS))  # in mired, where equal steps look equal
    for _ in range(60):
        middle = (low + high) / 2
        if beyond(1e6 / middle):
            high = middle
        else:
            low = middle
    temperature = 2e6 / (low + high)
    place, across = _locus(temperature)
    return Light(float(temperature), float((uv - place) @ across) * _TINT_UNITS)
