"""What the window can do beyond editing one photo; each feature brings its own panels and connects itself."""

from typing import TYPE_CHECKING

from exposure_app.gui.all_styles import AllStyles
from exposure_app.gui.batch.batching import Batching
from exposure_app.gui.blend_dialog import Blending
from exposure_app.gui.decompile.decompiling import Decompiling
from exposure_app.gui.explain.choosing import Choosing
from exposure_app.gui.explain.forking import Forking
from exposure_app.gui.explain.why import Why
from exposure_app.gui.exporting import Exporting
from exposure_app.gui.learn.teaching import Teaching
from exposure_app.gui.look.looks import Looks
from exposure_app.gui.masking import Masking
from exposure_app.gui.nearest import Nearest
from exposure_app.gui.study.studying import Studying
from exposure_app.gui.tweaks import Tweaks

if TYPE_CHECKING:
    from exposure_app.gui.main_window import MainWindow


class Features:
    """Made last, when all of the window's parts are there.

    Args:
        window: The editor's window.
    """

    def __init__(self, window: "MainWindow") -> None:
        self.exporting = Exporting(window)
        self.teaching = Teaching(window)
        self.batching = Batching(window)
        self.blending = Blending(window)
        self.tweaks = Tweaks(window)
        self.why = Why(window)
        self.forking = Forking(window)
        self.choosing = Choosing(window)
        self.studying = Studying(window)
        self.nearest = Nearest(window)
        self.looks = Looks(window)
        self.masking = Masking(window)
        self.all_styles = AllStyles(window)
        self.decompiling = Decompiling(window)

    def offer_unfinished(self) -> None:
        """Tell of what the last session began and did not finish."""
        self.teaching.offer_unfinished()
        self.batching.offer_unfinished()
        self.exporting.offer_unfinished()
