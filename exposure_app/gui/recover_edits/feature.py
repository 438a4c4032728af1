"""The decompiler as a part of the editor: its action and its dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

if TYPE_CHECKING:
    from exposure_app.gui.recover_edits.dialog import DecompileDialog
    from exposure_app.gui.window.main_window import MainWindow
    from exposure_app.pipeline.recipe import Recipe


class RecoverEditsFeature(QObject):
    """The dialog that recovers edits, in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: MainWindow) -> None:
        super().__init__(editor)
        self._editor, self._controller = editor, editor.controller
        self.dialog: DecompileDialog | None = None
        editor.actions_["decompile"].triggered.connect(self.open)

    @Slot()
    def open(self) -> None:
        """Ask for a picture before and one after; the open photo is the one before."""
        from exposure_app.gui.recover_edits.dialog import DecompileDialog

        if self.dialog is None:
            self.dialog = DecompileDialog(self._editor, self._editor.queues.search, self._editor.notices.complain)
            self.dialog.apply_wanted.connect(self._apply)
            self._controller.opened.connect(self._offer_open_photo)
        self._offer_open_photo()
        self.dialog.show()
        self.dialog.raise_()

    @Slot()
    def _offer_open_photo(self) -> None:
        if self.dialog is not None:
            self.dialog.set_open_photo(self._controller.photo)

    @Slot(object)
    def _apply(self, recipe: Recipe) -> None:
        """Give the open photo the steps that were found; one entry of the history."""
        document = self._controller.document
        if document is None:
            return
        document.end_merge()
        self._controller.edit(recipe.on_inputs_of(document.recipe), self.tr("Steps read off a picture"))
        self._editor.notices.tell(self.tr("The open photo has the steps now"))
