"""The program itself as another process: a command that tells its news as JSON objects, one a line, on its output."""

import ctypes
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal, Slot

from exposure_app.learning.state import parse

KILL_MS = 60_000  # after having been told to stop; then it hangs
KEPT = 2_000  # characters of what it says about errors
NICENESS = 10
_BELOW_NORMAL, _SET_INFORMATION = 0x4000, 0x0200  # names of Windows

log = logging.getLogger(__name__)


def command(*arguments: str) -> list[str]:
    """How to start a command of this program."""
    if getattr(sys, "frozen", False):  # the window's own executable may be one without a console; its sister has one
        executable = Path(sys.executable)
        return [str(executable.with_name(f"exposure{executable.suffix}")), *arguments]
    return [sys.executable, "-m", "exposure_app", *arguments]


class Child(QObject):
    """One process. It ends when this program ends, however that happens: its input is closed then.

    Signals:
        told: An event.
        ended: Exit status, -1 if it was killed or could not be started; and the end of what it said about errors.
    """

    told = Signal(dict)
    ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        environment.insert("PYTHONUNBUFFERED", "1")
        # Threads that spin while they wait for one that had to yield to the editor would burn what is left.
        environment.insert("OMP_WAIT_POLICY", "PASSIVE")
        self._process.setProcessEnvironment(environment)
        self._process.started.connect(self._started)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._patience = QTimer(self, singleShot=True, interval=KILL_MS)
        self._patience.timeout.connect(self._process.kill)
        self._errors = ""
        self._over = False

    def start(self, words: Sequence[str]) -> None:
        """Start it.

        Args:
            words: Program and arguments.
        """
        self._process.start(words[0], list(words[1:]))

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def process_id(self) -> int:
        """What the operating system calls it."""
        return int(self._process.processId())

    def stop(self) -> None:
        """Ask it to keep what it has and end; if it does not, it is killed."""
        if self.is_running:
            self._process.write(b"stop\n")
            self._process.closeWriteChannel()
            self._patience.start()

    def kill(self) -> None:
        """End it now and wait until it is gone; nothing more is told."""
        self._over = True
        self._patience.stop()
        self._process.kill()
        self._process.waitForFinished()

    @Slot()
    def _started(self) -> None:
        yield_processor(self.process_id)

    @Slot()
    def _read(self) -> None:
        while self._process.canReadLine():
            self._take(bytes(self._process.readLine().data()))

    def _take(self, line: bytes) -> None:
        words = line.decode("utf-8", "replace").strip()
        event = parse(words)
        if event is not None and not self._over:
            self.told.emit(event)
        elif words:
            log.info("the process says: %.200s", words)

    @Slot()
    def _read_errors(self) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace")
        self._errors = (self._errors + said)[-KEPT:]

    @Slot(int, QProcess.ExitStatus)
    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        self._take(bytes(self._process.readAllStandardOutput().data()))  # a last line without an end
        self._read_errors()
        self._end(code if status == QProcess.ExitStatus.NormalExit else -1)

    @Slot(QProcess.ProcessError)
    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._errors = self._process.errorString()
            self._end(-1)

    def _end(self, code: int) -> None:
        self._patience.stop()
        if not self._over:
            self._over = True
            self.ended.emit(code, self._errors.strip())


def yield_processor(process_id: int) -> None:
    """Let a process wait whenever others want the processor; not being able to is no reason not to work."""
    try:
        if sys.platform == "win32":
            kernel = ctypes.windll.kernel32
            handle = kernel.OpenProcess(_SET_INFORMATION, False, process_id)
            kernel.SetPriorityClass(handle, _BELOW_NORMAL)
            kernel.CloseHandle(handle)
        else:
            os.setpriority(os.PRIO_PROCESS, process_id, NICENESS)
    except OSError as error:
        log.info("cannot lower the priority of process %d (%s)", process_id, error)
