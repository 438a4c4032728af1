"""What a RAW file says of its sensor: white balance, matrix, where it clips."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.balance import camera_light, grey_of, sampled_mosaic, wanted_gains
from exposure_app.io.develop import Develop
from exposure_app.io.dng_color import read_dng_color
from exposure_app.io.transfer import SRGB_TO_XYZ
from exposure_app.light import CameraLight

_WORST_MATRIX = 1e4  # condition; those of cameras are below 10
_SAME_LEVEL = 0.005  # how near two colours end where the sensor does
_OTHER_LEVEL = 0.05  # how far a neutral surface's must be apart, as a logarithm


@dataclass(frozen=True, eq=False)
class Calibration:
    """How a camera sees.

    Attributes:
        multipliers: What makes white neutral: red, green, blue, second green.
        is_stored: Whether the file tells them; otherwise they are for daylight.
        matrix: 3 x 3, white-balanced camera RGB to linear sRGB, rows sum to 1; None if only LibRaw knows.
        xyz_to_camera: 3 x 3, see ``CameraLight``; None if it is what the matrix and daylight say.
    """

    multipliers: NDArray[np.float64]
    is_stored: bool
    matrix: NDArray[np.float64] | None
    xyz_to_camera: NDArray[np.float64] | None = None


def white_balance(raw: Any) -> tuple[NDArray[np.float64], bool]:
    """Multipliers for red, green, blue, second green, and whether they are the camera's own."""
    for values, as_shot in ((raw.camera_whitebalance, True), (raw.daylight_whitebalance, False)):
        multipliers = np.array(values, np.float64)
        if np.isfinite(multipliers).all() and multipliers[0] > 1e-5 and multipliers[2] > 1e-5:
            multipliers[1] = multipliers[1] if multipliers[1] > 0 else 1.0
            multipliers[3] = multipliers[3] if multipliers[3] > 0 else multipliers[1]
            return multipliers, as_shot
    return np.ones(4), False


def camera_to_srgb(raw: Any) -> NDArray[np.float64] | None:
    """Matrix from white-balanced camera RGB to linear sRGB; rows sum to 1.

    The file's own matrix where it has one (DNG), otherwise from LibRaw's table of cameras by inverting
    XYZ-to-camera times sRGB-to-XYZ with rows scaled so that white stays white. None if rawpy shows neither, for some
    old cameras LibRaw has coefficients that it keeps to itself, or neither can be a camera's.
    """
    from_file = np.asarray(raw.color_matrix, np.float64)[:3, :3]
    if from_file[0, 0] > 0.125 and _can_be_inverted(from_file):
        return from_file
    srgb_to_camera = np.asarray(raw.rgb_xyz_matrix, np.float64)[:3] @ SRGB_TO_XYZ
    white = srgb_to_camera.sum(axis=1, keepdims=True)
    if not (np.isfinite(white).all() and np.abs(white).min() > 1e-6 and _can_be_inverted(srgb_to_camera / white)):
        return None
    return np.linalg.inv(srgb_to_camera / white)


def _can_be_inverted(matrix: NDArray[np.float64]) -> bool:
    """Whether a matrix from a file is one that tells three colours apart."""
    return bool(np.isfinite(matrix).all()) and float(np.linalg.cond(matrix)) < _WORST_MATRIX


def calibrated(raw: Any, path: Path) -> Calibration:
    """How the camera of an unpacked file sees; what a DNG says of that counts more than what LibRaw makes of it."""
    multipliers, is_stored = white_balance(raw)
    color = read_dng_color(path) if raw.num_colors == 3 else None
    if color is None:
        return Calibration(multipliers, is_stored, camera_to_srgb(raw))
    if color.neutral is not None:
        multipliers, is_stored = (1 / color.neutral)[[0, 1, 2, 1]], True
    return Calibration(multipliers, is_stored, color.to_srgb, color.xyz_to_camera)


def sensor_light(raw: Any, develop: Develop, camera: Calibration) -> CameraLight | None:
    """What the white balance was and shall be; None for sensors that do not see three colours.

    A file that tells no white balance has one estimated from the picture.
    """
    if raw.num_colors != 3:
        return None
    daylight = np.array(raw.daylight_whitebalance, np.float64)[:3]
    usable = np.isfinite(daylight).all() and daylight.min() > 1e-5
    seen = camera_light(camera.matrix, daylight if usable else np.ones(3), camera.multipliers[:3])
    if camera.xyz_to_camera is not None:
        seen = replace(seen, xyz_to_camera=camera.xyz_to_camera)
    is_wanted = develop.white_balance == "auto" or not camera.is_stored
    neutral = grey_of(_sample(raw)) if is_wanted else None
    if not camera.is_stored and neutral is not None:
        estimate = wanted_gains(seen, Develop(white_balance="auto"), neutral)
        seen = replace(seen, as_shot=estimate, is_estimated=True)
    return replace(seen, gains=wanted_gains(seen, develop, neutral))


