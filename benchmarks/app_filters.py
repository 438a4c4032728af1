"""Looks as phone apps sell them, made of what our filters are not: to see what the decompiler makes of them.

Display-referred sRGB, H x W x 3, 0 to 1, in and out.
"""

from collections.abc import Callable, Mapping

import numpy as np

from exposure_app.filters._math import LUMINANCE
from exposure_app.image import Pixels

Look = Callable[[Pixels], Pixels]


def split_toned(rgb: Pixels) -> Pixels:
    """Teal shadows and orange highlights, blended by brightness; a soft S-curve."""
    light = (rgb @ np.array(LUMINANCE, np.float32))[..., None]
    shadows, highlights = np.array([-0.04, 0.02, 0.06]), np.array([0.06, 0.01, -0.06])
    toned = rgb + (1 - light) ** 2 * shadows * 4 * light + light**2 * highlights
    return _clipped(toned + 0.08 * np.sin(2 * np.pi * (toned - 0.5)) / 2)


def faded(rgb: Pixels) -> Pixels:
    """Blacks lifted to a warm grey, whites lowered, colours muted."""
    light = (rgb @ np.array(LUMINANCE, np.float32))[..., None]
    muted = light + 0.8 * (rgb - light)
    return _clipped(np.array([0.11, 0.095, 0.085]) + muted * np.array([0.85, 0.845, 0.82]))


def vignetted(rgb: Pixels) -> Pixels:
    """Corners 1.2 EV darker."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    radius = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) / 0.5
    linear = np.power(rgb, 2.2) * np.exp2(-1.2 * radius**1.5)[..., None]
    return _clipped(np.power(linear, 1 / 2.2))


def _clipped(rgb: Pixels) -> Pixels:
    return np.clip(rgb, 0, 1).astype(np.float32)


APP_FILTERS: Mapping[str, Look] = {
    "split toning": split_toned,
    "faded": faded,
    "split toning, faded, vignette": lambda rgb: vignetted(faded(split_toned(rgb))),
}
