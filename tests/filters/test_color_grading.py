"""Colour grading tints by brightness and moves no brightness."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.filters._math import LUMINANCE

GRADING = filters.get("color_grading")
tints = st.fixed_dictionaries({param.name: st.floats(-1, 1) for param in GRADING.params})


def graded(rgb, **params) -> np.ndarray:
    pixels = torch.tensor(np.reshape(rgb, (-1, 3)), dtype=torch.float64).T[:, None]
    values = torch.from_numpy(GRADING.pack({**GRADING.neutral, **params}).astype(float))
    return GRADING.apply(pixels, values)[:, 0].T.numpy()


def greys(*levels: float) -> np.ndarray:
    return np.array(levels)[:, None] * np.ones(3)


@settings(max_examples=100)
@given(tints)
def test_luminance_stays_and_nothing_turns_negative(params):
    pixels = np.random.default_rng(0).random((400, 3)) * 1.5
    result = graded(pixels, **params)
    np.testing.assert_allclose(result @ LUMINANCE, pixels @ LUMINANCE, atol=1e-5)
    assert result.min() >= 0


@settings(max_examples=50)
@given(tints)
def test_black_and_white_stay_neutral(params):
    np.testing.assert_allclose(graded(greys(0, 1, 2), **params), greys(0, 1, 2), atol=1e-9)


@settings(max_examples=50)
@given(tints)
def test_a_ramp_of_grey_stays_in_order(params):
    ramp = graded(greys(*np.linspace(0, 1, 257)), **params)
    assert (np.diff(ramp @ LUMINANCE) > 0).all()


@pytest.mark.parametrize(
    ("region", "own", "others"),
    [
        ("shadows", (0.1, 0.2), (0.5, 0.8)),
        ("midtones", (0.4, 0.5), (0.02, 0.98)),
        ("highlights", (0.75, 0.9), (0.5, 0.1)),
    ],
)
@pytest.mark.parametrize(("towards", "rising", "falling"), [("magenta", 2, 1), ("yellow", 1, 2)])
def test_a_region_is_tinted_and_the_others_hardly(region, own, others, towards, rising, falling):
    name = f"{region}_{towards}"
    for sign in (1, -1):
        share = graded(greys(*own, *others), **{name: 0.5 * sign}) / greys(*own, *others) - 1
        tint = sign * (share[:, rising] - share[:, falling])
        assert (tint[:2] > 0.06).all()
        assert (np.abs(tint[2:]) < 0.02).all()


def test_regions_add_up_to_an_even_tint_below_the_highlights():
    everywhere = {param.name: 0.4 for param in GRADING.params if param.name.endswith("yellow")}
    ratios = graded(greys(*np.linspace(0.01, 0.5, 40)), **everywhere) / greys(*np.linspace(0.01, 0.5, 40))
    np.testing.assert_allclose(ratios, ratios[:1] * np.ones((40, 1)), atol=1e-4)


def test_words_name_regions_and_colours():
    params = {**GRADING.neutral, "shadows_magenta": -0.2, "shadows_yellow": -0.3, "highlights_yellow": 0.4}
    assert GRADING.describe(params) == "shadows green 20, blue 30; highlights yellow 40"
    assert GRADING.describe(GRADING.neutral) == "no change"


def test_every_pair_of_extremes_leaves_colours_that_are_there():
    pure = np.array(list(itertools.product((0.0, 0.5, 1.0), repeat=3)))
    for signs in itertools.product((-1, 1), repeat=len(GRADING.params)):
        result = graded(pure, **{param.name: sign for param, sign in zip(GRADING.params, signs, strict=True)})
        assert np.isfinite(result).all()
        assert (result[pure > 0] > 0).all()
