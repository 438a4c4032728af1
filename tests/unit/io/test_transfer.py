import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear


def test_known_values_of_the_standard() -> None:
    encoded = np.array([0.0, 0.04045, 0.5, 1.0])
    np.testing.assert_allclose(srgb_to_linear(encoded), [0, 0.0031308, 0.2140411, 1], atol=1e-6)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_integers_decode_like_the_floats_they_stand_for(dtype: type) -> None:
    codes = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    np.testing.assert_allclose(srgb_to_linear(codes), srgb_to_linear(codes / np.iinfo(dtype).max), atol=1e-7)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_code_survives_the_round_trip(dtype: type) -> None:
    codes = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    back = np.round(linear_to_srgb(srgb_to_linear(codes)) * np.iinfo(dtype).max).astype(dtype)
    np.testing.assert_array_equal(back, codes)


@given(st.floats(-1, 4, width=32), st.floats(-1, 4, width=32))
def test_both_directions_keep_the_order_and_stay_positive(a: float, b: float) -> None:
    low, high = sorted((a, b))
    for curve in (srgb_to_linear, linear_to_srgb):
        result = curve(np.array([low, high]))
        assert 0 <= result[0] <= result[1]
        assert result.dtype == np.float32


def test_flipped_views_come_back_contiguous() -> None:
    flipped = np.zeros((4, 5, 3), np.uint8)[::-1].swapaxes(0, 1)
    assert srgb_to_linear(flipped).flags.c_contiguous
