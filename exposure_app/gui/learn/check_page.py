"""The second page: whether the chosen photos are fit to learn from, and which of them to leave out."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.learn.child import Child, command
from exposure_app.gui.learn.photos import PhotoRow, Thumbnails
from exposure_app.gui.learn.words import quantity_names
from exposure_app.gui.widgets.docks import scrolled
from exposure_app.learning.check import Check, Finding, understood
from exposure_app.learning.store import write_photo_list

MOST_SHOWN = 27  # pictures of one finding
ACROSS = 9

log = logging.getLogger(__name__)


def check_command(liked: Path, others: Path) -> list[str]:
    """How to check lists of photos."""
    return command("audit", str(liked), "--inputs", str(others), "--events")


class CheckPage(QWidget):
    """Runs the check in a process of its own and shows what it found.

    Signals:
        ready: The check is over and learning may begin.
        failed: An exception that a person should see; the check is over.
    """

    ready = Signal()
    failed = Signal(object)

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._child: Child | None = None
        self._lists: TemporaryDirectory[str] | None = None
        self._error: ExposureError | None = None
        self.check: Check | None = None
        self.boxes: dict[str, QCheckBox] = {}
        self._findings: dict[str, Finding] = {}
        self.pages = QStackedWidget()
        self.pages.addWidget(self._make_waiting())
        self._body = scrolled(QWidget())
        self.pages.addWidget(self._body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def _make_waiting(self) -> QWidget:
        page = QWidget()
        self.status = QLabel(self.tr("Looking at the photos"))
        self.status.setProperty("role", "title")
        self.detail = QLabel()
        self.detail.setProperty("role", "second")
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(self.tr("Progress of the check"))
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.status, self.bar, self.detail):
            column.addWidget(widget)
        column.addStretch()
        return page

    # --- the check ---

    def start(self, liked: Sequence[Path], others: Sequence[Path]) -> None:
        """Check these photos.

        Raises:
            ExposureError: The disk does not take the lists.
        """
        self.stop()
        self.check, self._error = None, None
        self.detail.clear()
        self.bar.setRange(0, 0)
        self.pages.setCurrentIndex(0)
        self._lists = TemporaryDirectory(prefix="exposure-")
        places = [Path(self._lists.name) / name for name in ("liked.json", "others.json")]
        for place, photos in zip(places, (liked, others), strict=True):
            write_photo_list(place, photos)
        child = self._child = Child(self)
        child.told.connect(self._told)
        child.ended.connect(self._ended)
        child.start(check_command(*places))

    def stop(self) -> None:
        """End the check, if one is under way."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.deleteLater()
        if self._lists is not None:
            self._lists.cleanup()
            self._lists = None

    @property
    def is_running(self) -> bool:
        """Whether a check is under way."""
        return self._child is not None

    @Slot(dict)
    def _told(self, event: Mapping[str, Any]) -> None:
        try:
            self._take(event)
        except (KeyError, TypeError, ValueError) as error:
            log.warning("cannot understand %.200s (%r)", event, error)

    def _take(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "reading":
            total, done = int(event["total"]), int(event["done"])
            self.bar.setRange(0, total)
            self.bar.setValue(done)
            self.detail.setText(self.tr("{done} of {total} photos").format(done=done, total=total))
        elif event["event"] == "error":
            self._error = ExposureError(str(event["message"]), str(event["hint"]))
        elif event["event"] == "done":
            self.check = understood(event["audit"])

    @Slot(int, str)
    def _ended(self, code: int, said: str) -> None:
        self.stop()
        if self.check is None:
            unknown = ExposureError(self.tr("The check ended unexpectedly"), self.tr("Try again; the log says more."))
            self.failed.emit(self._error or unknown)
            return
        self._show(self.check)
        self.ready.emit()

    # --- what it found ---

    def left_out(self) -> set[Path]:
        """The photos that shall not be learned from."""
        chosen = (self._findings[kind] for kind, box in self.boxes.items() if box.isChecked())
        return {photo for finding in chosen for photo in finding.left_out}

    def _show(self, check: Check) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        title = QLabel(self.tr("{count} photos can be learned from").format(count=check.photos))
        title.setProperty("role", "title")
        column.addWidget(title)
        for sentence in check.advice or [self.tr("Nothing speaks against learning from them.")]:
            column.addLayout(_line(sentence, is_warning=bool(check.advice)))
        if check.gap:
            common = ", ".join(f"{name.lower()} {check.gap[key]:.0f} %" for key, name in quantity_names().items())
            column.addLayout(_line(self.tr("Similarity to your own photos: {common}.").format(common=common)))
        self.boxes, self._findings = {}, {finding.kind: finding for finding in check.findings}
        for finding in check.findings:
            column.addWidget(self._make_finding(finding))
        column.addStretch()
        self.pages.removeWidget(self._body)
        self._body.deleteLater()
        self._body = scrolled(body)
        self.pages.addWidget(self._body)
        self.pages.setCurrentWidget(self._body)

    def _make_finding(self, finding: Finding) -> QWidget:
        frame = QFrame()
        frame.setObjectName("finding")
        frame.setStyleSheet(f"QFrame#finding {{ background: {theme.PANEL}; border-radius: 4px; }}")
        texts = {
            "unreadable": (self.tr("Cannot be read"), ""),
            "repeated": (self.tr("Versions of one picture"), self.tr("Keep one version of each")),
            "rarer": (self.tr("Of another kind: colour or black and white"), self.tr("Leave them out")),
            "tiny": (self.tr("Small"), self.tr("Leave them out")),
        }
        heading, choice = texts[finding.kind]
        title = QLabel(f"{heading}  <span style='color:{theme.SECOND}'>{len(finding.shown)}</span>")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch()
        column = QVBoxLayout(frame)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        if choice:
            box = self.boxes[finding.kind] = QCheckBox(choice)
            box.setChecked(finding.advised)
            top.addWidget(box)
            shown = finding.shown[:MOST_SHOWN]
            row = PhotoRow(self._thumbnails, rows=-(-len(shown) // ACROSS))
            row.setAccessibleName(heading)
            row.set_photos(shown)
            column.addWidget(row)
        for photo, reason in list(finding.reasons.items())[:MOST_SHOWN]:
            said = reason.replace(str(photo), photo.name)
            words = QLabel(said if photo.name in said else f"{photo.name}: {said}")
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setProperty("role", "second")
            words.setWordWrap(True)
            column.addWidget(words)
        return frame


def _line(sentence: str, *, is_warning: bool = False) -> QHBoxLayout:
    sign = QLabel()
    sign.setPixmap(theme.icon("warning" if is_warning else "info").pixmap(16, 16))
    words = QLabel(sentence)
    words.setWordWrap(True)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1)
    return row
