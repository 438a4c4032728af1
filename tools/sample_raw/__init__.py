"""The sample picture that Exposure ships: a rendered landscape, a simulated sensor and a DNG writer."""

import os
from pathlib import Path


def _drop_stale_code() -> None:
    """Remove numba's compiled code if any source here is newer.

    numba looks only at the file of a function itself, so that a change in a module it calls would go unseen.
    """
    here = Path(__file__).parent
    newest = max(path.stat().st_mtime for path in here.glob("*.py"))
    folders = [here / "__pycache__"]
    if "NUMBA_CACHE_DIR" in os.environ:
        folders += Path(os.environ["NUMBA_CACHE_DIR"]).rglob(f"{here.name}_*")
    compiled = [path for folder in folders for path in folder.glob("*.nb[ic]")]
    if any(_changed(path) < newest for path in compiled):
        for path in compiled:
            path.unlink(missing_ok=True)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process was quicker
        return float("inf")


_drop_stale_code()
