"""TIFF structures, which EXIF is made of: directories of entries whose values are carried as the bytes they are.

Nothing here knows what a tag means. Pillow would turn values into Python's and back, and lose what it cannot spell:
letters beyond ASCII, fractions, types that it did not expect.
"""

import io
import struct
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5
_UTF8 = 129  # EXIF 3.0; written as ASCII, which is where everyone else puts UTF-8
# Bytes of one value, and of the numbers in it, by type.
_SIZES = {
    1: (1, 1), 2: (1, 1), 3: (2, 2), 4: (4, 4), 5: (8, 4), 6: (1, 1), 7: (1, 1), 8: (2, 2), 9: (4, 4), 10: (8, 4),
    11: (4, 4), 12: (8, 8), 13: (4, 4), 16: (8, 8), 17: (8, 8), 18: (8, 8), _UTF8: (1, 1),
}  # fmt: skip
_NUMBERS = {
    1: "B", 3: "H", 4: "I", 5: "II", 6: "b", 8: "h", 9: "i", 10: "ii", 11: "f", 12: "d", 13: "I", 16: "Q", 17: "q",
    18: "Q",
}  # fmt: skip
# Olympus and Panasonic put their own letters where TIFF has its version number 42; BigTIFF has 43.
_VERSIONS = {b"*\0", b"\0*", b"RO", b"OR", b"RS", b"SR", b"U\0", b"\0U"}
_BIG = {b"+\0", b"\0+"}
_MOST_BYTES = 32 << 20  # of all values that are read of one directory


@dataclass(frozen=True)
class Entry:
    """A value as it is stored.

    Attributes:
        kind: TIFF's number for its type.
        count: How many values of that type.
        data: Their bytes, numbers in little-endian order.
        at: Where they were read, as an offset; 0 if that is within the entry.
    """

    kind: int
    count: int
    data: bytes
    at: int = field(default=0, compare=False)


Directory = Mapping[int, Entry]


