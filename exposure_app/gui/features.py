"""What the window can do beyond editing one photo; each feature brings its own panels and connects itself."""

from typing import TYPE_CHECKING

from exposure_app.gui.learn.teaching import Teaching

if TYPE_CHECKING:
    from exposure_app.gui.main_window import MainWindow


class Features:
    """Made last, when all of the window's parts are there.

    Args:
        window: The editor's window.
    """

    def __init__(self, window: "MainWindow") -> None:
        self.teaching = Teaching(window)
