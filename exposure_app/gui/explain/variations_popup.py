"""A few variations as pictures to choose from, beside the number of the variation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.widgets.common import heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from exposure_app.explain.variations import Alternative

PICTURE = 152  # longer side, px
COLUMNS = 2

_LOOK = f"""
VariationsPopup {{ background: {theme.PANEL}; border: 1px solid {theme.LINE}; border-radius: 4px; }}
_Card {{ background: transparent; border: 1px solid {theme.LINE}; border-radius: 4px; padding: 0; text-align: left; }}
_Card:hover {{ background: {theme.HOVER}; }}
_Card:focus {{ border-color: {theme.SECOND}; }}
_Card[current="true"] {{ border: 1px solid {theme.ACCENT}; }}
"""


class VariationsPopup(QFrame):
    """First how far the search is, then the alternatives; Escape, or a click elsewhere, leaves everything as it was.

    Attributes:
        chosen: Number of an alternative.
        closed: It is gone, whatever the reason.
    """

    chosen = Signal(int)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(self.tr("Variations"))
        self.setStyleSheet(_LOOK)
        self.cards: list[_Card] = []
        self._told = QLabel()
        self._told.setProperty("role", "second")
        self._told.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        self._stop = QPushButton(self.tr("Cancel"))
        self._stop.setProperty("flat", True)
        self._stop.clicked.connect(self.hide)
        busy = QHBoxLayout()
        busy.setSpacing(8)
        busy.addWidget(self._bar, 1)
        busy.addWidget(self._stop)
        self._grid = QGridLayout()
        self._grid.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(heading(self.tr("VARIATIONS")))
        column.addLayout(self._grid)
        column.addWidget(self._told)
        column.addLayout(busy)
        self.setFixedWidth(COLUMNS * (PICTURE + 16) + 8 + 24)

    def start(self, samples: int) -> None:
        """Show that so many seeds are being tried."""
        for card in self.cards:
            card.deleteLater()
        self.cards = []
        self._told.setText(self.tr("Trying {count} seeds...").format(count=samples))
        self.show_progress(0)
        for widget in (self._told, self._bar, self._stop):
            widget.show()
        self.adjustSize()

    def show_progress(self, share: float) -> None:
        """Show how far it is."""
        self._bar.setValue(round(100 * share))

    def show_at(self, corner: QPoint) -> None:
        """Open with the top right corner here, all of it on the screen."""
        place = corner - QPoint(self.width(), 0)
        screen = self.screen().availableGeometry()
        top = min(place.y(), screen.bottom() - self.sizeHint().height())
        self.move(max(screen.left(), place.x()), max(screen.top(), top))
        self.show()

    def show_alternatives(
        self, alternatives: Sequence[Alternative], pictures: Sequence[QImage], samples: int, current: int
    ) -> None:
        """Show the alternatives.

        Args:
            alternatives: At most four.
            pictures: One for each.
            samples: How many seeds were tried.
            current: Number of the one that the photo has now, -1 for none.
        """
        for widget in (self._bar, self._stop):
            widget.hide()
        for number, (alternative, picture) in enumerate(zip(alternatives, pictures, strict=True)):
            share = round(100 * len(alternative.seeds) / samples)
            card = _Card(alternative, picture, share, number == current)
            card.clicked.connect(lambda _checked=False, number=number: self._choose(number))
            self._grid.addWidget(card, number // COLUMNS, number % COLUMNS, Qt.AlignmentFlag.AlignTop)
            self.cards.append(card)
        alone = len(alternatives) == 1
        self._told.setText(self.tr("All variations look alike."))
        self._told.setVisible(alone)
        self.adjustSize()
        self.cards[max(current, 0)].setFocus()

    def _choose(self, number: int) -> None:
        self.hide()
        self.chosen.emit(number)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.closed.emit()


class _Card(QPushButton):
    """One alternative: picture, name, and what is different."""

    def __init__(self, alternative: Alternative, picture: QImage, share: int, current: bool) -> None:
        super().__init__()
        name = self.tr("{name} (now)").format(name=alternative.name) if current else alternative.name
        words = alternative.difference or self.tr("most likely")
        self.setProperty("current", current)
        self.setAccessibleName(f"{name}: {words}")
        self.setToolTip(
            self.tr("Seed {seed}; {share} % of the seeds tried give about this:").format(
                seed=alternative.recipe.seed, share=share
            )
            + "\n"
            + "\n".join(alternative.recipe.describe())
        )
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setFixedWidth(PICTURE + 16)
        shown = QLabel()
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        shown.setPixmap(_pixmap(picture, self.devicePixelRatioF()))
        title, detail = QLabel(name), QLabel(words)
        detail.setProperty("role", "second")
        detail.setFont(theme.font(theme.SMALL))
        detail.setStyleSheet(f"font-size: {theme.SMALL}px;")
        detail.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(7, 7, 7, 7)
        column.setSpacing(4)
        for label in (shown, title, detail):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(label)
        column.addStretch(1)

    def sizeHint(self) -> QSize:
        layout = self.layout()
        width = PICTURE + 16
        return QSize(width, layout.totalHeightForWidth(width) if layout is not None else PICTURE)


def _pixmap(picture: QImage, ratio: float) -> QPixmap:
    side = round(PICTURE * ratio)
    smooth, whole = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    pixmap = QPixmap.fromImage(picture.scaled(side, side, whole, smooth))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
