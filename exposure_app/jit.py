"""How loops over pixels are compiled, where the compiled code is kept, and how many run at once."""

import hashlib
import logging
import os
import sys
from pathlib import Path
from typing import Any

import numba

from exposure_app import paths
from exposure_app.kernel_cache import KernelCache, Places
from exposure_app.private import make_private

_PACKAGES_WITH_KERNELS = ("export", "filters", "io", "pipeline")

log = logging.getLogger(__name__)


def _places() -> Places:
    """What came with the program lies where its packages do, what is compiled later in the user's cache.

    A cache that others could put code into is left alone.
    """
    root = Path(os.environ.get("NUMBA_CACHE_DIR") or paths.user_cache_dir() / "kernels")
    shipped, state = shipped_kernels(), _state()
    if not make_private(root):
        log.warning("%s is not this user's alone: what must be compiled is compiled anew in every process", root)
        return Places(None, (shipped / state,))
    return Places(root / state, (root / state, shipped / state))


def shipped_kernels() -> Path:
    """The folder of the kernels that were compiled when the program was set up; it may not exist."""
    return Path(sys.prefix, "share", "exposure", "kernels")


def keep_in(root: Path) -> Path:
    """From now on keep all kernels below one folder and take none from another; returns where."""
    folder = root / _state()
    places.kept_in, places.found_in = folder, (folder,)
    return folder


def _state() -> str:
    """What the source of all kernels is: a change to a helper in another file must not run stale code."""
    package = Path(__file__).parent
    state = hashlib.sha256()
    for name in _PACKAGES_WITH_KERNELS:
        for source in sorted((package / name).rglob("*.py")):
            state.update(source.read_bytes())
    return state.hexdigest()[:16]


_limit: list[int] = []  # one entry once this process has been told its share


def cores() -> int:
    """How many threads can compute at once for this process."""
    affinity = getattr(os, "sched_getaffinity", None)
    there = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min([there, *_limit])


def limit_cores(count: int) -> None:
    """Let this process compute on fewer cores, because others of the program use the rest."""
    _limit[:] = [max(1, count)]


places = _places()
kernels: list[Any] = []  # all that were declared by the modules loaded so far

# Kernels run outside the interpreter's lock, several tiles at a time. fastmath and unchecked division let their loops
# become vector code.
_compiled: Any = numba.njit(nogil=True, fastmath=True, error_model="numpy")


def jit(function: Any) -> Any:
    """Compile a loop over pixels when it is first called, and keep the result for other processes."""
    kernel = _compiled(function)
    kernel._cache = KernelCache(function, places)
    kernels.append(kernel)
    return kernel


inline: Any = numba.njit(inline="always", fastmath=True, error_model="numpy")
