"""What the window can do beyond editing one photo; each feature brings its own panels and connects itself."""

from typing import TYPE_CHECKING

from exposure_app.gui.batch.feature import Batching
from exposure_app.gui.explain.replan import Forking
from exposure_app.gui.explain.variations import Choosing
from exposure_app.gui.explain.why import Why
from exposure_app.gui.export.feature import Exporting
from exposure_app.gui.export.looks import Looks
from exposure_app.gui.learn.feature import Teaching
from exposure_app.gui.recover_edits.feature import Decompiling
from exposure_app.gui.steps.masks import Masking
from exposure_app.gui.study.feature import Studying
from exposure_app.gui.styles.all_styles import AllStyles
from exposure_app.gui.styles.blend import Blending
from exposure_app.gui.styles.nearest import Nearest
from exposure_app.gui.styles.tweaks import Tweaks

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow


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
