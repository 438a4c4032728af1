"""The line of one step: on/off, picture after it, name, what it does, amount, menu."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.widgets import step_style as look
from exposure_app.gui.widgets.common import ElidedLabel
from exposure_app.gui.widgets.value_field import ValueField
from exposure_app.gui.widgets.value_slider import ValueSlider, keeps
from exposure_app.params import Scalar

LIST_KEYS = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Space,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_F2,
    }
)


class OnOffButton(QAbstractButton):
    """An eye, crossed out when the step is off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon, and a ring with focus."""
        painter = QPainter(self)
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.color(theme.SECOND), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        theme.icon("step-on" if self.isChecked() else "step-off").paint(painter, QRect(4, 4, 16, 16))
        painter.end()


class StepThumbnail(QWidget):
    """The picture after the step, cropped to a square; dimmed when the step is off."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.dimmed = False
        self.setFixedSize(look.THUMB, look.THUMB)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_image(self, image: QImage | None) -> None:
        """Show a picture; None shows an empty frame."""
        if image is not None:
            side = min(image.width(), image.height())
            image = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
            sharp = round(look.THUMB * self.devicePixelRatioF())
            if side > sharp:
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaled(sharp, sharp, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self._image = image
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with rounded corners."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), 3, 3)
        painter.fillPath(frame, look.color(theme.WINDOW))
        if self._image is not None:
            painter.setClipPath(frame)
            painter.setOpacity(0.35 if self.dimmed else 1.0)
            painter.drawImage(QRectF(self.rect()), self._image)
        painter.end()


class StepHeader(QWidget):
    """The line of a step; takes the focus, is clicked to open and dragged to move the step.

    Attributes:
        clicked: Pressed and released in place.
        dragged: Global position while being dragged.
        dropped: The drag ended; False when it was cancelled.
        menu_requested: Where to open the menu, in global coordinates.
    """

    clicked = Signal()
    dragged = Signal(QPoint)
    dropped = Signal(bool)
    menu_requested = Signal(QPoint)
    renamed = Signal(str)

    def __init__(self, amount: Scalar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pressed: QPoint | None = None
        self._dragging = False
        self.on_off = OnOffButton()
        self.thumbnail = StepThumbnail()
        self.name = ElidedLabel("step-name")
        self.rename_field: QLineEdit | None = None
        self.lock = QLabel()
        self.lock.setPixmap(theme.icon("step-lock").pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self.lock.setToolTip(self.tr("Locked"))
        self.masked = QLabel()
        self.masked.setPixmap(theme.icon("mask").pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self.masked.setToolTip(self.tr("Works in a part of the picture only"))
        self.masked.hide()
        self.comparing = QLabel()
        self.comparing.setPixmap(theme.icon("compare").pixmap(QSize(16, 16), self.devicePixelRatioF()))
        self.comparing.setToolTip(self.tr("Compared before and after this step"))
        self.sentence = ElidedLabel("step-sentence")
        self.amount = ValueSlider(amount, compact=True, origin=0)
        self.amount_field = ValueField(amount)
        self.amount_field.setProperty("role", "amount")
        self.amount_field.setFixedSize(48, 20)
        self.menu_button = QToolButton()
        self.menu_button.setIcon(theme.icon("step-menu"))
        self.menu_button.setFixedSize(24, 24)
        self.menu_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.menu_button.setAccessibleName(self.tr("Step menu"))
        self.menu_button.clicked.connect(self._open_menu)
        for label in (self.name, self.sentence):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lay_out()

    def _lay_out(self) -> None:
        grip = QLabel()
        grip.setPixmap(theme.icon("step-grip").pixmap(QSize(16, 16), self.devicePixelRatioF()))
        grip.setFixedWidth(16)
        grip.setCursor(Qt.CursorShape.OpenHandCursor)
        grip.setToolTip(self.tr("Drag to move the step"))
        self.title_line = QHBoxLayout()
        self.title_line.setSpacing(4)
        self.title_line.addWidget(self.name, 1)
        for widget in (self.comparing, self.masked, self.lock, self.amount_field):
            self.title_line.addWidget(widget)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addLayout(self.title_line)
        words.addWidget(self.sentence)
        words.addStretch(1)
        words.addWidget(self.amount)
        line = QHBoxLayout(self)
        line.setContentsMargins(4, 8, 4, 8)
        line.setSpacing(4)
        top = Qt.AlignmentFlag.AlignTop
        grip.setFixedHeight(look.THUMB)
        eye = QVBoxLayout()  # in the middle of the thumbnail's height, also when the words take more lines
        eye.addSpacing((look.THUMB - self.on_off.height()) // 2)
        eye.addWidget(self.on_off)
        eye.addStretch(1)
        line.addWidget(grip, 0, top)
        line.addLayout(eye)
        line.addWidget(self.thumbnail, 0, top)
        line.addSpacing(4)
        line.addLayout(words, 1)
        line.addWidget(self.menu_button, 0, top)

    def _open_menu(self) -> None:
        self.menu_requested.emit(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu, by mouse or key."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self._open_menu()
        else:
            self.menu_requested.emit(event.globalPos())

    # --- rename -------------------------------------------------------------------------------------------------------

    def start_rename(self) -> None:
        """Edit the name in place: Enter takes it, Esc does not."""
        if self.rename_field is not None:
            return
        field = self.rename_field = QLineEdit(self.name.full, self)
        field.setAccessibleName(self.tr("Name of the step"))
        field.setProperty("role", "value")
        field.setMaxLength(100)
        self.name.hide()
        self.title_line.insertWidget(0, field, 1)
        field.selectAll()
        field.setFocus()
        field.editingFinished.connect(lambda: self._end_rename(True))

    def _end_rename(self, take: bool) -> None:
        field, self.rename_field = self.rename_field, None
        if field is None:
            return
        had_focus = field.hasFocus()
        field.hide()
        field.deleteLater()
        self.name.show()
        if had_focus:
            self.setFocus()
        if take and field.text().strip() != self.name.full:
            self.renamed.emit(field.text())

    # --- mouse and keys -----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Perhaps a click, perhaps a drag."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A drag once the mouse has left the place."""
        if self._pressed is None:
            return
        at = event.globalPosition().toPoint()
        if not self._dragging and abs(at.y() - self._pressed.y()) >= QApplication.startDragDistance():
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self.dragged.emit(at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop, or click."""
        if event.button() != Qt.MouseButton.LeftButton or self._pressed is None:
            return
        if self._dragging:
            self._end_drag(True)
        else:
            self._pressed = None
            self.clicked.emit()

    def _end_drag(self, drop: bool) -> None:
        self._pressed, self._dragging = None, False
        self.unsetCursor()
        self.dropped.emit(drop)

    def event(self, event: QEvent) -> bool:
        """Keep the list's keys from the window's shortcuts."""
        return keeps(event, LIST_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc cancels a drag or renaming; everything else is the list's."""
        if event.key() == Qt.Key.Key_Escape and self._dragging:
            self._end_drag(False)
        elif event.key() == Qt.Key.Key_Escape and self.rename_field is not None:
            self._end_rename(False)
        else:
            event.ignore()

    def focusInEvent(self, event: Any) -> None:
        """Show the ring."""
        self.update()

    def focusOutEvent(self, event: Any) -> None:
        """Hide the ring."""
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring with focus."""
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(look.color(theme.SECOND), 1))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3.5, 2.5, -1.5, -2.5), 4, 4)
            painter.end()