@dataclass(frozen=True)
class Tiff:
    """A TIFF structure that can be read.

    Attributes:
        stream: Where it lies.
        base: Where in the stream it begins; offsets count from there.
        order: ``"<"`` or ``">"``, as in ``struct``.
        is_big: Whether it is a BigTIFF.
        first: Offset of its main directory.
    """

    stream: BinaryIO
    base: int
    order: str
    is_big: bool
    first: int

    def directory(self, offset: int, wanted: Container[int] | None = None) -> dict[int, Entry]:
        """The directory at an offset, of which entries that are damaged or not wanted are left out.

        Raises:
            ValueError: There is none.
        """
        counter, entry = ("Q", "HHQ8s") if self.is_big else ("H", "HHI4s")
        (count,) = struct.unpack(self.order + counter, self._bytes(offset, struct.calcsize("=" + counter)))
        layout = struct.Struct(self.order + entry)
        self.stream.seek(self.base + offset + struct.calcsize("=" + counter))
        table = self.stream.read(min(count, 0xFFFF) * layout.size)
        found: dict[int, Entry] = {}
        room = _MOST_BYTES
        for tag, kind, number, inside in layout.iter_unpack(table[: len(table) // layout.size * layout.size]):
            if kind not in _SIZES or tag in found or (wanted is not None and tag not in wanted):
                continue
            length = number * _SIZES[kind][0]
            if length > room:
                continue
            at = 0 if length <= len(inside) else self._offset(inside)
            try:
                data = self._bytes(at, length) if at else inside[:length]
            except ValueError:
                continue
            room -= length
            found[tag] = Entry(kind, number, data if self.order == "<" else _swapped(data, kind), at)
        return found

    def below(self, parent: Directory, pointer: int, wanted: Container[int] | None = None) -> dict[int, Entry]:
        """The directory that an entry of another points to; an empty one if there is none."""
        try:
            (offset,) = integers(parent[pointer])
            return self.directory(offset, wanted)
        except (KeyError, ValueError):
            return {}

    def _offset(self, inside: bytes) -> int:
        return int(struct.unpack(self.order + ("Q" if self.is_big else "I"), inside)[0])

    def _bytes(self, offset: int, length: int) -> bytes:
        if offset > 1 << 62:
            raise ValueError("an offset beyond any file")
        self.stream.seek(self.base + offset)
        data = self.stream.read(length)
        if len(data) < length:
            raise ValueError("a value beyond the end of the file")
        return data


def open_tiff(stream: BinaryIO | bytes, base: int = 0) -> Tiff:
    """Read the header of a TIFF structure.

    Raises:
        ValueError: It is none.
    """
    stream = io.BytesIO(stream) if isinstance(stream, bytes) else stream
    stream.seek(base)
    head = stream.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    if order and head[2:4] in _VERSIONS and len(head) >= 8:
        return Tiff(stream, base, order, False, struct.unpack(order + "I", head[4:8])[0])
    if order and head[2:4] in _BIG and len(head) == 16:
        return Tiff(stream, base, order, True, struct.unpack(order + "Q", head[8:16])[0])
    raise ValueError("no TIFF structure")


def write_tiff(main: Directory, below: Mapping[int, Directory]) -> bytes:
    """A TIFF structure of a main directory and those that its entries point to; see ``append_directories``."""
    content = bytearray(b"II*\0\0\0\0\0")
    append_directories(content, main, below)
    return bytes(content)


def append_directories(content: bytearray, main: Directory, below: Mapping[int, Directory]) -> None:
    """Append directories to a little-endian classic TIFF, and let its header name the main one.

    Args:
        content: The file so far. Of the main directory it has, the new one takes the entries that it does not set anew;
            the old one stays in the file unused.
        main: The entries of the main directory.
        below: Other directories, by the tag of the entry in the main directory that points to them.
    """
    (first,) = struct.unpack_from("<I", content, 4)
    count = struct.unpack_from("<H", content, first)[0] if first else 0
    old = [bytes(content[first + 2 + 12 * place : first + 14 + 12 * place]) for place in range(count)]
    entries = dict(main)
    for pointer, directory in below.items():
        if directory:
            entries[pointer] = longs(_append(content, directory))
    start = _append(content, entries, {struct.unpack_from("<H", entry)[0]: entry for entry in old})
    struct.pack_into("<I", content, 4, start)


def _append(content: bytearray, directory: Directory, old: Mapping[int, bytes] | None = None) -> int:
    """Append one directory and its values, with entries whose values are in place already; returns its offset."""
    content += bytes(-len(content) % 2)
    start = len(content)
    table = dict(old or {})
    values, behind = start + 2 + 12 * len(table.keys() | directory.keys()) + 4, b""
    for tag, entry in sorted(directory.items()):
        inside = entry.data.ljust(4, b"\0")
        if len(entry.data) > 4:
            inside = struct.pack("<I", values + len(behind))
            behind += entry.data + bytes(len(entry.data) % 2)
        table[tag] = struct.pack("<HHI", tag, ASCII if entry.kind == _UTF8 else entry.kind, entry.count) + inside
    content += struct.pack("<H", len(table)) + b"".join(table[tag] for tag in sorted(table)) + bytes(4) + behind
    return start


def text(entry: Entry | None) -> str:
    """What an entry says, on one line; empty if it says nothing. Not UTF-8 is Latin-1, as older programs wrote."""
    if entry is None or _SIZES[entry.kind][0] != 1:
        return ""
    try:
        words = entry.data.decode("utf-8")
    except UnicodeDecodeError:
        words = entry.data.decode("latin-1")
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


def numbers(entry: Entry | None) -> list[float]:
    """The numbers of an entry; fractions without a denominator are left out."""
    found: list[float] = []
    if entry is None:
        return found
    for parts in _unpacked(entry):
        if len(parts) == 1:
            found.append(float(parts[0]))
        elif parts[1]:
            found.append(parts[0] / parts[1])
    return found


def integers(entry: Entry) -> list[int]:
    """The whole numbers of an entry; none of an entry of another kind."""
    return [int(parts[0]) for parts in _unpacked(entry) if len(parts) == 1 and isinstance(parts[0], int)]


def ascii_entry(words: str) -> Entry:
    """A text, in UTF-8."""
    data = words.replace("\0", " ").encode("utf-8", "replace") + b"\0"
    return Entry(ASCII, len(data), data)


def shorts(*values: int) -> Entry:
    """Whole numbers of 0 to 65535."""
    return Entry(SHORT, len(values), struct.pack(f"<{len(values)}H", *values))


def longs(*values: int) -> Entry:
    """Whole numbers of 32 bits."""
    return Entry(LONG, len(values), struct.pack(f"<{len(values)}I", *values))


def rationals(*values: tuple[int, int]) -> Entry:
    """Fractions: numerator and denominator, 32 bits each."""
    return Entry(RATIONAL, len(values), b"".join(struct.pack("<II", *value) for value in values))


def _unpacked(entry: Entry) -> Iterator[tuple[float, ...]]:
    code = _NUMBERS.get(entry.kind)
    return struct.iter_unpack("<" + code, entry.data) if code else iter(())


def _swapped(data: bytes, kind: int) -> bytes:
    """Numbers of the other byte order."""
    size = _SIZES[kind][1]
    if size == 1:
        return data
    swapped = bytearray(len(data))
    for place in range(size):
        swapped[place::size] = data[size - 1 - place :: size]
    return bytes(swapped)
