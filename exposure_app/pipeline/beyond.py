"""Pictures for colour spaces wider than sRGB: what lies outside of sRGB follows the recipe (ADR 6).

A recipe knows sRGB alone. A colour outside of it is q + e: the nearest q inside, channel by channel, which is rendered
as ever, and the rest e, which goes the way that its mirror image q - e, inside again, has gone from q:

    result(q + e) = L(f(q)) + G(f(q)) - G(f(q - e))

f is the recipe, L the light of its sRGB codes. G undoes the display gamma, so that without edits the difference is e
itself, and an exposure multiplies it exactly.
"""

import numpy as np
from numpy.typing import NDArray

from exposure_app.filters.gamma import TOE
from exposure_app.image import Image, Pixels
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline.device import DeviceChoice
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.recipe import DISPLAY_GAMMA, Recipe

_BAND = 512  # rows at once; temporaries stay small
_UNSEEN = 1e-3
_BRIGHTEST = 16.0  # of an intermediate value; what is brighter is white in every space


def render_light(image: Image, recipe: Recipe, *, grid: Grid, device: DeviceChoice = "auto") -> Pixels:
    """Apply a recipe to an image that has colours outside of sRGB.

    Args:
        image: With ``beyond``.
        recipe: As in ``render``.
        grid: As in ``render``.
        device: As in ``render``.

    Returns:
        float32, H x W x 3, display-referred linear light, sRGB primaries; below 0 or above 1 outside of sRGB. Where the
        image has nothing beyond sRGB: the light of ``render``'s codes. A finished picture without edits is as it was.
    """
    if image.beyond is not None and not image.scene_referred and _is_untouched(recipe):
        return image.pixels + image.beyond
    out = np.empty_like(image.pixels)
    for start in range(0, len(out), _BAND):
        rows = slice(start, min(start + _BAND, len(out)))
        inside, place = image.pixels[rows], grid.part(0, start)
        codes = render(inside, recipe, grid=place, depth=32, device=device, top=_BRIGHTEST)
        out[rows] = srgb_to_linear(np.minimum(codes, 1))
        outside = image.beyond[rows] if image.beyond is not None else np.zeros(1, np.float32)
        if outside.any():
            mirrored = np.maximum(inside - outside, 0)
            turned = render(mirrored, recipe, grid=place, depth=32, device=device, top=_BRIGHTEST)
            out[rows] += _light(codes) - _light(turned)
    return out


def _is_untouched(recipe: Recipe) -> bool:
    """Whether nothing happens but the display gamma."""
    gamma = 1.0
    for edit in recipe.edits():
        if edit.mask is not None or edit.filter not in ("exposure", "gamma"):
            return False
        if edit.filter == "exposure" and abs(float(edit.params["ev"])) > _UNSEEN:  # type: ignore[arg-type]
            return False
        gamma *= float(edit.params["gamma"]) if edit.filter == "gamma" else 1.0  # type: ignore[arg-type]
    return abs(gamma - DISPLAY_GAMMA) < _UNSEEN


def _light(codes: Pixels) -> NDArray[np.float32]:
    """What the display gamma, with its straight line to black, made of linear light, undone."""
    knee = np.float32(TOE**DISPLAY_GAMMA)
    return np.where(codes > knee, codes ** np.float32(1 / DISPLAY_GAMMA), codes * np.float32(TOE) / knee)
