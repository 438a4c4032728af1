"""A document's state as JSON: history, snapshots and virtual copies, with what tells whose they are."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exposure_app.documents.document import HistoryEntry, Snapshot, State, Version
from exposure_app.names import as_text
from exposure_app.pipeline.recipe import Recipe, from_json, to_json

FORMAT = "exposure-history"
VERSION = 1


@dataclass(frozen=True)
class History:
    """What a history file tells.

    Attributes:
        state: The document.
        sidecar: The recipe that lay beside the photo when this was written: that of the first version, unless it could
            not be written there; None for none.
    """

    state: State
    sidecar: Recipe | None


def history_from_json(data: Any) -> History:
    """What is in a history file.

    Raises:
        ValueError, KeyError, TypeError, AttributeError, ExposureError: It is none.
    """
    if data["format"] != FORMAT or data["version"] != VERSION:
        raise ValueError(f"version {data['version']}")
    versions = tuple(_version_from_json(version) for version in data["versions"])
    snapshots = tuple(Snapshot(str(item["name"]), from_json(item["recipe"])) for item in data["snapshots"])
    active = int(data["active"])
    if not versions:
        raise ValueError("no version")
    state = State(versions, active if 0 <= active < len(versions) else 0, snapshots)
    if "sidecar" not in data:  # of an older program
        return History(state, versions[0].recipe)
    return History(state, None if data["sidecar"] is None else from_json(data["sidecar"]))


def history_to_json(photo: Path, history: History) -> dict[str, Any]:
    """What a history file holds."""
    state = history.state
    return {
        "format": FORMAT,
        "version": VERSION,
        "photo": as_text(photo),
        "sidecar": None if history.sidecar is None else to_json(history.sidecar),
        "active": state.active,
        "versions": [
            {
                "name": version.name,
                "at": version.at,
                "entries": [{"label": entry.label, "recipe": to_json(entry.recipe)} for entry in version.entries],
            }
            for version in state.versions
        ],
        "snapshots": [{"name": snapshot.name, "recipe": to_json(snapshot.recipe)} for snapshot in state.snapshots],
    }


def _version_from_json(data: dict[str, Any]) -> Version:
    entries = tuple(HistoryEntry(str(item["label"]), from_json(item["recipe"])) for item in data["entries"])
    at = int(data["at"])
    if not 0 <= at < len(entries):
        raise ValueError("no such entry")
    return Version(str(data["name"]), entries, at)
