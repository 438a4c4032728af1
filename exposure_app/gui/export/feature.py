"""Exporting as a part of the editor: the dialog, and what is left of an export that was interrupted."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from exposure_app.documents import workspace

if TYPE_CHECKING:
    from exposure_app.export.job import ExportRow
    from exposure_app.gui.export.dialog import ExportDialog
    from exposure_app.gui.window.main_window import MainWindow


class ExportFeature(QObject):
    """The export dialog's place in the editor. What is still to be exported is on the disk while an export runs.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self.dialog: ExportDialog | None = None
        editor.actions_["export"].triggered.connect(lambda: self.open(editor.selected_photos()))

    @property
    def is_running(self) -> bool:
        """Whether photos are being exported."""
        return self.dialog is not None and self.dialog.is_running

    def open(self, photos: Sequence[Path]) -> None:
        """Ask how, and write finished pictures of photos."""
        controller = self._editor.controller
        if not photos or self.dialog is not None:
            return
        from exposure_app.gui.export.dialog import ExportDialog  # needs the engine

        controller.autosave.save()
        dialog = self.dialog = ExportDialog(
            self._editor, [(photo, controller.current_recipe(photo)) for photo in photos]
        )
        dialog.begun.connect(workspace.write_unexported)
        dialog.written.connect(workspace.write_unexported)
        dialog.exported.connect(self._over)
        dialog.finished.connect(self._closed)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def offer_unfinished(self) -> None:
        """Tell of the export that the last session did not finish."""
        left = workspace.read_unexported()
        if left:
            self._editor.notices.tell(
                self.tr("An export was interrupted: %n photo(s) left", "", len(left)),
                "",
                (self.tr("Export..."), lambda: self.open(left)),
            )

    @Slot(list)
    def _over(self, rows: "list[ExportRow]") -> None:
        if not self._editor.is_leaving:  # otherwise the next session offers the rest
            workspace.write_unexported([])

    @Slot()
    def _closed(self) -> None:
        self.dialog = None
