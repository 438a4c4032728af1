"""The picture on its grey canvas: zoom, pan, comparison, the pipette."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from exposure_app.gui import theme
from exposure_app.gui.canvas.compare import Compare, Mode, draw_divider, draw_tag, split
from exposure_app.gui.canvas.frame import Frame
from exposure_app.gui.canvas.preview import FirstPicture, draw_preview, fill_canvas
from exposure_app.gui.canvas.zoom import Zoom

WHEEL_STEP = 120
PAN_STEP = 80  # of an arrow key, px


class ImageView(QWidget):
    """Shows frames, and tells which part of the photo it wants.

    Signals:
        view_changed: Another part or size of the photo is visible.
        compare_changed: The comparison needs or no longer needs the picture before.
        zoom_changed: The zoom as text.
        hovered: Point of the photo under the cursor with its colour (x, y, r, g, b), or None.
        picked: Area of the photo marked with the pipette.
        pick_ended: The pipette was put away.
    """

    view_changed = Signal()
    compare_changed = Signal()
    zoom_changed = Signal(str)
    hovered = Signal(object)
    picked = Signal(QRect)
    pick_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 200)
        self._zoom = Zoom()
        self._compare = Compare()
        self._frame: Frame | None = None
        self._backdrop: Frame | None = None  # the last frame of the whole photo, shown where the sharp one is missing
        self._preview: FirstPicture | None = None
        self._held: QPixmap | None = None  # what was on the screen, until the first frame of another picture
        self._has_photo = False
        self._drag_from: QPointF | None = None
        self._drags_divider = False
        self._picking = False
        self._pick_area: QRectF | None = None
        self._wheel = 0

    # --- what is shown ---

    @property
    def zoom(self) -> Zoom:
        """Where the photo lies."""
        return self._zoom

    @property
    def frame_shown(self) -> Frame | None:
        """The latest frame."""
        return self._frame

    @property
    def shows_preview(self) -> bool:
        """Whether the picture is only a preview."""
        return self._preview is not None

    def clear(self) -> None:
        """Show nothing."""
        self._frame = self._backdrop = self._preview = None
        self._has_photo = False
        self.update()

    def show_preview(self, first: FirstPicture) -> None:
        """Show a finished small picture until the first frame of the photo comes."""
        self._preview = first
        self.update()

    def end_preview(self) -> None:
        """Back to the photo that was there: the new one cannot be opened."""
        self._preview = None
        self.update()

    def set_photo(self, width: int, height: int) -> None:
        """Another photo, fitted. What was on the screen stays until its first frame comes."""
        self._has_photo = True
        self._held = self.grab() if self._frame is not None else None
        self._frame = self._backdrop = None
        self._compare = replace(self._compare, held=False)
        self._set_zoom(Zoom((width, height), self._pane()))

    def show_frame(self, frame: Frame) -> None:
        """Show a rendered view."""
        self._frame = frame
        self._preview = self._held = None
        view = frame.view
        if (view.width, view.height) == self._zoom.photo:
            self._backdrop = frame
        self.update()

    # --- zoom ---

    def fit(self) -> None:
        """Show the whole photo."""
        self._set_zoom(self._zoom.fitted())

    def zoom_to(self, scale: float) -> None:
        """Zoom to a scale in pixels of the screen, around the cursor if it is over the picture."""
        place = self._device(QPointF(self.mapFromGlobal(QCursor.pos()))) if self.underMouse() else None
        self._set_zoom(self._zoom.at(scale, self._in_pane(place) if place else None))

    def zoom_by(self, steps: int) -> None:
        """Zoom in, or out when negative."""
        self._set_zoom(self._zoom.stepped(steps))

    def toggle_fit(self) -> None:
        """Between the whole photo and 100 %."""
        if self._zoom.is_fit:
            self.zoom_to(1)
        else:
            self.fit()

    def straighten(self, angle: float, inset: int) -> None:
        """Draw the picture turned about its middle, with room around it, while it is being cropped; see ``Zoom``."""
        old, self._zoom = self._zoom, replace(self._zoom, angle=angle, inset=inset)
        if inset != old.inset or (angle != old.angle and not old.is_fit):
            self._set_zoom(self._zoom)
        elif angle != old.angle:  # the picture that is there will do
            self.update()

    def _set_zoom(self, zoom: Zoom) -> None:
        self._zoom = zoom
        self._update_cursor()
        text = self.tr("Fit {percent} %") if zoom.is_fit else "{percent} %"
        self.zoom_changed.emit(text.format(percent=round(zoom.scale * 100)))
        self.view_changed.emit()
        self.update()

    # --- comparison and pipette ---

    @property
    def compare(self) -> Compare:
        """How before and after are shown."""
        return self._compare

    def set_compare(self, compare: Compare) -> None:
        """Change how before and after are shown."""
        if compare == self._compare:
            return
        old, self._compare = self._compare, compare
        if old.panes != compare.panes:
            self._set_zoom(replace(self._zoom, pane=self._pane()).inside())
        if old.needs_before != compare.needs_before:
            self.compare_changed.emit()
        self._update_cursor()
        self.update()

    def start_pick(self) -> None:
        """Let the person mark an area; ends with ``picked`` or with Escape."""
        self._picking = True
        self._update_cursor()
        self.setFocus()

    def end_pick(self) -> None:
        """Put the pipette away."""
        if self._picking:
            self._picking, self._pick_area = False, None
            self._update_cursor()
            self.update()
            self.pick_ended.emit()

    # --- drawing, in pixels of the screen ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        width, height = self._device_size()
        fill_canvas(painter, width, height, self._covered())
        if self._preview is not None:
            draw_preview(painter, self._preview, (width, height), ratio)
        elif self._held is not None:
            painter.drawPixmap(QRect(0, 0, width, height), self._held)
        elif self._has_photo:
            self._draw_photo(painter, width, height, ratio)
        if self._pick_area is not None:
            painter.setPen(QPen(QColor(theme.ACCENT), max(1.0, ratio)))
            painter.drawRect(self._pick_area)
        painter.end()

    def _covered(self) -> QRectF | None:
        """Where the frame alone is drawn over the canvas."""
        hidden = self._preview is not None or self._held is not None or self._zoom.angle or self._compare.panes > 1
        if self._frame is None or hidden:
            return None
        view = self._frame.view
        return self._zoom.to_pane(view.left, view.top, view.width, view.height)

    def _draw_photo(self, painter: QPainter, width: int, height: int, ratio: float) -> None:
        compare, whole = self._compare, QRectF(0, 0, width, height)
        if compare.panes == 2:
            for pane, before in zip(split(width, height), (True, False), strict=True):
                painter.save()
                painter.setClipRect(pane)
                painter.translate(pane.topLeft())
                self._draw_picture(painter, before)
                painter.restore()
                draw_tag(painter, compare.before if before else compare.after, QRectF(pane), ratio)
            return
        self._draw_picture(painter, compare.held)
        if compare.held:
            draw_tag(painter, compare.before, whole, ratio)
        elif compare.mode is Mode.WIPE:
            x = compare.divider * width
            painter.setClipRect(QRectF(0, 0, x, height))
            painter.fillRect(QRectF(0, 0, x, height), QColor(theme.CANVAS))
            self._draw_picture(painter, True)
            draw_tag(painter, compare.before, whole, ratio)
            painter.setClipRect(QRectF(x, 0, width - x, height))
            draw_tag(painter, compare.after, whole, ratio, right=True)
            painter.setClipping(False)
            draw_divider(painter, x, height, ratio)

    def _draw_picture(self, painter: QPainter, before: bool) -> None:
        frames = [self._frame] if self._backdrop is self._frame else [self._backdrop, self._frame]
        painter.save()
        if self._zoom.angle:
            painter.fillRect(QRectF(0, 0, *self._zoom.pane), QColor(theme.CANVAS))
            painter.setTransform(self._zoom.turning(), combine=True)
        for frame in filter(None, frames):
            picture = frame.before if before and frame.before is not None else frame.after
            view = frame.view
            target = self._zoom.to_pane(view.left, view.top, view.width, view.height)
            exact = not self._zoom.angle and (target.width() == picture.width() or self._zoom.scale > 1)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not exact)
            painter.drawImage(target, picture, QRectF(picture.rect()))
        painter.restore()

    # --- events ---

    def sizeHint(self) -> QSize:
        """The size it would like."""
        return QSize(720, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit what is shown into the new size."""
        self._set_zoom(replace(self._zoom, pane=self._pane()).inside())

    def changeEvent(self, event: QEvent) -> None:
        """Follow changes of the window."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._set_zoom(replace(self._zoom, pane=self._pane()).inside())
        super().changeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        self._wheel += event.angleDelta().y()
        steps = int(self._wheel / WHEEL_STEP)
        if steps and self._has_photo:
            self._wheel -= steps * WHEEL_STEP
            self._set_zoom(self._zoom.stepped(steps, self._in_pane(self._device(event.position()))))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if event.button() not in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            return
        self._drag_from = self._device(event.position())
        self._drags_divider = self._compare.at_divider(event.position().x(), self.width())
        self._update_cursor(pressed=True)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or tell what is under the cursor."""
        place = self._device(event.position())
        if self._drag_from is None:
            self._hover(place)
            over = self._compare.at_divider(event.position().x(), self.width())
            self._update_cursor(over_divider=over)
        elif self._drags_divider:
            self.set_compare(self._compare.dragged(event.position().x(), self.width()))
        elif self._picking:
            self._pick_area = QRectF(self._drag_from, place).normalized()
            self.update()
        elif not self._zoom.is_fit:
            moved = place - self._drag_from
            self._drag_from = place
            self._set_zoom(self._zoom.moved(moved.x(), moved.y()))
            self._update_cursor(pressed=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self._picking and self._drag_from is not None and self._has_photo:
            start = self._zoom.to_photo(self._in_pane(self._drag_from))
            end = self._zoom.to_photo(self._in_pane(self._device(event.position())))
            area = QRectF(start, end).normalized().toAlignedRect()
            if area.width() < 3 and area.height() < 3:
                area = area.adjusted(-2, -2, 2, 2)  # a click: a few pixels, one alone is mostly noise
            self.picked.emit(area.intersected(QRect(0, 0, *self._zoom.photo)))
            self.end_pick()
        self._drag_from, self._drags_divider = None, False
        self._update_cursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between the whole photo and 100 %."""
        if self._has_photo and not self._picking:
            self.toggle_fit()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the cursor."""
        self.hovered.emit(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer keys."""
        moves = {
            Qt.Key.Key_Left: (PAN_STEP, 0),
            Qt.Key.Key_Right: (-PAN_STEP, 0),
            Qt.Key.Key_Up: (0, PAN_STEP),
            Qt.Key.Key_Down: (0, -PAN_STEP),
        }
        move = moves.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape and self._picking:
            self.end_pick()
        elif move and not self._zoom.is_fit:
            ratio = self.devicePixelRatioF()
            self._set_zoom(self._zoom.moved(move[0] * ratio, move[1] * ratio))
        else:
            super().keyPressEvent(event)

    def _hover(self, place: QPointF) -> None:
        frame = self._frame
        if not self._has_photo or frame is None or frame.codes is None:
            return
        point = self._zoom.to_photo(self._in_pane(place))
        x, y = int(point.x()), int(point.y())
        view = frame.view
        inside = view.left <= x < view.left + view.width and view.top <= y < view.top + view.height
        if not inside or point.x() < 0 or point.y() < 0:
            self.hovered.emit(None)
            return
        row = min((y - view.top) * view.rows // view.height, view.rows - 1)
        column = min((x - view.left) * view.columns // view.width, view.columns - 1)
        self.hovered.emit((x, y, *(int(code) for code in frame.codes[row, column])))

    def _update_cursor(self, *, pressed: bool = False, over_divider: bool = False) -> None:
        shape = Qt.CursorShape.ArrowCursor
        if self._picking:
            shape = Qt.CursorShape.CrossCursor
        elif over_divider or self._drags_divider:
            shape = Qt.CursorShape.SplitHCursor
        elif not self._zoom.is_fit and self._has_photo:
            shape = Qt.CursorShape.ClosedHandCursor if pressed else Qt.CursorShape.OpenHandCursor
        if self.cursor().shape() != shape:
            self.setCursor(shape)

    # --- pixels of the screen ---

    def _device_size(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def _pane(self) -> tuple[int, int]:
        width, height = self._device_size()
        if self._compare.panes == 2:
            pane = split(width, height)[0]
            return max(1, pane.width()), pane.height()
        return width, height

    def _device(self, place: QPointF) -> QPointF:
        return place * self.devicePixelRatioF()

    def _in_pane(self, place: QPointF) -> QPointF:
        """A place of the canvas in its pane."""
        if self._compare.panes == 1:
            return place
        width, height = self._device_size()
        right = split(width, height)[1]
        return place - QPointF(right.topLeft()) if place.x() >= right.left() else place
