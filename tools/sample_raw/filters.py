"""Plain picture filters in numpy."""

from __future__ import annotations

import numpy as np


def blur(image: np.ndarray, sigma: float) -> np.ndarray:
    """Return an (rows, columns, 3) picture after a Gaussian blur of sigma pixels, edges repeated."""
    reach = max(1, int(3.0 * sigma + 0.5))
    taps = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    taps = (taps / taps.sum()).astype(np.float32)
    for axis in (0, 1):
        pad = [(0, 0)] * 3
        pad[axis] = (reach, reach)
        padded = np.pad(image, pad, mode="edge")
        size = image.shape[axis]
        image = np.zeros_like(image)
        for k, tap in enumerate(taps):
            image += tap * padded[k : k + size] if axis == 0 else tap * padded[:, k : k + size]
    return image


def enlarge(image: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """Return a small smooth picture stretched to a size by linear interpolation."""
    y = np.clip((np.arange(rows) + 0.5) * image.shape[0] / rows - 0.5, 0, image.shape[0] - 1.001)
    x = np.clip((np.arange(cols) + 0.5) * image.shape[1] / cols - 0.5, 0, image.shape[1] - 1.001)
    i, j = y.astype(int), x.astype(int)
    v = (y - i).astype(np.float32)[:, None, None]
    u = (x - j).astype(np.float32)[None, :, None]
    tall = image[i] * (1 - v) + image[i + 1] * v
    return tall[:, j] * (1 - u) + tall[:, j + 1] * u
