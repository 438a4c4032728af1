"""What the stories of the editor have in common: small photos, an untrained style, a window that is ready."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from exposure_app.gui.window.main_window import MainWindow


def make_photo(path: Path, width: int = 480, height: int = 320, seed: int = 0) -> Path:
    """A picture with smooth colours, some noise, black and white corners."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    noise = np.random.default_rng(seed).normal(0, 0.02, (height, width, 3))
    colours = np.stack([x, y, 1 - x * y], axis=-1) + noise
    colours[:20, :20], colours[-20:, -20:] = 0, 1
    Image.fromarray((np.clip(colours, 0, 1) * 255).astype(np.uint8)).save(path, quality=95)
    return path


def save_untrained_style(name: str, seed: int = 0, folder: Path | None = None) -> None:
    from exposure_app import paths
    from exposure_app.agent.style import NetConfig, new_style, save_style

    folder = folder or paths.user_styles_dir()
    folder.mkdir(parents=True, exist_ok=True)
    save_style(folder / f"{name}.safetensors", new_style(name, NetConfig(channels=4, hidden=8), seed=seed))


class Editor:
    """A window, and how to wait for it."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.window = MainWindow()
        self.window.resize(1280, 720)
        self.frames = 0
        self.window.coordinator.renderer.frame_ready.connect(self._count)
        self.window.show()

    def _count(self, _frame: object) -> None:
        self.frames += 1

    def until(self, condition: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()))

    def start(self, *photos: Path) -> None:
        self.window.start(list(photos))

    def open(self, *photos: Path) -> None:
        """Start with photos and wait until the first is on the screen."""
        self.start(*photos)
        self.until(lambda: self.window.controller.photo == photos[0] and self.view.frame_shown)

    def act(self, action: str) -> None:
        self.window.actions_[action].trigger()

    def act_and_see(self, action: str) -> None:
        """Do something that changes the picture, and wait for the next one."""
        before = self.frames
        self.act(action)
        self.until(lambda: self.frames > before)

    def retouch(self) -> None:
        before = self.document.at
        self.act("auto")
        self.until(lambda: not self.window.coordinator.retoucher.is_running)
        assert self.document.at == before + 1, self.window.notices.visible_messages()

    def settle(self) -> None:
        """Wait until nothing is left to do: all is drawn and counted, queues are idle, everything is on the disk."""
        self.window.controller.autosave.save()
        queues, renderer = self.window.queues, self.window.coordinator.renderer
        waited_for = (queues.files, queues.decode, queues.render, queues.agent)
        self.until(lambda: renderer.is_settled and all(queue.is_idle for queue in waited_for))

    @property
    def document(self):
        return self.window.controller.document

    @property
    def view(self):
        return self.window.panels.view

    @property
    def messages(self) -> list[str]:
        return self.window.notices.visible_messages()

    def close(self) -> None:
        self.until(lambda: not self.window.controller.several.changing)  # it would be asked about
        self.window.close()
        queues = self.window.queues
        for queue in (queues.files, queues.decode, queues.render, queues.agent):
            assert queue.is_finished, "a thread is still alive"
        self.window.deleteLater()
