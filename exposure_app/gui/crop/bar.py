"""The crop's own row of tools: proportions, angle, turning, and what becomes of it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSizePolicy, QToolBar, QToolButton, QWidget

from exposure_app.gui.crop.draft import CropDraft
from exposure_app.gui.widgets.common import icon_button
from exposure_app.gui.widgets.scalar_editor import ScalarEditor
from exposure_app.params import Scalar
from exposure_app.pipeline.geometry import MAX_ANGLE

Change = Callable[[CropDraft], CropDraft]

ANGLE_WIDTH = 300  # px
ASPECTS = ((1, 1), (5, 4), (4, 3), (7, 5), (3, 2), (16, 9))
ORIGINAL = -1.0  # stands for the photo's own proportions


class CropBar(QToolBar):
    """Changes a ``CropDraft``; it is on the screen only while a photo is being cropped.

    Signals:
        changed: The draft after a change by hand.
        levelling: Whether a line along the horizon is to be drawn.
        accepted: The crop is to be kept.
        cancelled: It is not.
    """

    changed = Signal(object)
    levelling = Signal(bool)
    accepted = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Crop"))
        self.setObjectName("crop")
        self.setMovable(False)
        self.hide()
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._draft: CropDraft | None = None
        self.aspect = QComboBox()
        self.aspect.setAccessibleName(self.tr("Proportions"))
        self.aspect.setToolTip(self.tr("Proportions of the crop"))
        self.aspect.addItem(self.tr("Free"), 0.0)
        self.aspect.addItem(self.tr("Original"), ORIGINAL)
        for wide, high in ASPECTS:
            self.aspect.addItem(f"{wide} : {high}", wide / high)
        self.aspect.activated.connect(self._choose_aspect)
        range_ = (-MAX_ANGLE, MAX_ANGLE)
        angle = Scalar("angle", self.tr("Straighten"), agent=(0, 0), slider=range_, neutral=0, initial=0, unit="°")
        self.angle = ScalarEditor(angle)
        self.angle.label.setFixedWidth(64)
        self.angle.setFixedWidth(ANGLE_WIDTH)
        self.angle.edited.connect(lambda value, _key: self._change(lambda draft: draft.with_angle(value)))
        self.level = icon_button("level", self.tr("Straighten by drawing a line along the horizon"))
        self.level.setCheckable(True)
        self.level.toggled.connect(self.levelling)
        self.size_label = QLabel()
        self.size_label.setProperty("role", "second")
        self._assemble()

    def _assemble(self) -> None:
        self.swap = self._tool("swap", self.tr("Upright or wide (X)"), lambda draft: draft.swapped())
        turns = (
            self._tool("turn-left", self.tr("Rotate left"), lambda draft: draft.turned(-1)),
            self._tool("turn-right", self.tr("Rotate right"), lambda draft: draft.turned(1)),
            self._tool("flip", self.tr("Mirror left and right"), lambda draft: draft.flipped()),
            self._tool("flip-vertical", self.tr("Mirror top and bottom"), lambda draft: draft.flipped(vertically=True)),
        )
        reset = QPushButton(self.tr("Reset"))
        reset.clicked.connect(lambda: self._change(lambda draft: draft.reset()))
        cancel = QPushButton(self.tr("Cancel"))
        cancel.clicked.connect(self.cancelled)
        self.done = QPushButton(self.tr("Done"))
        self.done.setProperty("primary", True)
        self.done.clicked.connect(self.accepted)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        groups = ((self.aspect, self.swap), (self.angle, self.level), turns, (self.size_label,))
        for group in groups:
            for widget in group:
                self.addWidget(widget)
            self._gap(12)
        self.addWidget(space)
        for button in (reset, cancel, self.done):
            self.addWidget(button)
            self._gap(4)

    def show_draft(self, draft: CropDraft) -> None:
        """Show a crop silently."""
        self._draft = draft
        self.angle.set_value(draft.geometry.angle)
        width, height = draft.result.size(*draft.photo)
        self.size_label.setText(f"{width} × {height}")
        self.aspect.setCurrentIndex(self._index_of(draft))

    def _index_of(self, draft: CropDraft) -> int:
        """The entry of the list for the draft's proportions, wide or upright; the one that was chosen if it fits."""
        if not draft.aspect:
            return 0
        wanted = max(draft.aspect, 1 / draft.aspect)
        fitting = [i for i in range(1, self.aspect.count()) if abs(self._wide(draft, i) - wanted) < 1e-6]
        chosen = self.aspect.currentIndex()
        return chosen if chosen in fitting else next(iter(fitting), 0)

    def _wide(self, draft: CropDraft, index: int) -> float:
        value: float = self.aspect.itemData(index)
        return max(draft.frame) / min(draft.frame) if value == ORIGINAL else value

    def _choose_aspect(self, index: int) -> None:
        """As wide or as upright as the crop is now."""
        draft = self._draft
        if draft is None:
            return
        if index == 0:
            self._change(lambda draft: draft.with_aspect(0))
            return
        wide = self._wide(draft, index)
        upright = draft.area.height > draft.area.width
        self._change(lambda draft: draft.with_aspect(1 / wide if upright else wide))

    def _change(self, change: Change) -> None:
        if self._draft is not None:
            draft = change(self._draft)
            self.show_draft(draft)
            self.changed.emit(draft)

    def _tool(self, icon: str, name: str, change: Change) -> QToolButton:
        button = icon_button(icon, name)
        button.clicked.connect(lambda: self._change(change))
        return button

    def _gap(self, width: int) -> None:
        gap = QWidget()
        gap.setFixedWidth(width)
        self.addWidget(gap)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc mean the crop, whichever of the tools has the focus."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
