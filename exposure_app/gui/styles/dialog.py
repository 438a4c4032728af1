"""About a style: how close it comes, what it does, what it learned from."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.widgets.common import heading
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.styles.card import Likeness, Source, Usage, style_card
from exposure_app.styles.library import sheet_of

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.styles.nearest import Neighbour

SIZE = (600, 640)
INSIDE = 544  # width of the content, px
MOST_PIXELS = 40_000_000  # of a sheet


class StyleDialog(QDialog):
    """The card of a style, for reading."""

    def __init__(self, style: "StyleHeader", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card = style_card(style)
        self.setWindowTitle(self.tr("About the style {title}").format(title=card.title))
        content = QWidget()
        content.setProperty("role", "panel")
        content.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(20, 20, 20, 20)
        self._column.setSpacing(8)
        self._column.addWidget(_label(card.title, "title"))
        if card.description:
            self._column.addWidget(_label(card.description, "second"))
        self._add_likeness(card.likeness, card.tested, card.compared)
        self._add_usage(card.usage)
        self._add_sheet(style)
        self._neighbours_at = self._column.count()
        self._add_sources(card.sources)
        self._add_facts(card.facts)
        self._column.addStretch()
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(20, 12, 20, 16)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(scrolled(content), 1)
        column.addLayout(buttons)
        self.resize(*SIZE)

    def _begin(self, title: str) -> None:
        self._column.addSpacing(12)
        self._column.addWidget(heading(title.upper()))

    def _add_likeness(self, rows: tuple[Likeness, ...], tested: int, compared: int) -> None:
        self._begin(self.tr("How close it comes"))
        if not rows:
            self._column.addWidget(_label(self.tr("It has not been measured on photos it never saw."), "second"))
            return
        words = self.tr(
            "{tested} photos that training never saw, retouched and compared with {compared} photos of the style: how"
            " alike their light and colour is, in percent."
        )
        self._column.addWidget(_label(words.format(tested=tested, compared=compared), "second"))
        names = {
            "results": self.tr("This style"),
            "neutral": self.tr("The photos as they were"),
            "auto levels": self.tr("Automatic levels"),
            "ceiling": self.tr("The style's own photos"),
        }
        grid = _grid()
        titles = (self.tr("Luminance"), self.tr("Contrast"), self.tr("Saturation"), self.tr("Mean"))
        for column, title in enumerate(titles, start=1):
            grid.addWidget(_label(title, "second"), 0, column, Qt.AlignmentFlag.AlignRight)
        for row, likeness in enumerate(rows, start=1):
            role = "" if likeness.of == "results" else "second"
            grid.addWidget(_label(names[likeness.of], role), row, 0)
            for column, value in enumerate((*likeness.values, likeness.mean), start=1):
                shown = "" if math.isnan(value) else f"{value:.0f}"
                grid.addWidget(_label(shown, role), row, column, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(0, 1)
        self._column.addLayout(grid)

    def _add_usage(self, rows: tuple[Usage, ...]) -> None:
        if not rows:
            return
        self._begin(self.tr("What it does"))
        self._column.addWidget(_label(self.tr("How often it uses each step, and the mean of its settings."), "second"))
        grid = _grid()
        for row, usage in enumerate(usage for usage in rows if usage.share > 0):
            grid.addWidget(_label(usage.label), row, 0)
            grid.addWidget(_Bar(usage.share), row, 1)
            grid.addWidget(_label(f"{100 * usage.share:.0f} %"), row, 2, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(_label(usage.words, "second"), row, 3)
        grid.setColumnStretch(3, 1)
        self._column.addLayout(grid)
        never = ", ".join(usage.label for usage in rows if not usage.share)
        if never:
            self._column.addWidget(_label(self.tr("Never: {steps}").format(steps=never), "second"))

    def _add_sheet(self, style: "StyleHeader") -> None:
        path = sheet_of(style)
        sheet = QPixmap() if path is None else QPixmap(str(path))
        if sheet.isNull() or sheet.width() * sheet.height() > MOST_PIXELS:
            return
        self._begin(self.tr("How it looks"))
        words = self.tr("In each row a photo as it was, after every step, and last one of the style's own photos.")
        self._column.addWidget(_label(words, "second"))
        ratio = self.devicePixelRatioF()
        sheet = sheet.scaledToWidth(round(INSIDE * ratio), Qt.TransformationMode.SmoothTransformation)
        sheet.setDevicePixelRatio(ratio)
        picture = QLabel()
        picture.setPixmap(sheet)
        picture.setAccessibleName(words)
        self._column.addWidget(picture)

    def add_neighbours(self, found: "list[Neighbour]") -> None:
        """Show the liked photos that look most like what the style makes of the open photo; above the sources."""
        part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 12, 0, 0)
        column.setSpacing(8)
        column.addWidget(heading(self.tr("CLOSEST OF YOUR PHOTOS")))
        words = self.tr("What it makes of the open photo looks most like these photos, which it was learned from.")
        column.addWidget(_label(words, "second"))
        row = QHBoxLayout()
        row.setSpacing(8)
        side = (INSIDE - 8 * (len(found) - 1)) // max(1, len(found))
        for entry in found:
            row.addWidget(_thumbnail(entry, side, self.devicePixelRatioF()), 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch()
        column.addLayout(row)
        self._column.insertWidget(self._neighbours_at, part)

    def _add_sources(self, sources: tuple[Source, ...]) -> None:
        if not sources:
            return
        self._begin(self.tr("What it learned from"))
        for source in sources:
            name = self.tr("{name}, {count} photos").format(name=source.name, count=source.photos)
            self._column.addWidget(_label(name))
            if source.licence:
                self._column.addWidget(_label(source.licence, "second"))
                self._column.addSpacing(4)

    def _add_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        if not facts:
            return
        self._begin(self.tr("How it was made"))
        names = {
            "device": self.tr("Computer"),
            "torch": self.tr("Version of torch"),
            "iterations": self.tr("Iterations"),
            "minutes": self.tr("Minutes"),
            "seed": self.tr("Seed"),
        }
        grid = _grid()
        for row, (name, value) in enumerate(facts):
            grid.addWidget(_label(names.get(name, name), "second"), row, 0)
            grid.addWidget(_label(value), row, 1)
        grid.setColumnStretch(1, 1)
        self._column.addLayout(grid)


class _Bar(QWidget):
    """A share as a length."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(96, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for share, colour in ((1.0, theme.LINE), (self._share, theme.SECOND)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(0, self.height() / 2 - 2, self.width() * share, 4), 2, 2)
        painter.end()


def _thumbnail(found: "Neighbour", side: int, ratio: float) -> QLabel:
    picture = QPixmap.fromImage(to_qimage(found.picture)).scaled(
        QSize(side, side) * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    picture.setDevicePixelRatio(ratio)
    shown = QLabel()
    shown.setPixmap(picture)
    shown.setToolTip(str(found.photo))
    shown.setAccessibleName(found.photo.name)
    return shown


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(20)
    grid.setVerticalSpacing(4)
    return grid


def _label(text: str, role: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setProperty("role", role)
    label.setWordWrap(len(text) > 24)
    return label
