"""Noise reduction: noise goes, edges, brightness and blown areas stay."""

from pathlib import Path

import numpy as np
import pytest

from exposure_app.io.denoise import shrink
from exposure_app.io.detail import Detail
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.noise import Noise, estimate, put_quads, quads_of
from exposure_app.io.transfer import linear_to_srgb
from tests.helpers.shared import need_mosaic, raw_files
from tests.unit.io.dng import mosaic_of, write_dng

WHITE = 15512.0
BLACK = np.full((2, 2), 512.0)
SOUND = Develop(denoise=50, color_denoise=50, sharpen=0)
OFF = Develop(denoise=0, color_denoise=0, sharpen=0)
NOISE = Noise(4e-3, 1e-4)


def noisy(light: np.ndarray, seed: int = 0, noise: Noise = NOISE) -> np.ndarray:
    """Codes of a mosaic of that light, of which 1 is white."""
    spread = np.sqrt(noise.shot * light + noise.read)
    seen = light + np.random.default_rng(seed).normal(0, 1, light.shape) * spread
    return np.round(seen * (WHITE - 512) + 512).clip(0, WHITE).astype(np.uint16)


def cleaned(sites: np.ndarray, develop: Develop = SOUND) -> np.ndarray:
    sites = sites.copy()
    Detail(develop, None).clean_mosaic(sites, BLACK, WHITE)
    return (sites - 512.0) / (WHITE - 512)


@pytest.mark.parametrize("light", [0.02, 0.2, 0.6])
def test_flat_areas_lose_most_of_their_noise_and_keep_their_mean(light: float) -> None:
    sites = noisy(np.full((200, 304), light))
    seen = (sites - 512.0) / (WHITE - 512)
    assert cleaned(sites).std() < 0.25 * seen.std()
    assert cleaned(sites).mean() == pytest.approx(seen.mean(), rel=0.03)


def test_edges_stay() -> None:
    truth = np.full((120, 160), 0.1)
    truth[:, 80:] = 0.5
    result = cleaned(noisy(truth))
    assert result[10:-10, 82].mean() - result[10:-10, 77].mean() > 0.93 * 0.4


def test_more_strength_takes_more_and_none_takes_nothing() -> None:
    plane = np.random.default_rng(0).normal(30, 1, (128, 160)).astype(np.float32)
    left = [float(np.std(shrink(plane, strength, 1))) for strength in (0.0, 0.3, 0.6, 1.0)]
    assert left == sorted(left, reverse=True)
    assert shrink(plane, 0.0, 1) is plane
    sites = noisy(np.full((64, 64), 0.3))
    np.testing.assert_array_equal(cleaned(sites, OFF), (sites - 512.0) / (WHITE - 512))


def test_threads_make_no_difference() -> None:
    plane = np.random.default_rng(0).normal(30, 1, (200, 151)).astype(np.float32)
    np.testing.assert_array_equal(shrink(plane, 1.0, 1, threads=1), shrink(plane, 1.0, 1, threads=3))


def test_blown_sites_stay_blown() -> None:
    sites = noisy(np.full((60, 80), 0.1))
    sites[20:40, 20:50] = int(WHITE)
    cleaned_sites = sites.copy()
    Detail(SOUND, None).clean_mosaic(cleaned_sites, BLACK, WHITE)
    assert (cleaned_sites[20:40, 20:50] == int(WHITE)).all()


@pytest.mark.parametrize("size", [(2, 2), (3, 40), (41, 5), (28, 29), (129, 131)])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_small_and_odd_mosaics_are_no_trouble(size: tuple[int, int], dtype: type) -> None:
    sites = np.random.default_rng(0).integers(500, 9000, size).astype(dtype)
    Detail(SOUND, 800).clean_mosaic(sites, BLACK, WHITE)
    assert sites.max() < 10000 and np.isfinite(sites).all()


def test_the_last_row_and_column_of_an_odd_mosaic_are_cleaned_too() -> None:
    sites = cleaned(noisy(np.full((129, 131), 0.2)))
    before = (noisy(np.full((129, 131), 0.2)) - 512.0) / (WHITE - 512)
    for line in (np.s_[-1], np.s_[:, -1]):
        assert sites[line][::2].std() < 0.6 * before[line][::2].std()


