"""One window: a second start hands its files over to the first and ends."""

import hashlib
import json
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from exposure_app import paths
from exposure_app.private import make_private
from exposure_app.reading import Unreadable, parse_json

TIMEOUT_MS = 1000
ANSWER_MS = 20_000  # of one that is there: it may be busy
MOST_BYTES = 1 << 20  # of what another start says: thousands of paths
_LONGEST = 100  # bytes of a socket's path, at least what every system takes


def _name() -> str:
    """Where the running instance listens, different for each place of settings; empty where nobody can.

    Whoever can write to the socket's folder could take its place, be told what is opened, and keep the editor from
    starting: it lies in a folder of this user alone.
    """
    name = "exposure-" + hashlib.sha256(os.fsencode(paths.user_config_dir())).hexdigest()[:16]
    if os.name == "nt":
        return name  # a pipe that Qt gives to this user alone
    for folder in (os.environ.get("XDG_RUNTIME_DIR"), paths.user_cache_dir() / "run"):
        if folder and make_private(Path(folder)):
            place = Path(folder) / name
            if len(os.fsencode(place)) <= _LONGEST:
                return str(place)
    return ""


def hand_over(photos: list[Path]) -> bool:
    """Give photos to the instance that runs; False if there is none."""
    name = _name()
    if not name:
        return False
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(TIMEOUT_MS):
        return False
    socket.write(json.dumps([str(photo.resolve()) for photo in photos]).encode() + b"\n")
    answered = socket.waitForBytesWritten(ANSWER_MS) and socket.waitForReadyRead(ANSWER_MS)
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
        name = _name()
        if name and not self._server.listen(name):
            QLocalServer.removeServer(name)  # left by a crash: nobody answered
            self._server.listen(name)

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _connected(self) -> None:
        socket = self._server.nextPendingConnection()
        socket.setReadBufferSize(MOST_BYTES)
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
            names = parse_json(bytes(socket.readLine().data()), paths=True)
            photos = [Path(name) for name in names if isinstance(name, str)]
        except (Unreadable, TypeError):
            return
        socket.write(b"ok\n")
        self.requested.emit(photos)
