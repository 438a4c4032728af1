"""What the window shows before a photo is open."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout, QWidget

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading

WIDTH = 440
ROW = 32
PICTURE_HEIGHT = 200


class StartPage(QWidget):
    """An invitation: the sample photo, how to open one, what was open lately.

    Signals:
        open_requested: Choose files.
        folder_requested: Choose a folder.
        photo_chosen: A photo from the list, or the sample.
    """

    open_requested = Signal()
    folder_requested = Signal()
    photo_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setStyleSheet(f"StartPage {{ background: {theme.WINDOW}; }}")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sample: Path | None = None
        title = QLabel(self.tr("Open a photo or drop one here"))
        title.setProperty("role", "title")
        words = QLabel(
            self.tr("Auto-retouch edits it in a style learned from photos: a short list of steps that you can change.")
        )
        words.setProperty("role", "second")
        words.setWordWrap(True)
        open_button = QPushButton(self.tr("Open photos..."))
        open_button.setProperty("primary", True)
        open_button.setMinimumHeight(32)
        open_button.clicked.connect(self.open_requested)
        folder_button = QPushButton(self.tr("Open a folder..."))
        folder_button.setMinimumHeight(32)
        folder_button.clicked.connect(self.folder_requested)
        self.sample = QPushButton(self.tr("Try the sample photo"))
        self.sample.setProperty("flat", True)
        self.sample.clicked.connect(lambda: self.photo_chosen.emit(self._sample))
        self.sample.setMinimumHeight(32)
        self.picture = QLabel()
        self.picture.setAccessibleName(self.tr("Sample photo"))
        self.picture.hide()
        self.recent_heading = heading(self.tr("OPENED LATELY"))
        self.recent = self._make_recent()
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (open_button, folder_button, self.sample):
            buttons.addWidget(button)
        buttons.addStretch()
        column = QVBoxLayout()
        column.setSpacing(12)
        for widget in (self.picture, title, words):
            column.addWidget(widget)
        column.addLayout(buttons)
        column.addSpacing(12)
        column.addWidget(self.recent_heading)
        column.addWidget(self.recent)
        middle = QWidget()
        middle.setLayout(column)
        middle.setFixedWidth(WIDTH)
        column.setContentsMargins(0, 0, 0, 0)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(middle, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(1)
        self.set_sample(None, None)
        self.set_recent([])

    def _make_recent(self) -> QListWidget:
        listed = QListWidget()
        listed.setAccessibleName(self.tr("Photos opened lately"))
        listed.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        listed.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        listed.itemClicked.connect(lambda item: self.photo_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        listed.itemActivated.connect(lambda item: self.photo_chosen.emit(item.data(Qt.ItemDataRole.UserRole)))
        return listed

    def set_recent(self, photos: list[Path]) -> None:
        """The photos opened lately, the latest first."""
        self.recent.clear()
        shown = photos[:6]
        for photo in shown:
            item = QListWidgetItem(f"{photo.name}   -   {photo.parent}")
            item.setToolTip(str(photo))
            item.setData(Qt.ItemDataRole.UserRole, photo)
            item.setSizeHint(QSize(0, ROW))
            self.recent.addItem(item)
        self.recent.setFixedHeight(len(shown) * ROW)
        self.recent.setVisible(bool(shown))
        self.recent_heading.setVisible(bool(shown))

    def set_sample(self, photo: Path | None, picture: QImage | None) -> None:
        """The photo that comes with the program, and a picture of it when there is one."""
        self._sample = photo
        self.sample.setVisible(photo is not None)
        if picture is not None:
            ratio = self.devicePixelRatioF()
            scaled = QPixmap.fromImage(
                picture.scaledToWidth(round(WIDTH * ratio), Qt.TransformationMode.SmoothTransformation)
            )
            height = min(scaled.height(), round(PICTURE_HEIGHT * ratio))
            scaled = scaled.copy(0, (scaled.height() - height) // 2, scaled.width(), height)
            scaled.setDevicePixelRatio(ratio)
            self.picture.setPixmap(scaled)
            self.picture.show()
