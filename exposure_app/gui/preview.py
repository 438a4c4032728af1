"""A first picture of a photo, dimmed a little and marked as what it is."""

from PySide6.QtCore import QCoreApplication, QRectF
from PySide6.QtGui import QImage, QPainter

from exposure_app.gui.compare import draw_tag
from exposure_app.gui.zoom import Zoom


def draw_preview(painter: QPainter, picture: QImage, pane: tuple[int, int], ratio: float) -> None:
    """Fit a picture of any size into a pane, in pixels of the screen."""
    zoom = Zoom((picture.width() * 16, picture.height() * 16), pane)  # 16: it may be small
    target = QRectF(*zoom.origin, *zoom.drawn_size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setOpacity(0.85)
    painter.drawImage(target, picture)
    painter.setOpacity(1)
    draw_tag(painter, QCoreApplication.translate("preview", "preview"), target, ratio)
