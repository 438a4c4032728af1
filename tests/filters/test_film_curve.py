"""Film curve: middle grey stays, nothing burns, colours keep their hue, and the sliders do what they say."""

import colorsys
import itertools

import numpy as np
import pytest
import torch

from exposure_app import filters
from tests.helpers.tones import greys, hues, on_greys

FILTER = filters.get("film_curve")
GREY = 1.055 * 0.18 ** (1 / 2.4) - 0.055
corners = pytest.mark.parametrize(
    ("contrast", "shoulder", "toe"), list(itertools.product((0.5, 1.0, 1.75), (0.0, 0.5, 1.0), (-1.0, 0.0, 1.0)))
)


@corners
def test_middle_grey_comes_out_as_on_a_screen(contrast: float, shoulder: float, toe: float) -> None:
    assert on_greys(FILTER, [0.18], 1, contrast, shoulder, toe)[0] == pytest.approx(GREY, abs=1e-6)


@corners
@pytest.mark.parametrize("amount", [0.2, 0.9, 1.0])
def test_tones_keep_their_order(amount: float, contrast: float, shoulder: float, toe: float) -> None:
    assert (np.diff(on_greys(FILTER, greys(), amount, contrast, shoulder, toe)) > 0).all()


@corners
def test_no_light_is_burnt(contrast: float, shoulder: float, toe: float) -> None:
    settings = torch.tensor([1, contrast, shoulder, toe], dtype=torch.float64)
    result = FILTER.apply(hues() * 4, settings)
    assert result.min() >= 0
    assert result.max() < 1.001


def test_a_sky_above_white_keeps_its_tones_with_a_soft_shoulder() -> None:
    result = 255 * on_greys(FILTER, [1, 2, 4, 8, 16], 1, 1, 1, 0)
    assert (np.diff(result) > 4).all()


def test_contrast_is_the_slope_at_grey_beside_that_of_a_screen() -> None:
    slope = 1.055 / 2.4 * 0.18 ** (1 / 2.4 - 1)
    for contrast in (0.5, 1, 1.6):
        low, high = on_greys(FILTER, [0.1799, 0.1801], 1, contrast, 0.3, 0)
        assert (high - low) / 0.0002 / slope == pytest.approx(contrast, rel=1e-3)


def test_the_sliders_move_what_they_are_named_after() -> None:
    def shown(level: float, contrast: float, shoulder: float, toe: float) -> float:
        return float(on_greys(FILTER, [level], 1, contrast, shoulder, toe)[0])

    assert shown(0.01, 1, 0.5, 1) < shown(0.01, 1, 0.5, 0) < shown(0.01, 1, 0.5, -1)
    assert shown(2, 1, 1, 0) < shown(2, 1, 0.5, 0) < shown(2, 1, 0, 0)
    assert shown(0.05, 1.4, 0.5, 0) < shown(0.05, 1, 0.5, 0)
    assert shown(0.5, 1.4, 0.5, 0) > shown(0.5, 1, 0.5, 0)
    assert abs(shown(0.5, 1, 0.5, 1) - shown(0.5, 1, 0.5, -1)) < 0.04


@pytest.mark.parametrize("contrast", [0.7, 1.0, 1.6])
def test_colours_keep_the_hue_they_have_on_a_screen(contrast: float) -> None:
    rgb = hues()
    plain = rgb ** (0.25 * (1 + contrast) / 1.1)
    result = FILTER.apply(rgb, torch.tensor([1, contrast, 0.5, 0], dtype=torch.float64))
    for one, other in zip(plain[:, 0].T.tolist(), result[:, 0].T.tolist(), strict=True):
        top = max(one)
        (before, strength, _), (after, left, _) = (
            colorsys.rgb_to_hsv(*color) for color in ([c / top for c in one], other)
        )
        if strength > 0.2 and left > 0.1:
            assert abs((before - after + 0.5) % 1 - 0.5) < 0.04


def test_the_brightest_colours_go_over_into_white() -> None:
    orange = torch.tensor([1.0, 0.4, 0.1], dtype=torch.float64)[:, None, None]
    saturations = []
    for light in (0.2, 1, 4, 16):
        result = FILTER.apply(orange * light, torch.tensor([1, 1, 0.5, 0], dtype=torch.float64)).flatten()
        saturations.append(float(1 - result.min() / result.max()))
    assert saturations == sorted(saturations, reverse=True)
    assert saturations[-1] < 0.1 < 0.6 < saturations[0]


def test_it_says_how_much_of_what() -> None:
    look = {"contrast": 1.2, "shoulder": 0.5, "toe": -0.5}
    assert FILTER.describe({"amount": 0.98, **look}) == "contrast 120 %, shoulder 50 %, toe -50 %"
    assert FILTER.describe({"amount": 0.4, **look}) == "40 % of contrast 120 %, shoulder 50 %, toe -50 %"
    assert FILTER.describe(FILTER.neutral) == "no change"
