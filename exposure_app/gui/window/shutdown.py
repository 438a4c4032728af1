"""Ending because the system or a terminal asks for it (SIGTERM, Ctrl-C): at once, but nothing is dropped half done.

The photo that is being exported is finished, and the next session offers the rest; a style that is being learned keeps
its state; a batch can be resumed; edits are written. Nobody is asked. A second request waits for nothing.
"""

import logging
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow

log = logging.getLogger(__name__)


class Leaving(QObject):
    """Ends the editor.

    Args:
        editor: Its window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor

    @Slot()
    def begin(self) -> None:
        """End as soon as what is being written is whole; asked for again, stop that."""
        if self._editor.is_leaving:
            self._end()
            return
        self._editor.is_leaving = True
        self._go_on()

    @Slot()
    def _go_on(self) -> None:
        features = self._editor.features
        exports, learner = features.export.queue, features.learn.learner
        if exports.is_running:
            exports.ended.connect(self._go_on)
            exports.finish_photo()
        elif learner.is_running:
            learner.ended.connect(self._go_on)
            learner.pause()
        else:
            self._end()

    def _end(self) -> None:
        self._editor.close()
        for photo, error in self._editor.controller.autosave.save_now().items():
            log.error("the edits of %s are lost: %s", photo, error)
            print(f"error: the edits of {photo.name!r} could not be written. {error}", file=sys.stderr)
        QApplication.exit(0)
