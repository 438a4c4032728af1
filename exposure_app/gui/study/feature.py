"""Study mode as a part of the editor: its action, its dialog, and the current participant."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from exposure_app.gui.study.bar import StudyBar
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.gui.study.hub import StudyDialog
    from exposure_app.gui.study.rating_window import RatingWindow
    from exposure_app.gui.study.session import StudySitting
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.study.store import Study


class StudyFeature(QObject):
    """Study mode in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self.dialog: StudyDialog | None = None
        self.sitting: StudySitting | None = None
        self.rating: RatingWindow | None = None
        self.bar = StudyBar()
        editor.addToolBarBreak()
        editor.addToolBar(self.bar)
        self.bar.hide()
        editor.actions_["study"].triggered.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Show how the last study stands."""
        if self.sitting is not None:
            return
        from exposure_app.gui.study.hub import StudyDialog

        if self.dialog is None:
            self.dialog = StudyDialog(self._editor)
            self.dialog.sitting_wanted.connect(self._sit)
            self.dialog.rating_wanted.connect(self._rate)
        self.dialog.refresh()
        self.dialog.show()

    @Slot(object, str)
    def _sit(self, study: "Study", person: str) -> None:
        from exposure_app.gui.study.session import StudySitting

        if self.dialog is not None:
            self.dialog.hide()
        self._editor.controller.autosave.save()
        self.sitting = StudySitting(self._editor, self.bar, study, person)
        self.sitting.ended.connect(self._sat)
        self.sitting.start()

    @Slot(bool)
    def _sat(self, all_done: bool) -> None:
        if self.sitting is not None:
            self.sitting.deleteLater()
            self.sitting = None
        if all_done:
            self._editor.notices.tell(self.tr("That was the last photo of the study. Thank you!"))
        self.open()

    @Slot(object, str)
    def _rate(self, study: "Study", rater: str) -> None:
        """Render what is missing, then show the results."""

        def work(job: Job) -> "tuple[Study, str]":
            from exposure_app.study.work import make_missing_pictures

            make_missing_pictures(study, lambda done, total: job.progress(done / total), job.check)
            return study, rater

        job = self._editor.queues.agent.submit(work, self.tr("Preparing the pictures"))
        job.done.connect(self._show_rating)
        job.failed.connect(self._editor.notices.complain)
        self._editor.controller.job_started.emit(job)

    @Slot(object)
    def _show_rating(self, found: "tuple[Study, str]") -> None:
        from exposure_app.gui.study.rating_window import RatingWindow
        from exposure_app.study.rating import Rating

        rating = Rating(*found)
        if rating.current is None:
            self._editor.notices.tell(self.tr("{rater} has rated all results").format(rater=found[1]))
            return
        self.rating = RatingWindow(self._editor, rating)
        self.rating.finished.connect(self._rated)
        self.rating.open()

    @Slot()
    def _rated(self) -> None:
        self.rating = None
        if self.dialog is not None:
            self.dialog.refresh()
