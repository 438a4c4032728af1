"""PNG: pixels by libpng, which checks every part of the file, and what its chunks say about colour.

Precedence as in the specification (W3C PNG, third edition, 4.3): cICP, then the profile, then sRGB, then gAMA and cHRM.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.coding import SRGB, Coding, Curve, Encoded, Floats, of_code_points, power, to_srgb
from exposure_app.io.layers import flattened
from exposure_app.io.transfer import srgb_to_linear

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SRGB_GAMMA = 45455  # what gAMA says, for programs that know nothing better, of pictures in sRGB
_LARGEST_PROFILE = 16 << 20


def png_size(content: bytes) -> tuple[int, int]:
    """Width and height.

    Raises:
        ValueError: It has no header.
    """
    if content[:8] != SIGNATURE or content[12:16] != b"IHDR" or len(content) < 33:
        raise ValueError("no PNG header")
    width, height = struct.unpack(">II", content[16:24])
    return width, height


def decode_png(content: bytes) -> Encoded:
    """Decode a PNG; alpha lies over white.

    Raises:
        ValueError: It is damaged or truncated.
        RuntimeError: Likewise; what libpng says.
    """
    from imagecodecs import png_decode

    pixels = png_decode(content)
    chunks = dict(_chunks_before_pixels(content))
    coding, said = _coding(chunks)
    profile = None if b"cICP" in chunks and coding is not None else _profile(chunks.get(b"iCCP"))
    return Encoded(flattened(pixels), profile, coding, said)


def _chunks_before_pixels(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, payload = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if name == b"IDAT":
            return
        if content[at + 8 + length : at + 12 + length] == struct.pack(">I", zlib.crc32(name + payload)):
            yield name, payload
        at += 12 + length


def _coding(chunks: dict[bytes, bytes]) -> tuple[Coding | None, tuple[str, ...]]:
    """What the values mean unless there is a profile, and what is wrong with what is said about that."""
    code_points = chunks.get(b"cICP", b"")
    if len(code_points) == 4:
        coding = of_code_points(code_points[0], code_points[1])
        if coding is not None:
            return coding, ()
        return None, ("names a colour space that is not known; read as sRGB",)
    if b"sRGB" in chunks:
        return SRGB, ()
    curve: Curve = srgb_to_linear
    matrix: Floats | None = None
    if len(chunks.get(b"gAMA", b"")) == 4:
        (gamma,) = struct.unpack(">I", chunks[b"gAMA"])
        if not 1000 <= gamma <= 10_000_000:
            return None, ("states an impossible gamma; read as sRGB",)
        if abs(gamma - _SRGB_GAMMA) > 0.005 * _SRGB_GAMMA:
            curve = power(100_000 / gamma)
    if len(chunks.get(b"cHRM", b"")) == 32:
        points: NDArray[Any] = np.reshape(struct.unpack(">8I", chunks[b"cHRM"]), (4, 2)) / 100_000
        matrix = to_srgb(points[1], points[2], points[3], points[0])
        if matrix is None or np.abs(matrix).max() > 10:
            return None, ("states impossible primaries; read as sRGB",)
    return Coding((curve,), matrix), ()


def _profile(chunk: bytes | None) -> bytes | None:
    if not chunk:
        return None
    packed = chunk.partition(b"\0")[2][1:]  # behind the name and the number of the method
    try:
        return zlib.decompressobj().decompress(packed, _LARGEST_PROFILE)
    except zlib.error:
        return packed or b"?"  # no profile, but something was meant to be one
