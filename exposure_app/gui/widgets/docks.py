"""The panels around the picture: docks with a slim handle instead of a title."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from exposure_app.gui import theme

_HANDLE = 8  # height, px


class _Handle(QWidget):
    """The drag handle of a dock; three dots, so that it does not compete with the picture."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setToolTip(self.tr("Drag to move this panel"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(40, _HANDLE)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.PANEL))
        for offset in (-6, 0, 6):
            painter.fillRect(self.width() // 2 + offset - 1, self.height() // 2 - 1, 2, 2, QColor(theme.LINE))
        painter.end()


def panel(*widgets: QWidget, margin: int = 12, spacing: int = 16) -> QWidget:
    """A column of widgets on the panel's grey; the last one takes the room that is left."""
    column_widget = QWidget()
    column_widget.setProperty("role", "panel")
    column_widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(column_widget)
    column.setContentsMargins(margin, 4, margin, margin)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget, 1 if widget is widgets[-1] else 0)
    return column_widget


def dock(name: str, title: str, content: QWidget) -> QDockWidget:
    """A panel that can be moved and remembered."""
    made = QDockWidget(title)
    made.setObjectName(name)
    made.setFeatures(
        QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
    )
    made.setTitleBarWidget(_Handle(made))
    made.setWidget(content)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """The content with a vertical scroll bar when it is too high; nothing scrolls sideways."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area
