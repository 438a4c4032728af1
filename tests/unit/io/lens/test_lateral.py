"""Lateral colour: found where a lens has made it, and nowhere else."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.lens.defringe import defringed
from exposure_app.io.lens.lateral import Shift, align
from exposure_app.io.lens.resample import resampled
from tests.unit.io.dng import BAYER_PHASES, mosaic_of, write_dng

PLAIN = Develop(hot_pixels=False, denoise=0, color_denoise=0, sharpen=0)  # nothing but the sensor

SIZE = (1200, 896)  # width, height


def page(seed: int = 0) -> NDArray[np.float32]:
    """Grey blocks as sharp as a lens draws."""
    width, height = SIZE
    shape = (height // 8, width // 8)
    grey = np.kron(np.random.default_rng(seed).random(shape) > 0.6, np.ones((8, 8))) * 0.6 + 0.1
    for axis in (0, 1):
        grey = sum(w * np.roll(grey, i - 2, axis) for i, w in enumerate((1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16)))
    return np.repeat(grey[..., None], 3, 2).astype(np.float32)


def shifted(truth: NDArray[np.float32], red: Shift, blue: Shift) -> NDArray[np.float32]:
    def source(x, y):
        places = np.broadcast_to(np.stack([x, y]), (3, 2, *x.shape)).copy()
        for plane, shift in ((0, red), (2, blue)):
            right, down = shift.at(x, y, SIZE)
            places[plane, 0] -= right
            places[plane, 1] -= down
        return places, np.ones((3, *x.shape))

    out = np.empty_like(truth)
    resampled(truth, source, out)
    return out


def dng(folder: Path, light: NDArray[np.float32], phase: str = "RGGB") -> Path:
    noise = np.random.default_rng(3).normal(0, 60, light.shape[:2])
    neutral = np.array((0.6, 1, 0.7))
    mosaic = np.round(mosaic_of(light * neutral, phase) * 60000 + 1000 + noise).clip(0, 65535).astype(np.uint16)
    return write_dng(folder / "a.dng", mosaic, phase=phase, black=(1000,) * 4, white=61000, neutral=tuple(neutral))


@pytest.mark.parametrize("phase", BAYER_PHASES)
def test_red_and_blue_are_laid_over_green(tmp_path: Path, phase: str) -> None:
    truth = page()
    path = dng(tmp_path, shifted(truth, Shift((0.0012, -0.0003)), Shift((-0.001, 0.0))), phase)
    image = read_image(path, develop=PLAIN)
    assert image.lens.measured == pytest.approx(0.75, abs=0.25)
    plain = read_image(path, develop=replace(PLAIN, lens_fringes=False))
    left, before = (np.abs(i.pixels - truth)[16:-16, 16:-16].mean((0, 1)) for i in (image, plain))
    assert (left[[0, 2]] < before[[0, 2]] / 3).all()


def test_a_mosaic_without_lateral_colour_is_not_touched(tmp_path: Path) -> None:
    path = dng(tmp_path, page())
    image = read_image(path)
    assert image.lens.measured == 0
    np.testing.assert_array_equal(image.pixels, read_image(path, develop=Develop(lens_fringes=False)).pixels)


def test_hard_edges_in_step_with_the_mosaic_are_no_lateral_colour() -> None:
    light = np.full((SIZE[1], SIZE[0]), 3000, np.uint16)
    light[:, ::40] = light[:, 1::40] = light[::56] = 30000
    before = light.copy()
    assert align(light, np.array([[0, 1], [1, 2]]), np.zeros((2, 2)), 65535.0, np.ones(4)) == 0
    np.testing.assert_array_equal(light, before)


def test_noise_alone_is_no_lateral_colour() -> None:
    noise = np.random.default_rng(0).normal(3000, 300, (SIZE[1], SIZE[0])).astype(np.uint16)
    assert align(noise, np.array([[0, 1], [1, 2]]), np.zeros((2, 2)), 65535.0, np.ones(4)) == 0


def test_what_is_clipped_stays_clipped(tmp_path: Path) -> None:
    truth = page()
    truth[200:400, 300:600] = 1.2
    path = dng(tmp_path, shifted(truth, Shift((0.0012, 0.0)), Shift((-0.001, 0.0))))
    sky = read_image(path).pixels[220:380, 320:580]
    assert sky.min() > 0.99


def test_defringing_calms_rims_and_leaves_areas() -> None:
    pixels = np.full((80, 160, 3), 0.05, np.float32)
    pixels[:, 60:] = 0.9
    pixels[:, 58:60] = (0.5, 0.1, 0.6)
    pixels[30:60, 100:140] = (0.4, 0.1, 0.5)
    calm = defringed(pixels, 1.0)
    saturation = lambda part: float(np.ptp(part, axis=-1).mean())  # noqa: E731
    assert saturation(calm[:20, 58:60]) < 0.5 * saturation(pixels[:20, 58:60])
    np.testing.assert_allclose(calm[40:50, 110:130], pixels[40:50, 110:130], atol=0.02)
    np.testing.assert_array_equal(defringed(pixels, 0.0), pixels)
