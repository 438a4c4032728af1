"""What a DNG says of its sensor that LibRaw does not pass on exactly, and the part of the sensor that is shown.

Read from the directories of the file (DNG 1.7, chapter 4) by a few lines: whoever opens a photo waits for it.
"""

import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.opcodes.lists import Area, OpcodeList, TrimBounds, read_opcodes

_SUB_DIRECTORIES, _KIND, _PHOTOMETRIC, _VERSION = 330, 254, 262, 50706
_WIDTH, _LENGTH = 256, 257
_CROP_ORIGIN, _CROP_SIZE, _ACTIVE_AREA, _OPCODES = 50719, 50720, 50829, (51008, 51009, 51022)
_NOISE = 51041
_SENSOR = (32803, 34892)  # CFA, LinearRaw
_FORMATS = {1: "B", 3: "H", 4: "I", 5: "II", 7: "B", 9: "i", 10: "ii", 11: "f", 12: "d"}  # of TIFF's types
_MOST_ENTRIES, _MOST_BYTES = 2000, 32 << 20
_LEAST_SIDE = 32  # px; a smaller crop is a mistake

log = logging.getLogger(__name__)

Box = tuple[int, int, int, int]  # left, top, width, height


@dataclass(frozen=True)
class SensorPart:
    """What the directory with a DNG's sensor data says.

    Attributes:
        crop: DefaultCrop, the part that is meant to be shown, on the whole sensor; None if nothing is said.
        active: Top, left, bottom, right of the part that sees light; empty if nothing is said.
        opcodes: OpcodeList1 to 3, what is to be done to the file's codes, to the linear mosaic and to its colours.
        noise: NoiseProfile, shot and read noise in turn, for each colour or for all; empty if nothing is said.
    """

    crop: Box | None = None
    active: tuple[int, ...] = ()
    opcodes: tuple[OpcodeList, OpcodeList, OpcodeList] = (OpcodeList(), OpcodeList(), OpcodeList())
    noise: tuple[float, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """What the file prescribes and is not done."""
        return tuple(name for opcodes in self.opcodes for name in opcodes.unknown)

    def bounds(self, width: int, height: int, lists: int = 3) -> Area:
        """What belongs to the picture, on a sensor of that size: the active area, or what so many lists trim it to."""
        top, left, bottom, right = self.active or (0, 0, height, width)
        for opcodes in self.opcodes[:lists]:
            for trim in (opcode.area for opcode in opcodes.opcodes if isinstance(opcode, TrimBounds)):
                bottom, right = min(bottom, top + trim.bottom), min(right, left + trim.right)
                top, left = min(top + trim.top, bottom - 1), min(left + trim.left, right - 1)
        return Area(top, left, bottom, right)


def read_sensor_part(path: Path) -> SensorPart:
    """What a DNG says; nothing for other files, and for what cannot be read."""
    try:
        with path.open("rb") as stream:
            part = _read(stream)
    except (OSError, struct.error, ValueError, IndexError, ZeroDivisionError, OverflowError):
        return SensorPart()
    if part.unknown:
        log.warning("%s prescribes what is not known here: %s", path, ", ".join(part.unknown))
    return part


def _read(stream: IO[bytes]) -> SensorPart:
    directory = sensor_directory(stream)
    if directory is None:
        return SensorPart()
    active = tuple(int(side) for side in directory.numbers(_ACTIVE_AREA))
    lists = tuple(_opcodes(directory, tag) for tag in _OPCODES)
    part = SensorPart(
        None, active if len(active) == 4 else (), (lists[0], lists[1], lists[2]), _noise(stream, directory)
    )
    return replace(part, crop=_crop(directory, part))


def _noise(stream: IO[bytes], directory: "DngDirectory") -> tuple[float, ...]:
    """NoiseProfile, which older files have in their main directory."""
    if _NOISE in directory.entries:
        return directory.numbers(_NOISE)
    stream.seek(0)
    first = first_directory(stream)
    return first.numbers(_NOISE) if first else ()


def sensor_directory(stream: IO[bytes]) -> "DngDirectory | None":
    """The directory with the sensor data of a DNG; None for other files.

    Raises:
        OSError, struct.error, ValueError: It cannot be read.
    """
    first = first_directory(stream)
    if first is None:
        return None
    for directory in (first, *first.below()):
        if directory.numbers(_PHOTOMETRIC)[:1] in ((_SENSOR[0],), (_SENSOR[1],)) and not directory.first(_KIND) & 1:
            return directory
    return None


def first_directory(stream: IO[bytes]) -> "DngDirectory | None":
    """The main directory of a DNG; None for other files.

    Raises:
        OSError, struct.error: It cannot be read.
    """
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(stream.read(4))
    if order is None:
        return None
    (start,) = struct.unpack(order + "I", stream.read(4))
    first = DngDirectory(stream, order, start)
    return first if _VERSION in first.entries else None


def _opcodes(directory: "DngDirectory", tag: int) -> OpcodeList:
    try:
        return read_opcodes(directory.content(tag))
    except ValueError as error:
        log.warning("%s, and is left out", error)
        return OpcodeList(unknown=(f"OpcodeList{_OPCODES.index(tag) + 1}",))


def _crop(directory: "DngDirectory", part: SensorPart) -> Box | None:
    size, origin = directory.numbers(_CROP_SIZE), directory.numbers(_CROP_ORIGIN) or (0, 0)
    area = part.bounds(directory.first(_WIDTH), directory.first(_LENGTH))
    if len(size) != 2 or len(origin) != 2:
        trims = any(isinstance(opcode, TrimBounds) for opcodes in part.opcodes for opcode in opcodes.opcodes)
        return (area.left, area.top, area.right - area.left, area.bottom - area.top) if trims else None
    width, height = (round(side) for side in size)
    left, top = round(area.left + origin[0]), round(area.top + origin[1])
    return left, top, min(width, area.right - left), min(height, area.bottom - top)


class DngDirectory:
    """The entries of a TIFF directory, read when they are asked for.

    Attributes:
        order: ``"<"`` or ``">"``, as in ``struct``.
        entries: Of each tag its type, the number of values, and four bytes: the values, or where they are.
    """

    def __init__(self, stream: IO[bytes], order: str, start: int) -> None:
        self._stream, self.order = stream, order
        stream.seek(start)
        (count,) = struct.unpack(order + "H", stream.read(2))
        self.entries: dict[int, tuple[int, int, bytes]] = {}
        for _ in range(min(count, _MOST_ENTRIES)):
            tag, kind, number, value = struct.unpack(order + "HHI4s", stream.read(12))
            self.entries[tag] = kind, number, value

    def content(self, tag: int) -> bytes:
        """The bytes of an entry; none if it is missing or too long."""
        kind, number, value = self.entries.get(tag, (7, 0, b""))
        size = number * struct.calcsize("<" + _FORMATS.get(kind, "B"))
        if size > _MOST_BYTES:
            return b""
        if size <= 4:
            return value[:size]
        self._stream.seek(struct.unpack(self.order + "I", value)[0])
        return self._stream.read(size)

    def numbers(self, tag: int) -> tuple[float, ...]:
        """The values of an entry, fractions divided out."""
        kind = self.entries.get(tag, (7, 0, b""))[0]
        letters, content = _FORMATS.get(kind, "B"), self.content(tag)
        number = len(content) // struct.calcsize("<" + letters)
        values = struct.unpack(self.order + letters * number, content)
        return values if len(letters) == 1 else tuple(a / b for a, b in zip(values[::2], values[1::2], strict=True))

    def first(self, tag: int) -> int:
        """The first value of an entry, 0 if it is missing."""
        return int((self.numbers(tag) or (0,))[0])

    def below(self) -> Iterator["DngDirectory"]:
        """The directories that this one names."""
        for start in self.numbers(_SUB_DIRECTORIES)[:16]:
            yield DngDirectory(self._stream, self.order, int(start))


class Framed:
    """An unpacked ``rawpy.RawPy`` that shows only a part of its visible area; everything else is the same.

    Attributes:
        whole: That file.
        box: Left, top, width and height of the part in the visible area.
        sizes: As in rawpy, for that part.
    """

    def __init__(self, raw: Any, left: int, top: int, width: int, height: int) -> None:
        self.whole, self.box = raw, (left, top, width, height)
        sizes = raw.sizes
        self.sizes = sizes._replace(
            left_margin=sizes.left_margin + left, top_margin=sizes.top_margin + top, width=width, height=height
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)

    @property
    def raw_image_visible(self) -> NDArray[Any]:
        """The sites of that part."""
        left, top, width, height = self.box
        sites: NDArray[Any] = self.whole.raw_image_visible[top : top + height, left : left + width]
        return sites

    @property
    def raw_pattern(self) -> NDArray[Any] | None:
        """The colours of sites from its upper left one on."""
        pattern = self.whole.raw_pattern
        left, top, _, _ = self.box
        return pattern if pattern is None else np.roll(pattern, (-top, -left), (0, 1))

    def postprocess(self, half_size: bool = False, **options: Any) -> NDArray[Any]:
        """As rawpy does, upright."""
        whole = self.whole.postprocess(half_size=half_size, **options)
        scale = 2 if half_size else 1
        left, top, width, height = (value // scale for value in self.box)
        flip = self.sizes.flip
        view = whole.swapaxes(0, 1) if flip & 4 else whole
        view = view[::-1] if flip & 2 else view
        view = view[:, ::-1] if flip & 1 else view
        view = view[top : top + height, left : left + width]
        view = view[:, ::-1] if flip & 1 else view
        view = view[::-1] if flip & 2 else view
        return np.ascontiguousarray(view.swapaxes(0, 1) if flip & 4 else view)


def framed(raw: Any, path: Path, part: SensorPart | None = None) -> Any:
    """The file as it is meant to be shown: itself unless it is a DNG with a smaller crop that lies inside."""
    crop, sizes = (part or read_sensor_part(path)).crop, raw.sizes
    if crop is None or (sizes.iwidth, sizes.iheight) not in ((sizes.width, sizes.height), (sizes.height, sizes.width)):
        return raw
    left, top, width, height = crop[0] - sizes.left_margin, crop[1] - sizes.top_margin, crop[2], crop[3]
    right, bottom = min(left + width, sizes.width), min(top + height, sizes.height)
    left, top = max(left, 0), max(top, 0)
    if min(right - left, bottom - top) < _LEAST_SIDE or (right - left, bottom - top) == (sizes.width, sizes.height):
        return raw
    return Framed(raw, left, top, right - left, bottom - top)
