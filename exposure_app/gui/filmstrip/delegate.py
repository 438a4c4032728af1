"""How one photo of the filmstrip is drawn."""

import math
from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from exposure_app.documents.library import MAX_RATING, PhotoEntry
from exposure_app.gui import theme
from exposure_app.gui.filmstrip.model import DONE, ENTRY, FAILED, PIXMAP, REASON, STATE, WAITING, WORKING

CELL = QSize(116, 100)
BOX = QSize(104, 70)
_EDGE = 6  # from the cell's left to the box
_TOP = 6
_STAR = 9
_BADGE = 16
_REJECTED = 0.35  # opacity
_MAX_DRAWN = 256


class FilmstripDelegate(QStyledItemDelegate):
    """Thumbnail with badges on it, name and stars under it. What was drawn once is drawn again as a picture."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shows_names = True
        self._font = theme.font(theme.SMALL)
        self._metrics = QFontMetrics(self._font)
        self._drawn: OrderedDict[tuple[object, ...], QPixmap] = OrderedDict()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every photo takes the same room."""
        return CELL

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one photo."""
        view, state = option.widget, option.state
        entry: PhotoEntry = index.data(ENTRY)
        thumbnail: QPixmap | None = index.data(PIXMAP)
        look = _Look(
            is_selected=bool(state & QStyle.StateFlag.State_Selected),
            is_current=isinstance(view, QAbstractItemView) and view.currentIndex() == index,
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            is_broken=thumbnail is None and bool(index.data(REASON)),
            state=index.data(STATE) or "",
        )
        ratio = view.devicePixelRatioF()
        key = (entry, look, ratio, thumbnail.cacheKey() if thumbnail is not None else 0, self.shows_names)
        cell = self._drawn.get(key)
        if cell is None:
            cell = self._cell(entry, look, thumbnail, ratio)
            self._drawn[key] = cell
            if len(self._drawn) > _MAX_DRAWN:
                self._drawn.popitem(last=False)
        else:
            self._drawn.move_to_end(key)
        painter.drawPixmap(option.rect.topLeft(), cell)

    def _cell(self, entry: PhotoEntry, look: "_Look", thumbnail: QPixmap | None, ratio: float) -> QPixmap:
        cell = QPixmap((CELL.toSizeF() * ratio).toSize())
        cell.setDevicePixelRatio(ratio)
        cell.fill(Qt.GlobalColor.transparent)
        painter = QPainter(cell)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_ground(painter, QRect(QPoint(), CELL), look)
        box = QRect(QPoint(_EDGE, _TOP), BOX)
        if thumbnail is not None:
            painter.setOpacity(_REJECTED if entry.flag == "reject" else 1.0)
            painter.drawPixmap(_centred(thumbnail, box).topLeft(), thumbnail)
            painter.setOpacity(1.0)
        else:
            painter.fillRect(box, QColor(theme.HOVER if look.is_selected else theme.RAISED))
        if look.is_broken:
            _draw_broken(painter, box, self.tr("Cannot be read"))
        _draw_badges(painter, box, entry)
        _draw_state(painter, box, look.state)
        self._draw_foot(painter, QRect(box.left(), box.bottom() + 4, box.width(), 16), entry)
        painter.end()
        return cell

    def _draw_foot(self, painter: QPainter, row: QRect, entry: PhotoEntry) -> None:
        stars = entry.rating * _STAR
        if entry.rating:
            left = row.right() + 1 - stars
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.TEXT))
            for number in range(min(entry.rating, MAX_RATING)):
                painter.drawPath(_star(QPointF(left + (number + 0.5) * _STAR, row.center().y() + 1), _STAR / 2))
        if self.shows_names:
            width = row.width() - (stars + 4 if stars else 0)
            name = self._metrics.elidedText(entry.path.stem, Qt.TextElideMode.ElideMiddle, width)
            painter.setFont(self._font)
            painter.setPen(QColor(theme.SECOND))
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)


@dataclass(frozen=True)
class _Look:
    is_selected: bool
    is_current: bool
    is_hovered: bool
    is_broken: bool
    state: str


def _draw_ground(painter: QPainter, cell: QRect, look: _Look) -> None:
    inside = QRectF(cell).adjusted(2, 2, -2, -2)
    if look.is_selected or look.is_hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.RAISED if look.is_selected else theme.PANEL))
        painter.drawRoundedRect(inside, 4, 4)
    if look.is_selected or look.is_current:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.ACCENT), 2 if look.is_current else 1))
        painter.drawRoundedRect(inside, 4, 4)


def _draw_badges(painter: QPainter, box: QRect, entry: PhotoEntry) -> None:
    if entry.flag != "none":
        spot = _chip(painter, QRectF(box.left() + 2, box.top() + 2, _BADGE, _BADGE))
        _draw_pick(painter, spot) if entry.flag == "pick" else _draw_reject(painter, spot)
    if entry.edited:
        spot = _chip(painter, QRectF(box.right() - 1 - _BADGE, box.top() + 2, _BADGE, _BADGE))
        _draw_edited(painter, spot)


def _chip(painter: QPainter, spot: QRectF) -> QRectF:
    """A dark ground on which a badge can be seen on any picture."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(31, 31, 31, 215))
    painter.drawRoundedRect(spot, 4, 4)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.TEXT), 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    return spot


