"""ICC profiles: pictures in any RGB or grey profile to linear sRGB, and the sRGB profile that exports carry.

Matrix and curve profiles (nearly every camera, monitor and editing space) are computed here in floats from the tags,
with the full precision of 8 and 16 bits. RGB profiles made of look-up tables are sampled by LittleCMS on a grid and
applied as a smooth mapping within sRGB; CMYK goes through LittleCMS in 8 bits. Source of the format: ICC.1:2022.
"""

import io
import struct
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.coding import Coding, Curve, linear_light
from exposure_app.io.transfer import srgb_to_linear

# Linear sRGB to XYZ with the white that profiles use, D50 (Bradford adaptation).
_SRGB_TO_XYZ_D50 = np.array(
    [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169], [0.0139322, 0.0971045, 0.7141733]]
)
_D50 = (0.9642, 1.0, 0.8249)
_WHITEST = 2.0  # how far white may be off in a profile that was made in earnest
_GRID = 33
_ROWS_AT_ONCE = 256


class ProfileError(Exception):
    """The profile is damaged, or of a kind that cannot be applied to this picture."""


def through_profile(encoded: NDArray[Any], profile: bytes) -> Pixels:
    """Convert a picture through its profile.

    Args:
        encoded: As in ``Encoded``.
        profile: The embedded profile.

    Returns:
        float32, H x W x 3, C-contiguous, linear light, sRGB primaries; as in ``linear_light``, but in [0, 1] for CMYK
        and profiles made of tables.

    Raises:
        ProfileError: See there.
    """
    tags, space, channels = _read_tags(profile), profile[16:20], encoded.shape[2]
    if space != {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}[channels] and (channels, space) != (1, b"RGB "):
        raise ProfileError("its colour profile is of another kind than the picture")
    if channels == 4:
        return srgb_to_linear(_apply_littlecms(np.ascontiguousarray(encoded), "CMYK", profile))
    if space == b"GRAY":
        return linear_light(encoded, Coding((_curve(tags.get(b"kTRC")),)))
    colorants = [tags.get(name) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    if b"A2B0" in tags or any(colorant is None for colorant in colorants):
        return _convert_by_grid(encoded, profile)
    curves = tuple(_curve(tags.get(name)) for name in (b"rTRC", b"gTRC", b"bTRC"))
    matrix = np.linalg.inv(_SRGB_TO_XYZ_D50) @ np.stack([_xyz(c) for c in colorants if c is not None], axis=1)
    white = matrix.sum(axis=1)
    if white.min() < 1 / _WHITEST or white.max() > _WHITEST:
        raise ProfileError("its colour profile is damaged")
    return linear_light(encoded, Coding(curves, matrix))


@cache
def srgb_profile() -> bytes:
    """The sRGB profile to embed, the same bytes every time."""
    return make_profile("sRGB", _SRGB_TO_XYZ_D50)


def make_profile(name: str, colorants: NDArray[np.float64], gamma: float | None = None) -> bytes:
    """A profile for RGB pictures: ICC version 2, matrix and curve.

    Args:
        name: What programs show.
        colorants: The primaries as columns of XYZ with white D50.
        gamma: Of the curve; None for that of sRGB, in 1024 points.
    """
    if gamma is None:
        codes = np.arange(1024, dtype=np.float64) / 1023
        points = np.round(srgb_to_linear(codes).astype(np.float64) * 65535).astype(">u2").tobytes()
        trc = b"curv" + bytes(4) + struct.pack(">I", 1024) + points
    else:
        trc = b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))
    words = name.encode("ascii")
    description = b"desc" + bytes(4) + struct.pack(">I", len(words) + 1) + words + b"\0" + bytes(4 + 4 + 2 + 1 + 67)
    blocks = [
        ((b"desc",), description),
        ((b"cprt",), b"text" + bytes(4) + b"Public domain\0"),
        ((b"wtpt",), _xyz_block(_D50)),
        ((b"rXYZ",), _xyz_block(colorants[:, 0])),
        ((b"gXYZ",), _xyz_block(colorants[:, 1])),
        ((b"bXYZ",), _xyz_block(colorants[:, 2])),
        ((b"rTRC", b"gTRC", b"bTRC"), trc),
    ]
    table, body = b"", b""
    count = sum(len(names) for names, _ in blocks)
    start = 128 + 4 + 12 * count
    for names, block in blocks:
        for tag in names:
            table += tag + struct.pack(">II", start + len(body), len(block))
        body += block + bytes(-len(block) % 4)
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2000, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _xyz_block(_D50)[8:] + bytes(48)
    return header + struct.pack(">I", count) + table + body


def _xyz_block(xyz: Any) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(float(value) * 65536) for value in xyz))


def _read_tags(profile: bytes) -> dict[bytes, bytes]:
    try:
        if profile[36:40] != b"acsp":
            raise ProfileError("its colour profile is damaged")
        (count,) = struct.unpack(">I", profile[128:132])
        entries = [struct.unpack(">4sII", profile[132 + 12 * i : 144 + 12 * i]) for i in range(min(count, 200))]
    except struct.error as error:
        raise ProfileError("its colour profile is damaged") from error
    return {name: profile[start : start + size] for name, start, size in entries}


