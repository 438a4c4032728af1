"""One window: a second start hands its files over to the first and ends."""

import getpass
import hashlib
import json
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from exposure_app import paths

TIMEOUT_MS = 1000


def _name() -> str:
    """Different for each user, and for each place of settings, such as a portable installation."""
    place = f"{_user()} {paths.user_config_dir()}"
    return "exposure-" + hashlib.sha256(place.encode()).hexdigest()[:16]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def hand_over(photos: list[Path]) -> bool:
    """Give photos to the instance that runs; False if there is none."""
    socket = QLocalSocket()
    socket.connectToServer(_name())
    if not socket.waitForConnected(TIMEOUT_MS):
        return False
    socket.write(json.dumps([str(photo.resolve()) for photo in photos]).encode() + b"\n")
    answered = socket.waitForBytesWritten(TIMEOUT_MS) and socket.waitForReadyRead(TIMEOUT_MS)
    socket.disconnectFromServer()
    return answered


class Server(QObject):
    """Listens for further starts.

    Signals:
        requested: The photos that another start was given; perhaps none.
    """

    requested = Signal(list)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._connected)
        if not self._server.listen(_name()):
            QLocalServer.removeServer(_name())  # left by a crash: nobody answered
            self._server.listen(_name())

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _connected(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self._drop)

    @Slot()
    def _drop(self) -> None:
        self.sender().deleteLater()

    @Slot()
    def _read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket) or not socket.canReadLine():
            return
        try:
            names = json.loads(bytes(socket.readLine().data()))
            photos = [Path(name) for name in names if isinstance(name, str)]
        except (ValueError, TypeError):
            return
        socket.write(b"ok\n")
        self.requested.emit(photos)
