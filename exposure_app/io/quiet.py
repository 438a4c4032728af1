"""What LibRaw and libjpeg below it say about a file on standard error: kept off the terminal, taken as evidence."""

import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

# LibRaw's own words for damage, and libjpeg's, which decodes lossy DNGs and some old cameras' files. Some of these end
# in an exception as well; for libjpeg a picture that is half missing is worth a warning.
_REMARK = re.compile(
    rb".*: (Unexpected end of file|data corrupted at -?\d+)\r?\n?$"
    rb"|(Premature end of|Corrupt) JPEG "
    rb"|(Bogus|Invalid|Inconsistent|Unsupported) [\w ]*(JPEG|marker|SOS|progress|Huffman|DHT)"
)
_one_at_a_time = threading.Lock()  # standard error belongs to all threads, and a remark to one file


@contextmanager
def libraw_remarks() -> Iterator[list[str]]:
    """Hear what LibRaw writes to standard error inside the block; other writers are heard a moment later.

    LibRaw prints from C, through a hook that rawpy does not offer, so the file descriptor itself is diverted: one block
    at a time, others wait.

    Yields:
        A list that holds the remarks after the block.
    """
    remarks: list[str] = []
    with _one_at_a_time:
        try:
            if sys.stderr is not None:
                sys.stderr.flush()
            original = os.dup(2)
        except (OSError, ValueError):  # no standard error at all, as in a windowed program on Windows
            yield remarks
            return
        with tempfile.TemporaryFile() as sink:
            os.dup2(sink.fileno(), 2)
            try:
                yield remarks
            finally:
                os.dup2(original, 2)
                _sort(sink, original, remarks)
                os.close(original)


def _sort(sink: IO[bytes], original: int, remarks: list[str]) -> None:
    """Keep the remarks, pass on what others wrote meanwhile."""
    sink.seek(0)
    for line in sink.readlines():
        if _REMARK.match(line):
            remarks.append(line.decode("utf-8", "replace").strip())
        else:
            os.write(original, line)