def test_there_and_back_is_the_same() -> None:
    sites = noisy(np.linspace(0.0, 0.9, 64 * 64).reshape(64, 64), noise=Noise(1e-5, 1e-7))
    back = sites.copy()
    put_quads(quads_of(sites, BLACK, WHITE, Noise(1e-5, 1e-7), 1), back, BLACK, WHITE, Noise(1e-5, 1e-7), 1)
    assert np.abs(back.astype(int) - sites).max() <= 2


@pytest.mark.parametrize("noise", [Noise(2e-4, 1e-6), Noise(4e-3, 1e-4)])
def test_a_picture_tells_its_noise(noise: Noise) -> None:
    y, x = np.mgrid[:600, :800]
    truth = 0.3 + 0.25 * np.sin(x / 60) * np.cos(y / 45)
    found = estimate(noisy(truth, noise=noise), BLACK, WHITE)
    for light in (0.1, 0.3, 0.5):
        assert found.at(light) == pytest.approx(noise.at(light), rel=0.15)


def test_auto_leaves_alone_what_nobody_sees_and_takes_more_from_more_noise() -> None:
    y, x = np.mgrid[:400, :400]
    truth = 0.3 + 0.25 * np.sin(x / 60) * np.cos(y / 45)
    strengths = []
    for iso in (100, 800, 6400):
        detail = Detail(Develop(), iso)
        detail.clean_mosaic(noisy(truth, noise=Noise(2e-5 * iso / 100, 1e-8)), BLACK, WHITE)
        strengths.append(detail.found.denoise)
    assert strengths[0] == 0 and strengths[1] <= strengths[2] and strengths[2] > 30


def test_the_noise_a_file_states_is_believed() -> None:
    sites = noisy(np.full((64, 64), 0.3))
    detail = Detail(Develop(), None, (1e-5, 1e-8))
    detail.clean_mosaic(sites, BLACK, WHITE)
    assert detail.found.denoise == 0
    nonsense = Detail(Develop(), None, (float("nan"), -1.0, 7.0))
    nonsense.clean_mosaic(sites, BLACK, WHITE)
    assert nonsense.found.noise is not None and nonsense.found.noise > 0.1


def test_floats_are_not_taken_for_whole_numbers() -> None:
    seen = np.random.default_rng(0).normal(0.3, 0.002, (128, 160, 3)).astype(np.float32)
    detail = Detail(Develop(), None)
    detail.clean_camera(seen, 1.0)
    assert detail.found.denoise == 0 and detail.found.noise is not None and detail.found.noise < 0.02


@pytest.mark.parametrize("colors", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_pictures_without_a_mosaic_get_smoother(colors: int, dtype: type) -> None:
    camera = np.random.default_rng(0).normal(0.3, 0.03, (128, 160, colors)) * 60000
    seen = camera.astype(dtype)
    Detail(SOUND, None).clean_camera(seen, 65535.0)
    assert seen.std() < 0.4 * camera.std()
    assert seen.mean() == pytest.approx(camera.mean(), rel=0.02)


def test_a_noisy_photo_comes_closer_to_the_truth(tmp_path: Path) -> None:
    y, x = np.mgrid[:200, :300]
    truth = np.stack([0.15 + 0.1 * np.sin(x / 30 + phase) * np.cos(y / 25) for phase in (0, 1, 2)], axis=-1)
    path = write_dng(tmp_path / "a.dng", noisy(mosaic_of(truth, "RGGB")), black=(512,) * 4, white=15512)

    def error(develop: Develop) -> float:
        return float(np.mean((linear_to_srgb(read_image(path, develop=develop).pixels) - linear_to_srgb(truth)) ** 2))

    assert error(Develop()) < 0.4 * error(OFF)
    assert error(SOUND) < 0.3 * error(OFF)
    ahd = {"demosaic": "ahd", "sharpen": 0}
    theirs = error(Develop(denoise=0, color_denoise=0, **ahd))  # type: ignore[arg-type]
    assert error(Develop(**ahd)) < 0.4 * theirs, "LibRaw takes it too"  # type: ignore[arg-type]


@raw_files("gopro_hero7*", "synthetic_xtrans*")
def test_a_real_photo_gets_smoother_and_no_darker(raw_file: Path) -> None:
    need_mosaic(raw_file)
    plain, clean = (read_image(raw_file, develop=develop).pixels for develop in (OFF, SOUND))
    assert np.abs(np.diff(clean, axis=1)).mean() < 0.85 * np.abs(np.diff(plain, axis=1)).mean()
    np.testing.assert_allclose(clean.mean(axis=(0, 1)), plain.mean(axis=(0, 1)), rtol=0.02)
