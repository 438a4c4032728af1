"""Which photos to open: dialogs, the photos opened lately, what is dropped on the window."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QObject, QSettings
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from exposure_app.documents import workspace
from exposure_app.gui.editor.controller import Controller


class Opener(QObject):
    """Asks, and hands the answer to the controller."""

    def __init__(self, controller: Controller, state: QSettings, window: QWidget) -> None:
        super().__init__(window)
        self._controller = controller
        self._state = state
        self._window = window
        self.recent_menu = QMenu(window)
        self.recent_menu.aboutToShow.connect(self._fill_recent)

    def choose_files(self) -> None:
        """Ask for photos."""
        photo = self._controller.photo
        folder = str(photo.parent if photo else self._state.value("folder", ""))
        chosen, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Open photos"), folder, name_filter())
        if chosen:
            self._state.setValue("folder", str(Path(chosen[0]).parent))
            self._controller.open_paths([Path(name) for name in chosen])

    def choose_folder(self) -> None:
        """Ask for a folder of photos."""
        folder = str(self._state.value("folder", ""))
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder"), folder)
        if chosen:
            self._state.setValue("folder", chosen)
            self._controller.open_paths([Path(chosen)])

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for photo in workspace.read_recent():
            action = self.recent_menu.addAction(str(photo))
            action.triggered.connect(lambda _checked=False, photo=photo: self._controller.open_paths([photo]))


def name_filter() -> str:
    """Which files a dialog offers that asks for photos."""
    from exposure_app.io.formats import RASTER_EXTENSIONS, RAW_EXTENSIONS

    tr = QCoreApplication.translate
    patterns = " ".join(f"*{suffix} *{suffix.upper()}" for suffix in sorted(RAW_EXTENSIONS | RASTER_EXTENSIONS))
    return f"{tr('opening', 'Photos')} ({patterns});;{tr('opening', 'All files')} (*)"


def dropped_paths(data: QMimeData) -> list[Path]:
    """The files and folders in what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
