"""Edits that are not on the disk yet: asked about before the editor closes."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Slot

from exposure_app.gui.widgets.quit_question import QuitQuestion

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow


class Unsaved(QObject):
    """Belongs to the editor's window; asks before whatever else ends with it, so that staying ends nothing.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        self._may_quit = False
        self._question = QuitQuestion(editor, self._quit, self.tr("Quit all the same"))
        editor.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Do not let the editor close with edits that are nowhere but in memory, without asking."""
        if watched is not self._editor or event.type() != QEvent.Type.Close or self._may_quit:
            return False
        if self._editor.is_leaving or not self._editor.isVisible():
            return False
        typed = self._editor.focusWidget()
        if typed is not None:
            typed.clearFocus()  # what was typed into a field and not confirmed counts
        self._editor.coordinator.geometry.accept()
        at_risk = self._editor.controller.autosave.save_now()
        if at_risk:
            names = ", ".join(photo.name for photo in at_risk)
            reasons = "\n".join(dict.fromkeys(str(error) for error in at_risk.values()))
            self._question.ask(self.tr("Edits of {names} could not be written.").format(names=names), reasons)
        elif self._editor.controller.several.changing:
            self._question.ask(
                self.tr("Other photos are still being changed."), self.tr("What is done stays; the rest is left alone.")
            )
        else:
            return False
        event.ignore()
        return True

    @Slot()
    def _quit(self) -> None:
        self._may_quit = True
        self._editor.close()