def _sample(raw: Any) -> NDArray[Any]:
    """Some of the photo's camera RGB before white balance, blown areas left out."""
    import rawpy

    if raw.raw_type == rawpy.RawType.Flat and raw.raw_pattern is not None and len(raw.raw_pattern) in (2, 6):
        return sampled_mosaic(raw, np.asarray(raw.black_level_per_channel, np.float64))
    plain = {"gamma": (1, 1), "no_auto_bright": True, "output_bps": 16, "output_color": rawpy.ColorSpace.raw}
    small = raw.postprocess(half_size=True, user_wb=[1.0] * 4, highlight_mode=rawpy.HighlightMode.Clip, **plain)
    samples = small[::8, ::8].reshape(-1, 3)
    return np.asarray(samples[samples.max(axis=1) < 64000])


def first_white(raw: Any, multipliers: NDArray[np.float64]) -> float:
    """The sensor value at which the first channel clips after white balance."""
    if raw.raw_pattern is None or raw.raw_pattern.shape != (2, 2) or raw.num_colors != 3:
        return _pile_up(_as_codes(raw.raw_image_visible[::17]).ravel(), raw.white_level) or float(raw.white_level)
    black = np.asarray(raw.black_level_per_channel, np.float64)
    levels = saturation_levels(raw, black)
    return float(levels[np.argmin(multipliers[:3] * (levels - black[:3]))])


def saturation_levels(raw: Any, black: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sensor value at which each colour clips: red, green, blue, or the one of a sensor that sees none.

    Args:
        raw: An unpacked file whose sites are a Bayer mosaic or see all colours.
        black: Its black levels.
    """
    nominal = float(raw.white_level)
    samples = _samples_by_color(raw)
    found = [_pile_up(some, nominal) for some in samples]
    low = None if any(found) or len(found) < 3 else _low_end(samples, nominal, white_balance(raw)[0])
    levels = np.array([level or low or nominal for level in found])
    return np.asarray(np.maximum(levels, black.max() + 1))


def _samples_by_color(raw: Any) -> list[NDArray[np.uint16]]:
    """Some of each colour's sensor values: every eighteenth row is enough to see large blown areas, and quick."""
    visible, pattern = raw.raw_image_visible, raw.raw_pattern
    if visible.ndim == 3:
        parts = [[visible[::18, ::2, color]] for color in range(3)]
    elif raw.num_colors == 1:
        parts = [[visible[::18, ::2]]]
    else:
        sites = [np.argwhere((pattern == color) | ((pattern == 3) & (color == 1))) for color in range(3)]
        parts = [[visible[i::18, j::2] for i, j in some] for some in sites]
    return [np.concatenate([_as_codes(part).ravel() for part in some]) for some in parts]


def _as_codes(values: NDArray[Any]) -> NDArray[np.uint16]:
    """Sensor values as whole numbers, which can be counted."""
    if values.dtype == np.uint16:
        return values
    return np.asarray(np.clip(np.rint(values), 0, np.iinfo(np.uint16).max), np.uint16)


def _low_end(samples: list[NDArray[np.uint16]], nominal: float, multipliers: NDArray[np.float64]) -> float | None:
    """Where the sensor saturates if that is far below what the file states; None if nothing shows that it does.

    A smooth bright surface can look like a clipped one, and here much is at stake. But colours pile up at one and the
    same value only where the sensor ends: a surface that the white balance makes neutral has another in each.
    """
    spikes = [_spike(some, nominal) for some in samples]
    for one, other in ((0, 1), (1, 2), (0, 2)):
        a, b = spikes[one], spikes[other]
        if a is None or b is None or abs(a - b) > _SAME_LEVEL * max(a, b):
            continue
        if abs(np.log(multipliers[one] / multipliers[other])) > _OTHER_LEVEL:
            return max(a, b)
    return None


def _spike(samples: NDArray[np.uint16], nominal: float) -> float | None:
    """The brightest value, between half and nine tenths of the nominal one, that samples pile up at, if any."""
    end = int(nominal)
    counts = np.bincount(samples, minlength=end + 1)
    start = end // 2
    level = start + int(counts[start:end].argmax())
    spread = max(level // 800, 1)
    spike = counts[level - spread : level + spread + 1].sum()
    near, above = counts[int(0.97 * level) :].sum(), counts[level + spread + 1 :].sum()
    is_end = spike > max(1e-3 * len(samples), 200) and spike > 0.5 * near and above < 0.05 * spike
    return float(level) if is_end else None


def _pile_up(samples: NDArray[np.uint16], nominal: float) -> float | None:
    """The value below the nominal white level at which blown pixels pile up, None if they do not.

    Some sensors and corrections saturate before the level that the file states, and blown areas would turn magenta.
    LibRaw lowers white to the brightest pixel of every photo, which changes the exposure of photos that are not
    blown at all.
    """
    start, end = int(0.9 * nominal), int(nominal)
    counts = np.bincount(samples, minlength=end + 1)
    level = start + int(counts[start:end].argmax())
    spread = max(level // 400, 1)
    spike = counts[level - spread : level + spread + 1].sum()
    near, above = counts[int(0.97 * level) :].sum(), counts[int(1.02 * level) :].sum()
    # A bright wall or sky is spread by its own noise, clipping is a spike with hardly anything above it.
    blown = spike > max(1e-3 * len(samples), 200) and spike > near / 3 and above < 0.15 * spike
    return float(level) if blown else None
