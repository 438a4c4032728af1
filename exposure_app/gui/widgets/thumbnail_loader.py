"""Thumbnails in the background: only those that are wanted now, the nearest first."""

import threading
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QThread, Signal
from PySide6.QtGui import QImage

from exposure_app.documents.thumbnails import ThumbnailCache


class ThumbnailLoader(QObject):
    """Threads that make thumbnails and scale them to the size they are drawn at.

    Whoever scrolls on replaces the whole list of wants: what has scrolled away and not begun is never made. Create it
    on the window's thread and ``close`` it before the program ends.

    Signals:
        loaded: A photo's path and its QImage, on the window's thread.
        failed: A photo's path and the reason why there is none.

    Args:
        cache: Where thumbnails come from.
        threads: How many work at once.
        parent: The owner.
    """

    loaded = Signal(object, QImage)
    failed = Signal(object, str)

    def __init__(self, cache: ThumbnailCache, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cache = cache
        self._condition = threading.Condition()
        self._wanted: list[Path] = []
        self._working: set[Path] = set()
        self._box = QSize(104, 72)
        self._closed = False
        self._threads = [_ThumbnailWorker(self) for _ in range(threads)]

    def want(self, photos: Sequence[Path], box: QSize) -> None:
        """Make the thumbnails of these photos, in this order, and forget all earlier wants.

        Args:
            photos: The first is the most urgent.
            box: What they must fit into, in device pixels.
        """
        with self._condition:
            if self._closed:
                return
            self._box = QSize(box)
            self._wanted = [photo for photo in photos if photo not in self._working]
            self._condition.notify_all()
        if photos:
            for thread in self._threads:
                if not thread.isRunning():
                    thread.start(QThread.Priority.LowPriority)

    def close(self) -> None:
        """Forget all wants and end the threads."""
        with self._condition:
            self._closed = True
            self._wanted = []
            self._condition.notify_all()
        threads, self._threads = self._threads, []
        for thread in threads:
            thread.wait()

    def work(self) -> None:
        """For the threads: make thumbnails until the loader is closed."""
        while True:
            with self._condition:
                while not self._wanted and not self._closed:
                    self._condition.wait()
                if self._closed:
                    return
                photo, box = self._wanted.pop(0), self._box
                self._working.add(photo)
            try:
                self._make(photo, box)
            finally:
                with self._condition:
                    self._working.discard(photo)

    def _make(self, photo: Path, box: QSize) -> None:
        thumbnail = self._cache.thumbnail(photo)
        if thumbnail.pixels is None:
            self.failed.emit(photo, thumbnail.reason)
            return
        height, width = thumbnail.pixels.shape[:2]
        image = QImage(thumbnail.pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self.loaded.emit(photo, fitted(image, box))


class _ThumbnailWorker(QThread):
    def __init__(self, loader: ThumbnailLoader) -> None:
        super().__init__()
        self._loader = loader
        self.setObjectName("thumbnails")

    def run(self) -> None:
        self._loader.work()


def fitted(image: QImage, box: QSize) -> QImage:
    """A copy of the picture as it is drawn: inside the box, never enlarged, in the screen's format."""
    if image.width() > box.width() or image.height() > box.height():
        image = image.scaled(box, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB32)
