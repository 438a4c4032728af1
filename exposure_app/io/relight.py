"""A developed picture for another light at once: what a change of the white balance will look like.

Exact but for what was blown or is about to be: only developing the file anew knows how far above white that went.
"""

import numpy as np

from exposure_app.image import Pixels
from exposure_app.io.camera_color import UNIT, ZERO, Floats, for_each
from exposure_app.jit import jit
from exposure_app.light import CameraLight
from exposure_app.light import Floats as Gains

_ROWS_AT_ONCE = 64
_BLOWN = np.float32(0.9995)  # of white; whatever is brighter stays white


def relit(pixels: Pixels, light: CameraLight, gains: Gains, *, scene_referred: bool) -> Pixels:
    """The picture as it would look developed with other gains.

    Args:
        pixels: float32, H x W x 3, linear light, sRGB primaries.
        light: What these pixels were developed for.
        gains: The other gains, those of camera red, green and blue, as in ``CameraLight``.
        scene_referred: Whether white is where the first channel clips, as in RAW files; see ``Image``.

    Returns:
        New pixels of the same kind.
    """
    change = gains / light.gains
    if scene_referred:
        change *= light.gains.min() / gains.min()
    out = np.empty(pixels.shape, np.float32)
    to_camera, to_srgb = (m.astype(np.float32) for m in (np.linalg.inv(light.to_srgb), light.to_srgb))
    arguments = (to_camera, change.astype(np.float32), to_srgb, out)
    for_each(lambda top: _relight_rows(pixels, top, *arguments), range(0, len(pixels), _ROWS_AT_ONCE), None)
    return out


@jit
def _relight_rows(pixels: Floats, top: int, to_camera: Floats, change: Floats, to_srgb: Floats, out: Floats) -> None:
    """Change ``_ROWS_AT_ONCE`` rows from ``top`` on."""
    a00, a01, a02 = to_camera[0, 0], to_camera[0, 1], to_camera[0, 2]
    a10, a11, a12 = to_camera[1, 0], to_camera[1, 1], to_camera[1, 2]
    a20, a21, a22 = to_camera[2, 0], to_camera[2, 1], to_camera[2, 2]
    m00, m01, m02 = to_srgb[0, 0], to_srgb[0, 1], to_srgb[0, 2]
    m10, m11, m12 = to_srgb[1, 0], to_srgb[1, 1], to_srgb[1, 2]
    m20, m21, m22 = to_srgb[2, 0], to_srgb[2, 1], to_srgb[2, 2]
    for y in range(top, min(top + _ROWS_AT_ONCE, pixels.shape[0])):
        for x in range(pixels.shape[1]):
            r, g, b = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
            u = a00 * r + a01 * g + a02 * b
            v = a10 * r + a11 * g + a12 * b
            w = a20 * r + a21 * g + a22 * b
            u *= change[0] if u < _BLOWN else UNIT
            v *= change[1] if v < _BLOWN else UNIT
            w *= change[2] if w < _BLOWN else UNIT
            out[y, x, 0] = max(m00 * u + m01 * v + m02 * w, ZERO)
            out[y, x, 1] = max(m10 * u + m11 * v + m12 * w, ZERO)
            out[y, x, 2] = max(m20 * u + m21 * v + m22 * w, ZERO)
