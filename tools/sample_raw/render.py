"""Rendering of the whole sample scene, from the sky to the lens."""

from __future__ import annotations

import numpy as np

from . import shapes
from .birch import draw_birch
from .filters import blur, enlarge
from .materials import CARD_GREYS
from .plants import draw_forest, draw_meadow
from .sky import draw_sky
from .terrain import draw_land
from .things import draw_group
from .view import View, make_view
from .water import draw_water


def through_lens(image: np.ndarray, view: View) -> np.ndarray:
    """Return the picture as a lens and an anti-alias filter pass it on.

    Args:
        image: (rows, columns, 3) linear light.
        view: The projection.

    Returns:
        Linear light with the spread of a good lens, a veil around bright light, and slightly darker corners.
    """
    rows, cols = image.shape[:2]
    step = max(4, round(16 * view.scale))
    small = image[: rows // step * step, : cols // step * step].astype(np.float32)
    small = small.reshape(rows // step, step, cols // step, step, 3).mean(axis=(1, 3))
    # A veil around bright light only: it must not grey the whole picture.
    bright = np.minimum(np.maximum(small - 0.9, 0.0), 12.0)
    size = small.shape[1]
    veil = 0.55 * blur(bright, size * 0.012) + 0.45 * blur(bright, size * 0.06)
    image = blur(image, 0.42)
    image += 0.10 * enlarge(veil, rows, cols)
    y = (np.arange(rows, dtype=np.float32)[:, None] + 0.5 - rows / 2) / (cols / 2)
    x = (np.arange(cols, dtype=np.float32)[None, :] + 0.5 - cols / 2) / (cols / 2)
    image *= (1.0 - 0.14 * (x * x + y * y) ** 1.3)[..., None]
    return image


def render(width: int) -> np.ndarray:
    """Render the sample scene.

    Args:
        width: Picture width in pixels, 64 or more; an odd one is made even.

    Returns:
        (rows, columns, 3) float32 linear light in the primaries of sRGB; (1, 1, 1) has the colour of the white that
        the camera is balanced to.
    """
    view = make_view(width)
    image = np.zeros((view.height, view.width, 3), np.float32)
    draw_sky(image, view)
    depth = draw_land(image, view)
    for group in (shapes.GROUP_BALLOON_C, shapes.GROUP_BALLOON_B):
        draw_group(image, depth, view, group)
    draw_forest(image, depth, view)
    draw_group(image, depth, view, shapes.GROUP_BALLOON_A)
    # The lake mirrors a copy with the boats and huts; they are drawn again after it, for clean edges on the water.
    mirror, mirror_depth = image.copy(), depth.copy()
    for group in (shapes.GROUP_HUTS, shapes.GROUP_SAIL):
        draw_group(mirror, mirror_depth, view, group)
    draw_water(image, depth, mirror, mirror_depth, view)
    del mirror, mirror_depth
    for group in (shapes.GROUP_SAIL, shapes.GROUP_HUTS, shapes.GROUP_JETTY):
        draw_group(image, depth, view, group)
    draw_birch(image, depth, view)
    draw_meadow(image, depth, view)
    return through_lens(image, view)


def card_boxes(width: int) -> list[tuple[float, int, int, int, int]]:
    """Return where the neutral patches of the test card lie.

    Args:
        width: Picture width in pixels.

    Returns:
        Per patch its reflectance and a safe inner box in pixels: row0, row1, col0, col1. The large grey comes first.
    """
    view = make_view(width)
    parts = [(0.18, -0.9, 0.06, -0.46, 0.92)]
    parts += [(grey, -0.94 + 0.5 * k, -0.54 + 0.5 * k, -0.92, -0.58) for k, grey in enumerate(CARD_GREYS)]
    result = []
    for grey, x0, x1, y0, y1 in parts:
        # The card's front face, which stands a little nearer than its middle.
        z = shapes.CARD_Z - 0.012
        left, bottom = view.project(shapes.CARD_X + x0 * shapes.CARD_HALF_W, shapes.CARD_Y + y0 * shapes.CARD_HALF_H, z)
        right, top = view.project(shapes.CARD_X + x1 * shapes.CARD_HALF_W, shapes.CARD_Y + y1 * shapes.CARD_HALF_H, z)
        result.append((grey, int(top) + 2, int(bottom) - 1, int(left) + 2, int(right) - 1))
    return result
