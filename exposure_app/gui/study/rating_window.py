"""Rating results blind: one picture after the other, nothing said about it, the keys 1 to 5."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.study.rating import SCALE, Rating

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow


class RatingWindow(QDialog):
    """Shows the results of a study in the rater's own order."""

    def __init__(self, editor: "MainWindow", rating: Rating) -> None:
        super().__init__(editor)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("How good is this picture?"))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self._notices, self.rating = editor.notices, rating
        self._since = time.monotonic()
        self.picture = _Picture()
        self.where = QLabel()
        self.where.setProperty("role", "second")
        self.back = QPushButton(self.tr("Back"))
        self.back.setToolTip(self.tr("Rate the last picture again (Backspace)"))
        self.back.clicked.connect(self._back)
        words = {1: self.tr("bad"), 2: self.tr("poor"), 3: self.tr("fair"), 4: self.tr("good"), 5: self.tr("excellent")}
        self.buttons = {}
        row = QHBoxLayout()
        row.setContentsMargins(20, 12, 20, 16)
        row.setSpacing(8)
        row.addWidget(self.where)
        row.addStretch()
        for stars in SCALE:
            button = QPushButton(f"{stars}  {words[stars]}")
            button.setMinimumHeight(32)
            button.setAutoDefault(False)  # Enter rates nothing
            button.clicked.connect(lambda _checked=False, stars=stars: self.rate(stars))
            row.addWidget(button)
            self.buttons[stars] = button
        row.addStretch()
        row.addWidget(self.back)
        self.back.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self.resize(max(960, editor.width() - 80), max(640, editor.height() - 80))
        self.picture.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.picture.setFocus()  # no grade looks chosen
        self._show()

    def rate(self, stars: int) -> None:
        """Give the picture so many stars and show the next."""
        try:
            self.rating.rate(stars, time.monotonic() - self._since)
        except ExposureError as error:
            self._notices.complain(error)
        self._show()

    @Slot()
    def _back(self) -> None:
        self.rating.back()
        self._show()

    def _show(self) -> None:
        current = self.rating.current
        if current is None:
            self.accept()
            return
        self.picture.set_picture(QImage(str(self.rating.study.picture(*current))))
        self.where.setText(self.tr("{number} of {total}").format(number=self.rating.count + 1, total=self.rating.total))
        self.back.setEnabled(self.rating.count > 0)
        self._since = time.monotonic()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key() - Qt.Key.Key_0
        if key in SCALE and not event.isAutoRepeat():
            self.rate(key)
        elif event.key() == Qt.Key.Key_Backspace:
            self._back()
        else:
            super().keyPressEvent(event)


class _Picture(QWidget):
    """A picture as large as it fits, on the canvas's grey."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_picture(self, picture: QImage) -> None:
        self._picture = picture
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(640, 480)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.CANVAS))
        if not self._picture.isNull():
            ratio = self.devicePixelRatioF()
            room = (self.size() - QSize(48, 48)) * ratio
            fitted = self._picture.scaled(
                room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            fitted.setDevicePixelRatio(ratio)
            size = fitted.deviceIndependentSize()
            painter.drawImage(
                round((self.width() - size.width()) / 2), round((self.height() - size.height()) / 2), fitted
            )
        painter.end()
