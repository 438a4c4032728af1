"""Small pieces that several panels are made of."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction, QPaintEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolButton,
    QWidget,
)

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
    """An approximate remaining time, for display."""
    tr = QCoreApplication.translate
    if seconds < 90:
        return tr("parts", "about {seconds} s left").format(seconds=max(1, round(seconds)))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("parts", "about {minutes} min left").format(minutes=minutes)
    return tr("parts", "about {hours:.1f} h left").format(hours=seconds / 3600)


class ElidedLabel(QLabel):
    """One line that ends in an ellipsis where it has no room; the tool tip says it all."""

    def __init__(self, role: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._full = ""
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setTextFormat(Qt.TextFormat.PlainText)

    @property
    def full(self) -> str:
        """The whole text."""
        return self._full

    def set_full(self, text: str) -> None:
        """Show a text."""
        self._full = text
        self._fit()

    def set_wrapped(self, wrapped: bool) -> None:
        """Show all of the text on as many lines as it takes."""
        self.setWordWrap(wrapped)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """As narrow as need be."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: Any) -> None:
        """Fit again."""
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: Any) -> None:
        """Fit again when the font changes."""
        super().changeEvent(event)
        if event.type() in (event.Type.FontChange, event.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        wraps = self.wordWrap()
        short = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, max(self.width(), 0))
        text = self._full if wraps else short
        if text != self.text():
            self.setText(text)
        self.setToolTip("" if text == self._full else self._full)


class ElidedBox(QComboBox):
    """A choice whose text ends in an ellipsis where it has no room; its list is as wide as it has to be."""

    def showPopup(self) -> None:
        """Open the list."""
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 2 * theme.BODY)
        super().showPopup()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText,
            Qt.TextElideMode.ElideRight,
            room.width(),
        )
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()
