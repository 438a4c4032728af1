"""The camera and the light of the sample scene.

World space: metres, x to the right, y up with the lake at 0, z away from the camera. Light is linear, in the
primaries of sRGB, with (1, 1, 1) the white that the camera is balanced to; 1.0 is about a white wall in the sun.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FULL_WIDTH = 4240
FULL_HEIGHT = 2832
EYE = 5.2
"""Height of the camera above the lake, in metres."""
_FOCAL = 2900.0 / FULL_WIDTH
"""Focal length as a part of the picture's width (about 25 mm on a 36 mm sensor)."""
_HORIZON = 0.555

SUN_AZIMUTH = math.radians(-45.0)
SUN_HEIGHT = math.radians(12.5)
SUN_X = math.sin(SUN_AZIMUTH) * math.cos(SUN_HEIGHT)
SUN_Y = math.sin(SUN_HEIGHT)
SUN_Z = math.cos(SUN_AZIMUTH) * math.cos(SUN_HEIGHT)
SUN_RGB = (1.75, 1.10, 0.56)
"""Light of the sun on a surface that faces it."""
SKY_RGB = (0.19, 0.27, 0.43)
"""Light of the whole sky on a level surface."""


@dataclass(frozen=True)
class View:
    """The projection for one size of picture: a shift lens, so that verticals stay vertical.

    Attributes:
        width: Picture width in pixels.
        height: Picture height in pixels.
        focal: Focal length in pixels.
        cx: Column of the optical axis.
        horizon: Row of the horizon.
    """

    width: int
    height: int
    focal: float
    cx: float
    horizon: float

    @property
    def scale(self) -> float:
        """Pixels of this picture per pixel of the full-size one."""
        return self.width / FULL_WIDTH

    def project(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Return the column and row where a world point (metres) is seen."""
        return self.cx + self.focal * x / z, self.horizon - self.focal * (y - EYE) / z


def make_view(width: int) -> View:
    """Return the view for a picture width in pixels; both sides are made even, as a Bayer mosaic needs.

    Raises:
        ValueError: The width is under 64 pixels.
    """
    if width < 64:
        raise ValueError(f"the sample picture needs a width of 64 pixels or more, not {width}")
    width -= width % 2
    height = 2 * round(width * FULL_HEIGHT / FULL_WIDTH / 2)
    return View(width, height, width * _FOCAL, width / 2, height * _HORIZON)
