"""Hot and dead sites are mended; stars, glints and texture are left alone."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from exposure_app.io.defects import mend_defects
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, write_dng

HEIGHT, WIDTH = 180, 240
BLACK, WHITE = 500, 15000
XTRANS = np.array(
    [[1, 2, 1, 1, 0, 1], [0, 1, 0, 2, 1, 2], [1, 2, 1, 1, 0, 1],
     [1, 0, 1, 1, 2, 1], [2, 1, 2, 0, 1, 0], [1, 0, 1, 1, 2, 1]]
)  # fmt: skip
PATTERNS = {name: np.reshape(colors, (2, 2)) for name, colors in BAYER_PHASES.items()} | {
    "X-Trans": XTRANS, "monochrome": None, "linear": None,
}  # fmt: skip


def picture() -> NDArray[np.float64]:
    """Soft shades and a hard edge."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    shade = 0.25 + 0.2 * np.sin(x / 31) * np.cos(y / 23) + 0.2 * (x + y / 3 > 190)
    return shade[..., None] * np.array([0.5, 1.0, 0.7])


def sensor(light: NDArray[np.float64], kind: str, noise: float = 0.0) -> NDArray[np.uint16]:
    """What a sensor stores of light, with noise of so many electrons at white."""
    if kind == "linear":
        seen = light
    elif kind == "monochrome":
        seen = light[..., 1]
    else:
        pattern = PATTERNS[kind]
        assert pattern is not None
        at = np.indices(light.shape[:2]) % len(pattern)
        seen = np.take_along_axis(light, pattern[at[0], at[1]][..., None], axis=2)[..., 0]
    if noise:
        seen = np.random.default_rng(1).poisson(np.maximum(seen, 0) * noise) / noise
    return np.clip(np.round(seen * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)


def mend(sites: NDArray[np.uint16], kind: str) -> int:
    return mend_defects(sites, PATTERNS[kind], np.full(4, BLACK), WHITE)


def places(count: int, apart: int = 9) -> NDArray[np.int64]:
    """Sites far enough from each other, some at the very edge."""
    y, x = np.meshgrid(np.arange(0, HEIGHT, apart), np.arange(0, WIDTH, apart), indexing="ij")
    dice = np.random.default_rng(2)
    grid = np.stack([y.ravel(), x.ravel()], axis=1)
    return np.minimum(dice.permutation(grid)[:count] + dice.integers(0, 3, (count, 2)), (HEIGHT - 1, WIDTH - 1))


@pytest.mark.parametrize("noise", [0.0, 4000.0])
@pytest.mark.parametrize("kind", ["RGGB", "GBRG", "X-Trans", "monochrome", "linear"])
@pytest.mark.parametrize("value", [14500, 9000, BLACK], ids=["hot", "warm", "dead"])
@pytest.mark.parametrize("other", [None, (0, 1), (1, 0), (1, 1), (0, 2), (2, 0), (2, 2)], ids=str)
def test_defects_are_mended_alone_and_in_pairs(
    kind: str, value: int, other: tuple[int, int] | None, noise: float
) -> None:
    clean = sensor(picture(), kind, noise)
    sites = clean.copy()
    some = places(120)
    if other is not None and kind in ("monochrome", "linear") and max(other) < 2:
        some = some[(some > 1).all(axis=1)]
    for y, x in some:
        for dy, dx in ((0, 0), *([] if other is None else [other])):
            at = (min(y + dy, HEIGHT - 1), min(x + dx, WIDTH - 1), *((1,) if kind == "linear" else ()))
            sites[at] = value
    seen = sites != clean
    stands_out = seen & (np.abs(sites.astype(float) - clean) > 0.15 * (WHITE - BLACK))
    mend(sites, kind)
    left = np.abs(sites.astype(float) - clean) > 0.15 * (WHITE - BLACK)
    assert left[stands_out].mean() < 0.06, (int(left.sum()), int(stands_out.sum()))
    assert not left[~seen].any()


@pytest.mark.parametrize("kind", PATTERNS)
@pytest.mark.parametrize("width", [0.55, 0.7, 1.0])
def test_stars_stay(kind: str, width: float) -> None:
    light = np.full((HEIGHT, WIDTH, 3), 0.004)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    dice = np.random.default_rng(3)
    for _ in range(150):
        at, bright = dice.uniform((4, 4), (HEIGHT - 4, WIDTH - 4)), dice.uniform(0.05, 0.9)
        color = dice.uniform(0.5, 1, 3)
        star = np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / (2 * width**2))
        light += bright * star[..., None] * color
    sites = sensor(np.minimum(light, 1), kind, 8000.0)
    before = sites.copy()
    mend(sites, kind)
    assert (sites != before).sum() <= 0.01 * (before > BLACK + 0.02 * (WHITE - BLACK)).sum()
    assert np.abs(sites.astype(float) - before).sum() < 0.01 * (before.astype(float) - BLACK).sum()


@pytest.mark.parametrize("kind", PATTERNS)
def test_texture_and_noise_stay(kind: str) -> None:
    dice = np.random.default_rng(4)
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    textures = {
        "noise": np.full((HEIGHT, WIDTH), 0.2),
        "sand": dice.uniform(0.05, 0.8, (HEIGHT, WIDTH)),
        "gauze": 0.3 + 0.25 * ((x // 2 + y // 2) % 2),
        "lines": 0.1 + 0.6 * ((3 * x + y) % 11 < 2),
        "wire": 0.6 - 0.5 * (np.abs(x - 2.3 * y + 70) < 1.2),
    }
    for name, sharp in textures.items():
        # A lens draws nothing sharper than this; sand is sharper than any.
        texture = sharp
        for axis in (0, 1) if name not in ("noise", "sand") else ():
            texture = 0.5 * texture + 0.25 * (np.roll(texture, 1, axis) + np.roll(texture, -1, axis))
        sites = sensor(texture[..., None] * np.array([0.6, 1.0, 0.8]), kind, 1500.0)
        before = sites.copy()
        assert mend(sites, kind) <= 0.001 * sites.size, name
        assert np.mean(np.abs(sites.astype(float) - before)) < 5e-4 * WHITE, name


def test_it_is_done_unless_it_is_switched_off(tmp_path: Path) -> None:
    light = picture()
    mosaic = np.round(mosaic_of(light, "RGGB") * 60000).astype(np.uint16)
    clean = read_image(write_dng(tmp_path / "a.dng", mosaic, white=60000)).pixels
    mosaic[90, 120], mosaic[41, 61], mosaic[20, 30] = 60000, 60000, 0
    path = write_dng(tmp_path / "b.dng", mosaic, white=60000)
    assert np.abs(read_image(path).pixels - clean).max() < 0.05
    assert np.abs(read_image(path, develop=Develop(hot_pixels=False)).pixels - clean).max() > 0.3
