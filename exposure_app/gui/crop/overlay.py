"""The crop on the picture: a frame with handles, the thirds, and everything outside dimmed."""

import math
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen

from exposure_app.gui import theme
from exposure_app.gui.canvas.image_view import ImageView
from exposure_app.gui.canvas.overlay import MOVES, Overlay
from exposure_app.gui.crop.draft import CropDraft, Handle
from exposure_app.gui.widgets.value_slider import FINE, keeps

GRIP = 14  # how near the mouse must be to take a handle, px
ARM = 20  # length of a handle, px
ACCEPT_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
OWN_KEYS = frozenset((*MOVES, *ACCEPT_KEYS, Qt.Key.Key_Escape, Qt.Key.Key_X))
CURSORS = {
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (0, 0): Qt.CursorShape.SizeAllCursor,
}


class Grab(Enum):
    """What a drag does, when it is about no handle."""

    TURN = "turn"
    LEVEL = "level"


@dataclass(frozen=True)
class _Drag:
    """What was taken: where, in pixels of the frame, and the draft at that moment."""

    what: Handle | Grab
    start: QPointF
    draft: CropDraft


class CropOverlay(Overlay):
    """Lies on the picture and changes a ``CropDraft``; the wheel and the middle button go on to the picture.

    Signals:
        changed: The draft after a change by hand.
        accepted: The crop is to be kept.
        cancelled: It is not.
        levelled: A line along the horizon has been drawn, or was given up.
    """

    changed = Signal(object)
    accepted = Signal()
    cancelled = Signal()
    levelled = Signal()

    def __init__(self, view: ImageView) -> None:
        super().__init__(view, Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Crop"))
        self._draft: CropDraft | None = None
        self._drag: _Drag | None = None
        self._line = QLineF()
        self._levelling = False

    @property
    def draft(self) -> CropDraft | None:
        """The crop that is shown."""
        return self._draft

    def show_draft(self, draft: CropDraft) -> None:
        """Show a crop."""
        self._draft = draft
        self.update()

    def start_levelling(self, on: bool) -> None:
        """Let the next drag draw a line along what is to be level or upright."""
        self._levelling = on
        self._line = QLineF()
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    def appear(self) -> None:
        """Come up with the keyboard's focus."""
        self._drag, self._levelling = None, False
        self.cover()
        self.setFocus()

    def place_of(self, x: float, y: float) -> QPointF:
        """Point of the widget at a point of the frame."""
        return self._view.zoom.to_pane(x, y, 0, 0).topLeft() / self.devicePixelRatioF()

    # --- drawing, in pixels of the screen ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        if self._draft is None:
            return
        painter, ratio = QPainter(self), self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        area = self._shown_area(self._draft)
        outside = QPainterPath()
        outside.addRect(QRectF(0, 0, self.width() * ratio, self.height() * ratio))
        outside.addRect(area)
        painter.fillPath(outside, QColor(24, 24, 24, 165))
        turning = self._drag is not None and self._drag.what is Grab.TURN
        _draw_grid(painter, area, 9 if turning else 3, ratio)
        _draw_frame(painter, area, ratio)
        if not self._line.isNull():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, width in ((QColor(0, 0, 0, 130), 4), (QColor(theme.ACCENT), 1.5)):
                painter.setPen(QPen(colour, width * ratio))
                painter.drawLine(QLineF(self._line.p1() * ratio, self._line.p2() * ratio))
        painter.end()

    def _shown_area(self, draft: CropDraft) -> QRectF:
        area = draft.area
        return self._view.zoom.to_pane(area.left, area.top, area.width, area.height).toAlignedRect().toRectF()

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle, the crop or the picture."""
        if event.button() != Qt.MouseButton.LeftButton or self._draft is None:
            event.ignore()
            return
        what = Grab.LEVEL if self._levelling else self._at(event.position())
        self._drag = _Drag(what, self._in_frame(event.position()), self._draft)
        self._line = QLineF(event.position(), event.position()) if what is Grab.LEVEL else QLineF()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        drag, place = self._drag, event.position()
        if drag is None:
            if event.buttons():
                event.ignore()  # the picture is being moved with the middle button
            elif not self._levelling:
                self._update_cursor(place)
            return
        moved = self._in_frame(place) - drag.start
        if drag.what is Grab.LEVEL:
            self._line.setP2(place)
            self.update()
        elif drag.what is Grab.TURN:
            share = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
            self._change(drag.draft.with_angle(drag.draft.geometry.angle + share * self._turned_by(drag, place)))
        elif drag.what == (0, 0):
            self._change(drag.draft.moved(moved.x(), moved.y()))
        else:
            self._change(drag.draft.resized(drag.what, moved.x(), moved.y()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        drag, self._drag = self._drag, None
        if drag is None:
            event.ignore()
        elif drag.what is Grab.LEVEL:
            line, self._line = self._line, QLineF()
            if line.length() > GRIP:
                self._change(drag.draft.levelled(line.dx(), line.dy()))
            self.start_levelling(False)
            self.levelled.emit()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click in the crop keeps it."""
        if event.button() == Qt.MouseButton.LeftButton and self._at(event.position()) == (0, 0):
            self.accepted.emit()

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """Keep its own keys from the window's shortcuts."""
        return keeps(event, OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter keeps the crop, Escape does not, X swaps its sides, arrows move it."""
        key, draft = Qt.Key(event.key()), self._draft
        if draft is None:
            super().keyPressEvent(event)
        elif key in ACCEPT_KEYS:
            self.accepted.emit()
        elif key == Qt.Key.Key_Escape and self._levelling:
            self.start_levelling(False)
            self.levelled.emit()
        elif key == Qt.Key.Key_Escape:
            self.cancelled.emit()
        elif key == Qt.Key.Key_X:
            self._change(draft.swapped())
        elif (move := self.moved_by(event)) is not None:
            self._change(draft.moved(*move))
        else:
            super().keyPressEvent(event)

    # --- helpers ---

    def _change(self, draft: CropDraft) -> None:
        self._draft = draft
        self.update()
        self.changed.emit(draft)

    def _in_frame(self, place: QPointF) -> QPointF:
        return self._view.zoom.to_photo(place * self.devicePixelRatioF())

    def _at(self, place: QPointF) -> Handle | Grab:
        """What a place takes: a handle, the crop itself (0, 0), or the picture around it."""
        if self._draft is None:
            return Grab.TURN
        ratio = self.devicePixelRatioF()
        shown = self._shown_area(self._draft)
        area = QRectF(shown.topLeft() / ratio, shown.size() / ratio)
        grip = min(GRIP, area.width() / 3, area.height() / 3)  # of a small crop the middle can still be taken
        if not area.adjusted(-GRIP, -GRIP, GRIP, GRIP).contains(place):
            return Grab.TURN
        return (
            _side(place.x(), area.left() + grip, area.right() - grip),
            _side(place.y(), area.top() + grip, area.bottom() - grip),
        )

    def _turned_by(self, drag: _Drag, place: QPointF) -> float:
        """Degrees around the middle of the frame since the drag began."""
        width, height = drag.draft.frame
        middle = QPointF(width / 2, height / 2)
        begin, now = drag.start - middle, self._in_frame(place) - middle
        turned = math.degrees(math.atan2(now.y(), now.x()) - math.atan2(begin.y(), begin.x()))
        return (turned + 180) % 360 - 180

    def _update_cursor(self, place: QPointF) -> None:
        what = self._at(place)
        if isinstance(what, Grab):
            self.setCursor(QCursor(theme.icon("turn-right").pixmap(20, 20)))
        else:
            self.setCursor(CURSORS[what])


def _side(value: float, low: float, high: float) -> int:
    return -1 if value < low else int(value > high)


def _draw_grid(painter: QPainter, area: QRectF, parts: int, ratio: float) -> None:
    """Lines that divide the crop evenly, seen on bright and dark pictures."""
    for colour, offset in ((QColor(0, 0, 0, 70), ratio), (QColor(255, 255, 255, 120), 0.0)):
        painter.setPen(QPen(colour, ratio))
        for part in range(1, parts):
            x = round(area.left() + area.width() * part / parts) + offset
            y = round(area.top() + area.height() * part / parts) + offset
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _draw_frame(painter: QPainter, area: QRectF, ratio: float) -> None:
    """The border, and a handle at each corner and in the middle of each side."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.TEXT), ratio))
    painter.drawRect(area)
    arm = min(ARM * ratio, area.width() / 4, area.height() / 4)
    middle = area.center()
    path = QPainterPath()
    for x, inwards in ((area.left(), 1), (area.right(), -1)):
        for y, down in ((area.top(), 1), (area.bottom(), -1)):
            path.moveTo(x + inwards * arm, y)
            path.lineTo(x, y)
            path.lineTo(x, y + down * arm)
        path.moveTo(x, middle.y() - arm / 2)
        path.lineTo(x, middle.y() + arm / 2)
    for y in (area.top(), area.bottom()):
        path.moveTo(middle.x() - arm / 2, y)
        path.lineTo(middle.x() + arm / 2, y)
    join, cap = Qt.PenJoinStyle.MiterJoin, Qt.PenCapStyle.FlatCap
    for colour, width in ((QColor(0, 0, 0, 130), 5), (QColor(theme.TEXT), 3)):
        painter.setPen(QPen(colour, width * ratio, Qt.PenStyle.SolidLine, cap, join))
        painter.drawPath(path)
