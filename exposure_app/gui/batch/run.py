"""The batch that the editor works on: planned and run in a thread of its own, in processes that step back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QThread, Signal, Slot

from exposure_app.gui.workers import Cancelled

if TYPE_CHECKING:
    from exposure_app.batch.batch import Batch, BatchEvent
    from exposure_app.batch.models import BatchSpec
    from exposure_app.export.settings import ExportSettings
    from exposure_app.pipeline.device import DeviceChoice
    from exposure_app.pipeline.recipe import Recipe

Check = Callable[[], None]

_LOOK = 0.05  # seconds between two looks whether it is still wanted


class BatchPhase(Enum):
    """What is going on."""

    IDLE = auto()
    PLANNING = auto()
    RUNNING = auto()
    PAUSED = auto()
    STOPPING = auto()
    OVER = auto()


@dataclass(frozen=True)
class BatchRequest:
    """What a person wants done.

    Attributes:
        places: Photos, or a folder of them.
        recursive: Whether the folders inside the folder count.
        output: The folder of the results.
        style: Name of the style that plans; empty if there is a recipe.
        recipe: What to do with every photo instead.
        amount: Of the style, 0 to 2.
        seed: Of the style's plan.
        consistency: 0 to 1, how far one shoot is pulled together.
        sidecars: Whether edited photos keep their edits, and the others get theirs.
        device: Where to render.
        export: What the files shall be like.
    """

    places: tuple[Path, ...]
    recursive: bool
    output: Path
    style: str
    recipe: "Recipe | None"
    amount: float
    seed: int
    consistency: float
    sidecars: bool
    device: str
    export: "ExportSettings"

    def plan(self, check: Check) -> "Batch":
        """Find the photos and plan the batch.

        Args:
            check: Called on the way; what it raises ends it.

        Raises:
            ExposureError: It cannot be done.
        """
        from exposure_app.batch.batch import make_batch

        return make_batch(self.places, self.output, self._spec(), recursive=self.recursive, check=check)

    def _spec(self) -> "BatchSpec":
        from exposure_app.batch.models import BatchSpec
        from exposure_app.documents.document_store import usual_develop

        device = cast("DeviceChoice", self.device)
        if self.recipe is not None:
            return BatchSpec(recipe=self.recipe, sidecars=self.sidecars, device=device, export=self.export)
        return BatchSpec.for_style(
            self.style,
            amount=self.amount,
            seed=self.seed,
            consistency=self.consistency,
            sidecars=self.sidecars,
            develop=usual_develop(),
            device=device,
            export=self.export,
        )


class BatchRun(QObject):
    """One batch at a time.

    Signals:
        changed: The batch is another, or its phase.
        photo_changed: An Event: a photo has changed its state.
        ended: The batch is over, in whatever way.
        failed: An exception that a person should see; the batch as a whole cannot go on.
    """

    changed = Signal()
    photo_changed = Signal(object)
    ended = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.phase = BatchPhase.IDLE
        self.batch: Batch | None = None
        self._thread: _Thread | None = None

    @property
    def is_active(self) -> bool:
        """Whether something is being done, or waits to go on."""
        return self._thread is not None

    @property
    def is_unfinished(self) -> bool:
        """Whether the batch has stopped before its end."""
        return self.phase is BatchPhase.OVER and self.batch is not None and self.batch.finished < len(self.batch.jobs)

    # --- what a person wants ---

    def begin(self, request: BatchRequest, saved: threading.Event) -> None:
        """Start a new batch, when all edits are on the disk, where they are looked for."""

        def plan(check: Check) -> "Batch":
            while not saved.wait(_LOOK):
                check()
            return request.plan(check)

        self._start(plan)

    def resume(self, output: Path) -> None:
        """Go on with the batch whose results are in this folder; what failed is tried again."""

        def plan(_check: Check) -> "Batch":
            from exposure_app.batch.unfinished import resume_batch

            return resume_batch(output)

        self._start(plan)

    def pause(self) -> None:
        """Begin no more photos until ``go_on``."""
        if self._thread is not None and self.phase in (BatchPhase.PLANNING, BatchPhase.RUNNING):
            self._thread.pause()
            self._set(BatchPhase.PAUSED)

    def go_on(self) -> None:
        """Take the pause back."""
        if self._thread is not None and self.phase is BatchPhase.PAUSED:
            self._thread.go_on()
            self._set(BatchPhase.RUNNING if self.batch else BatchPhase.PLANNING)

    def cancel(self) -> None:
        """Begin no more photos; those in hand are finished, or dropped when this is asked for again."""
        if self._thread is not None:
            self._thread.cancel(drop=self.phase is BatchPhase.STOPPING)
            self._set(BatchPhase.STOPPING)

    def forget(self) -> None:
        """Turn away from a batch that is over."""
        if self._thread is None:
            self.batch = None
            self._set(BatchPhase.IDLE)

    def close(self) -> None:
        """Drop what is in hand and end everything, now; it can be resumed."""
        thread = self._thread
        if thread is not None:
            thread.cancel(drop=True)
            thread.wait()
            self._over()

    # --- what the thread tells ---

    def _start(self, plan: "Callable[[Check], Batch]") -> None:
        if self._thread is not None:
            return
        self.batch = None
        thread = self._thread = _Thread(plan)
        thread.planned.connect(self._planned)
        thread.told.connect(self._told)
        thread.broke.connect(self._broke)
        thread.finished.connect(self._over)
        self._set(BatchPhase.PLANNING)
        thread.start(QThread.Priority.LowPriority)

    @Slot(object)
    def _planned(self, batch: "Batch") -> None:
        self.batch = batch
        self._set(BatchPhase.RUNNING if self.phase is BatchPhase.PLANNING else self.phase)

    @Slot(object)
    def _told(self, event: "BatchEvent") -> None:
        self.photo_changed.emit(event)

    @Slot(object)
    def _broke(self, error: Exception) -> None:
        batch = self.batch
        if batch is not None and batch.finished == batch.taken_over:
            self.batch = None  # it never began
        self.failed.emit(error)

    @Slot()
    def _over(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.wait()
            self._set(BatchPhase.OVER if self.batch else BatchPhase.IDLE)
            self.ended.emit()

    def _set(self, phase: BatchPhase) -> None:
        self.phase = phase
        self.changed.emit()


class _Thread(QThread):
    planned = Signal(object)
    told = Signal(object)
    broke = Signal(object)

    def __init__(self, plan: "Callable[[Check], Batch]") -> None:
        super().__init__()
        self.setObjectName("batch")
        self._plan = plan
        self._lock = threading.Lock()
        self._batch: Batch | None = None
        self._is_paused = self._is_cancelled = False

    def run(self) -> None:
        try:
            batch = self._plan(self._check)
            with self._lock:
                self._batch = batch
                if self._is_paused:
                    batch.pause()
            self._check()
            self._work(batch)
        except Cancelled:
            pass
        except Exception as error:
            self.broke.emit(error)

    def pause(self) -> None:
        with self._lock:
            self._is_paused = True
            if self._batch:
                self._batch.pause()

    def go_on(self) -> None:
        with self._lock:
            self._is_paused = False
            if self._batch:
                self._batch.go_on()

    def cancel(self, *, drop: bool) -> None:
        with self._lock:
            self._is_cancelled = True
            if self._batch:
                self._batch.cancel(drop=drop)

    def _work(self, batch: "Batch") -> None:
        from exposure_app.batch import unfinished
        from exposure_app.batch.workers import default_count

        unfinished.remember(batch)
        batch.on_event = self.told.emit
        self.planned.emit(batch)
        batch.run(min(default_count(), max(1, len(batch.jobs) - batch.finished)), low_priority=True)
        if batch.finished == len(batch.jobs):
            unfinished.forget(batch.output)

    def _check(self) -> None:
        if self._is_cancelled:
            raise Cancelled
