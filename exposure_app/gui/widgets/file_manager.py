"""The system's file manager."""

import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices


def show_in_folder(photo: Path) -> None:
    """Show a file in the system's file manager, selected where that can be asked for."""
    if sys.platform == "win32":
        QProcess.startDetached("explorer.exe", ["/select,", str(photo)])
    elif sys.platform == "darwin":
        QProcess.startDetached("open", ["-R", str(photo)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(photo.parent)))
