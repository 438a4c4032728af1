"""Where the pixels of an array lie in the photo they come from.

A *place* is a pair x, y measured from the centre of the whole photo, as the file shows it upright, to the right and
down, in units of its short edge. It does not depend on resolution, and it stays on its subject when the photo is
cropped, straightened, turned or mirrored.
"""

import math
from dataclasses import dataclass

from exposure_app.pipeline.geometry import Geometry, fitted

Place = tuple[float, float]


@dataclass(frozen=True)
class Grid:
    """The places of an array's pixels: evenly spaced, as turning, cropping and shrinking leave them.

    Attributes:
        origin: Place of the centre of the first pixel.
        right: What each column adds.
        down: What each row adds.
    """

    origin: Place
    right: Place
    down: Place

    @classmethod
    def of(cls, geometry: Geometry, photo: tuple[int, int]) -> "Grid":
        """Of the picture that a geometry shows.

        Args:
            geometry: How the photo was placed, see ``resample.place``.
            photo: Width and height of the whole photo.
        """
        left, top, _, _ = geometry.placed(*photo)
        return _in_frame(geometry, geometry.frame_size(*photo), left, top)

    @classmethod
    def guessed(cls, geometry: Geometry, columns: int, rows: int) -> "Grid":
        """Of a picture that shows what a geometry shows, at any size, when that of the photo is not known.

        Exact for a whole photo; a crop may be out by what its borders were rounded by.
        """
        frame = columns / geometry.crop.width, rows / geometry.crop.height
        area = fitted(geometry.crop.scaled(*frame), frame, geometry.angle)
        return _in_frame(geometry, frame, area.left, area.top).part(0, 0, area.width / columns, area.height / rows)

    def part(self, left: float, top: float, across: float = 1.0, down: float = 1.0) -> "Grid":
        """Of an array made from a part of this one, each of its pixels the mean of ``across`` x ``down`` pixels."""
        return Grid(
            self.place(left + across / 2, top + down / 2),
            (across * self.right[0], across * self.right[1]),
            (down * self.down[0], down * self.down[1]),
        )

    def every(self, stride: int) -> "Grid":
        """Of a regular sample: every n-th pixel of every n-th row."""
        return Grid(
            self.origin,
            (stride * self.right[0], stride * self.right[1]),
            (stride * self.down[0], stride * self.down[1]),
        )

    def place(self, column: float, row: float) -> Place:
        """The place at a point of the array; the first pixel's centre is 0.5, 0.5."""
        return (
            self.origin[0] + (column - 0.5) * self.right[0] + (row - 0.5) * self.down[0],
            self.origin[1] + (column - 0.5) * self.right[1] + (row - 0.5) * self.down[1],
        )

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Column and row at a place; the reverse of ``place``."""
        x, y = x - self.origin[0], y - self.origin[1]
        area = self.right[0] * self.down[1] - self.right[1] * self.down[0]
        return (
            0.5 + (x * self.down[1] - y * self.down[0]) / area,
            0.5 + (y * self.right[0] - x * self.right[1]) / area,
        )


def to_photo(geometry: Geometry, x: float, y: float) -> tuple[float, float]:
    """A direction of the frame as a direction of the whole photo."""
    cos, sin = math.cos(math.radians(geometry.angle)), math.sin(math.radians(geometry.angle))
    x, y = x * cos + y * sin, y * cos - x * sin
    for _ in range(geometry.turns):
        x, y = y, -x
    return (-x if geometry.mirror else x), y


def _in_frame(geometry: Geometry, frame: tuple[float, float], left: float, top: float) -> Grid:
    """Of pixels as large as the frame's, the corner of the first one at a point of the frame."""
    unit = 1 / min(frame)

    def turned(x: float, y: float) -> Place:
        across, down = to_photo(geometry, x * unit, y * unit)
        return across, down

    return Grid(turned(left + 0.5 - frame[0] / 2, top + 0.5 - frame[1] / 2), turned(1, 0), turned(0, 1))
