"""The simulated camera of the sample picture: colours, exposure, noise and the Bayer mosaic."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

BITS = 12
BLACK = 256
WHITE = 4095
ISO = 200
_FULL_WELL = 32000.0
"""Electrons at the white level at this ISO."""
_READ_NOISE = 3.2
"""Read noise in electrons (standard deviation)."""
CLIP = 1.30
"""Scene light (see view) of a neutral whose green reaches the white level."""

COLOR_MATRIX = np.array([[0.7180, -0.2270, -0.0610], [-0.4870, 1.2560, 0.2590], [-0.0860, 0.1740, 0.6120]])
"""XYZ (D65) to the camera's own red, green and blue; made up, but near what such sensors have."""
_SRGB_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_D65 = np.array([0.95047, 1.0, 1.08883])
_SHOT_WHITE = np.array([0.3401 / 0.3541, 1.0, (1.0 - 0.3401 - 0.3541) / 0.3541])
"""XYZ of the light the camera is balanced to: daylight of 5200 K."""


def as_shot_neutral() -> np.ndarray:
    """Return the camera's red, green and blue for a neutral under the light of the scene; green is 1."""
    neutral = COLOR_MATRIX @ _SHOT_WHITE
    return np.round(neutral / neutral[1], 6)


def scene_to_camera() -> np.ndarray:
    """Return the 3x3 matrix from scene light (linear, sRGB primaries) to camera colours.

    The scene's white becomes the light of 5200 K by the Bradford adaptation, as a DNG reader undoes it, so that
    (1, 1, 1) lands on the as-shot neutral.
    """
    gains = (_BRADFORD @ _SHOT_WHITE) / (_BRADFORD @ _D65)
    adapt = np.linalg.inv(_BRADFORD) @ np.diag(gains) @ _BRADFORD
    matrix = COLOR_MATRIX @ adapt @ _SRGB_TO_XYZ
    return matrix / matrix[1].sum()


@dataclass(frozen=True)
class Mosaic:
    """A raw picture.

    Attributes:
        data: (rows, columns) uint16 samples, RGGB from the top left corner.
        black: Level of no light.
        white: Level of saturation.
        bits: Bits of a sample.
        neutral: Camera red, green and blue of a neutral.
        color_matrix: XYZ (D65) to camera colours.
    """

    data: np.ndarray
    black: int = BLACK
    white: int = WHITE
    bits: int = BITS
    neutral: np.ndarray = field(default_factory=as_shot_neutral)
    color_matrix: np.ndarray = field(default_factory=lambda: COLOR_MATRIX)


def expose(light: np.ndarray, seed: int = 20260) -> Mosaic:
    """Record a picture with the simulated sensor.

    Args:
        light: (rows, columns, 3) linear light with sRGB primaries and even sides; CLIP is the white level of green.
        seed: Seed of the noise.

    Returns:
        The Bayer mosaic, with shot noise and read noise.
    """
    matrix = scene_to_camera() * (_FULL_WELL / CLIP)
    rng = np.random.default_rng(seed)
    rows, cols = light.shape[:2]
    data = np.empty((rows, cols), np.uint16)
    # Bands of rows keep the 64-bit arrays small.
    for row in range(0, rows, 128):
        band = light[row : row + 128].astype(np.float64)
        electrons = np.empty(band.shape[:2])
        for i, j, channel in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):
            electrons[i::2, j::2] = band[i::2, j::2] @ matrix[channel]
        # A pixel fills up a little above the white level, so light past that needs no exact count.
        electrons = np.clip(electrons, 0.0, 4.0 * _FULL_WELL)
        counts = rng.poisson(electrons) + rng.normal(0.0, _READ_NOISE, electrons.shape)
        levels = np.rint(BLACK + counts * ((WHITE - BLACK) / _FULL_WELL))
        data[row : row + 128] = np.clip(levels, 0, WHITE).astype(np.uint16)
    return Mosaic(data)
