"""The open photo in every style side by side, to choose one by eye."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from exposure_app.gui import theme

MARGIN, GAP = 16, 12  # px, around all pictures and between them
CAPTION = 24  # px, under a picture
FRAME = 4  # px, from a picture to the line around it


class ContactSheet(QWidget):
    """As many pictures as there are styles, as large as there is room, on the canvas of the photo.

    Signals:
        chosen: Name of a picture.
        left: Escape: leave everything as it is.
    """

    chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Styles side by side"))
        self.setMinimumSize(320, 200)
        self.frames: dict[str, Picture] = {}
        self._shape = QSize(3, 2)

    def set_names(self, titles: dict[str, str], current: str) -> None:
        """Show these names, in order, without pictures yet.

        Args:
            titles: What to write under each.
            current: The one that the photo has; empty for none.
        """
        for old in self.frames.values():
            old.deleteLater()
        self.frames = {name: Picture(title, name == current, self) for name, title in titles.items()}
        for name, frame in self.frames.items():
            frame.clicked.connect(lambda _checked=False, name=name: self.chosen.emit(name))
            frame.show()
        self._lay_out()

    def set_shape(self, shape: QSize) -> None:
        """Make room for pictures of these proportions."""
        self._shape = shape
        self._lay_out()

    def show_picture(self, name: str, picture: QImage, words: str = "") -> None:
        """Show what has become ready, and what it does in words."""
        if name in self.frames:
            self.frames[name].show_picture(picture, words)

    def focus_on(self, name: str) -> None:
        """Give the keyboard to a picture, the first if there is none of that name."""
        frame = self.frames.get(name) or next(iter(self.frames.values()), None)
        if frame is not None:
            frame.setFocus()

    def columns(self) -> int:
        """The number of pictures in a row with which they are largest."""
        return max(range(1, len(self.frames) + 1), key=lambda count: self._picture_size(count).width(), default=1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave with Escape; up and down go from row to row."""
        names = list(self.frames)
        at = next((index for index, name in enumerate(names) if self.frames[name].hasFocus()), 0)
        rows = {Qt.Key.Key_Up: -self.columns(), Qt.Key.Key_Down: self.columns()}
        steps = rows | {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        step = steps.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif step is not None and 0 <= at + step < len(names):
            self.frames[names[at + step]].setFocus()
        elif step is None:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use all the room."""
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The canvas."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.CANVAS))
        painter.end()

    def _picture_size(self, columns: int) -> QSize:
        """How large a picture is at most with so many in a row."""
        rows = -(-len(self.frames) // columns)
        width = (self.width() - 2 * MARGIN - (columns - 1) * GAP) // columns
        height = (self.height() - 2 * MARGIN - (rows - 1) * GAP) // rows - CAPTION
        return self._shape.scaled(max(width, 1), max(height, 1), Qt.AspectRatioMode.KeepAspectRatio)

    def _lay_out(self) -> None:
        if not self.frames:
            return
        columns = self.columns()
        size = self._picture_size(columns) + QSize(0, CAPTION)
        rows = -(-len(self.frames) // columns)
        across = columns * size.width() + (columns - 1) * GAP
        down = rows * size.height() + (rows - 1) * GAP
        corner = QPoint((self.width() - across) // 2, (self.height() - down) // 2)
        for index, frame in enumerate(self.frames.values()):
            row, column = divmod(index, columns)
            place = corner + QPoint(column * (size.width() + GAP), row * (size.height() + GAP))
            frame.setGeometry(QRect(place, size).adjusted(-FRAME, -FRAME, FRAME, FRAME))


class Picture(QAbstractButton):
    """One picture with its title, a button."""

    def __init__(self, title: str, current: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText(title)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.current = current
        self.picture = QImage()

    def show_picture(self, picture: QImage, words: str) -> None:
        """Show what it stands for."""
        self.picture = picture
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses, too; arrows are the sheet's."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show it."""
        super().focusInEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Picture, title, and a line around what is chosen or has the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = QRectF(self.rect()).adjusted(FRAME, FRAME, -FRAME, -FRAME - CAPTION)
        if self.picture.isNull():
            painter.fillRect(inner, QColor(0, 0, 0, 40))
        else:
            self._draw_picture(painter, inner)
        line = theme.ACCENT if self.current else theme.TEXT
        if self.current or self.hasFocus() or self.underMouse():
            width = 2.0 if self.current or self.hasFocus() else 1.0
            painter.setPen(QPen(QColor(line), width))
            painter.drawRoundedRect(inner.adjusted(-2, -2, 2, 2), 2, 2)
        painter.setFont(theme.font(theme.BODY))
        painter.setPen(QColor(theme.ON_CANVAS))
        caption = QRectF(inner.left(), inner.bottom() + 6, inner.width(), CAPTION - 6)
        words = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, round(caption.width()))
        painter.drawText(caption, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, words)
        painter.end()

    def _draw_picture(self, painter: QPainter, inner: QRectF) -> None:
        ratio = self.devicePixelRatioF()
        whole, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        fitted = self.picture.scaled(inner.size().toSize() * ratio, whole, smooth)
        place = QRectF(0, 0, fitted.width() / ratio, fitted.height() / ratio)
        place.moveCenter(inner.center())
        painter.drawImage(place, fitted)
