"""How loops over pixels are compiled, where the compiled code is kept, and how many run at once."""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import numba

from exposure_app import paths
from exposure_app.kernel_cache import KernelCache
from exposure_app.private import make_private

_PACKAGES_WITH_KERNELS = ("filters", "io", "pipeline")

log = logging.getLogger(__name__)


def _cache_folder() -> Path | None:
    """A folder of its own for every state of the source; None where others could put code into it.

    Numba checks only the file a kernel stands in: a change to a helper in another file would run stale code.
    """
    root = Path(os.environ.get("NUMBA_CACHE_DIR") or paths.user_cache_dir() / "kernels")
    if not make_private(root):
        log.warning("%s is not this user's alone: kernels are compiled anew in every process", root)
        return None
    package = Path(__file__).parent
    state = hashlib.sha256()
    for name in _PACKAGES_WITH_KERNELS:
        for source in sorted((package / name).rglob("*.py")):
            state.update(source.read_bytes())
    return root / state.hexdigest()[:16]


_limit: list[int] = []  # one entry once this process has been told its share


def cores() -> int:
    """How many threads can compute at once for this process."""
    affinity = getattr(os, "sched_getaffinity", None)
    there = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min([there, *_limit])


def limit_cores(count: int) -> None:
    """Let this process compute on fewer cores, because others of the program use the rest."""
    _limit[:] = [max(1, count)]


_kept_in = _cache_folder()
setattr(numba.config, "CACHE_DIR", str(_kept_in or ""))  # noqa: B010  # numba fills its config at run time

# Kernels run outside the interpreter's lock, several tiles at a time. fastmath and unchecked division let their loops
# become vector code.
_compiled: Any = numba.njit(nogil=True, fastmath=True, error_model="numpy")


def jit(function: Any) -> Any:
    """Compile a loop over pixels when it is first called, and keep the result for other processes."""
    code = function.__code__
    if not Path(
        code.co_filename
    ).is_absolute():  # in a frozen program; numba keeps only what comes from a file it can find
        function.__code__ = code.replace(co_filename=str(Path(__file__).parents[1] / code.co_filename))
    kernel = _compiled(function)
    if _kept_in is not None:
        kernel._cache = KernelCache(function)
    return kernel


inline: Any = numba.njit(inline="always", fastmath=True, error_model="numpy")
