"""Small pieces that several panels are made of."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication
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


def time_left(seconds: float) -> str:
    """A duration that nobody takes for exact."""
    tr = QCoreApplication.translate
    if seconds < 90:
        return tr("parts", "about {seconds} s left").format(seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("parts", "about {minutes} min left").format(minutes=minutes)
    return tr("parts", "about {hours:.1f} h left").format(hours=seconds / 3600)
