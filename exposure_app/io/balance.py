"""White balance: the gains that a way of developing asks for, estimated from the photo where it says so.

The estimate is "shades of grey" (G. Finlayson and E. Trezzi, Color Imaging Conference 2004): the sixth norm of the
unblown picture, between its mean and its brightest spot, is taken for grey. A light that hardly ever is, is drawn
towards those that are.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.develop import PRESETS, Develop
from exposure_app.io.transfer import SRGB_TO_XYZ
from exposure_app.light import CameraLight, Light

Floats = NDArray[np.float64]

_NORM = 6
_BLOWN = 0.98  # of white; whoever is brighter has lost its colour
_SAMPLES = 40_000
_BLOCK = 12  # sites in each direction: whole patterns of Bayer and X-Trans sensors
# Lights that people take photos in, in kelvin and tint; an estimate beyond is more likely a blue wall or a green lawn.
_LIKELY = (2500.0, 9500.0), (-25.0, 45.0)

# Sharpened cone responses (Bradford), scaled so that D65 is (1, 1, 1): what a finished picture is balanced in.
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_CONES = _BRADFORD / (_BRADFORD @ SRGB_TO_XYZ.sum(axis=1))[:, np.newaxis]


def camera_light(to_srgb: Floats | None, daylight: Floats, as_shot: Floats) -> CameraLight:
    """How a camera sees light.

    Args:
        to_srgb: 3 x 3, white-balanced camera RGB to linear sRGB; None if only LibRaw knows: then lights are guessed.
        daylight: The camera's multipliers for red, green and blue in daylight, D65.
        as_shot: Those the photo was taken with.
    """
    to_srgb = np.eye(3) if to_srgb is None else to_srgb
    xyz_to_camera = np.linalg.inv(SRGB_TO_XYZ @ to_srgb) / daylight[:, np.newaxis]
    gains = as_shot / as_shot[1]
    return CameraLight(xyz_to_camera, to_srgb, gains, gains)


def wanted_gains(light: CameraLight, develop: Develop, neutral: Floats | None) -> Floats:
    """The gains that a way of developing asks for.

    Args:
        light: How the camera sees light.
        develop: Whose white balance counts.
        neutral: For ``auto``: what is grey in the photo as the camera saw it, see ``grey_of``; None if nothing is.
    """
    if develop.white_balance == "custom" or develop.white_balance in PRESETS:
        return light.gains_for(develop.light)
    if develop.white_balance == "auto" and neutral is not None:
        found = light.light_of(neutral[1] / neutral)
        limits = zip(found, _LIKELY, strict=True)
        return light.gains_for(Light(*(min(max(value, low), high) for value, (low, high) in limits)))
    return light.as_shot


def grey_of(camera: NDArray[Any]) -> Floats | None:
    """What is taken for grey.

    Args:
        camera: N x 3, camera RGB before white balance, linear, blown areas left out.

    Returns:
        Three numbers up to a factor; None if the photo is too dark to tell.
    """
    seen = np.maximum(np.asarray(camera, np.float64), 0)
    if len(seen) == 0 or seen.max() <= 0:
        return None
    seen /= seen.max()
    grey = np.mean(seen**_NORM, axis=0) ** (1 / _NORM)
    return None if grey.min() <= 1e-3 * grey.max() else np.asarray(grey)


def sampled_mosaic(raw: Any, black: Floats) -> NDArray[Any]:
    """Means of blocks of a mosaic without blown sites, for ``grey_of``.

    Args:
        raw: An unpacked file with a Bayer or X-Trans mosaic.
        black: Black levels of the four colours.
    """
    sites = raw.raw_image_visible
    rows, columns = (side // _BLOCK for side in sites.shape)
    pattern = np.tile(raw.raw_pattern, (_BLOCK // len(raw.raw_pattern),) * 2)
    step = max(1, int(np.sqrt(rows * columns / _SAMPLES)))
    blocks = sites[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK)[::step, :, ::step]
    blocks = blocks.transpose(0, 2, 1, 3).reshape(-1, _BLOCK, _BLOCK)
    blocks = blocks[blocks.max(axis=(1, 2)) < _BLOWN * raw.white_level]
    colors = np.where(pattern == 3, 1, pattern)
    light = blocks - black[pattern].astype(np.float32)
    return np.stack([light[:, colors == color].mean(axis=1) for color in range(3)], axis=-1)


def balanced(pixels: Pixels, develop: Develop) -> tuple[Pixels, CameraLight]:
    """A finished picture, balanced anew by adapting it from one light to another (Bradford).

    Args:
        pixels: float32, H x W x 3, linear light, sRGB primaries; changed in place.
        develop: Whose white balance counts; as shot is D65.

    Returns:
        The same pixels, above 1 where they were bright, below 0 where a colour has left sRGB, and the light.
    """
    to_srgb = np.linalg.inv(_CONES @ SRGB_TO_XYZ)
    light = CameraLight(_CONES, to_srgb, np.ones(3), np.ones(3))
    if develop.white_balance == "as-shot":
        return pixels, light
    neutral = None
    if develop.white_balance == "auto":
        step = max(1, int(np.sqrt(pixels.shape[0] * pixels.shape[1] / _SAMPLES)))
        sample = pixels[::step, ::step].reshape(-1, 3)
        neutral = grey_of(sample[sample.max(axis=1) < _BLOWN] @ np.linalg.inv(to_srgb).T)
    gains = wanted_gains(light, develop, neutral)
    change = (to_srgb * gains @ np.linalg.inv(to_srgb)).T.astype(np.float32)
    for row in pixels:  # no second image in memory
        row[:] = row @ change
    return pixels, CameraLight(light.xyz_to_camera, to_srgb, light.as_shot, gains)
