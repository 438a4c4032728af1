"""Capture sharpening: edges get steeper without halos; noise, even areas and what is blown stay."""

import numpy as np
import pytest

from exposure_app.io.noise import Noise
from exposure_app.io.sharpen import blur_radius, sharpen

NOISE = Noise(1e-6, 1e-8)


def blurred_edges(radius: float, height: int = 300, width: int = 400) -> np.ndarray:
    """Slanted bars, blurred by a Gaussian."""
    y, x = np.mgrid[: 4 * height, : 4 * width] / 4
    bars = np.where((x + 0.15 * y) % 40 < 20, 0.1, 0.5)
    k = np.exp(-(np.arange(-16, 17) ** 2) / (2 * (4 * radius) ** 2))
    for axis in (0, 1):
        bars = np.apply_along_axis(np.convolve, axis, np.pad(bars, 16, "edge"), k / k.sum(), "valid")[
            (slice(None), slice(16, -16)) if axis == 0 else (slice(16, -16), slice(None))
        ]
    small = bars.reshape(height, 4, width, 4).mean(axis=(1, 3))
    return np.repeat(small[..., np.newaxis], 3, axis=-1).astype(np.float32)


def steepness(pixels: np.ndarray) -> float:
    return float(np.quantile(np.abs(np.diff(pixels[20:-20, 20:-20, 1], axis=1)), 0.99))


def test_edges_get_steeper_without_halos() -> None:
    pixels = blurred_edges(0.7)
    result = pixels.copy()
    sharpen(result, 1.0, 0.7, NOISE)
    assert steepness(result) > 1.15 * steepness(pixels)
    assert result.max() < 0.5 * 1.06 and result.min() > 0.1 * 0.55


def test_a_blurred_picture_tells_its_blur() -> None:
    radii = [blur_radius(blurred_edges(radius)) for radius in (0.5, 0.7, 0.9)]
    assert radii == sorted(radii)
    assert radii[1] == pytest.approx(0.7, abs=0.15)
    assert 0.4 <= blur_radius(np.full((50, 50, 3), 0.3, np.float32)) <= 1.0


def test_noise_and_even_areas_are_left_alone() -> None:
    noise = Noise(1e-4, 1e-6)
    pixels = np.full((200, 300, 3), 0.2, np.float32)
    pixels += np.random.default_rng(0).normal(0, noise.at(0.2), (200, 300, 1)).astype(np.float32)
    result = pixels.copy()
    sharpen(result, 1.0, 0.7, noise)
    assert result.std() < 1.02 * pixels.std()


def test_what_is_blown_stays_and_nothing_goes_above_white() -> None:
    pixels = blurred_edges(0.7) * 2.2
    np.minimum(pixels, 1, out=pixels)
    result = pixels.copy()
    sharpen(result, 1.0, 0.7, NOISE)
    assert result.max() <= 1
    np.testing.assert_array_equal(result[pixels == 1], 1)


def test_tiles_threads_and_views_make_no_difference() -> None:
    pixels = blurred_edges(0.7, 300, 600)
    whole, part, turned = pixels.copy(), pixels[:200, :420].copy(), pixels.swapaxes(0, 1).copy().swapaxes(0, 1)
    sharpen(whole, 0.7, 0.7, NOISE, threads=1)
    sharpen(part, 0.7, 0.7, NOISE, threads=2)
    sharpen(turned, 0.7, 0.7, NOISE)
    np.testing.assert_allclose(part[:150, :370], whole[:150, :370], atol=1e-6)
    np.testing.assert_allclose(turned, whole, atol=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (2, 700), (40, 3)])
def test_small_pictures_are_no_trouble(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).random((*size, 3), np.float32)
    sharpen(pixels, 1.0, blur_radius(pixels), NOISE)
    assert np.isfinite(pixels).all() and pixels.min() >= 0


def test_black_stays_black_and_colours_keep_their_ratios() -> None:
    pixels = blurred_edges(0.7) * np.array([1, 0.5, 0.0], np.float32)
    result = pixels.copy()
    sharpen(result, 1.0, 0.7, NOISE)
    np.testing.assert_allclose(result[..., 1], 0.5 * result[..., 0], rtol=1e-5)
    assert (result[..., 2] == 0).all()
