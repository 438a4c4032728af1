"""Styles that were begun and not learned to the end."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from exposure_app.gui.widgets.resume_list import ResumeList, ResumeRow
from exposure_app.learning.state import LearningPhase
from exposure_app.learning.store import SavedRun


class UnfinishedStyles(ResumeList):
    """A line for each.

    Signals:
        chosen: The run to go on with.
    """

    chosen = Signal(object)

    def set_runs(self, runs: Sequence[SavedRun]) -> None:
        """Offer these."""
        self.set_lines([self._line(run) for run in runs])

    def _line(self, run: SavedRun) -> ResumeRow:
        state = (
            self.tr("learned, not looked at yet")
            if run.progress.phase is LearningPhase.DONE
            else self.tr("{percent} % learned").format(percent=round(100 * run.progress.share))
        )
        return ResumeRow(run.plan.title, state, ((self.tr("Show"), lambda: self.chosen.emit(run)),))
