"""Vibrance adds colour where there is little, and only where there is some."""

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.filters._math import LUMINANCE
from exposure_app.pipeline.color_difference import lab

VIBRANCE = filters.get("vibrance")
colours = st.tuples(st.floats(0, 1), st.floats(0.001, 1), st.floats(0.02, 1.5))  # hue, saturation, value
amounts = st.floats(-1, 1)


def changed(rgb, amount: float) -> np.ndarray:
    pixels = torch.tensor(np.reshape(rgb, (-1, 3)), dtype=torch.float64).T[:, None]
    return VIBRANCE.apply(pixels, torch.tensor([amount], dtype=torch.float64))[:, 0].T.numpy()


def chroma(rgb) -> np.ndarray:
    return np.hypot(*lab(np.reshape(rgb, (-1, 3)).astype(float))[:, 1:].T)


@pytest.mark.parametrize("degrees", [60, 90, 120, 180, 240, 300])
@pytest.mark.parametrize("value", [0.3, 0.6])
def test_a_muted_colour_has_about_twice_the_chroma_at_most(degrees, value):
    muted = colorsys.hsv_to_rgb(degrees / 360, 0.2, value)
    assert 1.7 < float((chroma(changed(muted, 1)) / chroma(muted))[0]) < 2.4


@pytest.mark.parametrize("skin", [(255, 219, 172), (224, 172, 105), (198, 134, 66), (141, 85, 36), (92, 56, 34)])
def test_skin_is_spared(skin):
    skin = np.array(skin) / 255
    leaf = skin[[1, 0, 2]]
    assert np.ptp(changed(skin, 1)) / np.ptp(skin) - 1 < 0.5 * (np.ptp(changed(leaf, 1)) / np.ptp(leaf) - 1)


def test_what_is_strong_already_hardly_changes():
    strong = [colorsys.hsv_to_rgb(h, 0.85, 0.8) for h in np.linspace(0, 1, 12)]
    assert np.abs(changed(strong, 1) - strong).max() < 0.03


def test_the_noise_of_greys_does_not_become_colour():
    noise = np.random.default_rng(0).normal(0, 2 / 255, (2000, 3))
    for level in (0.05, 0.2, 0.5, 0.8):
        grey = level + noise * level
        assert np.ptp(changed(grey, 1), axis=1).mean() < 1.25 * np.ptp(grey, axis=1).mean()


@settings(max_examples=200)
@given(colours, amounts)
def test_hue_stays_and_nothing_is_pushed_out_of_range(colour, amount):
    rgb = np.array(colorsys.hsv_to_rgb(*colour))
    result = changed(rgb, amount)[0]
    assert result.min() >= -1e-9
    assert result.max() <= max(1, rgb.max()) + 1e-9
    if np.ptp(result) > 1e-4:
        apart = abs(colorsys.rgb_to_hsv(*result)[0] - colour[0])
        assert min(apart, 1 - apart) < 1e-3


@settings(max_examples=100)
@given(st.floats(0, 1), st.floats(0.05, 1), amounts)
def test_colours_keep_their_order_of_strength(hue, value, amount):
    ramp = np.array([colorsys.hsv_to_rgb(hue, s, value) for s in np.linspace(0, 1, 101)])
    assert (np.diff(np.ptp(changed(ramp, amount), axis=1)) > -1e-9).all()


def test_fading_keeps_the_luminance_and_takes_the_muted_first():
    pixels = np.random.default_rng(0).random((500, 3))
    np.testing.assert_allclose(changed(pixels, -1) @ LUMINANCE, pixels @ LUMINANCE, atol=1e-9)
    muted, strong = colorsys.hsv_to_rgb(0.4, 0.2, 0.6), colorsys.hsv_to_rgb(0.4, 0.8, 0.6)
    kept = [float(np.ptp(changed(rgb, -1)) / np.ptp(rgb)) for rgb in (muted, strong)]
    assert kept[0] < 0.4 < 0.9 < kept[1]
