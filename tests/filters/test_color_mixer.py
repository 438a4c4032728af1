"""The colour mixer moves one band of hue, and nothing that has no hue."""

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.filters._math import LUMINANCE
from exposure_app.filters.color_mixer import BANDS, CENTRES

MIXER = filters.get("color_mixer")
numbers = st.tuples(*[st.floats(-1, 1)] * len(BANDS))


def mixed(rgb, **params) -> np.ndarray:
    pixels = torch.tensor(np.reshape(rgb, (-1, 3)), dtype=torch.float64).T[:, None]
    values = torch.from_numpy(MIXER.pack({**MIXER.neutral, **params}).astype(float))
    return MIXER.apply(pixels, values)[:, 0].T.numpy()


def only(band: int, amount: float) -> tuple[float, ...]:
    return tuple(amount * (i == band) for i in range(len(BANDS)))


def wheel(saturation: float = 0.7, value: float = 0.6, count: int = 720) -> np.ndarray:
    return np.array([colorsys.hsv_to_rgb(i / count, saturation, value) for i in range(count)])


FINE_WHEEL = wheel(0.8, 0.9, 3600)


def hues(rgb) -> np.ndarray:
    return np.array([6 * colorsys.rgb_to_hsv(*pixel)[0] for pixel in np.clip(rgb, 0, None)])


@pytest.mark.parametrize("band", range(len(BANDS)))
@pytest.mark.parametrize("kind", ["hue", "saturation", "luminance"])
def test_a_band_moves_its_own_hue_most_and_ends_at_its_neighbours(band, kind):
    pixels = wheel()
    change = np.abs(mixed(pixels, **{kind: only(band, -0.5)}) - pixels).max(1)
    start, end = CENTRES[(band - 1) % len(BANDS)], CENTRES[band + 1]
    own = (hues(pixels) - start) % 6 < (end - start) % 6
    assert change[~own].max() < 1e-6
    assert change[own].max() > 0.04


@settings(max_examples=50)
@given(numbers, numbers, numbers)
def test_greys_stay(hue, saturation, luminance):
    greys = np.linspace(0, 2, 9)[:, None] * np.ones(3)
    np.testing.assert_allclose(mixed(greys, hue=hue, saturation=saturation, luminance=luminance), greys, atol=1e-7)


@settings(max_examples=50)
@given(st.floats(-1, 1))
def test_bands_add_up(amount):
    """The same number for all bands does the same to every hue."""
    pixels = wheel(value=0.5)
    turned = mixed(pixels, hue=(amount,) * len(BANDS))
    moved = (hues(turned) - hues(pixels) + 3) % 6 - 3
    np.testing.assert_allclose(moved, moved[0], atol=1e-6)
    lighter = mixed(pixels, luminance=(amount,) * len(BANDS))
    np.testing.assert_allclose(lighter / pixels, (lighter / pixels)[0, 0], atol=1e-6)


@settings(max_examples=50)
@given(numbers, numbers, numbers)
def test_results_are_continuous_around_the_wheel_and_in_range(hue, saturation, luminance):
    result = mixed(FINE_WHEEL, hue=hue, saturation=saturation, luminance=luminance)
    assert result.min() >= -1e-9
    assert result.max() <= 1 + 1e-9
    assert np.abs(np.diff(result, axis=0, append=result[:1])).max() < 0.03


@settings(max_examples=50)
@given(st.tuples(*[st.floats(*MIXER.params[0].agent)] * len(BANDS)))
def test_the_agent_keeps_hues_in_order(hue):
    moved = np.diff(np.unwrap(hues(mixed(wheel(1), hue=hue)), period=6))
    assert moved.min() > -1e-6


def test_the_noise_of_greys_gets_no_colour_and_little_contrast():
    grey = 0.5 + np.random.default_rng(0).normal(0, 1 / 255, (2000, 3))
    all_up = (1.0,) * len(BANDS)
    assert np.abs(mixed(grey, hue=all_up, saturation=all_up) - grey).mean() < 0.1 / 255
    for end in MIXER.params[2].agent:
        noise = mixed(grey, luminance=(end,) * len(BANDS)) @ LUMINANCE
        assert noise.std() < 1.4 * (grey @ LUMINANCE).std()


def test_taking_all_saturation_leaves_a_grey_of_the_same_luminance():
    pixels = wheel(0.8)
    faded = mixed(pixels, saturation=(-1.0,) * len(BANDS))
    assert np.ptp(faded, axis=1).max() < 0.05 * np.ptp(pixels, axis=1).max()
    np.testing.assert_allclose(faded @ LUMINANCE, pixels @ LUMINANCE, atol=1e-9)


def test_many_changes_are_told_by_the_largest():
    params = {**MIXER.neutral, "hue": (0.0, 0.1, 0, 0, 0, 0, 0, 0), "saturation": (0.9, 0.8, 0.7, 0.6, 0.05, 0, 0, 0)}
    said = "saturation red +90, orange +80, yellow +70, green +60; 2 smaller changes"
    assert MIXER.describe(params) == said
    assert MIXER.describe(MIXER.neutral) == "no change"
