"""Which photos are open, and which were open lately: small lists that survive a crash.

Imports nothing heavy: the window reads them before it is shown.
"""

import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exposure_app import paths
from exposure_app.atomic import set_aside, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.reading import Unreadable, read_json

MAX_RECENT = 12

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OpenPhotos:
    """What a session has open.

    Attributes:
        photos: In the filmstrip's order.
        current: The one in the middle.
        closed: Whether the session ended as it should; False means that it crashed or still runs.
    """

    photos: tuple[Path, ...] = ()
    current: Path | None = None
    closed: bool = True


def read_open_photos() -> OpenPhotos:
    """What the last session had open; photos that are gone are left out."""
    data = _read("session.json")
    try:
        photos = tuple(path for path in map(Path, data["photos"]) if _is_there(path))
        current = Path(data["current"]) if data["current"] else None
        return OpenPhotos(photos, current if current in photos else None, bool(data["closed"]))
    except (KeyError, TypeError, ValueError):
        return OpenPhotos()


def write_open_photos(open_photos: OpenPhotos) -> None:
    """Keep the list; that this may fail is no reason to stop working."""
    current = str(open_photos.current) if open_photos.current else ""
    photos = [str(path) for path in open_photos.photos]
    _write("session.json", {"photos": photos, "current": current, "closed": open_photos.closed})


def read_recent() -> list[Path]:
    """Photos opened lately that are still there, the latest first."""
    return _listed("recent.json")


def add_recent(photo: Path) -> list[Path]:
    """Put a photo at the top of the list and return the list."""
    recent = [photo, *(path for path in read_recent() if path != photo)][:MAX_RECENT]
    _write("recent.json", {"photos": [str(path) for path in recent]})
    return recent


def read_unexported() -> list[Path]:
    """The photos that an interrupted export has left, of those that are still there."""
    return _listed("unexported.json")


def write_unexported(photos: Sequence[Path]) -> None:
    """Keep in mind what is still to be exported."""
    _write("unexported.json", {"photos": [str(path) for path in photos]})


def find_current(photos: Sequence[Path], wanted: Path | None) -> Path | None:
    """The wanted photo if it is among them, otherwise the first."""
    return wanted if wanted in photos else next(iter(photos), None)


def _listed(name: str) -> list[Path]:
    items = _read(name).get("photos", [])
    if not isinstance(items, list):
        return []
    return [path for path in map(Path, filter(lambda item: isinstance(item, str), items)) if _is_there(path)]


def _is_there(photo: Path) -> bool:
    try:
        return photo.is_file()
    except OSError:  # a name that no disk takes
        return False


def _read(name: str) -> dict[str, Any]:
    path = paths.user_config_dir() / name
    try:
        data = read_json(path, paths=True)
    except OSError:
        return {}
    except Unreadable as error:
        with suppress(ExposureError):  # then it is replaced with the next photo that is opened
            log.warning("%s cannot be understood (%s); it is kept as %s", name, error, set_aside(path).name)
        return {}
    return data if isinstance(data, dict) else {}


def _write(name: str, data: dict[str, Any]) -> None:
    folder = paths.user_config_dir()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_text_atomic(folder / name, json.dumps(data))
    except (OSError, ExposureError) as error:
        log.warning("Cannot keep %s (%s)", name, error)
