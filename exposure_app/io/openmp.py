"""LibRaw in one thread where several would not give the same picture twice: its X-Trans demosaic.

Its threads read what their neighbours are writing. The OpenMP library that rawpy brings is told for the calling thread
alone; where there is none, LibRaw has no threads either.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Let LibRaw compute in the calling thread only."""
    library = _library()
    if library is None:
        yield
        return
    before = library.omp_get_max_threads()
    library.omp_set_num_threads(1)
    try:
        yield
    finally:
        library.omp_set_num_threads(before)


@cache
def _library() -> Any:
    """The OpenMP library of rawpy; None if it has none."""
    import rawpy

    package = Path(rawpy.__file__).parent
    places = (package.with_name("rawpy.libs"), package / ".dylibs", package)
    names = ("libgomp*", "libomp*", "libiomp*", "vcomp*.dll")
    for found in (file for place in places for name in names for file in sorted(place.glob(name))):
        try:
            library = ctypes.CDLL(str(found))
            library.omp_set_num_threads.argtypes = [ctypes.c_int]
            library.omp_get_max_threads.restype = ctypes.c_int
        except (OSError, AttributeError):
            continue
        return library
    return None
