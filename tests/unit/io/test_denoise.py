"""Noise reduction: noise goes, edges, brightness and blown areas stay."""

from pathlib import Path

import numpy as np
import pytest

from exposure_app.io.denoise import denoise_mosaic, denoised
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import linear_to_srgb
from tests.helpers.shared import need_mosaic, raw_files
from tests.unit.io.dng import mosaic_of, write_dng

WHITE = 15000.0


def noisy(truth: np.ndarray, seed: int = 0) -> np.ndarray:
    """Shot noise: its variance grows with the light."""
    return truth + np.random.default_rng(seed).normal(0, 1, truth.shape) * np.sqrt(truth * 4 + 100)


def test_flat_areas_lose_most_of_their_noise_and_keep_their_mean() -> None:
    for brightness in (60, 2000, 9000):
        plane = noisy(np.full((200, 300), float(brightness))).astype(np.float32)
        cleaned = denoised(plane, WHITE, 1.0)
        assert cleaned.std() < 0.25 * plane.std()
        assert cleaned.mean() == pytest.approx(plane.mean(), rel=2e-3)


def test_edges_stay() -> None:
    truth = np.full((120, 160), 1000.0)
    truth[:, 80:] = 6000
    cleaned = denoised(noisy(truth).astype(np.float32), WHITE, 1.0)
    assert cleaned[10:-10, 82].mean() - cleaned[10:-10, 77].mean() > 0.93 * 5000


def test_more_strength_takes_more_and_none_takes_nothing() -> None:
    plane = noisy(np.full((120, 160), 3000.0)).astype(np.float32)
    left = [np.std(denoised(plane, WHITE, strength)) for strength in (0.0, 0.3, 0.6, 1.0)]
    assert left == sorted(left, reverse=True)
    np.testing.assert_allclose(denoised(plane, WHITE, 0.0), plane, rtol=1e-5)


def test_blown_sites_stay_blown() -> None:
    sites = np.full((60, 80), 2000, np.uint16)
    sites[20:40, 20:50] = 15000
    denoise_mosaic(sites, np.full((2, 2), 500.0), WHITE, 1.0)
    assert (sites[20:40, 20:50] == 15000).all()


@pytest.mark.parametrize("size", [(2, 2), (3, 40), (41, 5), (28, 29)])
def test_small_mosaics_are_no_trouble(size: tuple[int, int]) -> None:
    sites = np.random.default_rng(0).integers(500, 9000, size).astype(np.uint16)
    denoise_mosaic(sites, np.full((2, 2), 512.0), WHITE, 1.0)
    assert sites.max() <= 9000


def test_a_noisy_photo_comes_closer_to_the_truth(tmp_path: Path) -> None:
    y, x = np.mgrid[:200, :300]
    truth = np.stack([0.15 + 0.1 * np.sin(x / 30 + phase) * np.cos(y / 25) for phase in (0, 1, 2)], axis=-1)
    mosaic = np.round(noisy(mosaic_of(truth, "RGGB") * 15000) + 512).clip(0, 15512).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, black=(512,) * 4, white=15512)

    def error(develop: Develop) -> float:
        return float(np.mean((linear_to_srgb(read_image(path, develop=develop).pixels) - linear_to_srgb(truth)) ** 2))

    before = error(Develop())
    assert error(Develop(denoise=50)) < 0.6 * before
    assert error(Develop(denoise=50, demosaic="ahd")) < 0.6 * error(Develop(demosaic="ahd")), "LibRaw takes it too"


@raw_files("gopro_fusion*", "synthetic_xtrans*")
def test_a_real_photo_gets_smoother_and_no_darker(raw_file: Path) -> None:
    need_mosaic(raw_file)
    plain, clean = (read_image(raw_file, develop=Develop(denoise=strength)).pixels for strength in (0, 60))
    assert np.abs(np.diff(clean, axis=1)).mean() < 0.85 * np.abs(np.diff(plain, axis=1)).mean()
    np.testing.assert_allclose(clean.mean(axis=(0, 1)), plain.mean(axis=(0, 1)), rtol=0.02)
