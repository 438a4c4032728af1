"""Photos at the size for training, kept from one run to the next: reading a thousand of them takes minutes."""

import functools
import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np

from exposure_app import __version__, io, paths
from exposure_app.image import Pixels
from exposure_app.photo_cache import PhotoCache
from exposure_app.pipeline import proxy

MAX_BYTES = 1 << 30  # some 4,500 photos
CODES = 65535  # pixels are kept with 16 bits a channel
_HEADER = struct.Struct("<IHH?")  # CRC of the codes, height, width, sensor data or not


def quantised(pixels: Pixels) -> Pixels:
    """Pixels in [0, 1] as they come back from the cache, so that a second run sees what the first one saw."""
    return _codes(pixels).astype(np.float32) / np.float32(CODES)


class SmallPhotos:
    """The cache, in the user's folder.

    Args:
        recipe: What else, besides the code of the readers, says how the small pictures are made.
        max_bytes: Bound of the cache.
    """

    def __init__(self, recipe: str, max_bytes: int = MAX_BYTES) -> None:
        folder = paths.user_cache_dir() / "training"
        self._files = PhotoCache(folder, ".rgb", f"{_readers()}|{recipe}", max_bytes)

    def load(self, photo: Path) -> tuple[Pixels, bool] | None:
        """Pixels in [0, 1], and whether they are sensor data; None if they must be made: absent, outdated or damaged.

        Raises:
            OSError: The photo cannot be looked at.
        """
        content = self._files.load(self._files.entry(photo))
        if content is None or len(content) < _HEADER.size:
            return None
        crc, height, width, scene_referred = _HEADER.unpack_from(content)
        codes = memoryview(content)[_HEADER.size :]
        if len(codes) != height * width * 6 or zlib.crc32(codes) != crc:
            return None
        pixels = np.frombuffer(codes, "<u2").astype(np.float32) / np.float32(CODES)
        return pixels.reshape(height, width, 3), scene_referred

    def keep(self, photo: Path, pixels: Pixels, scene_referred: bool) -> None:
        """Store the small picture of a photo.

        Raises:
            OSError: The photo cannot be looked at.
        """
        codes = _codes(pixels).tobytes()
        height, width, _ = pixels.shape
        header = _HEADER.pack(zlib.crc32(codes), height, width, scene_referred)
        self._files.keep(self._files.entry(photo), header + codes)


def _codes(pixels: Pixels) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint16]]":
    return (pixels.clip(0, 1) * CODES + 0.5).astype("<u2")


@functools.cache
def _readers() -> str:
    """Changes whenever the code that reads photos does."""
    state = hashlib.sha256(__version__.encode())
    sources = [source for folder in io.__path__ for source in Path(folder).glob("*.py")]
    for source in [*sorted(sources), Path(proxy.__file__)]:
        if source.is_file():  # in a bundle without sources the program's version must do
            state.update(source.read_bytes())
    return state.hexdigest()[:16]
