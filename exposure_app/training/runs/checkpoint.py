"""The state of a run on disk: whole or not at all, and read with suspicion."""

import io
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch

from exposure_app.atomic import write_bytes_atomic
from exposure_app.errors import ExposureError

SUFFIX = ".checkpoint"
VERSION = 3
ANEW = "Delete it to start anew."


def write(path: Path, identity: dict[str, Any], state: dict[str, Any]) -> None:
    """Write a checkpoint.

    Args:
        path: Its file, replaced if it exists.
        identity: What the run is made of; only a run of the same may go on from it.
        state: Tensors and plain data.

    Raises:
        ExposureError: A full or read-only disk.
    """
    # Through memory: torch reports a full disk as a RuntimeError without a reason.
    stream = io.BytesIO()
    torch.save({"version": VERSION, "identity": identity, "state": state}, stream)
    write_bytes_atomic(path, stream.getbuffer())


def read(path: Path, identity: dict[str, Any]) -> dict[str, Any]:
    """The state in a checkpoint.

    Raises:
        ExposureError: It is damaged, or of a run of something else.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        version, found, state = content["version"], content["identity"], content["state"]
    except (RuntimeError, KeyError, TypeError, ValueError, EOFError, OSError, UnpicklingError) as error:
        raise ExposureError(f"{path.name} is damaged or of another version of the program", ANEW) from error
    if version != VERSION:
        raise ExposureError(f"{path.name} is of another version of the program", ANEW)
    for part, value in identity.items():
        if found.get(part) != value:
            raise ExposureError(f"{path.name} belongs to another {part}", f"Give the same {part}, or delete the file.")
    if not isinstance(state, dict):
        raise damaged(path)
    return state


def damaged(path: Path) -> ExposureError:
    """The error for a checkpoint whose content makes no sense."""
    return ExposureError(f"{path.name} is damaged", ANEW)
