"""Compiled kernels on disk, read with suspicion: a file that is not what was written costs time, nothing else.

Numba loads whatever lies in its files and does not wait for the disk when it writes them: after a power cut a file may
be empty, and every photo would fail for good. Here each carries a digest of its content. Numba's files can hold any
code, which no digest guards against: they must lie in a folder that is ``private``.
"""

import errno
import hashlib
import logging
import os
import pickle
from pathlib import Path
from typing import Any

from numba.core.caching import FunctionCache, IndexDataCacheFile

_DIGEST = hashlib.sha256().digest_size

log = logging.getLogger(__name__)


class KernelCache(FunctionCache):
    """Numba's cache of one function, its files checked; take it as the ``_cache`` of a dispatcher.

    Args:
        function: The Python function.
    """

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = _CheckedFile(self._cache_path, self._impl.filename_base, stamp)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What was compiled for these types; None if there is nothing that can be used."""
        try:
            return super().load_overload(sig, target_context)
        except Exception as error:  # another numba, another system: whatever it is, compiling anew answers it
            log.info("compiled code of %s cannot be used (%s)", self._name, error)
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, if the disk takes it."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            log.info("compiled code of %s cannot be kept (%s)", self._name, error)


class _CheckedFile(IndexDataCacheFile):
    """Numba's files of one function, each behind a digest."""

    def _load_index(self) -> dict[Any, str]:
        try:
            version, stamp, overloads = pickle.loads(_checked(Path(self._index_path)))
        except OSError:
            return {}
        return overloads if (version, stamp) == (self._version, self._source_stamp) else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        with self._open_for_write(self._index_path) as file:
            file.write(_signed(self._dump((self._version, self._source_stamp, overloads))))

    def _load_data(self, name: str) -> Any:
        return pickle.loads(_checked(Path(self._data_path(name))))

    def _save_data(self, name: str, data: Any) -> None:
        with self._open_for_write(self._data_path(name)) as file:
            file.write(_signed(self._dump(data)))


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
