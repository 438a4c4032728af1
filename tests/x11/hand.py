"""A hand and an eye for the running editor: the mouse and keyboard of the X server, and photographs of its screen."""

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, QPointF, QProcess, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from exposure_app.gui.window.main_window import MainWindow

WAIT_S = 240  # a slow machine that does other things too
PAUSE_MS = 250  # for what moves on the screen to come to rest before a photograph


class Hand:
    """Drives the window from its own thread; while it waits, the window lives.

    Args:
        window: The editor's.
        album: Folder of the photographs.
    """

    def __init__(self, window: MainWindow, album: Path) -> None:
        self.window, self.album = window, album

    # --- waiting ---

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the window live until something is so."""
        end = time.monotonic() + WAIT_S
        while not condition():
            if time.monotonic() > end:
                self.photograph("stuck")
                raise TimeoutError(f"{what}; notices: {self.window.notices.visible_messages()}")
            self.rest(20)

    def rest(self, milliseconds: int = PAUSE_MS) -> None:
        """Let the window live for a while."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """The dialog of a kind, once it is on the screen and has the keyboard."""

        def found() -> list[QDialog]:
            return [found for found in self.window.findChildren(kind) if found.isActiveWindow()]

        self.until(found, f"no {kind.__name__}")
        return found()[0]

    # --- acting ---

    def click(self, widget: QWidget, at: QPointF | None = None, key: str = "") -> None:
        """Press the left button over a widget, in its middle by default, while a key is down if one is given."""
        x, y = self._on_screen(widget, at or QPointF(widget.rect().center()))
        down, up = (["keydown", key], ["keyup", key]) if key else ([], [])
        self._tool("mousemove", x, y, "sleep", "0.05", *down, "click", "1", *up)

    def drag(self, widget: QWidget, start: QPointF, end: QPointF, *, until_let_go: Callable[[], None] | None = None):
        """Press, move in small steps, and let go; something may be looked at before."""
        ends = [self._on_screen(widget, start), self._on_screen(widget, end)]
        words: list[object] = ["mousemove", *ends[0], "sleep", "0.05", "mousedown", "1"]
        for step in range(1, 13):
            share = step / 12
            words += ["mousemove", *(round(a + share * (b - a)) for a, b in zip(*ends, strict=True)), "sleep", "0.03"]
        self._tool(*words)
        if until_let_go is not None:
            until_let_go()
        self._tool("mouseup", "1")

    def over(self, widget: QWidget, at: QPointF | None = None) -> None:
        """Move the mouse there."""
        self._tool("mousemove", *self._on_screen(widget, at or QPointF(widget.rect().center())))

    def press(self, *keys: str) -> None:
        """Press keys as xdotool names them: ctrl+z, Return."""
        self._tool("key", "--clearmodifiers", *keys)

    def hold(self, key: str, meanwhile: Callable[[], None]) -> None:
        """Do something while a key is down."""
        self._tool("keydown", key)
        meanwhile()
        self._tool("keyup", key)

    def type(self, text: str) -> None:
        """Write."""
        self._tool("type", "--delay", "20", text)

    # --- seeing ---

    def photograph(self, name: str) -> None:
        """Keep what the screen shows, all windows of it."""
        self.rest()
        self.album.mkdir(parents=True, exist_ok=True)
        QGuiApplication.primaryScreen().grabWindow(0).save(str(self.album / f"{name}.png"))

    def _on_screen(self, widget: QWidget, at: QPointF) -> tuple[int, int]:
        """Pixels of the screen."""
        place = widget.mapToGlobal(at) * widget.devicePixelRatioF()
        return round(place.x()), round(place.y())

    def _tool(self, *words: object) -> None:
        process, loop = QProcess(), QEventLoop()
        process.finished.connect(loop.quit)
        process.start("xdotool", [str(word) for word in words])
        if not process.waitForStarted():
            raise RuntimeError(process.errorString())
        if process.state() != QProcess.ProcessState.NotRunning:
            loop.exec()
        process.waitForFinished()  # the program may have ended meanwhile; a killed tool would leave its keys down
        if process.exitCode():
            raise RuntimeError(process.readAllStandardError().data().decode())
        QApplication.processEvents()


def middle_of(widget: QWidget, x: float = 0.5, y: float = 0.5) -> QPointF:
    """A place in a widget, as shares of its width and height."""
    return QPointF(QPoint(round(widget.width() * x), round(widget.height() * y)))
