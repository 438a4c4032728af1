"""What a picture may ask for: how much is read and allocated is decided by its header and its size, before either.

A file of a few bytes can announce half a million pixels a byte, and one of gigabytes a few pixels. No picture that
anybody took is like that: a JPEG has at least a bit for every 64 pixels, and deflate at best a byte for 1032 bytes.
"""

import os
import re
from pathlib import Path
from typing import IO

from exposure_app.errors import ExposureError
from exposure_app.io.formats import MAX_PIXELS, too_large

MOST_BYTES = 1 << 30  # of a file that must be read whole before anything is known of it
UNQUESTIONED = 64_000_000  # pixels that a file of any size may announce
MOST_PER_BYTE = 1100  # pixels of a larger picture for a byte of its file
_BESIDE = 64 << 20  # bytes beside the pixels: profiles, previews, a second frame, a film behind a picture
_MOST_SCANS = 100  # of a progressive JPEG; encoders make about ten
_MOST_SCANNED = 4_000_000_000  # pixels times scans
_IN_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # a marker among coded pixels


def check_size(path: Path, width: int, height: int, file_bytes: int | None = None) -> None:
    """Refuse a picture whose header asks for more than its file can hold, or than anybody can open.

    Args:
        path: The file, to tell of.
        width: Announced, in pixels.
        height: Likewise.
        file_bytes: Size of the file; looked up when None.

    Raises:
        ExposureError: It announces too many pixels.
        ValueError: It announces none.
    """
    pixels = width * height
    if width < 1 or height < 1:
        raise ValueError("no pixels")
    if pixels > MAX_PIXELS:
        raise too_large(path)
    if pixels > UNQUESTIONED:
        file_bytes = path.stat().st_size if file_bytes is None else file_bytes
        if pixels > MOST_PER_BYTE * file_bytes:
            raise ExposureError(
                f"{path} announces {pixels // 10**6} megapixels, which a file of {file_bytes} bytes does not hold",
                "Copy the photo again from the camera or the backup.",
            )


def content_of(stream: IO[bytes], pixels: int, bytes_a_pixel: int) -> bytes:
    """A picture's file from its start, as far as it can be the picture.

    Args:
        stream: The file.
        pixels: That its header announces.
        bytes_a_pixel: That a pixel takes at most.
    """
    stream.seek(0)
    size = os.fstat(stream.fileno()).st_size
    return stream.read(min(size, pixels * bytes_a_pixel + _BESIDE))


def check_scans(content: bytes, pixels: int) -> None:
    """Refuse a JPEG that goes over its pixels again and again, each time for a few bytes.

    Raises:
        ValueError: It does.
    """
    scans = _scans(content)
    if scans > _MOST_SCANS or (scans > 1 and scans * pixels > _MOST_SCANNED):
        raise ValueError(f"{scans} scans")


def _scans(content: bytes) -> int:
    """How often a JPEG goes over its pixels, counted to a little above what is refused."""
    at, scans = 2, 0
    while scans <= _MOST_SCANS:
        found = _IN_SCAN.search(content, at)
        if found is None or content[found.start() + 1] == 0xD9:
            break
        at, marker = found.end(), content[found.start() + 1]
        scans += marker == 0xDA
        at += int.from_bytes(content[at : at + 2], "big")  # the segment; after that of a scan its coded pixels
    return scans
