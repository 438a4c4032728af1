"""Starts the editor."""

import faulthandler
import logging
import signal
import sys
from pathlib import Path
from typing import IO

from PySide6.QtCore import QLocale, QTimer, QTranslator
from PySide6.QtWidgets import QApplication

from exposure_app import log as logs
from exposure_app import paths
from exposure_app.gui import theme
from exposure_app.gui.plurals import Plurals
from exposure_app.gui.widgets.notify import Unexpected
from exposure_app.gui.window import instance
from exposure_app.gui.window.main_window import MainWindow
from exposure_app.gui.window.shutdown import Leaving

log = logging.getLogger(__name__)


def run(photos: list[Path]) -> int:
    """Open the window and stay until it is closed.

    Args:
        photos: Files and folders to open.

    Returns:
        The exit status.
    """
    application = QApplication.instance() or QApplication(sys.argv[:1])
    if not isinstance(application, QApplication):
        raise TypeError("another kind of Qt application runs already")
    application.setApplicationName("exposure")
    application.setApplicationDisplayName("Exposure")
    application.setDesktopFileName(paths.DESKTOP_ID)
    if instance.hand_over(photos):
        return 0
    log_file = logs.set_up()
    crash_file = _catch_crashes(log_file)
    _translate(application)
    theme.apply(application)
    window = MainWindow()
    Unexpected(window).install()
    server = instance.Server(window)
    server.requested.connect(lambda more: _open_more(window, more))
    leaving = Leaving(window)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: leaving.begin())
    ticks = QTimer(window, interval=500)  # lets Python see signals
    ticks.timeout.connect(lambda: None)
    ticks.start()
    window.show()
    QTimer.singleShot(0, window, lambda: window.start(photos))
    status = application.exec()
    window.close()
    if crash_file is not None:
        faulthandler.disable()
        crash_file.close()
    return status


def _catch_crashes(log_file: Path | None) -> IO[str] | None:
    if log_file is None:
        return None
    try:
        stream = (log_file.parent / "crash.log").open("a", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(stream)
    return stream


def _translate(application: QApplication) -> None:
    Plurals.install(application)
    translator = QTranslator(application)
    if translator.load(QLocale(), "exposure", "_", str(paths.resources_dir() / "translations")):
        application.installTranslator(translator)


def _open_more(window: MainWindow, photos: list[Path]) -> None:
    if photos:
        window.controller.open_paths(photos)
    window.bring_to_front()
