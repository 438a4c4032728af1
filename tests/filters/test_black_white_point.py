"""Black and white point: where the ends come out, and that nothing is below black."""

import itertools

import numpy as np
import pytest

from exposure_app import filters
from tests.helpers.tones import greys, on_greys

FILTER = filters.get("black_white_point")
ENDS = (-0.4, -0.1, 0.0, 0.1, 0.4)


@pytest.mark.parametrize(("black", "white"), list(itertools.product(ENDS, ENDS)))
def test_black_and_white_come_out_where_they_are_put(black: float, white: float) -> None:
    dark, bright = on_greys(FILTER, [0, 1], black, white)
    assert dark == pytest.approx(max(black, 0), abs=1e-12)
    assert bright == pytest.approx(1 + white)


@pytest.mark.parametrize(("black", "white"), list(itertools.product(ENDS, ENDS)))
def test_tones_keep_their_order_and_only_black_is_shared(black: float, white: float) -> None:
    result = on_greys(FILTER, greys(), black, white)
    assert result.min() >= 0
    assert (np.diff(result[result > 0]) > 0).all()
    assert black < 0 or (result[1:] > 0).all()


def test_black_up_fades_and_black_down_cuts_through_haze() -> None:
    haze = np.linspace(0.1, 0.9, 9)
    faded, clear = (on_greys(FILTER, haze, black, 0) for black in (0.1, -0.1))
    assert np.ptp(faded) < np.ptp(haze) < np.ptp(clear)
    assert clear[0] < 0.02
