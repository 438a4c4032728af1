"""What the step panel adds to the theme: a few greys for tracks, colours of channels, its style sheet."""

from __future__ import annotations

import functools

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from exposure_app.gui import theme

GROOVE = "#4a4a4a"
AGENT_RANGE = "#727272"
PLOT = "#1f1f1f"
GRID = "#343434"
DIAGONAL = "#707070"
HISTOGRAM = "#444444"
CHANNELS = ("#e06c6c", "#74c274", "#7a9ff0")  # red, green and blue of about equal lightness

THUMB = 44  # px, as in the drawing of the window

STYLE_SHEET = f"""
StepPanel, QWidget[role="steps"] {{ background: {theme.PANEL}; }}
QLabel[role="step-name"] {{ font-size: {theme.LARGE}px; color: {theme.TEXT}; }}
QLabel[role="step-sentence"] {{ font-size: {theme.SMALL}px; color: {theme.SECOND}; }}
QLabel[role="step-name"]:disabled, QLabel[role="step-sentence"]:disabled {{ color: {theme.DISABLED}; }}
QLabel[role="small"] {{ font-size: {theme.SMALL}px; color: {theme.SECOND}; }}
QLabel[role="hint"] {{ font-size: {theme.SMALL}px; color: {theme.WARNING}; }}
QLineEdit[role="value"] {{ padding: 2px 4px; border-radius: 3px; background: {theme.WINDOW}; }}
QLineEdit[role="value"]:disabled {{ color: {theme.DISABLED}; }}
QLineEdit[role="amount"] {{ padding: 0 2px; border-radius: 3px; font-size: {theme.SMALL}px; color: {theme.SECOND};
    background: transparent; border-color: transparent; }}
QLineEdit[role="amount"]:hover, QLineEdit[role="amount"]:focus {{ background: {theme.WINDOW}; color: {theme.TEXT}; }}
QLineEdit[role="amount"]:focus {{ border-color: {theme.SECOND}; }}
QLineEdit[role="amount"]:disabled {{ color: {theme.DISABLED}; background: transparent; }}
QToolButton[role="small"] {{ font-size: {theme.SMALL}px; padding: 3px 6px; border-color: {theme.LINE}; }}
QToolButton[role="small"]:checked {{ background: {theme.LINE}; border-color: {theme.SECOND}; color: {theme.TEXT}; }}
QToolButton[role="small"]:focus {{ border-color: {theme.TEXT}; }}
QToolButton[role="fold"] {{ font-size: {theme.SMALL}px; color: {theme.SECOND}; padding: 2px; }}
QToolButton[role="fold"]:checked {{ background: transparent; border-color: transparent; color: {theme.SECOND}; }}
QToolButton[role="fold"]:focus {{ border-color: {theme.SECOND}; }}
"""


@functools.cache
def color(name: str) -> QColor:
    """A colour by its name in the theme or here."""
    return QColor(name)


def apply_stylesheet(widget: QWidget) -> None:
    """Give a widget, and all in it, the looks of the step panel."""
    widget.setStyleSheet(STYLE_SHEET)
