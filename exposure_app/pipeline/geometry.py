"""How a photo is turned, straightened and cropped, before any step.

In this order: mirrored, turned by quarters, turned by the angle about its centre, cropped. The *frame* is the rectangle
of the photo after the quarter turns; the angle turns the picture under it, the crop is a part of it. All of it is
independent of resolution, so that a small copy of a photo and the photo itself show the same part.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from exposure_app.errors import ExposureError
from exposure_app.params import is_number

MAX_ANGLE = 45.0
_NOISE = 1e-9  # what sums of floats may add to a border, in shares of the frame
_TOLERANCE = 1e-6  # likewise, in pixels


class Rect(NamedTuple):
    """A rectangle, y downwards; in pixels of the frame or in shares of its size."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, dx: float, dy: float) -> "Rect":
        """Shifted."""
        return Rect(self.left + dx, self.top + dy, self.right + dx, self.bottom + dy)

    def scaled(self, across: float, down: float) -> "Rect":
        """With all coordinates multiplied: from shares to pixels, or back."""
        return Rect(self.left * across, self.top * down, self.right * across, self.bottom * down)


WHOLE = Rect(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Geometry:
    """Which part of a photo is the picture, and which way up.

    Attributes:
        turns: Quarter turns clockwise, 0 to 3.
        mirror: Whether left and right are swapped, before the turns.
        angle: Degrees by which the picture is turned clockwise after that, -45 to 45.
        crop: The part that is wanted, in shares of the frame. Where the angle leaves no picture, it is drawn towards
            the middle of the frame until all of it is picture: see ``placed``. With an angle it may itself reach
            beyond the frame, where the turned picture does.

    Raises:
        ExposureError: On construction, when something is out of range.
    """

    turns: int = 0
    mirror: bool = False
    angle: float = 0.0
    crop: Rect = WHOLE

    def __post_init__(self) -> None:
        if isinstance(self.turns, bool) or self.turns not in (0, 1, 2, 3):
            raise ExposureError(f"Quarter turns must be 0, 1, 2 or 3, not {self.turns!r}")
        if not isinstance(self.mirror, bool):
            raise ExposureError(f"mirror must be true or false, not {self.mirror!r}")
        if not is_number(self.angle) or not abs(self.angle) <= MAX_ANGLE:
            raise ExposureError(f"The angle must be between -{MAX_ANGLE:g} and {MAX_ANGLE:g}, not {self.angle!r}")
        object.__setattr__(self, "angle", float(self.angle) + 0.0)  # no negative zero
        object.__setattr__(self, "crop", _checked_crop(self.crop))

    @property
    def upright(self) -> "Geometry":
        """Turned and mirrored only: neither straightened nor cropped."""
        return Geometry(self.turns, self.mirror)

    # --- changes, all as seen by someone who looks at the result ---

    def turned(self, quarters: int) -> "Geometry":
        """The picture with its crop turned by quarters, clockwise; to the left when negative."""
        crop = self.crop
        for _ in range(quarters % 4):
            crop = Rect(1 - crop.bottom, crop.left, 1 - crop.top, crop.right)
        return replace(self, turns=(self.turns + quarters) % 4, crop=crop)

    def flipped(self, *, vertically: bool = False) -> "Geometry":
        """The picture with its crop mirrored: left and right, or top and bottom."""
        crop = Rect(1 - self.crop.right, self.crop.top, 1 - self.crop.left, self.crop.bottom)
        flipped = Geometry(-self.turns % 4, not self.mirror, -self.angle, crop)
        return flipped.turned(2) if vertically else flipped

    # --- what it means for a photo of a certain size ---

    def frame_size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the frame of a photo."""
        return (height, width) if self.turns % 2 else (width, height)

    def placed(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of the picture in whole pixels of the frame.

        None of its pixels lies outside the photo; a crop thinner than a pixel becomes one pixel.

        Args:
            width: Of the photo as it is stored, in pixels.
            height: Likewise.
        """
        frame = self.frame_size(width, height)
        area = fitted(self.crop.scaled(*frame), frame, self.angle)
        to_whole = _inwards if self.angle else _nearest  # beyond a turned border there is no picture
        left, right = to_whole(area.left, area.right, frame[0])
        top, bottom = to_whole(area.top, area.bottom, frame[1])
        return left, top, right - left, bottom - top

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of the picture."""
        return self.placed(width, height)[2:]


def reach(area: Rect, frame: tuple[float, float], angle: float) -> float:
    """How far a rectangle reaches: 0 is a point in the middle, 1 touches the border of the turned picture.

    Args:
        area: In pixels of the frame.
        frame: Width and height of the frame, which are also those of the picture that is turned under it.
        angle: Degrees clockwise.
    """
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = area.centre[0] - frame[0] / 2, area.centre[1] - frame[1] / 2
    half_width, half_height = area.width / 2, area.height / 2
    across = abs(x * cos + y * sin) + half_width * cos + half_height * abs(sin)
    down = abs(y * cos - x * sin) + half_height * cos + half_width * abs(sin)
    return max(across / (frame[0] / 2), down / (frame[1] / 2))


def fitted(area: Rect, frame: tuple[float, float], angle: float) -> Rect:
    """A rectangle drawn towards the middle of the frame, if need be, until all of it is picture.

    It keeps its proportions. Of the whole frame this is the largest crop of the photo's own proportions.

    Args:
        area: In pixels of the frame.
        frame: See ``reach``.
        angle: See ``reach``.
    """
    reached = reach(area, frame, angle)
    if reached <= 1 + _NOISE:
        return area
    share = 1 / reached
    x, y = frame[0] / 2 * (1 - share), frame[1] / 2 * (1 - share)
    return area.scaled(share, share).moved(x, y)


def to_json(geometry: Geometry) -> dict[str, Any]:
    """The geometry as plain JSON data."""
    return {
        "turns": geometry.turns,
        "mirror": geometry.mirror,
        "angle": geometry.angle,
        "crop": list(geometry.crop),
    }


def from_json(fields: Mapping[str, Any]) -> Geometry:
    """What ``to_json`` wrote; entries that are missing are neutral.

    Raises:
        ExposureError: Anything unknown or out of range.
    """
    unknown = sorted(set(fields) - {field.name for field in dataclasses.fields(Geometry)})
    if unknown:
        raise ExposureError(f"The geometry has an unknown entry {unknown[0]!r}")
    return Geometry(**fields)


def _nearest(low: float, high: float, size: int) -> tuple[int, int]:
    first = min(round(low), size - 1)
    return first, max(first + 1, round(high))


def _inwards(low: float, high: float, size: int) -> tuple[int, int]:
    first, last = math.ceil(low - _TOLERANCE), math.floor(high + _TOLERANCE)
    if first < last:
        return first, last
    middle = math.floor((low + high) / 2)
    return middle, middle + 1


def _checked_crop(crop: object) -> Rect:
    if not isinstance(crop, (list, tuple)) or len(crop) != 4 or not all(map(is_number, crop)):
        raise ExposureError("A crop must be four numbers: left, top, right and bottom")
    rect = Rect(*map(float, crop))
    if not (-1 <= rect.left < rect.right <= 2 and -1 <= rect.top < rect.bottom <= 2):
        raise ExposureError("A crop must have its left before its right and its top above its bottom, near 0 to 1")
    return rect
