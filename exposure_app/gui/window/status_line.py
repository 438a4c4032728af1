"""The line at the bottom: zoom, the colour under the cursor, what is being done and how to stop it."""

import os
from collections.abc import Callable

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QToolButton,
    QWidget,
)

from exposure_app.gui import theme
from exposure_app.gui.workers import Job

QUIET_MS = 150  # what takes less is not worth a flicker


class StatusLine(QStatusBar):
    """Shows the latest job that has a name; the others wait their turn."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(28)
        self._jobs: list[Job] = []
        self.zoom = QLabel()
        self.zoom.setMinimumWidth(64)
        self.readout = QLabel()
        self.stage = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(120)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setProperty("flat", True)
        self.cancel.clicked.connect(self._cancel)
        self.notices = QToolButton()
        self.notices.setIcon(theme.icon("notices"))
        self.notices.setToolTip(self.tr("Messages of this session"))
        self.notices.setAccessibleName(self.tr("Messages"))
        self.device = QLabel()
        self.show_device("cpu")
        self._busy = QWidget()
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.stage, self.bar, self.cancel):
            row.addWidget(widget)
        self._busy.hide()
        left = QWidget()
        row = QHBoxLayout(left)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.zoom)
        row.addWidget(self.readout, 1)
        left.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(left, 1)
        self.addWidget(self._busy, 0)
        self.addPermanentWidget(self.device)
        self.addPermanentWidget(self.notices)
        self._wait = QTimer(self, singleShot=True, interval=QUIET_MS)
        self._wait.timeout.connect(self._show)

    def show_device(self, device: str) -> None:
        """Say what renders: cpu, cuda or mps."""
        names = {"cuda": self.tr("NVIDIA graphics card"), "mps": self.tr("Apple graphics")}
        self.device.setText(names.get(device) or self.tr("CPU, %n thread(s)", "", _cores()))

    def add_indicator(self, name: str, act: Callable[[], object]) -> QPushButton:
        """A button for something else that goes on for long, left of what is always there; hidden at first."""
        button = QPushButton()
        button.setProperty("flat", True)
        button.setAccessibleName(name)
        button.clicked.connect(act)
        button.hide()
        self.insertPermanentWidget(2, button)
        return button

    def follow(self, job: Job) -> None:
        """Show a job until it ends."""
        if not job.stage or job.is_over:
            return
        self._jobs.append(job)
        job.ended.connect(self._update)
        job.progressed.connect(self._progressed)
        self._update()

    @property
    def current(self) -> Job | None:
        """The job that is shown."""
        return self._jobs[-1] if self._jobs else None

    def show_colour(self, colour: tuple[int, ...] | None) -> None:
        """The colour under the cursor and where it is: x, y, red, green, blue."""
        if colour is None:
            self.readout.clear()
            return
        x, y, r, g, b = colour
        self.readout.setText(self.tr("R {r}  G {g}  B {b}  at {x}, {y}").format(r=r, g=g, b=b, x=x, y=y))

    @Slot()
    def _update(self) -> None:
        self._jobs = [job for job in self._jobs if not job.is_over]
        if not self._jobs:
            self._wait.stop()
            self._busy.hide()
        elif self._busy.isVisible():
            self._show()
        elif not self._wait.isActive():
            self._wait.start()

    @Slot()
    def _show(self) -> None:
        job = self.current
        if job is not None:
            self.stage.setText(job.stage)
            self.bar.setRange(0, 0)
            self._busy.show()

    @Slot(float)
    def _progressed(self, share: float) -> None:
        if self.sender() is self.current:
            self.bar.setRange(0, 0 if share < 0 else 1000)
            self.bar.setValue(round(1000 * share))

    @Slot()
    def _cancel(self) -> None:
        if self.current is not None:
            self.current.cancel()


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)  # jit.cores would load numba
    return len(affinity(0)) if affinity else os.cpu_count() or 1
