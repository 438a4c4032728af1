"""Styles side by side: the contact sheet in place of the picture, and what a click on it does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Slot
from PySide6.QtGui import QImage

from exposure_app.gui.editor.renderer import to_qimage
from exposure_app.gui.editor.retoucher import PREVIEW_SIDE
from exposure_app.gui.styles.contact_sheet import ContactSheet

if TYPE_CHECKING:
    from exposure_app.gui.window.main_window import MainWindow

NOW = ""  # the photo as it is: no style has this name


class AllStylesFeature(QObject):
    """The contact sheet of styles in the editor.

    Args:
        editor: That window.
    """

    def __init__(self, editor: "MainWindow") -> None:
        super().__init__(editor)
        self._editor, self._controller, self._styles = editor, editor.controller, editor.panels.styles
        self._action = editor.actions_["all_styles"]
        self.sheet = ContactSheet()
        editor.pages.addWidget(self.sheet)
        self._styles.add_action(self._action)
        self._action.triggered.connect(self._toggle)
        self.sheet.left.connect(self.close)
        self.sheet.chosen.connect(self._choose)
        editor.coordinator.retoucher.previewed.connect(self.sheet.show_picture)
        self._controller.opening.connect(self.close)
        editor.coordinator.geometry.cropping_changed.connect(self.close)

    @property
    def is_open(self) -> bool:
        """Whether the sheet is where the picture was."""
        return self._editor.pages.currentWidget() is self.sheet

    def open(self) -> None:
        """Show what every style makes of the open photo, beside the photo as it is."""
        document, engine = self._controller.document, self._controller.engine
        if document is None or engine is None:
            return
        self._editor.coordinator.geometry.accept()
        recipe = document.recipe
        self.sheet.set_names({NOW: self.tr("Now"), **self._styles.titles()}, recipe.style)
        self.sheet.set_shape(QSize(*engine.size))
        for name in self._styles.names():
            known = self._styles.preview_of(name)
            if known is not None:
                self.sheet.show_picture(name, known, self._styles.words_of(name))
        self._editor.pages.setCurrentWidget(self.sheet)
        self._action.setChecked(True)
        self.sheet.focus_on(recipe.style)
        words = "\n".join(recipe.describe())
        job = self._controller.queues.render.submit(lambda job: to_qimage(engine.picture(recipe, PREVIEW_SIDE)))
        job.done.connect(lambda picture: self._show_now(picture, words))
        job.failed.connect(self._controller.failed)

    @Slot()
    def close(self) -> None:
        """Back to the picture."""
        self._action.setChecked(False)
        if self.is_open:
            self._editor.pages.setCurrentWidget(self._editor.panels.view)
            self._editor.panels.view.setFocus()

    def _toggle(self) -> None:
        if self.is_open:
            self.close()
        else:
            self.open()

    def _show_now(self, picture: QImage, words: str) -> None:
        self.sheet.show_picture(NOW, picture, words)

    @Slot(str)
    def _choose(self, name: str) -> None:
        self.close()
        if name != NOW:
            self._styles.style_clicked.emit(name)
