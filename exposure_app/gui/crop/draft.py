"""A crop while it is being made: what handles, angle and proportions do to it. No corner of it is ever empty."""

import math
from dataclasses import dataclass, replace

from exposure_app.pipeline.geometry import MAX_ANGLE, WHOLE, Geometry, Rect, fitted

MIN_SIDE = 16.0  # px of the photo; smaller crops are accidents
_SLACK = 1e-6  # px

Handle = tuple[int, int]  # -1 left or top, 0 middle, 1 right or bottom


@dataclass(frozen=True)
class CropDraft:
    """A geometry that is being changed. Places and distances are in pixels of its frame.

    Attributes:
        photo: Width and height of the photo as it is stored.
        geometry: Its crop is the one that was last made by hand. Angle and proportions are applied to that afresh, so
            that trying several of them wears nothing away.
        aspect: Width by height that the crop must have; 0 for any.
    """

    photo: tuple[int, int]
    geometry: Geometry
    aspect: float = 0.0

    @property
    def frame(self) -> tuple[int, int]:
        """Width and height of what the crop is a part of."""
        return self.geometry.frame_size(*self.photo)

    @property
    def area(self) -> Rect:
        """The crop as it would be now."""
        area = self._by_hand()
        if not self.aspect:
            return area
        width = max(area.width, area.height * self.aspect)
        return self._around_centre(area, width, width / self.aspect)

    @property
    def result(self) -> Geometry:
        """The geometry when the crop is accepted."""
        if not self.aspect or _near(self.area, self._by_hand()):
            return self.geometry
        return self._with(self.area).geometry

    # --- handles ---

    def moved(self, dx: float, dy: float) -> "CropDraft":
        """The crop moved, as far as there is picture."""
        across = self._furthest(self.area, self.area.moved(dx, 0))
        return self._with(self._furthest(across, across.moved(0, dy)))

    def resized(self, handle: Handle, dx: float, dy: float) -> "CropDraft":
        """The crop with an edge or a corner moved, as far as there is picture.

        The side or corner opposite stays; with fixed proportions an edge moves its neighbours evenly.
        """
        area = self.area
        width = max(area.width + handle[0] * dx, min(MIN_SIDE, area.width))
        height = max(area.height + handle[1] * dy, min(MIN_SIDE, area.height))
        if self.aspect:
            if handle[1]:
                width = max(width, height * self.aspect) if handle[0] else height * self.aspect
            return self._with(self._furthest(area, _anchored(area, handle, width, width / self.aspect)))
        across = self._furthest(area, _anchored(area, handle, width, area.height))
        return self._with(self._furthest(across, _anchored(across, handle, across.width, height)))

    # --- everything else ---

    def with_angle(self, angle: float) -> "CropDraft":
        """Straightened by another angle, in degrees; what is out of range becomes the nearest that is not."""
        angle = round(min(max(angle, -MAX_ANGLE), MAX_ANGLE), 2)
        return replace(self, geometry=replace(self.geometry, angle=angle))

    def levelled(self, dx: float, dy: float) -> "CropDraft":
        """Straightened so that a line in this direction, as it is seen now, becomes level or upright."""
        tilt = math.degrees(math.atan2(dy, dx))
        return self.with_angle(self.geometry.angle - ((tilt + 45) % 90 - 45))

    def with_aspect(self, aspect: float) -> "CropDraft":
        """With other proportions, or any when 0."""
        if not aspect:
            return replace(self._with(self.area), aspect=0.0)
        return replace(self, aspect=aspect)

    def swapped(self) -> "CropDraft":
        """Upright instead of wide, or the other way round."""
        if self.aspect:
            return replace(self, aspect=1 / self.aspect)
        area = self.area
        return self._with(self._around_centre(area, area.height, area.width))

    def turned(self, quarters: int) -> "CropDraft":
        """Everything turned by quarters, clockwise."""
        aspect = 1 / self.aspect if self.aspect and quarters % 2 else self.aspect
        return replace(self, geometry=self.geometry.turned(quarters), aspect=aspect)

    def flipped(self, *, vertically: bool = False) -> "CropDraft":
        """Everything mirrored."""
        return replace(self, geometry=self.geometry.flipped(vertically=vertically))

    def reset(self) -> "CropDraft":
        """Neither straightened nor cropped; the way up stays."""
        return CropDraft(self.photo, self.geometry.upright)

    # --- arithmetic ---

    def _by_hand(self) -> Rect:
        return fitted(self.geometry.crop.scaled(*self.frame), self.frame, self.geometry.angle)

    def _with(self, area: Rect) -> "CropDraft":
        width, height = self.frame
        crop = area.scaled(1 / width, 1 / height)
        if _near(area, WHOLE.scaled(width, height)):
            crop = WHOLE
        return replace(self, geometry=replace(self.geometry, crop=crop))

    def _around_centre(self, area: Rect, width: float, height: float) -> Rect:
        """The wanted size around the same centre, smaller where there is no picture."""
        x, y = area.centre
        wanted = Rect(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
        return self._furthest(Rect(x, y, x, y), wanted)

    def _furthest(self, start: Rect, wanted: Rect) -> Rect:
        """The last rectangle on the way to the wanted one that is all picture; the first must be so."""
        share = 1.0
        width, height = self.frame
        corners = zip(self._turned_corners(start), self._turned_corners(wanted), strict=True)
        for begin, end in corners:
            for from_, to, half in ((begin.real, end.real, width / 2), (begin.imag, end.imag, height / 2)):
                limit = math.copysign(half, to)
                if abs(to) > half + _SLACK:
                    share = min(share, max(0.0, (limit - from_) / (to - from_)))
        return Rect(*(a + share * (b - a) for a, b in zip(start, wanted, strict=True)))

    def _turned_corners(self, area: Rect) -> list[complex]:
        """The corners in the picture, seen from its middle."""
        turn = math.radians(-self.geometry.angle)
        rotation = complex(math.cos(turn), math.sin(turn))
        x, y = self.frame[0] / 2, self.frame[1] / 2
        return [
            complex(right - x, bottom - y) * rotation
            for right in (area.left, area.right)
            for bottom in (area.top, area.bottom)
        ]


def _anchored(area: Rect, handle: Handle, width: float, height: float) -> Rect:
    """A rectangle of that size whose side or corner opposite the handle stays."""
    left = (area.right - width, area.centre[0] - width / 2, area.left)[handle[0] + 1]
    top = (area.bottom - height, area.centre[1] - height / 2, area.top)[handle[1] + 1]
    return Rect(left, top, left + width, top + height)


def _near(one: Rect, other: Rect) -> bool:
    return all(abs(a - b) < 0.01 for a, b in zip(one, other, strict=True))
