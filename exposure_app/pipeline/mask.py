"""Masks: where in a picture a step works, as an analytic function of place and brightness (paper, section 7).

A step with a mask gives ``before + m * (after - before)``, where at each pixel

    m = strength * sigmoid(sharpness * (a x + b y + c (Lum - 0.5) + d - p^2 - q^2))

x, y is the pixel's place in the whole photo (see ``grid``) and Lum the luminance of what enters the step. With
p = q = 0 these are the six parameters that the paper's authors tried: (a, b, d) make a gradient, (c, d) a mask of
brightness. A radial mask carries the polynomial in x and y on to its second degree: p and q are the place along the
two axes of an ellipse, 1 on its border, with a = b = 0 and d = 1. It is smooth everywhere, also in the middle.

People set places, angles and widths; ``Mask.formula`` turns them into these numbers. The width of the soft edge is
called feather, and reaches from where m is 5 % to where it is 95 %. To invert a mask changes the sign of its sharpness.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from exposure_app.errors import ExposureError
from exposure_app.params import Scalar
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid, to_photo

EDGE = math.log(19)  # sigmoid(EDGE) = 0.95
FURTHEST = 2.0  # from the photo's centre, in short edges: the end of a photo four times as long as high

_DIRECTIONS = (
    "the top", "the top right", "the right", "the bottom right",
    "the bottom", "the bottom left", "the left", "the top left",
)  # fmt: skip


class Line(NamedTuple):
    """A linear form of a place: ``x * place_x + y * place_y + constant``."""

    x: float = 0.0
    y: float = 0.0
    constant: float = 0.0


class Formula(NamedTuple):
    """The numbers of a mask's formula, see the module.

    Attributes:
        line: a, b and d.
        c: Weight of the luminance.
        p: Place along the first axis of an ellipse.
        q: Along the second.
        sharpness: Negative for an inverted mask.
        strength: Largest share of the effect, 0 to 1.
    """

    line: Line
    c: float
    p: Line
    q: Line
    sharpness: float
    strength: float


class Field(NamedTuple):
    """A formula for the pixels of one array: what kernels compute with.

    Attributes:
        lines: float64, 3 x 3: for ``line``, ``p`` and ``q`` the value at the first pixel, and what a column and a row
            add to it.
        c: See ``Formula``.
        sharpness: See ``Formula``.
        strength: See ``Formula``.
    """

    lines: NDArray[np.float64]
    c: float
    sharpness: float
    strength: float


def _param(name: str, label: str, slider: tuple[float, float], neutral: float, **more: Any) -> Scalar:
    """A number that only people choose; ``neutral`` is where a new mask starts."""
    return Scalar(name, label, (neutral, neutral), slider, neutral, neutral, **more)


_X = _param("x", "Horizontal", (-FURTHEST, FURTHEST), 0, unit="%", factor=100)
_Y = _param("y", "Vertical", (-FURTHEST, FURTHEST), 0, unit="%", factor=100)
_BRIGHTNESS = _param("brightness", "Brightness", (-4, 4), 0)
_STRENGTH = _param("strength", "Strength", (0, 1), 1, unit="%", factor=100)


class Kind(ABC):
    """One kind of mask, declared once: checks, JSON, sliders and words come from here.

    Attributes:
        id: Name in recipes.
        label: Name on the screen.
        params: Its numbers; ``neutral`` is where a new mask starts.
    """

    id: ClassVar[str]
    label: ClassVar[str]
    params: ClassVar[tuple[Scalar, ...]]

    @abstractmethod
    def formula(self, values: Mapping[str, float]) -> Formula:
        """The formula of settings, not inverted."""

    @abstractmethod
    def describe(self, values: Mapping[str, float], inverted: bool, geometry: Geometry) -> str:
        """Where the step works, in a few words, as seen by someone who looks at the placed picture."""


class Gradient(Kind):
    """Full on one side of a line and nothing on the other.

    x, y is a point of the line. The angle says where the full effect is, clockwise: 0 at the top, 90 at the right.
    """

    id = "gradient"
    label = "Gradient"
    params = (
        _X,
        _Y,
        _param("angle", "Angle", (-180, 180), 0, unit="°", decimals=1),
        _param("feather", "Feather", (0.01, 3), 0.5, unit="%", factor=100, scale="log", decimals=3),
        _BRIGHTNESS,
        _STRENGTH,
    )

    def formula(self, values: Mapping[str, float]) -> Formula:
        """See ``Kind.formula``."""
        angle = math.radians(values["angle"])
        a, b = math.sin(angle), -math.cos(angle)
        line = Line(a, b, -a * values["x"] - b * values["y"])
        return Formula(line, values["brightness"], Line(), Line(), 2 * EDGE / values["feather"], values["strength"])

    def describe(self, values: Mapping[str, float], inverted: bool, geometry: Geometry) -> str:
        """See ``Kind.describe``."""
        angle = math.radians(values["angle"] + 180 * inverted)
        x, y = math.sin(angle), -math.cos(angle)
        right, down = to_photo(geometry, 1, 0), to_photo(geometry, 0, 1)
        seen = math.degrees(math.atan2(right[0] * x + right[1] * y, -down[0] * x - down[1] * y))
        return f"gradient from {_DIRECTIONS[round(seen / 45) % 8]}"


class Radial(Kind):
    """Full inside an ellipse and nothing outside.

    Width and height are those of the ellipse before it is turned clockwise. The feather is a share of the radius
    squared: m is 95 % at sqrt(1 - feather) of the radius and 5 % at sqrt(1 + feather).
    """

    id = "radial"
    label = "Radial"
    params = (
        _X,
        _Y,
        _param("width", "Width", (0.04, 6), 0.6, unit="%", factor=100, scale="log", decimals=3),
        _param("height", "Height", (0.04, 6), 0.6, unit="%", factor=100, scale="log", decimals=3),
        _param("angle", "Angle", (-90, 90), 0, unit="°", decimals=1),
        _param("feather", "Feather", (0.02, 1), 0.5, unit="%", factor=100),
        _BRIGHTNESS,
        _STRENGTH,
    )

    def formula(self, values: Mapping[str, float]) -> Formula:
        """See ``Kind.formula``."""
        angle = math.radians(values["angle"])
        cos, sin = math.cos(angle), math.sin(angle)
        x, y = values["x"], values["y"]
        p = _scaled(Line(cos, sin, -cos * x - sin * y), 2 / values["width"])
        q = _scaled(Line(-sin, cos, sin * x - cos * y), 2 / values["height"])
        return Formula(Line(constant=1.0), values["brightness"], p, q, EDGE / values["feather"], values["strength"])

    def describe(self, values: Mapping[str, float], inverted: bool, geometry: Geometry) -> str:
        """See ``Kind.describe``."""
        return "outside an ellipse" if inverted else "inside an ellipse"


class Luminance(Kind):
    """Full where it is brighter than a level and nothing where it is darker."""

    id = "luminance"
    label = "Luminance"
    params = (
        _param("level", "Level", (0, 1), 0.5, unit="%", factor=100),
        _param("feather", "Feather", (0.02, 2), 0.5, unit="%", factor=100, scale="log"),
        _STRENGTH,
    )

    def formula(self, values: Mapping[str, float]) -> Formula:
        """See ``Kind.formula``."""
        line = Line(constant=0.5 - values["level"])
        return Formula(line, 1.0, Line(), Line(), 2 * EDGE / values["feather"], values["strength"])

    def describe(self, values: Mapping[str, float], inverted: bool, geometry: Geometry) -> str:
        """See ``Kind.describe``."""
        return "in the dark parts" if inverted else "in the bright parts"


KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (Gradient(), Radial(), Luminance())}


@dataclass(frozen=True)
class Mask:
    """Where a step works.

    Attributes:
        kind: Id of its kind.
        values: A number for each of the kind's parameters; those left out start where a new mask does. Not to be
            changed in place.
        invert: Whether it works everywhere else instead.

    Raises:
        ExposureError: On construction, when the kind is unknown or a number unknown or out of range.
    """

    kind: str
    values: Mapping[str, float] = field(default_factory=dict)
    invert: bool = False

    def __post_init__(self) -> None:
        params = kind_of(self.kind).params
        unknown = sorted(set(self.values) - {param.name for param in params})
        if unknown:
            names = ", ".join(param.name for param in params)
            raise ExposureError(f"A {self.kind} mask has no entry called {unknown[0]!r}", f"It has: {names}.")
        try:
            checked = {p.name: cast("float", p.checked(self.values.get(p.name, p.neutral))) for p in params}
        except ExposureError as error:
            raise ExposureError(f"The {self.kind} mask: {error.message}", error.hint) from None
        object.__setattr__(self, "values", checked)
        inverted: object = self.invert
        if not isinstance(inverted, bool):
            raise ExposureError(f"invert must be true or false, not {inverted!r}")

    @property
    def formula(self) -> Formula:
        """The numbers of its formula."""
        formula = kind_of(self.kind).formula(self.values)
        return formula._replace(sharpness=-formula.sharpness) if self.invert else formula

    def field(self, grid: Grid) -> Field:
        """Its formula for the pixels of an array."""
        formula = self.formula
        lines = [
            (
                line.x * grid.origin[0] + line.y * grid.origin[1] + line.constant,
                line.x * grid.right[0] + line.y * grid.right[1],
                line.x * grid.down[0] + line.y * grid.down[1],
            )
            for line in (formula.line, formula.p, formula.q)
        ]
        return Field(np.array(lines, np.float64), formula.c, formula.sharpness, formula.strength)

    def describe(self, geometry: Geometry | None = None) -> str:
        """Where it lets the step work, in a few words, as seen in the picture that a geometry shows."""
        words = kind_of(self.kind).describe(self.values, self.invert, geometry or Geometry())
        strength = round(100 * self.values["strength"])
        return words if strength == 100 else f"{words} at {strength} %"


def kind_of(kind: object) -> Kind:
    """The kind of that id.

    Raises:
        ExposureError: There is none.
    """
    found = KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise ExposureError(f"There is no mask of the kind {kind!r}", f"Known kinds: {', '.join(KINDS)}.")
    return found


def from_formula(sharpness: float, strength: float, a: float, b: float, c: float, d: float) -> Mask:
    """The mask of the six parameters; within 1e-6 of their formula where the result is in range.

    Only the products of sharpness with the others count, so that (a, b) can be made a unit vector.

    Raises:
        ExposureError: The mask would be out of the range of what people can choose.
    """
    length = math.hypot(a, b)
    if length < 1e-6 * max(abs(c), 1e-6):
        invert = sharpness * c < 0
        feather, level = 2 * EDGE / max(abs(sharpness * c), 1e-9), 0.5 - d / c if c else 0.5
        return Mask("luminance", {"level": level, "feather": feather, "strength": strength}, invert)
    sharpness, a, b, c, d = sharpness * length, a / length, b / length, c / length, d / length
    angle = math.degrees(math.atan2(a, -b))
    values = {"x": -d * a, "y": -d * b, "angle": angle, "feather": 2 * EDGE / abs(sharpness)}
    return Mask("gradient", {**values, "brightness": c, "strength": strength}, sharpness < 0)


def to_json(mask: Mask) -> dict[str, Any]:
    """The mask as plain JSON data."""
    return {"kind": mask.kind, **mask.values, "invert": mask.invert}


def from_json(data: object) -> Mask:
    """What ``to_json`` wrote; numbers that are missing are those of a new mask.

    Raises:
        ExposureError: Not a mask, or anything in it unknown or out of range.
    """
    if not isinstance(data, dict):
        raise ExposureError(f"A mask must be a JSON object, not {type(data).__name__}")
    values = {str(name): value for name, value in data.items() if name not in ("kind", "invert")}
    return Mask(data.get("kind", ""), values, data.get("invert", False))


def _scaled(line: Line, by: float) -> Line:
    return Line(line.x * by, line.y * by, line.constant * by)
