"""The parameters of filters: what the agent may choose, what a slider offers, and where neutral lies.

A parameter knows four separate facts: the range the agent may choose from, the (often wider) range a person may choose
from, the value at which the filter does nothing, and the value an untrained agent starts from.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, cast

from exposure_app.array_module import module_of
from exposure_app.errors import ExposureError

Value = float | tuple[float, ...]
Range = tuple[float, float]
_FARTHEST = 1e300  # a whole number beyond may not fit a float


@dataclass(frozen=True)
class Scalar:
    """One number of a filter, such as an exposure in EV.

    Attributes:
        name: Key in recipes and keyword argument in emitted code.
        label: What the slider is called.
        agent: Range of the agent's choice.
        slider: Range of a person's choice; contains ``agent``. Recipes outside it are refused.
        neutral: Value at which the filter is the identity.
        initial: Value at network output 0.
        unit: Shown after the number.
        scale: Whether equal slider movements add or multiply.
        decimals: Digits after the point that a person can set.
        factor: From the value to the number shown: 100 for per cent.
    """

    name: str
    label: str
    agent: Range
    slider: Range
    neutral: float
    initial: float
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    decimals: int = 2
    factor: float = 1.0

    width = 1

    @property
    def neutral_value(self) -> Value:
        """The neutral setting as a recipe stores it."""
        return self.neutral

    def squash(self, raw: Any) -> Any:
        """Map network outputs (..., 1) to values in the agent's range, 0 to ``initial``, strictly increasing."""
        low, high = self._ordinate(self.agent[0]), self._ordinate(self.agent[1])
        squashed = _squash(raw, low, high, self._ordinate(self.initial))
        return module_of(raw).exp(squashed) if self.scale == "log" else squashed

    def position(self, value: float) -> float:
        """Slider position, 0 to 1, of a value."""
        low, high = self._ordinate(self.slider[0]), self._ordinate(self.slider[1])
        return (self._ordinate(value) - low) / (high - low)

    def at_position(self, position: float) -> float:
        """Value at a slider position, 0 to 1."""
        low, high = self._ordinate(self.slider[0]), self._ordinate(self.slider[1])
        value = low + (high - low) * position
        return _clamp(math.exp(value) if self.scale == "log" else value, self.slider)

    def scaled(self, value: Value, amount: float) -> Value:
        """The value at an amount of its effect: 0 is neutral, 1 the value itself, 2 twice as far from neutral."""
        return self.mixed(self.neutral, value, amount)

    def mixed(self, one: Value, other: Value, share: float) -> Value:
        """The value that lies a share of the way from one to the other; a share above 1 goes on beyond the other."""
        if share == 1:
            return other
        start = self._ordinate(cast("float", one))
        moved = start + share * (self._ordinate(cast("float", other)) - start)
        return _clamp(math.exp(moved) if self.scale == "log" else moved, self.slider)

    def difference(self, one: Value, other: Value) -> tuple[float, ...]:
        """How far it is from one value to the other on the slider's scale: (1,), a logarithm where that multiplies."""
        return (self._ordinate(cast("float", other)) - self._ordinate(cast("float", one)),)

    def shifted(self, value: Value, difference: tuple[float, ...]) -> Value:
        """The value moved by a difference, within ``slider``."""
        moved = self._ordinate(cast("float", value)) + difference[0]
        return _clamp(math.exp(moved) if self.scale == "log" else moved, self.slider)

    def checked(self, value: object) -> Value:
        """The value if it is a finite number within ``slider``.

        Raises:
            ExposureError: It is not.
        """
        return _checked_number(value, self.name, self.slider)

    def _ordinate(self, value: float) -> float:
        return math.log(value) if self.scale == "log" else value


@dataclass(frozen=True)
class Curve:
    """A monotone curve through (0, 0) and (1, 1), given by the slopes of equal segments (paper, section 4.2).

    Only the ratios of the slopes matter: the curve divides by their sum.

    Attributes:
        name: Key in recipes and keyword argument in emitted code.
        label: What the curve is called.
        agent: Range of one slope in the agent's choice.
        slider: Range of one slope in a person's choice.
        initial: Slopes at network output 0.
        width: Number of segments.
    """

    name: str
    label: str
    agent: Range
    slider: Range
    initial: float
    width: int = 8

    @property
    def neutral_value(self) -> Value:
        """The neutral setting as a recipe stores it."""
        return (1.0,) * self.width

    def squash(self, raw: Any) -> Any:
        """Map network outputs (..., width) to slopes in the agent's range, 0 to ``initial``, strictly increasing."""
        return _squash(raw, *self.agent, self.initial)

    def scaled(self, value: Value, amount: float) -> Value:
        """The slopes at an amount of the curve's effect: 0 is the straight line, 1 the curve itself."""
        return self.mixed(self.neutral_value, value, amount)

    def mixed(self, one: Value, other: Value, share: float) -> Value:
        """The slopes whose curve lies a share of the way from one curve to the other."""
        if share == 1:
            return other
        start, end = _relative(one), _relative(other)
        return tuple(_clamp(a + share * (b - a), self.slider) for a, b in zip(start, end, strict=True))

    def difference(self, one: Value, other: Value) -> tuple[float, ...]:
        """How far it is from one curve to the other: the difference of each slope, for curves of mean slope 1."""
        return tuple(b - a for a, b in zip(_relative(one), _relative(other), strict=True))

    def shifted(self, value: Value, difference: tuple[float, ...]) -> Value:
        """The slopes moved by a difference, within ``slider``."""
        return tuple(_clamp(a + b, self.slider) for a, b in zip(_relative(value), difference, strict=True))

    def checked(self, value: object) -> Value:
        """The slopes as a tuple if there are ``width`` finite ones within ``slider``.

        Raises:
            ExposureError: There are not.
        """
        if not isinstance(value, (list, tuple)) or len(value) != self.width:
            raise ExposureError(f"{self.name} must be a list of {self.width} slopes, not {value!r}")
        return tuple(_checked_number(slope, self.name, self.slider) for slope in value)


