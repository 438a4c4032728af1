"""Exports in the background: one after the other, each photos with settings; what was ordered later waits."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal, Slot

from exposure_app.export.job import ExportRow, export_many
from exposure_app.export.settings import ExportSettings

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe


@dataclass(eq=False)
class ExportTask:
    """Photos to be exported with one set of settings.

    Attributes:
        items: Photos with their recipes; None instead of one takes the photo's sidecar or, without one, the neutral
            recipe.
        settings: What the files shall be like.
        name: Of the preset; empty for none.
        rows: What has become of the photos so far.
        is_over: Whether nothing more will become of them.
        began: When, on the clock that only goes forward.
    """

    items: "Sequence[tuple[Path, Recipe | None]]"
    settings: ExportSettings
    name: str = ""
    rows: list[ExportRow] = field(default_factory=list)
    is_over: bool = False
    began: float = 0.0

    @property
    def written(self) -> list[Path]:
        """The files there are."""
        return [row.output for row in self.rows if row.state == "done" and row.output is not None]

    @property
    def failed(self) -> list[ExportRow]:
        """The photos that could not be exported."""
        return [row for row in self.rows if row.state == "failed"]

    @property
    def left(self) -> list[Path]:
        """The photos that are still to be exported."""
        done = len([row for row in self.rows if row.state != "cancelled"])
        return [photo for photo, _ in self.items[done:]]

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes; None if that cannot be said."""
        done = len(self.rows)
        if not done or not self.began or self.is_over:
            return None
        return (time.monotonic() - self.began) / done * (len(self.items) - done)


class ExportQueue(QObject):
    """Does the tasks in their order.

    Signals:
        changed: Of a task: it was added, has gone on, is over.
        ended: A task is over.
    """

    changed = Signal(object)
    ended = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tasks: list[ExportTask] = []
        self._thread: ExportThread | None = None
        self._ends = False

    @property
    def is_running(self) -> bool:
        """Whether photos are being exported."""
        return self._thread is not None

    @property
    def current(self) -> ExportTask | None:
        """The task that is being done."""
        return self._thread.task if self._thread else None

    @property
    def unfinished(self) -> list[Path]:
        """The photos that are still to be exported, each once."""
        return list(dict.fromkeys(photo for task in self.tasks if not task.is_over for photo in task.left))

    def add(self, tasks: Sequence[ExportTask], device: str) -> None:
        """Do these, too.

        Args:
            tasks: In their order.
            device: Where to render.
        """
        self._device = device
        self.tasks += tasks
        for task in tasks:
            self.changed.emit(task)
        self._next()

    def cancel(self, task: ExportTask) -> None:
        """End a task; the photo in hand is dropped between two of its stages."""
        if task is self.current and self._thread is not None:
            self._thread.stop()
        elif not task.is_over:
            task.rows += [ExportRow(photo, "cancelled") for photo, _ in task.items]
            self._close(task)

    def finish_photo(self) -> None:
        """Finish the photo in hand, and begin no other."""
        self._ends = True
        if self._thread is not None:
            self._thread.stop_after_photo()

    def stop(self) -> None:
        """End now, and wait for that."""
        self._ends = True
        if self._thread is not None:
            self._thread.finish()
            self._finished()

    def forget(self, task: ExportTask) -> None:
        """Take a task that is over off the list."""
        if task.is_over and task in self.tasks:
            self.tasks.remove(task)

    def _next(self) -> None:
        waiting = next((task for task in self.tasks if not task.is_over), None)
        if self._thread is not None or self._ends or waiting is None:
            return
        waiting.began = time.monotonic()
        thread = self._thread = ExportThread(waiting, self._device)
        thread.progressed.connect(self._progressed)
        thread.finished.connect(self._finished)
        thread.start(QThread.Priority.LowPriority)
        self.changed.emit(waiting)

    @Slot(object, object)
    def _progressed(self, task: ExportTask, row: ExportRow) -> None:
        task.rows.append(row)
        self.changed.emit(task)

    @Slot()
    def _finished(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.wait()
        self._close(thread.task)
        self._next()

    def _close(self, task: ExportTask) -> None:
        task.is_over = not (self._ends and task.left)  # otherwise the next session goes on
        self.changed.emit(task)
        self.ended.emit(task)


class ExportThread(QThread):
    """Does the work.

    Signals:
        progressed: The task, and the row of the photo just finished.
    """

    progressed = Signal(object, object)

    def __init__(self, task: ExportTask, device: str) -> None:
        super().__init__()
        self.task = task
        self._device = device
        self._stop, self._stop_after_photo = threading.Event(), threading.Event()
        self.setObjectName("export")

    def run(self) -> None:
        """Export all photos."""
        export_many(
            self.task.items,
            self.task.settings,
            self._progress,
            self._stop.is_set,
            device=self._device,  # type: ignore[arg-type]  # the settings table knows the choices
        )

    def _progress(self, _done: int, _total: int, row: ExportRow | None) -> None:
        if row is None:
            return
        if self._stop_after_photo.is_set():
            self._stop.set()
        self.progressed.emit(self.task, row)

    def stop(self) -> None:
        """End soon; the photo being written is not left half done."""
        self._stop.set()

    def stop_after_photo(self) -> None:
        """End when the photo being written is finished."""
        self._stop_after_photo.set()

    def finish(self) -> None:
        """End soon, and wait for it."""
        self._stop.set()
        self.wait()
