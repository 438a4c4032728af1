"""The editor without a screen, for figures of what it shows."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from exposure_app.gui.window.main_window import MainWindow

SECONDS = 300
RATIO = 2  # pixels of the figure for each of the widget


class Stage:
    """A window, and how to wait for it."""

    def __init__(self, window: "MainWindow") -> None:
        self.window = window

    def until(self, is_so: Callable[[], object]) -> None:
        """Let the window work until something is so."""
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + SECONDS
        while not is_so():
            if time.monotonic() > end:
                raise TimeoutError("the editor does not get there")
            QApplication.processEvents()
            time.sleep(0.005)

    def open(self, photo: Path) -> None:
        """Begin with a photo and wait until it is seen."""
        self.window.start([photo])
        self.until(lambda: self.window.controller.photo == photo and self.window.panels.view.frame_shown)

    def settle(self) -> None:
        """Wait until nothing is being worked on."""
        queues = self.window.queues
        for _ in range(3):
            self.until(
                lambda: all(queue.is_idle for queue in (queues.files, queues.decode, queues.render, queues.agent))
            )


@contextmanager
def stage(width: int = 1280, height: int = 720) -> Iterator[Stage]:
    """An editor with empty settings and no edits; what it writes is gone afterwards."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_SCALE_FACTOR"] = str(RATIO)
    with tempfile.TemporaryDirectory(prefix="exposure-figures-") as home:
        os.environ["EXPOSURE_HOME"] = home
        from PySide6.QtWidgets import QApplication

        from exposure_app.gui import theme
        from exposure_app.gui.window.main_window import MainWindow

        application = QApplication.instance() or QApplication([])
        assert isinstance(application, QApplication)
        theme.apply(application)
        window = MainWindow()
        window.resize(width, height)
        window.show()
        try:
            yield Stage(window)
        finally:
            window.close()


def grabbed(widget: "QWidget") -> Image.Image:
    """A widget as a picture, when all that is new in it is shown."""
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    for _ in range(5):
        QApplication.processEvents()
    codes = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    width, height = codes.width(), codes.height()
    return Image.frombuffer("RGB", (width, height), bytes(codes.constBits()), "raw", "RGB", codes.bytesPerLine(), 1)
