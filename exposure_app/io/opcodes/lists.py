"""Lists of opcodes read from a file: numbers checked once, here, so that whoever applies them need not."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_NEWEST = (1, 7, 1, 0)  # the specification that is followed here
_OPTIONAL = 1  # the flag that says so
_MOST_OPCODES = 1000
_MOST_VALUES = 1 << 22
_LARGEST_GAIN = 64.0
_MOST_PLANES = 4
_RADIAL_TERMS = 15

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Area:
    """Some pixels of some planes, counted from the upper left corner of what the list is applied to.

    Attributes:
        top: First row.
        left: First column.
        bottom: Row after the last.
        right: Column after the last.
        plane: First plane.
        planes: How many.
        down: Every how many rows.
        across: Every how many columns.
    """

    top: int
    left: int
    bottom: int
    right: int
    plane: int = 0
    planes: int = 1
    down: int = 1
    across: int = 1


@dataclass(frozen=True, eq=False)
class GainMap:
    """Factors on a grid over the whole picture.

    Attributes:
        area: Where it works.
        gains: V x H x planes.
        spacing: Of the points, down and across, as shares of the picture.
        origin: Of the first point, likewise.
    """

    area: Area
    gains: Floats
    spacing: tuple[float, float]
    origin: tuple[float, float]


@dataclass(frozen=True, eq=False)
class MapTable:
    """New values for 16-bit values.

    Attributes:
        area: Where it works.
        table: One to 65,536 values; the last one holds for all that follow.
    """

    area: Area
    table: Floats


@dataclass(frozen=True, eq=False)
class MapPolynomial:
    """New values as a polynomial of the old ones.

    Attributes:
        area: Where it works.
        coefficients: From that of degree 0 on.
    """

    area: Area
    coefficients: Floats


@dataclass(frozen=True, eq=False)
class Lines:
    """A number for each row or column, to be added or multiplied with.

    Attributes:
        area: Where it works.
        values: One for each row or column of the area.
        by_row: Whether they are of rows.
        scales: Whether they are factors.
    """

    area: Area
    values: Floats
    by_row: bool
    scales: bool


@dataclass(frozen=True)
class TrimBounds:
    """Everything outside of an area does not belong to the picture.

    Attributes:
        area: What stays.
    """

    area: Area


@dataclass(frozen=True)
class FixBadPixels:
    """Pixels whose value is to be made from their neighbours.

    Attributes:
        constant: The value that bad ones have; None where they are listed.
        points: Row and column of each.
        boxes: Top, left, bottom and right of areas of them.
    """

    constant: int | None = None
    points: tuple[tuple[int, int], ...] = ()
    boxes: tuple[tuple[int, int, int, int], ...] = ()


@dataclass(frozen=True, eq=False)
class Warp:
    """Where the lens has drawn what belongs elsewhere. Radii are shares of that of the corner that is furthest.

    Attributes:
        radial: P x terms. Of a rectilinear warp the coefficients of r^0, r^1, ... of the ratio between the radius in
            the picture as it is and as it shall be; of a fisheye those of the odd powers of the angle.
        tangential: P x 2.
        centre: Across and down, as shares of the picture.
        fisheye: Whether the picture is a fisheye's, to be made rectilinear.
        valid: P x 2: smallest and largest radius for which the ratio was made.
        reciprocal: Whether the polynomial gives 1 / ratio.
    """

    radial: Floats
    tangential: Floats
    centre: tuple[float, float]
    fisheye: bool = False
    valid: Floats | None = None
    reciprocal: bool = False


@dataclass(frozen=True, eq=False)
class FixVignetteRadial:
    """The light that is lost towards the corners.

    Attributes:
        coefficients: Of r^2, r^4, ... r^10 of the gain less 1; r as for ``Warp``.
        centre: As for ``Warp``.
    """

    coefficients: Floats
    centre: tuple[float, float]


Opcode = GainMap | MapTable | MapPolynomial | Lines | TrimBounds | FixBadPixels | Warp | FixVignetteRadial


@dataclass(frozen=True)
class OpcodeList:
    """What can be done of a list, and what cannot.

    Attributes:
        opcodes: In their order.
        unknown: Names of those that are left out although the file says that the picture is not right without them.
    """

    opcodes: tuple[Opcode, ...] = ()
    unknown: tuple[str, ...] = ()


def read_opcodes(content: bytes) -> OpcodeList:
    """A list as it stands in the file.

    An opcode that is not known, is for a newer reader or makes no sense is left out; the others are independent of it.

    Raises:
        ValueError: The list itself is damaged.
    """
    if not content:
        return OpcodeList()
    known: list[Opcode] = []
    unknown: list[str] = []
    try:
        (count,) = struct.unpack_from(">I", content)
        if count > _MOST_OPCODES:
            raise ValueError("a list of opcodes without end")
        at = 4
        for _ in range(count):
            kind, version, flags, size = struct.unpack_from(">I4sII", content, at)
            at += 16
            if at + size > len(content):
                raise ValueError("a list of opcodes ends early")
            name, read = _KINDS.get(kind, (f"opcode {kind}", None))
            body, at = content[at : at + size], at + size
            try:
                if read is None or tuple(version) > _NEWEST:
                    raise ValueError("it is not known")
                known.append(read(body))
            except (ValueError, struct.error):
                if not flags & _OPTIONAL:
                    unknown.append(name)
    except struct.error as error:
        raise ValueError("a list of opcodes ends early") from error
    return OpcodeList(tuple(known), tuple(unknown))


def _area(content: bytes) -> tuple[Area, bytes]:
    """The area that most opcodes begin with, and what follows."""
    top, left, bottom, right, plane, planes, down, across = struct.unpack_from(">4i4I", content)
    if not (planes and down and across and plane < _MOST_PLANES and 0 <= top < bottom and 0 <= left < right):
        raise ValueError("an area that is none")
    return Area(top, left, bottom, right, plane, min(planes, _MOST_PLANES), down, across), content[32:]


def _finite(values: Any, least: float = -np.inf, most: float = np.inf) -> Floats:
    checked = np.asarray(values, np.float64)
    if not (np.isfinite(checked).all() and checked.min() >= least and checked.max() <= most):
        raise ValueError("numbers that cannot be meant")
    return checked


def _numbers(content: bytes, kind: str, count: int, at: int = 0) -> Floats:
    if not 0 < count <= _MOST_VALUES or at + count * np.dtype(kind).itemsize > len(content):
        raise ValueError("a table of impossible size")
    return np.frombuffer(content, kind, count, at).astype(np.float64)


def _gain_map(content: bytes) -> GainMap:
    area, rest = _area(content)
    down, across, *places, planes = struct.unpack_from(">II4dI", rest)
    gains = _finite(_numbers(rest, ">f4", down * across * planes, 44), 0.0, _LARGEST_GAIN)
    spacing_v, spacing_h, origin_v, origin_h = _finite(places)
    if gains.min() <= 0 or (down > 1 and spacing_v <= 0) or (across > 1 and spacing_h <= 0):
        raise ValueError("a gain map without light or extent")
    return GainMap(area, gains.reshape(down, across, planes), (spacing_v, spacing_h), (origin_v, origin_h))


def _map_table(content: bytes) -> MapTable:
    area, rest = _area(content)
    (count,) = struct.unpack_from(">I", rest)
    if count > 1 << 16:
        raise ValueError("a table of impossible size")
    return MapTable(area, _numbers(rest, ">u2", count, 4))


def _map_polynomial(content: bytes) -> MapPolynomial:
    area, rest = _area(content)
    (degree,) = struct.unpack_from(">I", rest)
    if degree > 8:
        raise ValueError("a polynomial of impossible degree")
    return MapPolynomial(area, _finite(_numbers(rest, ">f8", degree + 1, 4)))


def _lines(content: bytes, by_row: bool, scales: bool) -> Lines:
    area, rest = _area(content)
    length, pitch = (area.bottom - area.top, area.down) if by_row else (area.right - area.left, area.across)
    (count,) = struct.unpack_from(">I", rest)
    if count != -(-length // pitch):
        raise ValueError("a number for other lines than there are")
    least = 0.0 if scales else -np.inf
    return Lines(area, _finite(_numbers(rest, ">f4", count, 4), least), by_row, scales)


def _trim(content: bytes) -> TrimBounds:
    top, left, bottom, right = struct.unpack_from(">4i", content)
    if not (0 <= top < bottom and 0 <= left < right):
        raise ValueError("an area that is none")
    return TrimBounds(Area(top, left, bottom, right))


def _bad_constant(content: bytes) -> FixBadPixels:
    constant, _phase = struct.unpack_from(">II", content)
    return FixBadPixels(constant)


def _bad_list(content: bytes) -> FixBadPixels:
    _phase, points, boxes = struct.unpack_from(">III", content)
    if 12 + 8 * points + 16 * boxes > len(content):
        raise ValueError("a list of bad pixels ends early")
    numbers = struct.unpack_from(f">{2 * points + 4 * boxes}i", content, 12)
    found, areas = numbers[: 2 * points], numbers[2 * points :]
    return FixBadPixels(
        points=tuple(zip(found[::2], found[1::2], strict=True)),
        boxes=tuple(zip(areas[::4], areas[1::4], areas[2::4], areas[3::4], strict=True)),
    )


def _centre(content: bytes, at: int) -> tuple[float, float]:
    across, down = _finite(struct.unpack_from(">2d", content, at), 0.0, 1.0)
    return float(across), float(down)


def _warp(content: bytes, terms: int) -> tuple[Floats, tuple[float, float], int]:
    """The coefficients of each plane, the centre, and where what follows begins."""
    (planes,) = struct.unpack_from(">I", content)
    if not 1 <= planes <= _MOST_PLANES:
        raise ValueError("a warp without planes")
    coefficients = _finite(_numbers(content, ">f8", planes * terms, 4)).reshape(planes, terms)
    end = 4 + 8 * planes * terms
    return coefficients, _centre(content, end), end + 16


def _warp_rectilinear(content: bytes) -> Warp:
    coefficients, centre, _ = _warp(content, 6)
    radial = np.zeros((len(coefficients), 7))
    radial[:, ::2] = coefficients[:, :4]
    return _sensible(Warp(radial, coefficients[:, 4:], centre))


def _warp_rectilinear_2(content: bytes) -> Warp:
    coefficients, centre, end = _warp(content, _RADIAL_TERMS + 4)
    (reciprocal,) = struct.unpack_from(">I", content, end)
    tangential, valid = coefficients[:, _RADIAL_TERMS:-2], _finite(coefficients[:, -2:], 0.0, 1.0)
    if (valid[:, 0] >= valid[:, 1]).any():
        raise ValueError("a warp for no radius")
    return _sensible(Warp(coefficients[:, :_RADIAL_TERMS], tangential, centre, False, valid, reciprocal != 0))


def _warp_fisheye(content: bytes) -> Warp:
    coefficients, centre, _ = _warp(content, 4)
    return _sensible(Warp(coefficients, np.zeros((len(coefficients), 2)), centre, True))


def _sensible(warp: Warp) -> Warp:
    """The warp, if it draws the picture from where there may be one."""
    from exposure_app.io.lens.optics import warp_ratio

    radii = np.linspace(0, 1, 65) ** 2
    for plane in range(len(warp.radial)):
        _finite(warp_ratio(warp, plane, radii), 0.02, 50.0)
        _finite(warp.tangential[plane], -1.0, 1.0)
    return warp


def _vignette(content: bytes) -> FixVignetteRadial:
    coefficients = _finite(_numbers(content, ">f8", 5))
    squares = np.linspace(0, 1, 65)
    _finite(1 + squares * np.polynomial.polynomial.polyval(squares, coefficients), 1 / _LARGEST_GAIN, _LARGEST_GAIN)
    return FixVignetteRadial(coefficients, _centre(content, 40))


_KINDS: dict[int, tuple[str, Callable[[bytes], Opcode]]] = {
    1: ("WarpRectilinear", _warp_rectilinear),
    2: ("WarpFisheye", _warp_fisheye),
    3: ("FixVignetteRadial", _vignette),
    4: ("FixBadPixelsConstant", _bad_constant),
    5: ("FixBadPixelsList", _bad_list),
    6: ("TrimBounds", _trim),
    7: ("MapTable", _map_table),
    8: ("MapPolynomial", _map_polynomial),
    9: ("GainMap", _gain_map),
    10: ("DeltaPerRow", lambda content: _lines(content, True, False)),
    11: ("DeltaPerColumn", lambda content: _lines(content, False, False)),
    12: ("ScalePerRow", lambda content: _lines(content, True, True)),
    13: ("ScalePerColumn", lambda content: _lines(content, False, True)),
    14: ("WarpRectilinear2", _warp_rectilinear_2),
}
