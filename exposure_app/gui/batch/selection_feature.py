"""Auto-retouch of the selected photos, as a part of the editor."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from exposure_app.gui.batch.selection_retouch import SelectionRetouch

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow


class SelectionRetouchFeature(QObject):
    """Its action, its question, and the marks in the filmstrip.

    Args:
        editor: The window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor = editor
        strip = editor.panels.filmstrip
        self.retouch = SelectionRetouch(editor.controller, editor.coordinator.retoucher, self)
        self.retouch.state_changed.connect(strip.set_state)
        self.retouch.pictured.connect(strip.set_thumbnail)
        editor.actions_["auto_selected"].triggered.connect(self.ask)

    @Slot()
    def ask(self) -> None:
        """Ask how, and begin."""
        from exposure_app.agent.header import list_styles
        from exposure_app.gui.batch.retouch_dialog import RetouchDialog

        editor = self._editor
        photos = editor.selected_photos()
        if self.retouch.is_running:
            editor.notices.tell(self.tr("Photos are being retouched already: wait, or cancel that in the line below"))
        if self.retouch.is_running or not photos:
            return
        amount = editor.settings.get_int("retouch.amount")
        dialog = RetouchDialog(len(photos), list_styles(), editor.panels.auto.style_name, amount, editor)
        dialog.accepted.connect(lambda: self.retouch.begin(photos, dialog.request()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
