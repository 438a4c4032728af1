"""Where the editor's pictures are computed, and what is said when that does not work out."""

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Signal, Slot

from exposure_app.gui.editor.controller import Controller
from exposure_app.settings import current_settings

if TYPE_CHECKING:
    from exposure_app.pipeline.device import DeviceChoice

KEY = "render.device"


class RenderDeviceMonitor(QObject):
    """Gives every opened photo the device of the settings, and tells once of each kind of trouble with it.

    Signals:
        notice: A sentence, and a hint.
        device_changed: What the open photo is rendered on: cpu, cuda or mps.
    """

    notice = Signal(str, str)
    device_changed = Signal(str)
    _fell_back = Signal(str)  # from the thread that renders to the window's

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._told: set[str] = set()
        self._device = "cpu"
        self._fell_back.connect(self._tell)
        controller.opened.connect(self._apply)
        self._stop_watching = current_settings().watch(self._changed)
        self.destroyed.connect(self._stop_watching)

    def _changed(self, key: str) -> None:
        if key == KEY:
            self._told.clear()
            self._apply()

    @Slot()
    def _apply(self) -> None:
        engine = self._controller.engine
        if engine is not None:
            engine.on_fallback = self._fell_back.emit
            engine.device = cast("DeviceChoice", current_settings().get_text(KEY))

    @Slot()
    def refresh(self) -> None:
        """See what the last pictures were rendered on."""
        engine = self._controller.engine
        if engine is not None and engine.device != self._device:
            self._device = engine.device
            self.device_changed.emit(self._device)

    @Slot(str)
    def _tell(self, fallback: str) -> None:
        if fallback in self._told:
            return
        self._told.add(fallback)
        if fallback == "tiles":
            self.notice.emit(self.tr("The graphics card is short of memory: rendering in smaller pieces"), "")
        elif fallback == "cpu":
            self.notice.emit(
                self.tr("The graphics card is out of memory: the processor renders this photo"),
                self.tr("Close other programs that use the card and open the photo again."),
            )
        else:
            self.notice.emit(
                self.tr("The graphics card chosen in the settings is not there: the processor renders instead"),
                self.tr("Choose another one under Render on in the settings."),
            )
