"""Small pieces that several panels are made of."""

from PySide6.QtWidgets import QLabel, QToolButton

from exposure_app.gui import theme


def heading(text: str) -> QLabel:
    """The caption of a part of a panel."""
    label = QLabel(text)
    label.setProperty("role", "heading")
    return label


def icon_button(icon: str, name: str) -> QToolButton:
    """A button that shows an icon; its name is the tool tip and what screen readers say."""
    button = QToolButton()
    button.setIcon(theme.icon(icon))
    button.setToolTip(name)
    button.setAccessibleName(name)
    return button
