"""Arithmetic that several filters share, for tensors and for compiled tiles."""

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from exposure_app.jit import inline, jit

if TYPE_CHECKING:
    from torch import Tensor

_Array = TypeVar("_Array", "Tensor", NDArray[Any])

LUMINANCE = (0.27, 0.67, 0.06)  # weights of R, G, B (paper, section 8)
PYTHON_WEIGHTS = f"np.array({list(LUMINANCE)})"
PYTHON_LUMINANCE = f"rgb @ {PYTHON_WEIGHTS}"
GLSL_WEIGHTS = "vec3({}, {}, {})".format(*LUMINANCE)
TINY = 1e-12  # keeps the tone finite at black
PYTHON_TONE = f"(rgb**5).sum(-1, keepdims=True) / ((rgb**4).sum(-1, keepdims=True) + {TINY})"
GLSL_TONE = f"dot(rgb * rgb * rgb, rgb * rgb) / (dot(rgb * rgb, rgb * rgb) + {TINY})"


def luminance(rgb: _Array) -> _Array:
    """Luminance (..., 1, H, W) of images (..., 3, H, W), arrays of numpy or torch."""
    red, green, blue = (rgb[..., i : i + 1, :, :] for i in range(3))
    return LUMINANCE[0] * red + LUMINANCE[1] * green + LUMINANCE[2] * blue


def tone(rgb: "Tensor") -> "Tensor":
    """How bright pixels are, a saturated colour as bright as its strongest channel: (..., 1, H, W) of (..., 3, H, W).

    The mean of the channels weighted by their fourth powers: a smooth maximum, and of a grey its value.
    """
    weight = (rgb * rgb) ** 2
    mean: Tensor = (weight * rgb).sum(-3, keepdim=True) / (weight.sum(-3, keepdim=True) + TINY)
    return mean


def per_image(values: "Tensor", index: int) -> "Tensor":
    """Entry ``index`` of the value vectors (..., n), shaped (..., 1, 1, 1) to combine with images."""
    return values[..., index, None, None, None]


def piecewise_linear(plane: "Tensor", slopes: "Tensor") -> "Tensor":
    """The curve with these slopes over equal segments of [0, 1], scaled to end at 1 (paper, equation 5).

    Args:
        plane: (..., H, W).
        slopes: (..., n), positive.

    Returns:
        (..., H, W) in [0, 1].
    """
    count = slopes.shape[-1]
    total: Any = 0
    for i in range(count):
        total = total + (plane - i / count).clamp(0, 1 / count) * slopes[..., i, None, None]
    curve: Tensor = total * (count / slopes.sum(-1))[..., None, None]
    return curve


@inline
def lum(r: float, g: float, b: float) -> Any:
    """Luminance of one pixel, for kernels."""
    return np.float32(LUMINANCE[0]) * r + np.float32(LUMINANCE[1]) * g + np.float32(LUMINANCE[2]) * b


@inline
def tone_of(r: float, g: float, b: float) -> Any:
    """Tone of one pixel, for kernels."""
    x, y, z = r * r, g * g, b * b
    x, y, z = x * x, y * y, z * z
    return (x * r + y * g + z * b) / (x + y + z + np.float32(TINY))


@inline
def log2(x: Any) -> Any:
    """Base-2 logarithm of a positive float32, absolute error below 1e-6: exponent bits plus a fitted polynomial."""
    bits = np.float32(x).view(np.int32)
    exponent = (bits - np.int32(0x3F3504F3)) >> np.int32(23)  # so that the mantissa lies in [sqrt(1/2), sqrt(2))
    u = np.int32(bits - (exponent << np.int32(23))).view(np.float32) - np.float32(1)
    q = np.float32(0.176165)
    q = q * u - np.float32(0.27097676)
    q = q * u + np.float32(0.29510005)
    q = q * u - np.float32(0.35918488)
    q = q * u + np.float32(0.48064869)
    q = q * u - np.float32(0.72136769)
    q = q * u + np.float32(1.44269631)
    return np.float32(exponent) + u * q


@inline
def exp2(x: Any) -> Any:
    """2 to a float32 power within +-126, relative error below 1e-7: exponent bits times a fitted polynomial."""
    x = min(max(np.float32(x), np.float32(-126)), np.float32(126))
    whole = np.floor(x + np.float32(0.5))
    f = np.float32(x - whole)
    p = np.float32(0.001341)
    p = p * f + np.float32(0.00967604)
    p = p * f + np.float32(0.05550297)
    p = p * f + np.float32(0.24022107)
    p = p * f + np.float32(0.69314723)
    p = p * f + np.float32(1.00000008)
    return np.int32((np.int32(whole) + np.int32(127)) << np.int32(23)).view(np.float32) * p


@jit
def bend(plane: Any, slopes: Any) -> None:
    """``piecewise_linear`` for one plane of a tile and eight slopes, in place.

    Written as a sum of changes of slope without a table, because vector code has no fast table look-up.
    """
    scale = np.float32(slopes.size) / slopes.sum()
    d0 = slopes[0] * scale
    d1 = (slopes[1] - slopes[0]) * scale
    d2 = (slopes[2] - slopes[1]) * scale
    d3 = (slopes[3] - slopes[2]) * scale
    d4 = (slopes[4] - slopes[3]) * scale
    d5 = (slopes[5] - slopes[4]) * scale
    d6 = (slopes[6] - slopes[5]) * scale
    d7 = (slopes[7] - slopes[6]) * scale
    zero = np.float32(0)
    for i in range(plane.size):
        x = min(max(plane[i], zero), np.float32(1))
        y = d0 * x
        y += d1 * max(x - np.float32(0.125), zero)
        y += d2 * max(x - np.float32(0.25), zero)
        y += d3 * max(x - np.float32(0.375), zero)
        y += d4 * max(x - np.float32(0.5), zero)
        y += d5 * max(x - np.float32(0.625), zero)
        y += d6 * max(x - np.float32(0.75), zero)
        plane[i] = y + d7 * max(x - np.float32(0.875), zero)


def describe_curve(slopes: tuple[float, ...]) -> str:
    """Where a curve lies above or below the straight line, in 8-bit codes; empty if nowhere by a whole code."""
    total, height, knots = sum(slopes), 0.0, [0.0]
    for slope in slopes:
        height += slope / total
        knots.append(height)
    words = []
    for name, at in (("shadows", 0.25), ("midtones", 0.5), ("highlights", 0.75)):
        lift = round(255 * (float(np.interp(at, np.linspace(0, 1, len(knots)), knots)) - at))
        if lift:
            words.append(f"{name} {lift:+d}")
    return ", ".join(words)
