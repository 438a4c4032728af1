"""Reading .cube files: Adobe's Cube LUT specification 1.0, and a 1D table before a 3D one as Resolve writes it."""

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.pipeline.lut import INPUT_COMMENT, INPUTS, Domain, Encoding, Lut, Triple

MOST_BYTES = 300_000_000
_SIZES = {1: (2, 65_536), 3: (2, 256)}  # as the specification has it
_HINT = "Export the table again as a .cube file with a 1D or 3D table."


def read_cube(path: Path) -> Lut:
    """The table in a .cube file.

    Without a word about its input, which only our own files have, the table is one for sRGB-encoded pictures.

    Raises:
        ExposureError: The file cannot be read or is no proper .cube; the sentence names the line.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ExposureError(f"{path} is too large for a .cube file", _HINT)
        text = path.read_bytes().decode("latin-1").removeprefix("ï»¿")  # a title may be in any encoding
    except OSError as error:
        raise ExposureError(f"Cannot read {path} ({error.strerror})", "Check the path.") from None
    try:
        return parse_cube(text)
    except ExposureError as error:
        raise ExposureError(f"{path}: {error.message}", error.hint) from None


def parse_cube(text: str) -> Lut:
    """The table in the text of a .cube file; errors as ``read_cube``."""
    draft = _Draft()
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words[0].startswith("#"):
            draft.comment(line.strip())
        elif words[0][0] in "+-.0123456789" or words[0].lower() in ("nan", "inf"):
            draft.row(words, number)
        else:
            draft.keyword(words[0].upper(), line.strip(), words[1:], number)
    return draft.finish()


@dataclass
class _Draft:
    """What has been read so far."""

    sizes: dict[int, int] = field(default_factory=dict)  # by rank, in the order of the file
    domains: dict[int, Domain] = field(default_factory=dict)
    ends: dict[str, Triple] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
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
        self.entries += words

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
        if len(values) != 1 or not values[0].isdecimal() or not low <= int(values[0]) <= high:
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
        try:
            values = np.fromiter(map(float, self.entries), np.float32, 3 * rows).reshape(-1, 3)
        except ValueError as error:
            raise ExposureError(f"not all of its entries are numbers ({error})", _HINT) from None
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
