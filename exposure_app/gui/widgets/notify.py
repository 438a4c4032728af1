"""Notifications in the corner of the window, and the crash-report dialog."""

import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QLocale,
    QObject,
    QPoint,
    QPropertyAnimation,
    Qt,
    QTime,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from exposure_app import __version__, paths
from exposure_app.errors import ExposureError
from exposure_app.gui import theme
from exposure_app.gui.widgets.notice import WIDTH, Notice
from exposure_app.settings import current_settings

SHOWN_MS = 6000
SLIDE_MS = 160
MARGIN, GAP = 16, 8  # px, to the corner and between notices
MOST = 4  # at once; the list keeps them all

log = logging.getLogger(__name__)


class Notices(QWidget):
    """The stack of notices in the lower right corner of a widget.

    Signals:
        kept: How many messages there have been.
    """

    kept = Signal(int)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.messages: list[tuple[str, str, bool]] = []
        self._times: list[str] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GAP)
        self._slide = QPropertyAnimation(self, b"pos", self)
        self._slide.setDuration(SLIDE_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        over.installEventFilter(self)
        self.hide()

    def tell(self, message: str, hint: str = "", act: tuple[str, Callable[[], object]] | None = None) -> None:
        """Show a message for a few seconds.

        Args:
            message: A sentence.
            hint: Another, perhaps.
            act: What a button in the notice says, and does: to undo what the message is about.
        """
        text, do = act or ("", lambda: None)
        notice = self._add(message, hint, is_error=False, act=text)
        notice.act_button.clicked.connect(lambda: self._remove(notice))
        notice.act_button.clicked.connect(lambda: do())
        timer = QTimer(notice, singleShot=True, interval=SHOWN_MS)
        timer.timeout.connect(lambda: self._remove(notice))
        timer.start()

    def complain(self, error: Exception, act: tuple[str, Callable[[], object]] | None = None) -> None:
        """Show an error until it is dismissed; one that nobody foresaw gets a dialog.

        Args:
            error: What went wrong.
            act: As in ``tell``.
        """
        if isinstance(error, ExposureError):
            log.warning("%s", error)
            text, do = act or ("", lambda: None)
            notice = self._add(error.message, error.hint, is_error=True, act=text)
            notice.act_button.clicked.connect(lambda: self._remove(notice))
            notice.act_button.clicked.connect(lambda: do())
        else:
            show_unexpected(error, self.window())

    def show_list(self) -> None:
        """All messages of this session."""
        dialog = QDialog(self.window())
        dialog.setWindowTitle(self.tr("Messages"))
        dialog.resize(480, 320)
        listed = QListWidget()
        listed.setWordWrap(True)
        listed.setAccessibleName(self.tr("Messages"))
        for time, (message, hint, is_error) in reversed(list(zip(self._times, self.messages, strict=True))):
            sign = theme.icon("warning" if is_error else "info")
            words = f"{time}  {message}"
            listed.addItem(QListWidgetItem(sign, f"{words}\n{hint}" if hint else words))
        if not self.messages:
            listed.addItem(self.tr("Nothing has happened yet."))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())  # the system's is black on black
        buttons.rejected.connect(dialog.reject)
        column = QVBoxLayout(dialog)
        column.setContentsMargins(16, 16, 16, 16)
        column.addWidget(listed)
        column.addWidget(buttons)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def visible_messages(self) -> list[str]:
        """The sentences on the screen, the oldest first."""
        return [notice.accessibleName() for notice in self._shown()]

    def dismiss_all(self) -> None:
        """Clear the corner."""
        for notice in self._shown():
            self._remove(notice)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of what the notices lie over."""
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _add(self, message: str, hint: str, *, is_error: bool, act: str = "") -> Notice:
        self.messages.append((message, hint, is_error))
        self._times.append(QLocale().toString(QTime.currentTime(), QLocale.FormatType.ShortFormat))
        self.kept.emit(len(self.messages))
        while len(self._shown()) >= MOST:
            self._remove(self._shown()[0])
        notice = Notice(message, hint, is_error, act, self)
        notice.close_button.clicked.connect(lambda: self._remove(notice))
        self._column.addWidget(notice)
        notice.show()
        self._place()
        self._slide_in(notice)
        return notice

    def _remove(self, notice: Notice) -> None:
        self._column.removeWidget(notice)
        notice.hide()
        notice.setParent(None)
        notice.deleteLater()
        self._place()

    def _shown(self) -> list[Notice]:
        items = (self._column.itemAt(index) for index in range(self._column.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if isinstance(widget, Notice)]

    def _place(self) -> None:
        if not self._shown():
            self.hide()
            return
        self._column.activate()
        height = self._column.heightForWidth(WIDTH) if self._column.hasHeightForWidth() else self.sizeHint().height()
        area = self._over.rect()
        place = QPoint(area.right() - WIDTH - MARGIN, area.bottom() - height - MARGIN)
        self.resize(WIDTH, height)
        if self._slide.state() == QPropertyAnimation.State.Running:
            self._slide.setEndValue(place)
        else:
            self.move(place)
        self.show()
        self.raise_()

    def _slide_in(self, notice: Notice) -> None:
        """Let the newest come up from the lower edge, the others above it making room."""
        if not self.isVisible() or current_settings().get_bool("general.reduce_motion"):
            return
        running = self._slide.state() == QPropertyAnimation.State.Running
        place = self._slide.endValue() if running else self.pos()
        room = notice.height() + (GAP if len(self._shown()) > 1 else MARGIN)
        start = self.pos() if running else QPoint(place.x(), place.y() + room)
        self._slide.stop()
        self._slide.setStartValue(start)
        self._slide.setEndValue(place)
        self.move(start)
        self._slide.start()


class UnexpectedDialog(QDialog):
    """Says that something went wrong that nobody foresaw, with everything a report needs, ready to copy."""

    def __init__(self, details: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something unexpected went wrong"))
        self.resize(640, 400)
        words = QLabel(
            self.tr("Your edits are saved. You can go on working; if it happens again, please report these details.")
        )
        words.setWordWrap(True)
        self.details = QPlainTextEdit(details)
        self.details.setReadOnly(True)
        self.details.setAccessibleName(self.tr("Details"))
        copy = QPushButton(self.tr("Copy details"))
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
        close = QPushButton(self.tr("Close"))
        close.setProperty("primary", True)
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addWidget(copy)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(words)
        column.addWidget(self.details, 1)
        column.addLayout(buttons)


class Unexpected(QObject):
    """Brings errors that nobody caught, from any thread, to the window's thread and shows them.

    Args:
        window: What the dialog belongs to; a dialog that belongs to nothing is gone before it is seen.
    """

    _raised = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._raised.connect(self._show)

    def install(self) -> None:
        """Replace what Python would print."""
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(args.exc_type, args.exc_value, args.exc_traceback)

    def _hook(self, kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
        else:
            self._raised.emit((error or kind()).with_traceback(traceback))

    @Slot(object)
    def _show(self, error: BaseException) -> None:
        show_unexpected(error, self._window)


def show_unexpected(error: BaseException, parent: QWidget) -> None:
    """Log an error that nobody foresaw and show it over whatever has the keyboard, one dialog at a time."""
    log.error("unexpected", exc_info=error)
    if any(isinstance(widget, UnexpectedDialog) and widget.isVisible() for widget in QApplication.topLevelWidgets()):
        return
    dialog = UnexpectedDialog(diagnostics(error), QApplication.activeModalWidget() or parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def diagnostics(error: BaseException | None = None) -> str:
    """Versions, where the log is, and the error: what a report needs."""
    from PySide6 import __version__ as qt_version

    lines = [
        f"Exposure {__version__}, Python {sys.version.split()[0]}, Qt {qt_version}",
        f"{platform.platform()}, {QGuiApplication.platformName()}",
        f"Log: {paths.user_log_dir() / 'exposure.log'}",
    ]
    if error is not None:
        lines += ["", "".join(traceback.format_exception(error)).rstrip()]
    return "\n".join(lines)
