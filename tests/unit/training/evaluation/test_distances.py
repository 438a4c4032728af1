import numpy as np
import pytest

from exposure_app.pipeline.color_difference import lab
from exposure_app.training.evaluation.distances import colour_shares, difference, sliced_wasserstein
from tests.unit.training.conftest import picture


def test_the_difference_of_pictures_grows_with_what_was_changed() -> None:
    plain = picture(0)
    little, much = (difference(plain, (plain * gain).clip(0, 1)) for gain in (0.9, 0.6))
    assert difference(plain, plain) == 0
    assert 0 < little < much


def test_colours_moved_by_a_known_way_are_that_far_on_average() -> None:
    grey, lighter = ([np.full((20, 30, 3), level, np.float32)] * 3 for level in (0.3, 0.6))
    apart = sliced_wasserstein(colour_shares(grey), colour_shares(lighter))[0]
    rise = lab(lighter[0])[0, 0, 0] - lab(grey[0])[0, 0, 0]
    assert apart == pytest.approx(rise / 2, rel=0.2), (
        "a direction in space is turned from L* by a cosine of 1/2 on average"
    )


def test_the_wasserstein_distance_is_0_to_itself_and_the_same_again() -> None:
    pictures, others = ([picture(seed) for seed in seeds] for seeds in (range(4), range(4, 9)))
    assert sliced_wasserstein(colour_shares(pictures), colour_shares(pictures))[0] == 0
    np.testing.assert_array_equal(colour_shares(pictures), colour_shares(pictures))
    assert sliced_wasserstein(colour_shares(pictures), colour_shares(others))[0] > 0
