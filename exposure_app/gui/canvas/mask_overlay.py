"""A mask's handles on the picture: lines and ellipses that can be dragged and moved with the arrow keys."""

from math import hypot

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF

from exposure_app.gui import theme
from exposure_app.gui.canvas.image_view import ImageView
from exposure_app.gui.canvas.mask_handles import Handle, dragged, handle_at, handles, moved, outlines
from exposure_app.gui.canvas.overlay import MOVES, Overlay
from exposure_app.gui.widgets.value_slider import BURST_MS, keeps, new_merge_key
from exposure_app.pipeline.grid import Grid, Place
from exposure_app.pipeline.mask import Mask

GRIP = 10.0  # how near the mouse must be to take a handle, px
KNOB = 4.5  # radius of a handle, px
OWN_KEYS = frozenset((*MOVES, Qt.Key.Key_Escape))
DASH = 5.0  # px
SHADOW = QColor(0, 0, 0, 140)


class MaskOverlay(Overlay):
    """Lies on the picture. What is about no handle goes on to the picture, so that it can be moved and zoomed as ever.

    Signals:
        edited: The mask after a change by hand, and a merge key.
    """

    edited = Signal(object, str)

    def __init__(self, view: ImageView) -> None:
        super().__init__(view, Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName(self.tr("Mask"))
        self._mask: Mask | None = None
        self._grid: Grid | None = None
        self._drag: tuple[Handle, Place, Mask] | None = None  # what was taken, how far beside its middle, the mask then
        self._over: Handle | None = None
        self._key = ""
        self._burst = QElapsedTimer()

    @property
    def current(self) -> Mask | None:
        """The mask that is shown."""
        return self._mask

    def show_mask(self, mask: Mask | None, grid: Grid | None) -> None:
        """Show the handles of a mask; none where it has no place.

        Args:
            mask: The mask.
            grid: Where the picture's pixels lie in the photo.
        """
        if mask is None or grid is None or not handles(mask):
            self._mask = self._drag = None
            if self.hasFocus():
                self._view.setFocus()
            self.hide()
            return
        self._mask, self._grid = mask, grid
        if not self.isVisible():
            self.cover()
        self.update()

    # --- between places and the widget ---

    def point_of(self, place: Place) -> QPointF:
        """Point of the widget at a place of the photo."""
        assert self._grid is not None
        column, row = self._grid.point(*place)
        return self._view.zoom.to_pane(column, row, 0, 0).topLeft() / self.devicePixelRatioF()

    def place_of(self, point: QPointF) -> Place:
        """Place of the photo at a point of the widget."""
        assert self._grid is not None
        at = self._view.zoom.to_photo(point * self.devicePixelRatioF())
        return self._grid.place(at.x(), at.y())

    def handle_at(self, point: QPointF) -> Handle | None:
        """The handle that the mouse would take there."""
        if self._mask is None or self._grid is None:
            return None
        unit = hypot(*self._grid.right) * self.devicePixelRatioF() / self._view.zoom.scale
        return handle_at(self._mask, self.place_of(point), GRIP * unit)

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines where the mask is 95, 50 and 5 per cent, and the handles."""
        if self._mask is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for value, places in outlines(self._mask):
            line = QPolygonF([self.point_of(place) for place in places])
            for colour, width in ((SHADOW, 3.0), (QColor(theme.TEXT), 1.25)):
                pen = QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
                if value != 0.5:
                    pen.setDashPattern([DASH / width, DASH / width])  # counted in widths of the pen
                painter.setPen(pen)
                painter.drawPolyline(line)
        places_of = handles(self._mask)
        if "turn" in places_of:
            for colour, width in ((SHADOW, 3.0), (QColor(theme.TEXT), 1.25)):
                painter.setPen(QPen(colour, width))
                painter.drawLine(self.point_of(places_of["top"]), self.point_of(places_of["turn"]))
        taken = self._drag[0] if self._drag else self._over
        for name, place in places_of.items():
            self._draw_handle(painter, name, self.point_of(place), name == taken)
        painter.end()

    def _draw_handle(self, painter: QPainter, name: Handle, at: QPointF, taken: bool) -> None:
        """Round, the centre larger, square where it changes the feather; what is taken is filled with the accent."""
        radius = KNOB + 1.5 if name == "centre" else KNOB
        box = QRectF(at.x() - radius, at.y() - radius, 2 * radius, 2 * radius)
        for colour, width in ((SHADOW, 4.0), (QColor(theme.TEXT), 1.5)):
            painter.setPen(QPen(colour, width))
            painter.setBrush(QColor(theme.ACCENT if taken or (name == "centre" and self.hasFocus()) else theme.WINDOW))
            if name == "feather":
                painter.drawRect(box)
            else:
                painter.drawEllipse(box)

    # --- mouse ---

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take a handle."""
        handle = self.handle_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or handle is None or self._mask is None:
            event.ignore()
            return
        at, pressed = handles(self._mask)[handle], self.place_of(event.position())
        self._drag = handle, (pressed[0] - at[0], pressed[1] - at[1]), self._mask
        self._key = new_merge_key("mask")
        self._burst.invalidate()
        self.setFocus()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag it."""
        if self._drag is None:
            over = None if event.buttons() else self.handle_at(event.position())
            if over != self._over:
                self._over = over
                self.setCursor(Qt.CursorShape.SizeAllCursor) if over else self.unsetCursor()
                self.update()
            event.ignore()
            return
        handle, beside, mask = self._drag
        x, y = self.place_of(event.position())
        even = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._change(dragged(mask, handle, (x - beside[0], y - beside[1]), even=even))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._drag is None:
            event.ignore()
        self._drag = None
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Not on a handle: that zooms."""
        if self.handle_at(event.position()) is None:
            event.ignore()

    # --- keys ---

    def event(self, event: QEvent) -> bool:
        """Keep its own keys from the window's shortcuts."""
        return keeps(event, OWN_KEYS) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the mask as the picture shows it, Escape goes back to the picture."""
        move, mask, grid = self.moved_by(event), self._mask, self._grid
        if move is not None and mask is not None and grid is not None:
            right, down = move
            if not self._burst.isValid() or self._burst.elapsed() > BURST_MS:
                self._key = new_merge_key("mask")
            self._burst.start()
            self._change(
                moved(mask, right * grid.right[0] + down * grid.down[0], right * grid.right[1] + down * grid.down[1])
            )
        elif event.key() == Qt.Key.Key_Escape:
            self._view.setFocus()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QEvent) -> None:
        """Show that the arrows are no longer its own."""
        self.update()

    # --- helpers ---

    def _change(self, mask: Mask) -> None:
        if mask != self._mask:
            self._mask = mask
            self.update()
            self.edited.emit(mask, self._key)
