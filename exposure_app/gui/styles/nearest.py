"""Adds to the dialog about a style which of its liked photos look most like what it makes of the open photo."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from exposure_app.gui.styles.dialog import StyleDialog
from exposure_app.gui.workers import Job

if TYPE_CHECKING:
    from exposure_app.agent.header import StyleHeader
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.styles.nearest import Neighbour


class SimilarPhotosFeature(QObject):
    """The liked photos most like the open one, in the dialog about a style.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        editor.style_commands.explained.connect(self._search)

    @Slot(object, object)
    def _search(self, style: "StyleHeader", dialog: StyleDialog) -> None:
        preview = self._editor.panels.styles.preview_of(style.name)
        if preview is None:
            return

        def work(job: Job) -> "list[Neighbour]":
            from exposure_app.gui.editor.renderer import to_array
            from exposure_app.styles.nearest import liked_photos, nearest

            return nearest(to_array(preview), liked_photos(style), check=job.check)

        def show(found: "list[Neighbour]") -> None:
            if found:
                dialog.add_neighbours(found)

        job = self._editor.queues.agent.submit(work)
        job.done.connect(show)
        job.failed.connect(self._editor.notices.complain)
        dialog.finished.connect(job.cancel)
