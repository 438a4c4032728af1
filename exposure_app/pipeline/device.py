"""Which processor computes."""

import importlib.metadata
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from exposure_app.errors import ExposureError

DeviceChoice = Literal["auto", "cuda", "mps", "cpu"]


def choose_device(choice: DeviceChoice = "auto") -> str:
    """The device to compute on: ``cuda``, ``mps`` or ``cpu``; ``auto`` takes a GPU if there is one.

    Raises:
        ExposureError: The device asked for is not there.
    """
    if choice == "cpu" or (choice == "auto" and not _may_have_gpu()):
        return "cpu"
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if choice == "auto":
        return next(name for name, there in present.items() if there)
    if not present.get(choice):
        raise ExposureError(f"There is no {choice} device here", "Choose auto or cpu.")
    return choice


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute in this thread: to share such small work takes longer, far longer on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _may_have_gpu() -> bool:
    """False when the installed torch is built for CPUs, found out without the second that loading it takes."""
    if sys.platform == "darwin":
        return True
    try:
        return not importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:  # a frozen program carries no package metadata: ask torch itself
        return True
