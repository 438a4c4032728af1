"""How stored values become light: tone curves and primaries, from whatever a file says about them, to linear sRGB.

A profile (``icc``), chunks of a PNG, the code points of ITU-T H.273 in AVIF and HEIF, or a mark in the EXIF: each
becomes a ``Coding``, and one function applies it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.transfer import SRGB_TO_XYZ, srgb_to_linear

Floats = NDArray[np.float64]
Curve = Callable[[NDArray[Any]], NDArray[Any]]  # values in [0, 1] to linear light

ADOBE_GAMMA = 563 / 256  # Adobe RGB (1998), 4.3.1.2
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D65 = SRGB_TO_XYZ.sum(axis=1)
# Profiles and chunks round; differences below these are sRGB.
_SAME_MATRIX = 2e-3
_SAME_CURVE = 1e-3
_ROWS_AT_ONCE = 256
_HDR_WHITE = 203.0  # cd/m2; what a sheet of white paper has in HDR pictures (ITU-R BT.2408)


@dataclass(frozen=True, eq=False)
class Coding:
    """What the values of a picture mean.

    Attributes:
        curves: One for all channels, or one each.
        matrix: 3 x 3, linear light from its own primaries to those of sRGB; None if they are the same.
    """

    curves: tuple[Curve, ...]
    matrix: Floats | None = None


SRGB = Coding((srgb_to_linear,))
LINEAR = Coding((lambda values: values,))


@dataclass(frozen=True, eq=False)
class Encoded:
    """A picture as a file stores it.

    Attributes:
        pixels: H x W x 1 (grey), 3 (RGB) or 4 (CMYK, uint8, 255 is full ink); uint8 and uint16 span their whole range,
            float32 is finite, 1 at white, and may go beyond.
        profile: The embedded colour profile.
        coding: What the file says where it has no profile that can be used; None if it says nothing.
        said: What else must be said about the file, in words that follow its name.
    """

    pixels: NDArray[Any]
    profile: bytes | None = None
    coding: Coding | None = None
    said: tuple[str, ...] = ()


def power(exponent: float) -> Curve:
    """Values raised to a power; negative ones give 0."""
    return lambda values: np.maximum(values, 0) ** exponent


def to_srgb(red: Any, green: Any, blue: Any, white: Any) -> Floats | None:
    """The matrix of a colour space to sRGB, white to white (Bradford).

    Args:
        red: CIE x and y of the primary, and so on.
        green: Likewise.
        blue: Likewise.
        white: CIE x and y.

    Returns:
        3 x 3; None if these cannot be primaries.
    """
    points = np.array([red, green, blue, white], np.float64)
    if not np.isfinite(points).all() or (points[:, 1] <= 0).any() or np.abs(points).max() > 2:
        return None
    xyz = np.stack([points[:, 0] / points[:, 1], np.ones(4), (1 - points.sum(axis=1)) / points[:, 1]])
    if abs(np.linalg.det(xyz[:, :3])) < 1e-6:
        return None
    primaries = xyz[:, :3] * np.linalg.solve(xyz[:, :3], xyz[:, 3])
    return np.asarray(xyz_to_srgb(xyz[:, 3]) @ primaries)


def xyz_to_srgb(white: Floats) -> Floats:
    """3 x 3, from CIE XYZ with that white (a triple, Y 1) to linear sRGB, white to white (Bradford)."""
    gains = (_BRADFORD @ _D65) / np.maximum(_BRADFORD @ white, 1e-3)
    return np.linalg.solve(SRGB_TO_XYZ, np.linalg.solve(_BRADFORD, gains[:, np.newaxis] * _BRADFORD))


ADOBE_RGB = Coding((power(ADOBE_GAMMA),), to_srgb((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), (0.3127, 0.3290)))


def _pq(values: NDArray[Any]) -> NDArray[Any]:
    """SMPTE ST 2084."""
    root = np.clip(values, 0, 1) ** (32 / 2523)
    light = np.maximum(root - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * root)
    return np.asarray(light ** (8192 / 1305) * (10000 / _HDR_WHITE))


def _hlg(values: NDArray[Any]) -> NDArray[Any]:
    """Hybrid log-gamma (ITU-R BT.2100) as a display of 1000 cd/m2 shows a grey of that value."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    v = np.clip(values, 0, 1)
    scene = np.where(v <= 0.5, v * v / 3, (np.exp((v - c) / a) + b) / 12)
    return np.asarray(scene**1.2 * (1000 / _HDR_WHITE))


# ITU-T H.273. What is close to the curve of sRGB and meant for the same screens (BT.709 and its like) is shown as sRGB.
_TRANSFERS: dict[int, Curve] = {
    1: srgb_to_linear, 2: srgb_to_linear, 4: power(2.2), 5: power(2.8), 6: srgb_to_linear, 8: LINEAR.curves[0],
    13: srgb_to_linear, 14: srgb_to_linear, 15: srgb_to_linear, 16: _pq, 18: _hlg,
}  # fmt: skip
_WHITE = (0.3127, 0.3290)
_PRIMARIES: dict[int, Any] = {
    1: None, 2: None,
    4: ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
    5: ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _WHITE),
    6: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _WHITE),
    7: ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _WHITE),
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _WHITE),
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _WHITE),
}  # fmt: skip


def of_code_points(primaries: int, transfer: int) -> Coding | None:
    """The coding of two code points of ITU-T H.273; None if they are unknown."""
    if primaries not in _PRIMARIES or transfer not in _TRANSFERS:
        return None
    points = _PRIMARIES[primaries]
    return Coding((_TRANSFERS[transfer],), None if points is None else to_srgb(*points))


def linear_light(pixels: NDArray[Any], coding: Coding) -> Pixels:
    """Decode a picture.

    Args:
        pixels: H x W x 1 or 3, as in ``Encoded``.
        coding: What its values mean.

    Returns:
        float32, H x W x 3, C-contiguous, linear light, sRGB primaries. Below 0 or above 1 where the colour lies
        outside of sRGB, above 1 where a float was above 1; finite.
    """
    decoders = [_decoder(curve, pixels.dtype) for curve in coding.curves]
    matrix = None if coding.matrix is None else coding.matrix.T.astype(np.float32)
    if matrix is not None and (pixels.shape[2] == 1 or np.abs(matrix - np.eye(3)).max() < _SAME_MATRIX):
        matrix = None
    out = np.empty((*pixels.shape[:2], 3), np.float32)
    for top in range(0, len(out), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        if len(decoders) == 1:
            block = np.broadcast_to(decoders[0](pixels[rows]), out[rows].shape)
        else:
            stored = np.broadcast_to(pixels[rows], out[rows].shape)
            block = np.stack([decode(stored[..., c]) for c, decode in enumerate(decoders)], axis=-1)
        out[rows] = block if matrix is None else block @ matrix
    return out


def _decoder(curve: Curve, dtype: np.dtype[Any]) -> Curve:
    """A curve for stored values: a table where they are whole numbers."""
    if dtype == np.float32:
        return curve
    codes = np.iinfo(dtype).max
    srgb = srgb_to_linear(np.arange(codes + 1, dtype=dtype))
    table = np.asarray(curve(np.arange(codes + 1) / codes))
    if np.abs(table - srgb).max() < _SAME_CURVE:
        table = srgb
    return lambda values: table.astype(np.float32)[values]
