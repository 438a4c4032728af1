"""Where the photo lies in its pane: the arithmetic of zooming and panning, in pixels of the screen.

Below 100 % the zooms are 1/2, 1/3 and so on: then every pixel of the screen stands for a whole square of the photo, and
the picture neither blurs nor shimmers while it is moved. Only "fit" may be anything; it always shows the whole photo.
"""

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QTransform

from exposure_app.documents.view import View

DIVISORS = (32, 24, 16, 12, 8, 6, 4, 3, 2)
FACTORS = (1, 2, 4, 8, 16)
MARGIN = 64  # of the screen's pixels rendered beyond the pane, so that a small move needs no new picture


@dataclass(frozen=True)
class Zoom:
    """A photo in a pane.

    Attributes:
        photo: Width and height of the photo.
        pane: Width and height of the pane in pixels of the screen.
        divisor: The photo's pixels per screen pixel, or 0.
        factor: Screen pixels per pixel of the photo, or 0. Both 0 is "fit".
        centre: Point of the photo in the middle of the pane.
        angle: Degrees by which the photo is turned clockwise about its middle, while it is being straightened.
        inset: Room that "fit" leaves on every side, in pixels of the screen.
    """

    photo: tuple[int, int] = (1, 1)
    pane: tuple[int, int] = (1, 1)
    divisor: int = 0
    factor: int = 0
    centre: tuple[float, float] = (0.5, 0.5)
    angle: float = 0.0
    inset: int = 0

    @property
    def is_fit(self) -> bool:
        """Whether the whole photo is shown."""
        return not (self.divisor or self.factor)

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of the photo."""
        if self.is_fit:
            width, height = (max(1, side - 2 * self.inset) for side in self.pane)
            return min(width / self.photo[0], height / self.photo[1], 1.0)
        return 1 / self.divisor if self.divisor else float(self.factor)

    @property
    def origin(self) -> tuple[int, int]:
        """Screen position of the photo's upper left corner in the pane, always a whole pixel."""
        drawn = self.drawn_size
        if self.is_fit:
            return (self.pane[0] - drawn[0]) // 2, (self.pane[1] - drawn[1]) // 2
        return (
            round(self.pane[0] / 2 - self.centre[0] * self.scale),
            round(self.pane[1] / 2 - self.centre[1] * self.scale),
        )

    @property
    def drawn_size(self) -> tuple[int, int]:
        """Size of the whole photo on the screen."""
        return max(1, int(self.photo[0] * self.scale + 1e-6)), max(1, int(self.photo[1] * self.scale + 1e-6))

    # --- between photo and screen ---

    def to_photo(self, point: QPointF) -> QPointF:
        """Point of the photo at a point of the pane."""
        left, top = self.origin
        return QPointF((point.x() - left) / self.scale, (point.y() - top) / self.scale)

    def to_pane(self, left: float, top: float, width: float, height: float) -> QRectF:
        """Rectangle of the pane for a rectangle of the photo."""
        if self.is_fit and (left, top, width, height) == (0, 0, *self.photo):
            return QRectF(*self.origin, *self.drawn_size)
        x, y = self.origin
        return QRectF(x + left * self.scale, y + top * self.scale, width * self.scale, height * self.scale)

    def turning(self) -> QTransform:
        """What turns the picture in the pane by ``angle``."""
        middle = self.to_pane(self.photo[0] / 2, self.photo[1] / 2, 0, 0).topLeft()
        return QTransform().translate(middle.x(), middle.y()).rotate(self.angle).translate(-middle.x(), -middle.y())

    def visible(self) -> QRect:
        """The photo's pixels that are in the pane."""
        pane = QRectF(0, 0, *self.pane)
        if self.angle:
            pane = self.turning().inverted()[0].mapRect(pane)
        top_left, bottom_right = self.to_photo(pane.topLeft()), self.to_photo(pane.bottomRight())
        left, top = max(0, math.floor(top_left.x())), max(0, math.floor(top_left.y()))
        right = min(self.photo[0], math.ceil(bottom_right.x()))
        bottom = min(self.photo[1], math.ceil(bottom_right.y()))
        return QRect(left, top, max(1, right - left), max(1, bottom - top))

    def view(self, limit: int) -> View:
        """What to render.

        Args:
            limit: At most about so many pixels; only "fit" on a very large screen needs more.
        """
        width, height = self.photo
        if self.is_fit:
            columns, rows = self.drawn_size
            shrink = min(1.0, math.sqrt(limit / (columns * rows)))
            return View(0, 0, width, height, max(1, int(columns * shrink)), max(1, int(rows * shrink)))
        block = self.divisor or 1
        margin = math.ceil(MARGIN / self.scale)
        seen = self.visible()
        left = max(0, seen.left() - margin) // block * block
        top = max(0, seen.top() - margin) // block * block
        right = min(width, left + math.ceil((seen.width() + 2 * margin) / block) * block)
        bottom = min(height, top + math.ceil((seen.height() + 2 * margin) / block) * block)
        columns, rows = math.ceil((right - left) / block), math.ceil((bottom - top) / block)
        return View(left, top, right - left, bottom - top, columns, rows)

    # --- changes ---

    def fitted(self) -> "Zoom":
        """The whole photo."""
        return replace(self, divisor=0, factor=0)

    def at(self, scale: float, anchor: QPointF | None = None) -> "Zoom":
        """Another of the fixed zooms.

        Args:
            scale: The wanted one; the nearest is taken.
            anchor: Point of the pane whose place in the photo stays; the middle when None.
        """
        anchor = anchor or QPointF(self.pane[0] / 2, self.pane[1] / 2)
        place = self.to_photo(anchor)
        divisor, factor = min(_fixed(), key=lambda zoom: abs(math.log(_scale(*zoom) / scale)))
        moved = replace(self, divisor=divisor, factor=factor)
        centre = (
            place.x() + (self.pane[0] / 2 - anchor.x()) / moved.scale,
            place.y() + (self.pane[1] / 2 - anchor.y()) / moved.scale,
        )
        return replace(moved, centre=centre).inside()

    def stepped(self, steps: int, anchor: QPointF | None = None) -> "Zoom":
        """So many zooms further in, or out when negative; out of the last one before "fit" is "fit"."""
        zoom = self
        for _ in range(abs(steps)):
            scales = sorted(_scale(*fixed) for fixed in _fixed())
            fit = self.fitted().scale
            if steps > 0:
                larger = [scale for scale in scales if scale > zoom.scale * 1.001]
                zoom = zoom.at(larger[0], anchor) if larger else zoom
            else:
                smaller = [scale for scale in scales if fit * 1.001 < scale < zoom.scale * 0.999]
                zoom = zoom.at(smaller[-1], anchor) if smaller else zoom.fitted()
        return zoom

    def moved(self, dx: float, dy: float) -> "Zoom":
        """The photo moved by so many pixels of the screen; "fit" does not move."""
        if self.is_fit:
            return self
        centre = (self.centre[0] - dx / self.scale, self.centre[1] - dy / self.scale)
        return replace(self, centre=centre).inside()

    def inside(self) -> "Zoom":
        """With the centre moved so that no more of the pane is empty than must be."""
        centre = []
        for photo, pane, wanted in zip(self.photo, self.pane, self.centre, strict=True):
            half = pane / 2 / self.scale
            centre.append(photo / 2 if photo <= 2 * half else min(max(wanted, half), photo - half))
        return replace(self, centre=(centre[0], centre[1]))


def _fixed() -> list[tuple[int, int]]:
    return [(divisor, 0) for divisor in DIVISORS] + [(0, factor) for factor in FACTORS]


def _scale(divisor: int, factor: int) -> float:
    return 1 / divisor if divisor else float(factor)
