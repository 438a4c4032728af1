"""Small pieces that several panels are made of."""

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QToolButton

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


def menu_button(icon: str, name: str, actions: Sequence[QAction]) -> QToolButton:
    """A button that opens a menu of actions."""
    button = icon_button(icon, name)
    menu = QMenu(button)
    menu.addActions(actions)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
