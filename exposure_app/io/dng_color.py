"""What a DNG says of its camera's colours (DNG 1.7, chapter 6): matrices for one light or several, and the light.

LibRaw takes one matrix of them, and its own way with the rest. Forward matrices, several calibration illuminants, and a
white balance that is told as a colour are followed here.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.dng import DngDirectory, first_directory
from exposure_app.io.transfer import SRGB_TO_XYZ
from exposure_app.light import light_of_xyz, xyz_of_chromaticity

Floats = NDArray[np.float64]

_COLOR, _CALIBRATION, _FORWARD = (50721, 50722, 52531), (50723, 50724, 52530), (50964, 50965, 52532)
_ILLUMINANTS = (50778, 50779, 52529)
_ANALOG_BALANCE, _NEUTRAL, _WHITE_XY = 50727, 50728, 50729
_SIGNATURES = 50931, 50932  # of the camera's and the profile's calibration: they count when both are the same
_TEMPERATURES: Mapping[int, float] = {  # of EXIF's light sources, in kelvin
    1: 5500, 2: 4150, 3: 2856, 4: 5500, 9: 5500, 10: 6500, 11: 7500, 12: 6430, 13: 5000, 14: 4150, 15: 3450, 16: 2940,
    17: 2856, 18: 4874, 19: 6774, 20: 5503, 21: 6504, 22: 7504, 23: 5003, 24: 3200,
}  # fmt: skip
_D50 = np.array([0.96422, 1.0, 0.82521])
_D65 = SRGB_TO_XYZ.sum(axis=1)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_ROUNDS = 30  # a light found from a neutral changes the matrix it was found with
_WORST = 1e4  # condition of a matrix; those of cameras are below 10


@dataclass(frozen=True, eq=False)
class DngColor:
    """How the camera sees.

    Attributes:
        neutral: What a white surface looked like when the photo was taken, camera RGB, green 1; None if not told.
        xyz_to_camera: 3 x 3, for that light, or daylight.
        to_srgb: 3 x 3, white-balanced camera RGB to linear sRGB; rows sum to 1.
    """

    neutral: Floats | None
    xyz_to_camera: Floats
    to_srgb: Floats


@dataclass(frozen=True, eq=False)
class _Profile:
    """Matrices at a light: XYZ to camera, and from the balanced reference camera to XYZ (D50) where that is told."""

    temperature: float
    color: Floats
    calibration: Floats
    forward: Floats | None


def read_dng_color(path: Path) -> DngColor | None:
    """What a DNG of three colours says; None for other files, and where it makes no sense."""
    try:
        with path.open("rb") as stream:
            directory = first_directory(stream)
            return None if directory is None else _color(directory)
    except (OSError, struct.error, ValueError, ArithmeticError, IndexError, np.linalg.LinAlgError):
        return None


def _color(directory: DngDirectory) -> DngColor | None:
    profiles = _profiles(directory)
    if not profiles:
        return None
    balance = _vector(directory, _ANALOG_BALANCE)
    balance = np.diag(np.ones(3) if balance is None else balance)
    neutral, white = _vector(directory, _NEUTRAL), None
    told = directory.numbers(_WHITE_XY)
    if neutral is not None:
        white = _white_of(neutral, profiles, balance)
    elif len(told) == 2 and min(told) > 0 and sum(told) < 1:
        white = xyz_of_chromaticity(told[0], told[1])
        neutral = _xyz_to_camera(_between(profiles, light_of_xyz(white).temperature), balance) @ white
        neutral = neutral / neutral[1]
        if neutral.min() <= 0:
            neutral = white = None
    at = _between(profiles, light_of_xyz(_D65 if white is None else white).temperature)
    matrix = _xyz_to_camera(at, balance)
    return DngColor(neutral, matrix, _to_srgb(at, matrix, balance, neutral, white, single=len(profiles) == 1))


def _profiles(directory: DngDirectory) -> list[_Profile]:
    """The calibrations of a file, by temperature."""
    same = directory.content(_SIGNATURES[0]).rstrip(b"\0") == directory.content(_SIGNATURES[1]).rstrip(b"\0")
    found = []
    for color, calibration, forward, illuminant in zip(_COLOR, _CALIBRATION, _FORWARD, _ILLUMINANTS, strict=True):
        matrix = _matrix(directory, color)
        if matrix is None:
            continue
        own = _matrix(directory, calibration) if same else None
        temperature = _TEMPERATURES.get(directory.first(illuminant), 5000.0)
        found.append(_Profile(temperature, matrix, np.eye(3) if own is None else own, _matrix(directory, forward)))
    return sorted(found, key=lambda profile: profile.temperature)


def _between(profiles: list[_Profile], temperature: float) -> _Profile:
    """The calibration at a temperature: linear in mired between the nearest two."""
    below = [profile for profile in profiles if profile.temperature <= temperature]
    above = [profile for profile in profiles if profile.temperature > temperature]
    if not below or not above:
        return (above or below[-1:])[0]
    low, high = below[-1], above[0]
    share = (1 / temperature - 1 / low.temperature) / (1 / high.temperature - 1 / low.temperature)
    forward = low.forward if high.forward is None else high.forward
    if low.forward is not None and high.forward is not None:
        forward = (1 - share) * low.forward + share * high.forward
    return _Profile(
        temperature,
        (1 - share) * low.color + share * high.color,
        (1 - share) * low.calibration + share * high.calibration,
        forward,
    )


def _xyz_to_camera(profile: _Profile, balance: Floats) -> Floats:
    return np.asarray(balance @ profile.calibration @ profile.color)


def _white_of(neutral: Floats, profiles: list[_Profile], balance: Floats) -> Floats:
    """The light in which white looks like that, as XYZ."""
    white: Floats = _D50
    for _ in range(_ROUNDS):
        at = _between(profiles, light_of_xyz(white).temperature)
        found = np.linalg.solve(_xyz_to_camera(at, balance), neutral)
        if not (np.isfinite(found).all() and found.min() > 0):
            return np.asarray(_D65)
        found = found / found[1]
        if np.abs(found - white).max() < 1e-7:
            break
        white = found
    return white


def _to_srgb(
    at: _Profile, matrix: Floats, balance: Floats, neutral: Floats | None, white: Floats | None, *, single: bool
) -> Floats:
    if at.forward is not None and neutral is not None:
        reference = np.linalg.inv(balance @ at.calibration)
        forward = at.forward * (_D50 / at.forward.sum(axis=1))[:, np.newaxis]
        to_d50 = forward @ np.diag(1 / (reference @ neutral)) @ reference @ np.diag(neutral)
        to_srgb = np.linalg.inv(SRGB_TO_XYZ) @ _adapted(_D50, _D65) @ to_d50
    else:
        # A single matrix is true to one light only: balanced for it, not adapted to it, as for files of other kinds.
        from_d65 = np.eye(3) if single or white is None else _adapted(_D65, white)
        srgb_to_camera = matrix @ from_d65 @ SRGB_TO_XYZ
        to_srgb = np.linalg.inv(srgb_to_camera / srgb_to_camera.sum(axis=1, keepdims=True))
    to_srgb = to_srgb / to_srgb.sum(axis=1, keepdims=True)
    if not np.isfinite(to_srgb).all() or np.linalg.cond(to_srgb) > _WORST:
        raise ValueError("a matrix that no camera has")
    return np.asarray(to_srgb)


def _adapted(source: Floats, target: Floats) -> Floats:
    """What turns XYZ in one light into XYZ in another as the eye adapts (Bradford)."""
    change = np.diag((_BRADFORD @ target) / (_BRADFORD @ source))
    return np.asarray(np.linalg.inv(_BRADFORD) @ change @ _BRADFORD)


def _matrix(directory: DngDirectory, tag: int) -> Floats | None:
    values = np.array(directory.numbers(tag), np.float64)
    if values.size != 9 or not np.isfinite(values).all() or np.linalg.cond(values.reshape(3, 3)) > _WORST:
        return None
    return values.reshape(3, 3)


def _vector(directory: DngDirectory, tag: int) -> Floats | None:
    values = np.array(directory.numbers(tag), np.float64)
    if values.size != 3 or not np.isfinite(values).all() or values.min() <= 1e-5:
        return None
    return values / values[1] if tag == _NEUTRAL else values
