"""How the step panel looks: colours, sizes and icons drawn as lines."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

WINDOW = "#1f1f1f"
PANEL = "#282828"
RAISED = "#333333"
LINE = "#3d3d3d"
TEXT = "#e8e8e8"
TEXT_2 = "#a8a8a8"
ACCENT = "#d9a441"
WARNING = "#d9763d"

GROOVE = "#454545"
AGENT_RANGE = "#6e6e6e"
FOCUS = ACCENT
CHANNELS = ("#e06c6c", "#74c274", "#7a9ff0")  # red, green and blue of equal lightness on the panel

WIDTH = 340
THUMB = 44


@functools.cache
def color(name: str) -> QColor:
    """A colour of the list above."""
    return QColor(name)
