"""What the window can do beyond editing one photo; each feature brings its own panels and connects itself."""

from typing import TYPE_CHECKING

from exposure_app.gui.batch.feature import BatchFeature
from exposure_app.gui.batch.selection_feature import SelectionRetouchFeature
from exposure_app.gui.explain.replan import ReplanFeature
from exposure_app.gui.explain.variations import VariationsFeature
from exposure_app.gui.explain.why import WhyFeature
from exposure_app.gui.export.feature import ExportFeature
from exposure_app.gui.export.looks import LooksFeature
from exposure_app.gui.learn.feature import LearnFeature
from exposure_app.gui.recover_edits.feature import RecoverEditsFeature
from exposure_app.gui.steps.masks import MaskFeature
from exposure_app.gui.study.feature import StudyFeature
from exposure_app.gui.styles.all_styles import AllStylesFeature
from exposure_app.gui.styles.blend import BlendFeature
from exposure_app.gui.styles.nearest import SimilarPhotosFeature
from exposure_app.gui.styles.tweaks import TweaksFeature

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow


class Features:
    """Made last, when all of the window's parts are there.

    Args:
        window: The editor's window.
    """

    def __init__(self, window: "MainWindow") -> None:
        self.export = ExportFeature(window)
        self.learn = LearnFeature(window)
        self.batch = BatchFeature(window)
        self.selection_retouch = SelectionRetouchFeature(window)
        self.blend = BlendFeature(window)
        self.tweaks = TweaksFeature(window)
        self.why = WhyFeature(window)
        self.replan = ReplanFeature(window)
        self.variations = VariationsFeature(window)
        self.study = StudyFeature(window)
        self.similar_photos = SimilarPhotosFeature(window)
        self.looks = LooksFeature(window)
        self.masks = MaskFeature(window)
        self.all_styles = AllStylesFeature(window)
        self.recover_edits = RecoverEditsFeature(window)

    def offer_unfinished(self) -> None:
        """Tell of what the last session began and did not finish."""
        self.learn.offer_unfinished()
        self.batch.offer_unfinished()
        self.export.offer_unfinished()
