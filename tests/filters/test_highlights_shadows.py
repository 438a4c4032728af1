"""Highlights and shadows: what each slider promises, and that no setting turns tones around."""

import itertools

import numpy as np
import pytest
import torch

from exposure_app import filters
from tests.helpers.tones import ENDS, greys, hues, on_greys, ratios

FILTER = filters.get("highlights_shadows")


def changed(level: float, highlights: float, shadows: float) -> float:
    return float(on_greys(FILTER, [level], highlights, shadows)[0])


@pytest.mark.parametrize("settings", list(itertools.product(ENDS, ENDS)))
def test_tones_keep_their_order(settings: tuple[float, float]) -> None:
    assert (np.diff(on_greys(FILTER, greys(), *settings)) > 0).all()


@pytest.mark.parametrize("settings", list(itertools.product(ENDS, ENDS)))
def test_colours_keep_their_ratios_and_black_stays_black(settings: tuple[float, float]) -> None:
    rgb = hues()
    result = FILTER.apply(rgb, torch.tensor(settings, dtype=torch.float64))
    torch.testing.assert_close(ratios(result), ratios(rgb))
    assert changed(0, *settings) == 0


def test_shadows_lift_a_subject_against_the_light_and_leave_the_bright_alone() -> None:
    before, after = ((code + 0.055) ** 2.4 for code in (0.15, changed(0.15, 0, 1)))
    assert 1.3 < np.log2(after / before) < 1.8
    assert changed(0.6, 0, 1) - 0.6 < 0.04
    assert changed(0.9, 0, 1) - 0.9 < 0.02


def test_noise_in_the_dark_is_at_most_doubled() -> None:
    dark = np.geomspace(1e-9, 0.1, 200)
    assert (on_greys(FILTER, dark, -1, 1) / dark <= 2 + 1e-9).all()


def test_highlights_bring_back_what_is_above_white_and_leave_middle_tones_alone() -> None:
    assert changed(0.9, -1, 0) < 0.8
    assert changed(2, -1, 0) < 1
    assert changed(4, -1, 0) < 1.2
    assert abs(changed(0.4, -1, 0) - 0.4) < 0.01
    assert changed(0.9, 1, 0) > 0.95
