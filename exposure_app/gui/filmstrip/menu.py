"""What can be done with the photos selected in the filmstrip."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from exposure_app.gui.editor.actions import Actions
from exposure_app.gui.filmstrip.filmstrip import Filmstrip
from exposure_app.gui.filmstrip.selection_edits import SelectionEdits
from exposure_app.gui.widgets.file_manager import show_in_folder


class FilmstripMenu(QMenu):
    """Made once, and told each time for which photo; all but copying is about all selected photos."""

    def __init__(self, strip: Filmstrip, actions: Actions, edits: SelectionEdits) -> None:
        super().__init__(strip)
        self._photo = Path()
        stars = self.addMenu(self.tr("Rating"))
        for number in (5, 4, 3, 2, 1, 0):
            stars.addAction(actions[f"rate_{number}"])
        for name in ("pick", "reject", "unflag"):
            self.addAction(actions[name])
        self.addSeparator()
        self.addAction(actions["auto_selected"])
        self.addAction(actions["batch"])
        self.copy = self._act("", lambda: edits.copy_edits(self._photo))
        self.addAction(actions["paste"])
        self.addAction(actions["sync"])
        self.addAction(actions["sync_series"])
        self.version = self._act(
            self.tr("New version (virtual copy)"), lambda: edits.add_copies(strip.selected() or [self._photo])
        )
        self.reset = self._act(self.tr("Reset all edits"), lambda: edits.reset(strip.selected() or [self._photo]))
        self.addSeparator()
        self.addAction(actions["export"])
        self.show_file = self._act(self.tr("Show in its folder"), lambda: show_in_folder(self._photo))
        strip.menu_wanted.connect(self._pop_up)

    def prepare(self, photo: Path) -> "FilmstripMenu":
        """Fit the entries to the photo under the mouse."""
        self._photo = photo
        self.copy.setText(self.tr("Copy edits of {name}...").format(name=photo.stem[:24]))
        return self

    def _pop_up(self, photo: Path, place: QPoint) -> None:
        self.prepare(photo).popup(place)

    def _act(self, text: str, do: Callable[[], object]) -> QAction:
        action = self.addAction(text)
        action.triggered.connect(lambda _checked=False: do())
        return action
