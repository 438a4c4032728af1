"""Compiled kernels on disk, read with suspicion: a file that is not what was written costs time, nothing else.

Each compiled function is a file of its own behind a digest of its content: after a power cut a file may be empty, and
without the digest every photo would fail for good. The files can hold any code, which no digest guards against: they
must lie in a folder that is ``private``, or where the program itself lies.
"""

import errno
import functools
import hashlib
import logging
import os
import pickle
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

import numba
from llvmlite import binding
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

from exposure_app.atomic import write_bytes_atomic
from exposure_app.errors import ExposureError

_DIGEST = hashlib.sha256().digest_size
# What kernels are compiled for that come with a program for many machines, and what a processor must have to run them.
PORTABLE = {"x86_64": "x86-64-v3", "amd64": "x86-64-v3", "arm64": "generic", "aarch64": "generic"}
_NEEDED = {"x86-64-v3": ("avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe"), "generic": ()}

log = logging.getLogger(__name__)


@dataclass
class Places:
    """Where compiled kernels are.

    Attributes:
        kept_in: The folder that new ones go into; None for none.
        found_in: The folders in which they are looked for, in this order.
    """

    kept_in: Path | None
    found_in: tuple[Path, ...]


class KernelCache:
    """What numba wants as the ``_cache`` of a dispatcher: the compiled forms of one function.

    Args:
        function: The Python function.
        places: Where they are.
    """

    def __init__(self, function: Any, places: Places) -> None:
        code = function.__code__
        constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
        closure = [cell.cell_contents for cell in function.__closure__ or ()]
        text = repr((code.co_code, constants, code.co_names, closure))
        self._name = f"{function.__module__}.{function.__qualname__}".replace("<", "").replace(">", "")
        self._source = hashlib.sha256(text.encode()).hexdigest()
        self._places = places

    @property
    def cache_path(self) -> str:
        """Where new ones go, in words."""
        return str(self._places.kept_in)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled for these types; None if there is nothing that can be used."""
        target_context.refresh()
        processor = target_context.codegen().magic_tuple()
        for kind in (processor, portable()):
            for folder in self._places.found_in:
                try:
                    payload = pickle.loads(_checked(folder / self._file(sig, (processor[0], *kind[1:]))))
                    return CompileResult._rebuild(target_context, *payload)
                except FileNotFoundError:
                    continue
                except Exception as error:  # another system, a bad disk: whatever it is, compiling anew answers it
                    log.info("compiled code of %s cannot be used (%s)", self._name, error)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if the disk takes it."""
        folder = self._places.kept_in
        if folder is None or data.lifted or data.library.has_dynamic_globals:
            return
        try:
            folder.mkdir(exist_ok=True)
            content = dumps(data._reduce())
            write_bytes_atomic(folder / self._file(sig, data.library.codegen.magic_tuple()), _signed(content))
        except (OSError, ExposureError) as error:
            log.info("compiled code of %s cannot be kept (%s)", self._name, error)

    def enable(self) -> None:
        """Numba's; always on."""

    def disable(self) -> None:
        """Numba's; always on."""

    def flush(self) -> None:
        """Numba's; the folder is of this state of the source, nothing in it is stale."""

    def _file(self, sig: Any, processor: tuple[Any, ...]) -> str:
        key = (str(sig), processor, self._source, numba.__version__, sys.implementation.cache_tag)
        return f"{self._name}-{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.kernel"


@functools.cache
def portable() -> tuple[str, ...]:
    """The kind of processor, in numba's form, whose code runs on most; one that there is not if this one is too old."""
    name = PORTABLE.get(platform.machine().lower(), "")
    features = binding.get_host_cpu_features()
    return ("", name, "") if name and all(features.get(each) for each in _NEEDED[name]) else ("", "none", "")


def _signed(content: bytes) -> bytes:
    return hashlib.sha256(content).digest() + content


def _checked(path: Path) -> bytes:
    """The content behind the digest.

    Raises:
        OSError: There is no such file, or the digest is that of something else.
    """
    digest, content = (whole := path.read_bytes())[:_DIGEST], whole[_DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
    return content