def _draw_pick(painter: QPainter, spot: QRectF) -> None:
    pole, top = spot.left() + 5, spot.top() + 4
    painter.drawLine(QPointF(pole, top), QPointF(pole, top + 8.5))
    cloth = QPainterPath(QPointF(pole, top))
    cloth.lineTo(pole + 6.5, top + 2.5)
    cloth.lineTo(pole, top + 5)
    painter.fillPath(cloth, QColor(theme.TEXT))


def _draw_reject(painter: QPainter, spot: QRectF) -> None:
    cross = spot.adjusted(5, 5, -5, -5)
    painter.setPen(QPen(QColor(theme.WARNING), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(cross.topLeft(), cross.bottomRight())
    painter.drawLine(cross.topRight(), cross.bottomLeft())


def _draw_edited(painter: QPainter, spot: QRectF) -> None:
    """Two sliders."""
    for row, knob in ((5.5, 6), (10.5, 10)):
        y = spot.top() + row
        painter.drawLine(QPointF(spot.left() + 3.5, y), QPointF(spot.right() - 3.5, y))
        painter.setBrush(QColor(theme.TEXT))
        painter.drawEllipse(QPointF(spot.left() + knob, y), 1.6, 1.6)


def _draw_state(painter: QPainter, box: QRect, state: str) -> None:
    """Three dots wait, a filled ring is at work, a tick is done, a cross has failed."""
    if not state:
        return
    spot = _chip(painter, QRectF(box.right() - 1 - _BADGE, box.bottom() - 1 - _BADGE, _BADGE, _BADGE))
    centre = spot.center()
    if state == FAILED:
        _draw_reject(painter, spot)
    elif state == DONE:
        painter.setPen(QPen(QColor(theme.TEXT), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPolyline([centre + QPointF(-4, 0), centre + QPointF(-1, 3), centre + QPointF(4, -3)])
    elif state == WORKING:
        painter.setPen(QPen(QColor(theme.ACCENT), 2))
        painter.drawEllipse(centre, 4, 4)
        painter.setBrush(QColor(theme.ACCENT))
        painter.drawEllipse(centre, 1, 1)
    elif state == WAITING:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.SECOND))
        for dx in (-4, 0, 4):
            painter.drawEllipse(centre + QPointF(dx, 0), 1.3, 1.3)


def _draw_broken(painter: QPainter, box: QRect, words: str) -> None:
    frame = QRectF(box.center().x() - 11, box.top() + 14, 22, 18)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.WARNING), 1.4))
    painter.drawRoundedRect(frame, 2, 2)
    painter.drawLine(frame.topLeft(), frame.bottomRight())
    painter.setFont(theme.font(theme.SMALL))
    painter.setPen(QColor(theme.SECOND))
    below = QRect(box.left(), int(frame.bottom()) + 6, box.width(), 16)
    painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)


def _centred(pixmap: QPixmap, box: QRect) -> QRect:
    size = pixmap.deviceIndependentSize().toSize()
    return QStyle.alignedRect(Qt.LayoutDirection.LeftToRight, Qt.AlignmentFlag.AlignCenter, size, box)


def _star(centre: QPointF, radius: float) -> QPainterPath:
    path = QPainterPath()
    for point in range(10):
        reach = radius if point % 2 == 0 else radius * 0.42
        angle = math.pi * (point / 5 - 0.5)
        at = QPointF(centre.x() + reach * math.cos(angle), centre.y() + reach * math.sin(angle))
        path.lineTo(at) if point else path.moveTo(at)
    path.closeSubpath()
    return path
