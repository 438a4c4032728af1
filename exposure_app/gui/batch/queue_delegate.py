"""How one photo of a batch is drawn: thumbnail, name, and what became of it."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from exposure_app.gui import theme
from exposure_app.gui.batch.queue_model import PIXMAP, REVIEW, STATE

HEIGHT = 64
BOX = QSize(80, 56)
_EDGE = 8
_ICON = 16
_ICONS = {
    "waiting": "state-waiting",
    "running": "state-running",
    "done": "state-done",
    "skipped": "state-skipped",
    "cancelled": "state-waiting",
    "failed": "warning",
}


class QueueDelegate(QStyledItemDelegate):
    """Every row is as high as the others; words that do not fit are in the tool tip."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._font, self._small = theme.font(), theme.font(theme.SMALL)
        self._metrics, self._small_metrics = QFontMetrics(self._font), QFontMetrics(self._small)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(320, HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect
        state, review = str(index.data(STATE)), bool(index.data(REVIEW))
        painter.save()
        self._draw_ground(painter, option, place)
        box = QRect(place.left() + _EDGE, place.top() + (HEIGHT - BOX.height()) // 2, BOX.width(), BOX.height())
        self._draw_picture(painter, box, index.data(PIXMAP))
        icon = QRect(place.right() - _EDGE - _ICON, place.center().y() - _ICON // 2, _ICON, _ICON)
        theme.icon("state-review" if review else _ICONS[state]).paint(painter, icon)
        left = box.right() + 1 + 3 * theme.GRID
        words = QRect(left, place.top(), icon.left() - left - 2 * theme.GRID, HEIGHT)
        self._draw_words(painter, words, str(index.data()), str(index.data(Qt.ItemDataRole.StatusTipRole)), state)
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, QColor(theme.RAISED))
            painter.fillRect(QRect(place.left(), place.top(), 2, place.height()), QColor(theme.ACCENT))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(theme.HOVER))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), QColor(theme.LINE))

    def _draw_picture(self, painter: QPainter, box: QRect, picture: QPixmap | None) -> None:
        if picture is None:
            painter.fillRect(box, QColor(theme.RAISED))
            return
        size = picture.deviceIndependentSize().toSize()
        spot = QRect(0, 0, size.width(), size.height())
        spot.moveCenter(box.center())
        painter.drawPixmap(spot.topLeft(), picture)

    def _draw_words(self, painter: QPainter, place: QRect, name: str, told: str, state: str) -> None:
        """The name, and below it one or two lines of what became of it."""
        line = self._small_metrics.lineSpacing()
        lines = _wrapped(told, self._small_metrics, place.width())
        top = place.top() + (HEIGHT - self._metrics.lineSpacing() - 2 - line * len(lines)) // 2
        painter.setFont(self._font)
        painter.setPen(QColor(theme.TEXT))
        elided = self._metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, place.width())
        painter.drawText(place.left(), top + self._metrics.ascent(), elided)
        top += self._metrics.lineSpacing() + 2
        painter.setFont(self._small)
        painter.setPen(QColor(theme.WARNING if state == "failed" else theme.SECOND))
        for number, words in enumerate(lines):
            painter.drawText(place.left(), top + number * line + self._small_metrics.ascent(), words)


def _wrapped(told: str, metrics: QFontMetrics, width: int) -> list[str]:
    """The words on one line or two; what does not fit ends with dots."""
    first, _, rest = told.partition("\n")
    if not rest and metrics.horizontalAdvance(first) > width:
        parts = first.split(" ")
        fits = next(
            n for n in range(len(parts), 0, -1) if n == 1 or metrics.horizontalAdvance(" ".join(parts[:n])) <= width
        )
        first, rest = " ".join(parts[:fits]), " ".join(parts[fits:])
    lines = [first, rest.replace("\n", ". ")] if rest else [first]
    return [metrics.elidedText(words, Qt.TextElideMode.ElideRight, width) for words in lines]
