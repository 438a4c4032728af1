"""RAW files of which the truth is known: clean pictures seen by a sensor with the noise of an ISO value."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.noise import Noise
from exposure_app.io.transfer import linear_to_srgb
from tests.unit.io.dng import mosaic_of, write_dng

ISOS = 800, 3200, 6400, 25600
NEUTRAL = (0.5, 1.0, 0.65)  # what the camera sees of white
_BLACK, _WHITE = 512, 16000
_SHOT, _READ = 3e-5, 2.5  # at ISO 100, of white: 33,000 electrons fill a pixel; electrons
_BORDER = 16


def noise_at(iso: float) -> Noise:
    """The noise of the sensor."""
    shot = _SHOT * iso / 100
    return Noise(shot, (_READ * shot) ** 2 + 1e-8)


def write_noisy(path: Path, truth: NDArray[np.floating], iso: float, seed: int = 0) -> Path:
    """A DNG of a picture: H x W x 3, linear light, sRGB primaries, 0 to 1."""
    random, noise = np.random.default_rng(seed), noise_at(iso)
    light = mosaic_of(truth * NEUTRAL, "RGGB")
    seen = random.poisson(light / noise.shot) * noise.shot + random.normal(0, noise.read**0.5, light.shape)
    codes = np.round(seen * (_WHITE - _BLACK) + _BLACK).clip(0, _WHITE).astype(np.uint16)
    return write_dng(path, codes, black=(_BLACK,) * 4, white=_WHITE, neutral=NEUTRAL, matrix=camera_matrix())


def camera_matrix() -> NDArray[np.float64]:
    """XYZ to the camera's colours: those of sRGB, seen as strongly as white is."""
    from exposure_app.io.transfer import SRGB_TO_XYZ

    return np.asarray(np.diag(NEUTRAL) @ np.linalg.inv(SRGB_TO_XYZ))


def decibels(pixels: NDArray[np.floating], truth: NDArray[np.floating]) -> float:
    """Signal to noise in sRGB, after the best matrix in linear light from one to the other, without the borders."""
    inner = (slice(_BORDER, -_BORDER),) * 2
    a, b = (np.asarray(picture[inner], np.float64).reshape(-1, 3) for picture in (pixels, truth))
    matrix = np.linalg.lstsq(a, b, rcond=None)[0]
    seen, wanted = (linear_to_srgb(np.clip(picture, 0, 1)) for picture in (a @ matrix, b))
    return float(-10 * np.log10(np.mean((seen - wanted) ** 2)))
