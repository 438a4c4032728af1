"""Small pieces that several panels are made of."""

from PySide6.QtWidgets import QLabel


def heading(text: str) -> QLabel:
    """The caption of a part of a panel."""
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label