def _xyz(tag: bytes) -> NDArray[np.float64]:
    if tag[:4] != b"XYZ " or len(tag) < 20:
        raise ProfileError("its colour profile is damaged")
    return np.array(struct.unpack(">3i", tag[8:20])) / 65536


def _curve(tag: bytes | None) -> Curve:
    """A ``curv`` or ``para`` tag, tried out.

    Raises:
        ProfileError: It is none, or its curve does not lead from dark to bright.
    """

    def curve(values: NDArray[Any]) -> NDArray[Any]:
        return _evaluate_curve(tag or b"", values)

    try:
        with np.errstate(all="ignore"):
            tried = curve(np.linspace(0, 1, 65))
    except (struct.error, IndexError, FloatingPointError, ValueError) as error:
        raise ProfileError("its colour profile is damaged") from error
    if not np.isfinite(tried).all() or tried[-1] - tried[0] < 1 / _WHITEST or np.abs(tried).max() > _WHITEST:
        raise ProfileError("its colour profile is damaged")
    return lambda values: np.clip(curve(values), 0, None if values.dtype == np.float32 else 1)


def _evaluate_curve(tag: bytes, x: NDArray[Any]) -> NDArray[Any]:
    x = np.maximum(x, 0)
    if tag[:4] == b"curv":
        (count,) = struct.unpack(">I", tag[8:12])
        points = np.array(struct.unpack(f">{count}H", tag[12 : 12 + 2 * count]), np.float64)
        if count == 0:
            return x
        if count == 1:
            return np.asarray(x ** (points[0] / 256))
        return np.asarray(np.interp(x, np.linspace(0, 1, count), points / 65535))
    if tag[:4] != b"para":
        raise ProfileError("its colour profile has no tone curve")
    (kind,) = struct.unpack(">H", tag[8:10])
    # g, a, b, c, d, e, f of ICC.1:2022 table 68, by function type.
    wanted = (1, 3, 4, 5, 7)[kind]
    values = [value / 65536 for value in struct.unpack(f">{wanted}i", tag[12 : 12 + 4 * wanted])]
    g, a, b, c, d, e, f = (values + [0.0] * 7)[:7]
    if kind == 0:
        return np.asarray(x**g)
    if kind in (1, 2):
        with np.errstate(divide="raise"):
            start = float(-np.float64(b) / np.float64(a))
        return np.asarray(np.where(x >= start, np.maximum(a * x + b, 0) ** g + c, c))
    return np.asarray(np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f))


def _convert_by_grid(encoded: NDArray[Any], profile: bytes) -> Pixels:
    """Sample a look-up table profile on a grid and interpolate linearly between its points.

    LittleCMS answers in 8 bits, so that colours are exact to one 8-bit code; gradients between the points stay as fine
    as the picture's.
    """
    steps = np.round(np.linspace(0, 255, _GRID)).astype(np.uint8)
    nodes = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(_GRID, -1, 3)
    grid = _apply_littlecms(nodes, "RGB", profile).reshape(_GRID, _GRID, _GRID, 3).astype(np.float32) / 255
    codes = 1 if encoded.dtype == np.float32 else np.iinfo(encoded.dtype).max
    out = np.empty((*encoded.shape[:2], 3), np.float32)
    for top in range(0, len(out), _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        position = np.broadcast_to(encoded[rows], out[rows].shape) * np.float32(255 / codes)
        position = np.clip(position, 0, 255)
        cell = np.clip(np.searchsorted(steps, position, side="right") - 1, 0, _GRID - 2)
        low, high = steps[cell].astype(np.float32), steps[cell + 1].astype(np.float32)
        part = (position - low) / (high - low)
        mixed = np.zeros_like(out[rows])
        for corner in range(8):
            offset = np.array([corner >> 2 & 1, corner >> 1 & 1, corner & 1])
            weight = np.prod(np.where(offset, part, 1 - part), axis=-1, keepdims=True)
            index = cell + offset
            mixed += weight * grid[index[..., 0], index[..., 1], index[..., 2]]
        out[rows] = srgb_to_linear(np.clip(mixed, 0, 1))
    return out


def _apply_littlecms(encoded: NDArray[np.uint8], mode: str, profile: bytes) -> NDArray[np.uint8]:
    """Convert 8-bit pixels to sRGB, relative colorimetric with black point compensation."""
    from PIL import Image as PILImage
    from PIL import ImageCms

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile())),
            mode,
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
        height, width = encoded.shape[:2]
        picture = PILImage.frombytes(mode, (width, height), encoded.tobytes())
        converted = ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        raise ProfileError("its colour profile cannot be applied") from error
    if converted is None:
        raise ProfileError("its colour profile cannot be applied")
    return np.asarray(converted)
