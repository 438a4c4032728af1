"""What lies on the picture and follows it: handles that can be dragged, and moved with the arrow keys."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from exposure_app.gui.canvas.image_view import ImageView

NUDGE = 10  # px of an arrow key; 1 with Shift
MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Overlay(QWidget):
    """As large as the picture's view, hidden until ``cover``, drawn anew whenever another part is seen.

    Args:
        view: The picture's view.
        focus: How it gets the keyboard's focus.
    """

    def __init__(self, view: ImageView, focus: Qt.FocusPolicy) -> None:
        super().__init__(view)
        self.setFocusPolicy(focus)
        self.setMouseTracking(True)
        self.hide()
        self._view = view
        view.installEventFilter(self)
        view.view_changed.connect(self.update)

    def cover(self) -> None:
        """Show it over all of the view."""
        self.setGeometry(self._view.rect())
        self.show()
        self.raise_()

    def moved_by(self, event: QKeyEvent) -> tuple[float, float] | None:
        """How far an arrow key moves, right and down, in pixels of the picture; None for other keys."""
        move = MOVES.get(Qt.Key(event.key()))
        if move is None:
            return None
        step = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else NUDGE
        distance = step * self.devicePixelRatioF() / self._view.zoom.scale
        return move[0] * distance, move[1] * distance

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the picture's view."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._view.rect())
        return False
