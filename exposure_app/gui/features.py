"""What the window can do beyond editing one photo; each feature brings its own panels and connects itself."""

from typing import TYPE_CHECKING

from exposure_app.gui.blend_dialog import Blending
from exposure_app.gui.learn.teaching import Teaching
from exposure_app.gui.masking import Masking
from exposure_app.gui.tweaks import Tweaks

if TYPE_CHECKING:
    from exposure_app.gui.main_window import MainWindow


class Features:
    """Made last, when all of the window's parts are there.

    Args:
        window: The editor's window.
    """

    def __init__(self, window: "MainWindow") -> None:
        self.teaching = Teaching(window)
        self.blending = Blending(window)
        self.tweaks = Tweaks(window)
        self.masking = Masking(window)
