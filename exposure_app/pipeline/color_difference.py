"""How different colours look: CIE L*a*b* and the CIEDE2000 difference, the only copy in the project.

Pixels are display-referred sRGB in [0, 1], of any shape (..., 3).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exposure_app.io.transfer import SRGB_TO_XYZ, srgb_to_linear

Lab = NDArray[np.float64]


@dataclass(frozen=True)
class DeltaE:
    """How different two pictures look, in CIEDE2000: about 1 is just seen when they touch.

    Attributes:
        mean: Over the pixels.
        p95: 95 % of the pixels differ less.
        max: The most.
    """

    mean: float
    p95: float
    max: float

    @classmethod
    def between(cls, some: NDArray[Any], others: NDArray[Any]) -> "DeltaE":
        """Of two pictures of one size."""
        return cls.of(delta_e_2000(lab(some), lab(others)))

    @classmethod
    def of(cls, differences: NDArray[np.float64]) -> "DeltaE":
        """Of differences of any shape; of none it is 0."""
        if not differences.size:
            return cls(0.0, 0.0, 0.0)
        return cls(float(differences.mean()), float(np.percentile(differences, 95)), float(differences.max()))

    def __str__(self) -> str:
        return f"mean {self.mean:.2f}, 95 % {self.p95:.2f}, max {self.max:.1f}"


def lab(picture: NDArray[Any]) -> Lab:
    """CIE L*a*b* (D65) of pixels, (..., 3)."""
    xyz = srgb_to_linear(picture) @ SRGB_TO_XYZ.T / SRGB_TO_XYZ.sum(1)
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


def delta_e_2000(some: Lab, others: Lab) -> NDArray[np.float64]:
    """CIEDE2000 colour difference (CIE 142, Sharma et al. 2005) of colours in Lab, (..., 3) each; (...)."""
    (L1, a1, b1), (L2, a2, b2) = np.moveaxis(some, -1, 0), np.moveaxis(others, -1, 0)
    G = 0.5 * (1 - _weight((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2))
    C1, C2 = np.hypot((1 + G) * a1, b1), np.hypot((1 + G) * a2, b2)
    h1, h2 = (np.arctan2(b, (1 + G) * a) % (2 * np.pi) for a, b in ((a1, b1), (a2, b2)))
    # From the first hue to the second the short way round; opposite hues count as they are, rounding errors or not.
    dh = h2 - h1
    dh = np.where(np.abs(dh) <= np.pi + 1e-9, dh, dh - 2 * np.pi * np.sign(dh))
    dh = np.where(C1 * C2 > 0, dh, 0)
    h = np.where(C1 * C2 > 0, h1 + dh / 2, h1 + h2)  # half-way; the other's where one is grey
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    T = 1 - 0.17 * np.cos(h - np.pi / 6) + 0.24 * np.cos(2 * h)
    T += 0.32 * np.cos(3 * h + np.pi / 30) - 0.2 * np.cos(4 * h - np.radians(63))
    turned = ((np.degrees(h) % 360 - 275) / 25) ** 2
    R = -2 * _weight(C) * np.sin(np.radians(60) * np.exp(-turned))
    S_L = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    x = (L2 - L1) / S_L
    y = (C2 - C1) / (1 + 0.045 * C)
    z = 2 * np.sqrt(C1 * C2) * np.sin(dh / 2) / (1 + 0.015 * C * T)
    found: NDArray[np.float64] = np.sqrt(np.maximum(x**2 + y**2 + z**2 + R * y * z, 0))
    return found


def _weight(chroma: NDArray[np.float64]) -> NDArray[np.float64]:
    seventh = chroma**7
    weight: NDArray[np.float64] = np.sqrt(seventh / (seventh + 25.0**7))
    return weight
