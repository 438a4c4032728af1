"""Pixels to PNG on all cores: strips of rows are deflated at the same time and joined to one stream.

Run lengths and Huffman codes on horizontal differences: a tenth of the time of zlib's default on photos, a few percent
larger. Neither looks back beyond a strip, so the strips cost nothing in size. The same pixels give the same bytes
whatever the number of cores.
"""

import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import cores

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2  # colour type
_SUB = 1  # filter: difference from the pixel on the left
_STRIP_BYTES = 1 << 22
_LARGEST_CHUNK = 1 << 30
_DEFLATE_START = b"\x78\x01"  # 32 KiB window, fastest
_ADLER_BASE = 65521


def encode_png(pixels: NDArray[Any], chunks: Sequence[tuple[bytes, bytes]] = ()) -> bytes:
    """Encode an RGB picture.

    Args:
        pixels: uint8 or uint16, H x W x 3.
        chunks: Name and content of what comes between header and picture.
    """
    height, width = pixels.shape[:2]
    rows = max(1, _STRIP_BYTES // (width * 3 * pixels.itemsize))
    strips = [slice(top, min(top + rows, height)) for top in range(0, height, rows)]
    with ThreadPoolExecutor(min(cores(), len(strips))) as pool:
        deflated = list(pool.map(lambda strip: _deflate(pixels[strip], is_last=strip.stop == height), strips))
    check = 1
    for _, strip_check, length in deflated:
        check = _joined_check(check, strip_check, length)
    stream = b"".join((_DEFLATE_START, *(content for content, _, _ in deflated), struct.pack(">I", check)))
    header = struct.pack(">IIBBBBB", width, height, 8 * pixels.itemsize, _RGB, 0, 0, 0)
    parts = [stream[start : start + _LARGEST_CHUNK] for start in range(0, len(stream), _LARGEST_CHUNK)]
    written = [(b"IHDR", header), *chunks, *((b"IDAT", part) for part in parts), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, content) for name, content in written)


def _deflate(pixels: NDArray[Any], *, is_last: bool) -> tuple[bytes, int, int]:
    """A strip filtered and deflated, ending at a whole byte; the Adler-32 and length of what was deflated."""
    step = 3 * pixels.itemsize
    rows = pixels.astype(">u2" if pixels.itemsize == 2 else np.uint8).view(np.uint8).reshape(len(pixels), -1)
    filtered = np.empty((len(rows), 1 + rows.shape[1]), np.uint8)
    filtered[:, 0] = _SUB
    filtered[:, 1 : 1 + step] = rows[:, :step]
    np.subtract(rows[:, step:], rows[:, :-step], out=filtered[:, 1 + step :])
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL, zlib.Z_RLE)
    content = packer.compress(filtered.data) + packer.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)
    return content, zlib.adler32(filtered.data), filtered.size


def _joined_check(first: int, second: int, length: int) -> int:
    """Adler-32 of two pieces in a row from those of each; ``length`` is that of the second."""
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + length * ((first & 0xFFFF) - 1)
    return high % _ADLER_BASE << 16 | low % _ADLER_BASE


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
