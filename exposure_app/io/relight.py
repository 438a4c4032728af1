"""A developed picture for another light at once: what a change of the white balance will look like.

Exact but for what was blown or is about to be: only developing the file anew knows how far above white that went.
"""

import numpy as np

from exposure_app.image import Pixels
from exposure_app.io.camera_color import ZERO, Floats, for_each
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
    camera = np.empty(3, np.float32)
    for y in range(top, min(top + _ROWS_AT_ONCE, pixels.shape[0])):
        for x in range(pixels.shape[1]):
            r, g, b = pixels[y, x, 0], pixels[y, x, 1], pixels[y, x, 2]
            for c in range(3):
                seen = to_camera[c, 0] * r + to_camera[c, 1] * g + to_camera[c, 2] * b
                camera[c] = seen * change[c] if seen < _BLOWN else seen
            for c in range(3):
                mixed = to_srgb[c, 0] * camera[0] + to_srgb[c, 1] * camera[1] + to_srgb[c, 2] * camera[2]
                out[y, x, c] = max(mixed, ZERO)
