"""What is drawn before and around the photo: the canvas, and a first picture marked as what it is."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QRegion

from exposure_app.gui import theme
from exposure_app.gui.canvas.compare import draw_tag
from exposure_app.gui.canvas.zoom import Zoom


@dataclass(frozen=True, eq=False)
class FirstPicture:
    """Something to look at until the photo itself is there.

    Attributes:
        picture: Of any size.
        size: Width and height of the photo.
    """

    picture: QImage
    size: tuple[int, int]


def draw_preview(painter: QPainter, first: FirstPicture, pane: tuple[int, int], ratio: float) -> None:
    """Draw a first picture where the whole photo will be, in pixels of the screen."""
    zoom, picture = Zoom(first.size, pane), first.picture
    target = QRectF(*zoom.origin, *zoom.drawn_size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(target, picture)
    draw_tag(painter, QCoreApplication.translate("preview", "preview"), target, ratio)


def fill_canvas(painter: QPainter, width: int, height: int, covered: QRectF | None) -> None:
    """Fill a pane with the grey, but for what will be covered: filling twice is a noticeable part of a frame's time."""
    canvas = QRegion(0, 0, width, height)
    if covered is not None:
        canvas -= covered.toRect().adjusted(1, 1, -1, -1)
    for rectangle in canvas:  # type: ignore[attr-defined]  # the stubs do not know that regions have rectangles
        painter.fillRect(rectangle, QColor(theme.CANVAS))
