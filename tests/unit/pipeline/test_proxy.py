"""The agent's view of a photo."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.pipeline.proxy import area_resize, make_proxy


def picture(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(height * width).random((height, width, 3)).astype(np.float32)


def test_whole_blocks_are_averaged():
    pixels = picture(192, 256)
    expected = pixels.reshape(64, 3, 64, 4, 3).mean((1, 3))
    assert area_resize(pixels, 64, 64) == pytest.approx(expected, abs=1e-6)


@given(st.integers(1, 90), st.integers(1, 90))
def test_the_mean_of_the_picture_is_kept_at_any_size(height, width):
    pixels = picture(71, 53)
    assert area_resize(pixels, height, width).mean((0, 1)) == pytest.approx(pixels.mean((0, 1)), abs=1e-4)


def test_a_picture_of_its_own_size_stays():
    assert area_resize(picture(9, 7), 9, 7) == pytest.approx(picture(9, 7), abs=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (3, 500), (64, 64), (400, 301)])
def test_a_proxy_is_3_x_64_x_64_whatever_the_photo(shape):
    proxy = make_proxy(picture(*shape))
    assert proxy.shape == (3, 64, 64)
    assert proxy.dtype == np.float32
    assert proxy.flags.c_contiguous
