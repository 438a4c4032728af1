"""The run that is being learned: starts its process, follows it, writes down how far it is."""

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from exposure_app.errors import ExposureError
from exposure_app.gui.learn.child import Child, command
from exposure_app.learning import state, store
from exposure_app.learning.state import LearningPhase, Plan, Progress
from exposure_app.learning.store import SavedRun

_WORTH_KEEPING = ("validation", "checkpoint", "rollback", "stopped", "done", "error")

log = logging.getLogger(__name__)


def training_command(run: SavedRun) -> list[str]:
    """How to learn a run's style, from the beginning or from its last checkpoint."""
    plan = run.plan
    options = {
        "--inputs": str(run.others_list),
        "--targets": str(run.liked_list),
        "--name": plan.name,
        "--title": plan.title,
        "--description": plan.description,
        "--minutes": f"{plan.minutes:g}",
        "--output": str(run.output),
    }
    return command("train", "--json", "--resume", *(word for pair in options.items() for word in pair))


class LearningProcess(QObject):
    """One run at a time.

    Signals:
        changed: The run is another, or further.
        ended: The process has ended, in whatever way.
        failed: An ExposureError that a person should see.
    """

    changed = Signal()
    ended = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: SavedRun | None = None
        self._child: Child | None = None

    @property
    def is_running(self) -> bool:
        """Whether a process is at work."""
        return self._child is not None

    @property
    def process_id(self) -> int:
        """What the operating system calls the process; 0 without one."""
        return self._child.process_id if self._child else 0

    # --- what a person wants ---

    def begin(self, plan: Plan) -> None:
        """Start to learn.

        Raises:
            ExposureError: The run cannot be set up.
        """
        self.show(store.create_run(plan))
        self.go_on()

    def show(self, run: SavedRun | None) -> None:
        """Turn to a run without starting it; not while another is at work."""
        if not self.is_running:
            self.run = run
            self.changed.emit()

    def go_on(self) -> None:
        """Start the run, or let it go on from where it stopped."""
        if self.run is None or self.is_running:
            return
        self._set(state.begun(self.run.progress))
        child = self._child = Child(self)
        child.told.connect(self._told)
        child.ended.connect(self._ended)
        child.start(training_command(self.run))

    def pause(self) -> None:
        """Let the process keep what was learned, and end."""
        if self.run is not None and self._child is not None and self.run.progress.phase is not LearningPhase.STOPPING:
            self._set(state.stopping(self.run.progress))
            self._child.stop()

    def discard(self) -> None:
        """Forget the run, at work or not."""
        self.kill()
        run, self.run = self.run, None
        if run is not None:
            self._try(lambda: store.discard(run))
        self.changed.emit()

    def accept(self) -> str:
        """Put the learned style among the user's styles.

        Returns:
            Its name.

        Raises:
            ExposureError: That is not possible.
        """
        if self.run is None:
            raise ExposureError("There is no style to accept")
        path = store.accept(self.run)
        self.run = None
        self.changed.emit()
        return path.stem

    def kill(self) -> None:
        """End the process at once; the last checkpoint stays."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.deleteLater()
            if self.run is not None:
                self._set(replace(self.run.progress, phase=LearningPhase.WAITING))

    # --- what the process tells ---

    @Slot(dict)
    def _told(self, event: Mapping[str, Any]) -> None:
        if self.run is None:
            return
        try:
            progress = state.after(self.run.progress, event, time.monotonic())
        except ValueError as error:
            log.warning("cannot understand %.200s (%s)", event, error)
            return
        self._set(progress, keeps=event["event"] in _WORTH_KEEPING)

    @Slot(int, str)
    def _ended(self, code: int, said: str) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.deleteLater()
        if self.run is None:
            return
        if code and said:
            log.warning("learning ended with %d: %s", code, said)
        tr = QCoreApplication.translate
        message = tr("LearningProcess", "Learning ended unexpectedly")
        hint = tr("LearningProcess", "Go on: it starts from the last checkpoint. The log has the details.")
        self._set(state.ended(self.run.progress, message, hint))
        self.ended.emit()

    def _set(self, progress: Progress, keeps: bool = True) -> None:
        if self.run is None:
            return
        run = self.run = replace(self.run, progress=progress)
        if keeps:
            self._try(lambda: store.keep(run))
        self.changed.emit()

    def _try(self, act: Any) -> None:
        try:
            act()
        except ExposureError as error:
            self.failed.emit(error)
