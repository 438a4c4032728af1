"""Before and after: how the two are put on the screen."""

from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from exposure_app.gui import theme

GRIP = 12  # half the width of the area in which the divider can be taken, px
GAP = 4  # between the two pictures of "side by side", px


class Mode(Enum):
    """Ways to compare."""

    OFF = "off"
    WIPE = "wipe"
    SIDE = "side"


@dataclass(frozen=True)
class Compare:
    """What is compared, and how.

    Attributes:
        mode: See ``Mode``.
        held: Whether the key that shows "before" is down; goes before every mode.
        divider: Place of the wipe's divider, 0 to 1 across the pane.
        before: Caption of the left or lower picture.
        after: Caption of the other one.
    """

    mode: Mode = Mode.OFF
    held: bool = False
    divider: float = 0.5
    before: str = ""
    after: str = ""

    @property
    def needs_before(self) -> bool:
        """Whether the picture before is on the screen."""
        return self.held or self.mode is not Mode.OFF

    @property
    def panes(self) -> int:
        """How many times the photo is drawn side by side."""
        return 2 if self.mode is Mode.SIDE and not self.held else 1

    def at_divider(self, x: float, width: float) -> bool:
        """Whether a place in the pane takes the wipe's divider."""
        return self.mode is Mode.WIPE and not self.held and abs(x - self.divider * width) <= GRIP

    def dragged(self, x: float, width: float) -> "Compare":
        """With the divider at a place in the pane."""
        return replace(self, divider=min(max(x / max(width, 1), 0.0), 1.0))


def split(width: int, height: int) -> tuple[QRect, QRect]:
    """The two panes of "side by side"."""
    half = (width - GAP) // 2
    return QRect(0, 0, half, height), QRect(width - half, 0, half, height)


def draw_divider(painter: QPainter, x: float, height: float, ratio: float) -> None:
    """The wipe's divider with its grip; visible on bright and dark pictures."""
    painter.setPen(QPen(QColor(0, 0, 0, 110), 3 * ratio))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    painter.setPen(QPen(QColor(theme.TEXT), ratio))
    painter.drawLine(QPointF(x, 0), QPointF(x, height))
    middle, radius = height / 2, 11 * ratio
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(0, 0, 0, 110), ratio))
    painter.setBrush(QColor(theme.TEXT))
    painter.drawEllipse(QPointF(x, middle), radius, radius)
    painter.setPen(QPen(QColor(theme.WINDOW), 1.5 * ratio))
    for side in (-1, 1):
        tip, base, wing = x + side * 7 * ratio, x + side * 4 * ratio, 3 * ratio
        painter.drawPolyline([QPointF(base, middle - wing), QPointF(tip, middle), QPointF(base, middle + wing)])
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_tag(painter: QPainter, text: str, area: QRectF, ratio: float, *, right: bool = False) -> None:
    """A small caption in an upper corner of an area."""
    if not text:
        return
    chosen = theme.font(theme.SMALL)
    chosen.setPixelSize(round(theme.SMALL * ratio))
    painter.setFont(chosen)
    width = painter.fontMetrics().horizontalAdvance(text) + 16 * ratio
    left = area.right() - width - 8 * ratio if right else area.left() + 8 * ratio
    box = QRectF(left, area.top() + 8 * ratio, width, 20 * ratio)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(31, 31, 31, 200))
    painter.drawRoundedRect(box, 4 * ratio, 4 * ratio)
    painter.setPen(QColor(theme.TEXT))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
