"""Which processor computes."""

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from exposure_app.errors import ExposureError

DeviceChoice = Literal["auto", "cuda", "mps", "cpu"]

_DRIVERS = ("/dev/nvidiactl", "/dev/kfd", "/dev/dxg")  # of NVIDIA, of AMD, of either inside Windows


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
    """Whether it is worth to ask torch, which takes a second to load: a driver is there and torch is built for it."""
    if sys.platform == "darwin":
        return True
    system = Path(os.environ.get("SYSTEMROOT", ""), "System32")
    drivers = [system / "nvcuda.dll"] if sys.platform == "win32" else map(Path, _DRIVERS)
    if not any(driver.exists() for driver in drivers):
        return False
    try:
        return not importlib.metadata.version("torch").endswith("+cpu")
    except importlib.metadata.PackageNotFoundError:  # without metadata: ask torch itself
        return True
