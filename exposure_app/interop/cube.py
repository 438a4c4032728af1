"""Reading .cube files: Adobe's Cube LUT specification 1.0, and a 1D table before a 3D one as Resolve writes it."""

import io
import itertools
import math
import os
import re
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import numpy as np

from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.interop.lut import INPUT_COMMENT, INPUTS, Domain, Encoding, Lut, Triple
from exposure_app.reading import open_ordinary

MOST_BYTES = 300_000_000
_SIZES = {1: (2, 65_536), 3: (2, 256)}  # as the specification has it
_LONGEST_LINE = 10_000
_MARK = "ï»¿"  # of UTF-8, read as Latin-1
_WHOLE = re.compile("[0-9]{1,6}")
_MOST_ROWS = 65_536 + 256**3
_HINT = "Export the table again as a .cube file with a 1D or 3D table."


def read_cube(path: Path) -> Lut:
    """The table in a .cube file.

    Without a word about its input, which only our own files have, the table is one for sRGB-encoded pictures.

    Raises:
        ExposureError: The file cannot be read or is no proper .cube; the sentence names the line.
    """
    try:
        with open_ordinary(path) as stream:
            if os.fstat(stream.fileno()).st_size > MOST_BYTES:
                raise ExposureError("it is too large for a .cube file", _HINT)
            with io.TextIOWrapper(stream, "latin-1") as lines:  # a title may be in any encoding
                return _parse(lines)
    except OSError as error:
        raise ExposureError(f"Cannot read {path} ({error.strerror})", "Check the path.") from None
    except ExposureError as error:
        raise ExposureError(f"{path}: {error.message}", error.hint) from None


def parse_cube(text: str) -> Lut:
    """The table in the text of a .cube file; errors as ``read_cube``."""
    return _parse(io.StringIO(text, newline=None))


def _parse(lines: TextIO) -> Lut:
    draft = _Draft()
    for number in itertools.count(1):
        line = lines.readline(_LONGEST_LINE + 1)
        if not line:
            break
        if len(line) > _LONGEST_LINE:
            raise ExposureError(f"line {number} is longer than lines of a .cube file are", _HINT)
        words = line.removeprefix(_MARK).split()
        if not words:
            continue
        if words[0].startswith("#"):
            draft.comment(line.removeprefix(_MARK).strip())
        elif words[0][0] in "+-.0123456789" or words[0].lower() in ("nan", "inf"):
            draft.row(words, number)
        else:
            draft.keyword(words[0].upper(), line.removeprefix(_MARK).strip(), words[1:], number)
    return draft.finish()


@dataclass
class _Draft:
    """What has been read so far."""

    sizes: dict[int, int] = field(default_factory=dict)  # by rank, in the order of the file
    domains: dict[int, Domain] = field(default_factory=dict)
    ends: dict[str, Triple] = field(default_factory=dict)
    entries: "array[float]" = field(default_factory=lambda: array("f"))
    title: str = ""
    encoding: Encoding = "srgb"
    is_ours: bool = False

    def comment(self, line: str) -> None:
        for encoding, words in INPUTS.items():
            if line == INPUT_COMMENT + words:
                self.encoding, self.is_ours = encoding, True

    def row(self, words: list[str], number: int) -> None:
        if len(words) != 3:
            raise ExposureError(f"line {number} has {len(words)} numbers instead of 3", _HINT)
        if len(self.entries) >= 3 * _MOST_ROWS:
            raise ExposureError(f"it has more than {_MOST_ROWS} rows of numbers", _HINT)
        try:
            self.entries.extend(map(float, words))
        except ValueError as error:
            raise ExposureError(f"not all of its entries are numbers (line {number}: {error})", _HINT) from None

    def keyword(self, word: str, line: str, values: list[str], number: int) -> None:
        if self.entries and word != "LUT_3D_SIZE" and not word.endswith("_INPUT_RANGE"):
            raise ExposureError(f"line {number} has the keyword {word} among the numbers", _HINT)
        if word == "TITLE":
            self.title = line[len("TITLE") :].strip().strip('"')
        elif word in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            self._size(int(word[4]), values, number)
        elif word in ("DOMAIN_MIN", "DOMAIN_MAX"):
            low_to_high = _numbers(values, 3, number)
            self.ends[word] = (low_to_high[0], low_to_high[1], low_to_high[2])
        elif word in ("LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE"):
            low, high = _numbers(values, 2, number)
            self.domains[int(word[4])] = ((low,) * 3, (high,) * 3)
        else:
            raise ExposureError(f"line {number} has the unknown keyword {word[:40]}", _HINT)

    def _size(self, rank: int, values: list[str], number: int) -> None:
        low, high = _SIZES[rank]
        if rank in self.sizes:
            raise ExposureError(f"line {number} gives the size of the {rank}D table again", _HINT)
        if len(values) != 1 or not _WHOLE.fullmatch(values[0]) or not low <= int(values[0]) <= high:
            raise ExposureError(f"line {number}: the size of a {rank}D table must be {low} to {high}", _HINT)
        self.sizes[rank] = int(values[0])

    def finish(self) -> Lut:
        if not self.sizes:
            raise ExposureError("it does not say LUT_1D_SIZE or LUT_3D_SIZE", _HINT)
        counts = {rank: size**rank for rank, size in sorted(self.sizes.items())}  # 1D before 3D
        wanted = sum(counts.values())
        rows = len(self.entries) // 3
        if rows != wanted:
            raise ExposureError(f"it has {rows} rows of numbers instead of {wanted}", _HINT)
        values = np.frombuffer(self.entries, np.float32).reshape(-1, 3)
        if not np.isfinite(values).all():
            raise ExposureError("it has entries that are not finite numbers", _HINT)
        parts: dict[int, Pixels] = {}
        for rank, count in counts.items():
            parts[rank], values = values[:count], values[count:]
        table = parts.get(3)
        if table is not None:
            table = np.ascontiguousarray(table.reshape(*(self.sizes[3],) * 3, 3).transpose(2, 1, 0, 3))
        first = next(iter(counts))  # a plain DOMAIN is that of what comes first
        domains = self._domain(1, first), self._domain(3, first)
        return Lut(parts.get(1), table, self.encoding, self.title, self.is_ours, *domains)

    def _domain(self, rank: int, first: int) -> Domain:
        low, high = self.domains.get(rank, ((0.0,) * 3, (1.0,) * 3))
        if rank == first:
            low, high = self.ends.get("DOMAIN_MIN", low), self.ends.get("DOMAIN_MAX", high)
        if any(a >= b for a, b in zip(low, high, strict=True)):
            raise ExposureError("its domain ends before it begins", _HINT)
        return low, high


def _numbers(words: list[str], count: int, line: int) -> list[float]:
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = []
    if len(values) != count or not all(map(math.isfinite, values)):
        raise ExposureError(f"line {line} must give {count} numbers", _HINT)
    return values
