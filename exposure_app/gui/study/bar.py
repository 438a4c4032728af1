"""What a person taking part in a study sees above the photo: how far they are, and what to do next."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QToolBar, QWidget


class StudyBar(QToolBar):
    """On the screen only while somebody edits the photos of a study.

    Signals:
        finished: The photo is done.
        skipped: It is to be left out.
        left: Enough for now.
    """

    finished = Signal()
    skipped = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Study"))
        self.setObjectName("study")
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.where, self.steps = QLabel(), QLabel()
        self.steps.setProperty("role", "second")
        self.skip, self.leave, self.done = QPushButton(), QPushButton(), QPushButton()
        self.skip.setText(self.tr("Skip"))
        self.skip.setToolTip(self.tr("Leave this photo out"))
        self.leave.setText(self.tr("Exit study"))
        self.leave.setToolTip(self.tr("End for now; your edits stay, and the study goes on with this photo"))
        self.done.setText(self.tr("Done, next photo"))
        self.done.setProperty("primary", True)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        for widget, gap in ((self.where, 24), (self.steps, 0), (space, 0), (self.leave, 8), (self.skip, 8)):
            self.addWidget(widget)
            self._gap(gap)
        self.addWidget(self.done)
        self.done.clicked.connect(self.finished)
        self.skip.clicked.connect(self.skipped)
        self.leave.clicked.connect(self.left)
        self.hide()

    def show_photo(self, number: int, total: int) -> None:
        """Say which photo of how many it is."""
        self.where.setText(self.tr("Photo {number} of {total}").format(number=number, total=total))

    def show_steps(self, count: int, most: int) -> None:
        """Say how many steps there are of those that are allowed."""
        self.steps.setText(self.tr("{count} of {most} steps").format(count=count, most=most))

    def set_ready(self, ready: bool) -> None:
        """Whether the photo is open and may be finished."""
        self.done.setEnabled(ready)
        self.skip.setEnabled(ready)

    def _gap(self, width: int) -> None:
        if width:
            gap = QWidget()
            gap.setFixedWidth(width)
            self.addWidget(gap)
