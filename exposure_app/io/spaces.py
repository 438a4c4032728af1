"""The colour spaces of finished pictures: from linear sRGB to their codes, and the profiles that say so."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from exposure_app.image import Pixels
from exposure_app.io.coding import ADOBE_GAMMA
from exposure_app.io.icc import make_profile, srgb_profile
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear

ColorProfile = Literal["srgb", "display-p3", "adobe-rgb"]


@dataclass(frozen=True, eq=False)
class Space:
    """A colour space with the white of sRGB, D65, and primaries that enclose those of sRGB: nothing is clipped.

    Attributes:
        name: In its profile.
        matrix: 3 x 3, linear light from sRGB primaries to its own.
        colorants: Its primaries as columns of XYZ, adapted to D50 (Bradford).
        encode: Linear light in [0, 1] to codes in [0, 1].
        decode: The inverse.
    """

    name: str
    matrix: NDArray[np.float64]
    colorants: NDArray[np.float64]
    encode: Callable[[NDArray[Any]], Pixels]
    decode: Callable[[NDArray[Any]], Pixels]

    def from_linear_srgb(self, linear: Pixels) -> Pixels:
        """Codes in [0, 1] of pixels (..., 3) in linear light, sRGB primaries, in [0, 1]."""
        return self.encode(linear @ self.matrix.T.astype(np.float32))


def _adobe_encode(linear: NDArray[Any]) -> Pixels:
    return np.asarray(np.maximum(linear, 0) ** np.float32(1 / ADOBE_GAMMA), np.float32)


def _adobe_decode(codes: NDArray[Any]) -> Pixels:
    return np.asarray(np.maximum(codes, 0) ** np.float32(ADOBE_GAMMA), np.float32)


SPACES: dict[ColorProfile, Space] = {
    "display-p3": Space(
        "Display P3",
        np.array([[0.8224621, 0.1775380, 0.0], [0.0331941, 0.9668058, 0.0], [0.0170827, 0.0723974, 0.9105199]]),
        np.array([[0.515102, 0.291965, 0.157153], [0.241182, 0.692236, 0.066582], [-0.001050, 0.041882, 0.784378]]),
        linear_to_srgb,
        srgb_to_linear,
    ),
    "adobe-rgb": Space(
        "Adobe RGB (1998)",
        np.array([[0.7151256, 0.2848744, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0411619, 0.9588381]]),
        np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]]),
        _adobe_encode,
        _adobe_decode,
    ),
}  # sRGB needs no conversion


@cache
def profile_of(space: ColorProfile) -> bytes:
    """The profile to embed; the same bytes every time."""
    if space == "srgb":
        return srgb_profile()
    found = SPACES[space]
    gamma = ADOBE_GAMMA if space == "adobe-rgb" else None
    return make_profile(found.name, found.colorants, gamma)
