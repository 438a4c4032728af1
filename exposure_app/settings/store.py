"""The file that keeps the user's choices: only what differs from the defaults, in settings.json.

Every change is written at once, under a temporary name that then replaces the file, so that a crash costs nothing. Just
before, the file is read again: two running programs do not undo each other's changes. What this version does not know
stays in the file for the version that does.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from exposure_app import paths
from exposure_app.atomic import backup_name, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.reading import Unreadable, read_json
from exposure_app.settings.table import SETTINGS, Setting, Value, find_setting

FORMAT = "exposure-settings"
VERSION = 1
# From a version to the next one: takes and returns the stored values.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}

FILE_NAME = "settings.json"

log = logging.getLogger(__name__)


class Settings:
    """The user's choices. Safe to use from several threads.

    Attributes:
        path: The file.
        problem: What went wrong when the file was read, with a hint; None if nothing did.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem: ExposureError | None = None
        self._lock = threading.RLock()
        self._watchers: list[Callable[[str], None]] = []
        self._values: dict[str, Any] = {}
        try:
            self._values = self._read()
        except ExposureError as error:
            self.problem = error
            log.warning("%s", error)

    def get(self, key: str) -> Value:
        """The value of a setting: the user's, or its default.

        Raises:
            ExposureError: There is no such setting.
        """
        setting = find_setting(key)
        with self._lock:
            return self._chosen(setting, setting.default)

    def get_bool(self, key: str) -> bool:
        """As ``get``, of a setting that is true or false."""
        return bool(self.get(key))

    def get_int(self, key: str) -> int:
        """As ``get``, of a whole number."""
        value = self.get(key)
        assert isinstance(value, (int, float)), key
        return int(value)

    def get_text(self, key: str) -> str:
        """As ``get``, of a text, choice or folder."""
        value = self.get(key)
        assert isinstance(value, str), key
        return value

    def set(self, key: str, value: object) -> None:
        """Choose a value and write it to the file.

        Raises:
            ExposureError: There is no such setting, the value is not allowed, or the file cannot be written.
        """
        self.set_many({key: value})

    def set_many(self, values: Mapping[str, object]) -> None:
        """Choose several values at once: all of them, or none if one is refused. Errors as ``set``."""
        checked = {key: find_setting(key).checked(value) for key, value in values.items()}
        with self._lock:
            before = {key: self.get(key) for key in checked}
            stored = self._read()
            for key, value in checked.items():
                if value == find_setting(key).default:
                    stored.pop(key, None)
                else:
                    stored[key] = list(value) if isinstance(value, tuple) else value
            _write(self.path, stored)
            self._values = stored
            changed = [key for key, value in checked.items() if value != before[key]]
        for key in changed:
            for watcher in list(self._watchers):
                watcher(key)

    def reset(self, *keys: str) -> None:
        """Go back to the defaults of these settings, or of all that the preferences show. Errors as ``set``."""
        wanted = keys or tuple(setting.key for setting in SETTINGS if setting.label)
        self.set_many({key: find_setting(key).default for key in wanted})

    def watch(self, watcher: Callable[[str], None]) -> Callable[[], None]:
        """Have a function called with the key of every setting that changes, on the thread that changes it.

        Returns:
            What to call to hear no more.
        """
        self._watchers.append(watcher)

        def stop() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return stop

    def _chosen(self, setting: Setting, default: Value) -> Value:
        if setting.key not in self._values:
            return default
        try:
            return setting.checked(self._values[setting.key])
        except ExposureError as error:
            log.warning("%s: %s", self.path.name, error)
            del self._values[setting.key]  # said once; it stays in the file until another value is chosen
            return default

    def _read(self) -> dict[str, Any]:
        """The stored values, also unknown ones. A file that cannot be understood is set aside and counts as empty.

        Raises:
            ExposureError: The file is there but cannot be read; then it must not be overwritten either.
        """
        try:
            return _values_in(read_json(self.path, paths=True))
        except FileNotFoundError:
            return {}
        except (Unreadable, ExposureError) as error:
            return self._start_afresh(str(error))
        except OSError as error:
            raise ExposureError(
                f"Cannot read the settings {self.path} ({error.strerror})", "Check the permissions of the file."
            ) from error

    def _start_afresh(self, reason: str) -> dict[str, Any]:
        backup = backup_name(self.path)
        try:
            self.path.rename(backup)
        except OSError as error:
            message = f"The settings {self.path} cannot be understood and cannot be renamed ({error.strerror})"
            self.problem = ExposureError(message, "Move the file away yourself.")
        else:
            message = f"The settings could not be understood ({reason})"
            self.problem = ExposureError(message, f"The defaults are used; the old file is kept as {backup}.")
        log.warning("%s", self.problem)
        return {}


def current_settings() -> Settings:
    """The settings of this user, read once for the whole program."""
    path = paths.user_config_dir() / FILE_NAME
    with _opened_lock:
        if path not in _opened:
            _opened.clear()  # another home, as in tests
            _opened[path] = Settings(path)
        return _opened[path]


_opened: dict[Path, Settings] = {}
_opened_lock = threading.Lock()


def _values_in(data: object) -> dict[str, Any]:
    if not isinstance(data, dict) or data.get("format") != FORMAT or not isinstance(data.get("values"), dict):
        raise ExposureError("it is no settings file of Exposure")
    version = data.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ExposureError(f"its version is {version!r}")
    if version > VERSION:
        raise ExposureError(f"it has version {version}, this program reads up to {VERSION}")
    values: dict[str, Any] = data["values"]
    for old in range(version, VERSION):
        values = MIGRATIONS[old](values)
    return values


def _write(path: Path, values: dict[str, Any]) -> None:
    data = {"format": FORMAT, "version": VERSION, "values": dict(sorted(values.items()))}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExposureError(
            f"Cannot write the settings {path} ({error.strerror})", "Check the folder's permissions and the free space."
        ) from error
    write_text_atomic(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
