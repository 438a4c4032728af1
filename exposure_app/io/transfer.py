"""The sRGB transfer functions (IEC 61966-2-1), the only copy in the project."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Linear sRGB to CIE XYZ, both with white D65 (IEC 61966-2-1).
SRGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)

_LINEAR_TOE = 0.0031308
_ENCODED_TOE = 0.04045
_TOE_SLOPE = 12.92
_OFFSET = 0.055
_EXPONENT = 2.4


def srgb_to_linear(encoded: NDArray[Any]) -> NDArray[np.float32]:
    """Turn sRGB values into linear light.

    Args:
        encoded: Any shape. uint8 and uint16 span their whole range; floats are in [0, 1], negative ones give 0.

    Returns:
        float32 of the same shape, C-contiguous, linear light in [0, 1] (above 1 where a float was above 1).
    """
    if encoded.dtype in (np.uint8, np.uint16):
        table = _decoding_table(encoded.dtype.name)
        return np.take(table, np.ascontiguousarray(encoded), mode="clip")
    x = np.maximum(encoded.astype(np.float32, order="C"), 0.0)
    curve = ((x + np.float32(_OFFSET)) / np.float32(1 + _OFFSET)) ** np.float32(_EXPONENT)
    return np.where(x <= _ENCODED_TOE, x / np.float32(_TOE_SLOPE), curve)


def linear_to_srgb(linear: NDArray[Any]) -> NDArray[np.float32]:
    """Turn linear light into sRGB values.

    Args:
        linear: Floats of any shape; 0 is black, 1 is white, negative values give 0.

    Returns:
        float32 of the same shape, C-contiguous, sRGB-encoded; above 1 where the input was above 1, not quantised.
    """
    x = np.maximum(linear.astype(np.float32, order="C"), 0.0)
    curve = np.float32(1 + _OFFSET) * x ** np.float32(1 / _EXPONENT) - np.float32(_OFFSET)
    return np.where(x <= _LINEAR_TOE, x * np.float32(_TOE_SLOPE), curve)


@lru_cache(maxsize=2)
def _decoding_table(dtype_name: str) -> NDArray[np.float32]:
    """Linear light for every code of an unsigned integer type."""
    codes = np.iinfo(dtype_name).max
    return srgb_to_linear(np.arange(codes + 1, dtype=np.float64) / codes)
