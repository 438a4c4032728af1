"""Draws the program's icon at the sizes that desktops want, from its SVG: python -m tools.draw_icons [FOLDER]."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from exposure_app import paths

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
FOLDER = paths.resources_dir() / "desktop"


def draw(side: int) -> QImage:
    """The icon, ``side`` x ``side`` pixels."""
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(FOLDER / f"{paths.DESKTOP_ID}.svg")).render(painter)
    painter.end()
    return image


if __name__ == "__main__":
    application = QGuiApplication(["draw_icons", "-platform", "offscreen"])
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    for side in SIZES:
        draw(side).save(str(target / f"{paths.DESKTOP_ID}-{side}.png"))