@dataclass(frozen=True)
class Bands:
    """One signed number for each of several kinds of pixel, such as the hues; 0 leaves that kind alone.

    Attributes:
        name: Key in recipes and keyword argument in emitted code.
        label: What the numbers are called together.
        bands: What each number is for.
        agent: Range of one number in the agent's choice.
        slider: Range of one number in a person's choice; contains ``agent``.
        initial: Every number at network output 0.
        unit: Shown after the number.
        decimals: Digits after the point that a person can set.
        factor: From the value to the number shown: 100 for per cent.
    """

    name: str
    label: str
    bands: tuple[str, ...]
    agent: Range
    slider: Range
    initial: float = 0.0
    unit: str = ""
    decimals: int = 2
    factor: float = 1.0

    @property
    def width(self) -> int:
        """How many numbers there are."""
        return len(self.bands)

    @property
    def neutral_value(self) -> Value:
        """The neutral setting as a recipe stores it."""
        return (0.0,) * self.width

    def squash(self, raw: Any) -> Any:
        """Map network outputs (..., width) to numbers in the agent's range, 0 to ``initial``, strictly increasing."""
        return _squash(raw, *self.agent, self.initial)

    def scaled(self, value: Value, amount: float) -> Value:
        """The numbers at an amount of their effect: 0 is neutral, 1 the numbers themselves."""
        return self.mixed(self.neutral_value, value, amount)

    def mixed(self, one: Value, other: Value, share: float) -> Value:
        """The numbers that lie a share of the way from one to the other."""
        if share == 1:
            return other
        return self.shifted(one, tuple(share * step for step in self.difference(one, other)))

    def difference(self, one: Value, other: Value) -> tuple[float, ...]:
        """How far each number is from one setting to the other."""
        start, end = cast("tuple[float, ...]", one), cast("tuple[float, ...]", other)
        return tuple(b - a for a, b in zip(start, end, strict=True))

    def shifted(self, value: Value, difference: tuple[float, ...]) -> Value:
        """The numbers moved by a difference, within ``slider``."""
        start = cast("tuple[float, ...]", value)
        return tuple(_clamp(a + b, self.slider) for a, b in zip(start, difference, strict=True))

    def checked(self, value: object) -> Value:
        """The numbers as a tuple if there are ``width`` finite ones within ``slider``.

        Raises:
            ExposureError: There are not.
        """
        if not isinstance(value, (list, tuple)) or len(value) != self.width:
            raise ExposureError(f"{self.name} must be a list of {self.width} numbers, not {value!r}")
        return tuple(_checked_number(number, self.name, self.slider) for number in value)


Param = Scalar | Curve | Bands


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value from a file is a finite number that fits a float."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < _FARTHEST


def squash(params: Sequence[Param], raw: Any) -> Any:
    """Map network outputs (..., sum of widths) to a vector of the parameters' values within the agent's ranges.

    Here as in the parameters, outputs are arrays of numpy or torch, and so are values.
    """
    parts, start = [], 0
    for param in params:
        parts.append(param.squash(raw[..., start : start + param.width]))
        start += param.width
    return module_of(raw).concatenate(parts, -1)


def _squash(raw: Any, low: float, high: float, initial: float) -> Any:
    bias = math.atanh(2 * (initial - low) / (high - low) - 1)
    return low + (high - low) * 0.5 * (module_of(raw).tanh(raw + bias) + 1)


def _relative(slopes: Value) -> tuple[float, ...]:
    """Slopes with a mean of 1: the same curve."""
    values = cast("tuple[float, ...]", slopes)
    mean = sum(values) / len(values)
    return tuple(slope / mean for slope in values)


def _clamp(value: float, limits: Range) -> float:
    return min(max(value, limits[0]), limits[1])


def _checked_number(value: object, name: str, limits: Range) -> float:
    if not is_number(value):
        raise ExposureError(f"{name} must be a number, not {value!r}")
    number = float(value)
    slack = 1e-6 * (limits[1] - limits[0])  # float32 values of the agent may round past the end of the range
    if not limits[0] - slack <= number <= limits[1] + slack:  # also false for NaN
        raise ExposureError(f"{name} must lie between {limits[0]:g} and {limits[1]:g}, not {number:g}")
    return _clamp(number, limits)
