"""Temperature and tint: which way they go, how far, and that a grey stays as bright."""

import itertools

import pytest
import torch

from exposure_app import filters
from exposure_app.filters._math import LUMINANCE

FILTER = filters.get("temperature_tint")
ENDS = (-2.0, -1.0, 0.0, 0.5, 2.0)


def of_grey(temperature: float, tint: float) -> list[float]:
    rgb = torch.full((3, 1, 1), 0.4, dtype=torch.float64)
    result: list[float] = FILTER.apply(rgb, torch.tensor([temperature, tint], dtype=torch.float64)).flatten().tolist()
    return result


@pytest.mark.parametrize(("temperature", "tint"), list(itertools.product(ENDS, ENDS)))
def test_a_grey_stays_as_bright(temperature: float, tint: float) -> None:
    channels = of_grey(temperature, tint)
    assert sum(w * c for w, c in zip(LUMINANCE, channels, strict=True)) == pytest.approx(0.4)


def test_the_agent_can_take_out_lamplight_in_either_direction() -> None:
    red, _, blue = of_grey(1, 0)
    assert red / blue == pytest.approx(2.718, rel=0.01)
    red, _, blue = of_grey(-1, 0)
    assert blue / red == pytest.approx(2.718, rel=0.01)


def test_tint_moves_green_alone_against_the_others() -> None:
    red, green, blue = of_grey(0, 1)
    assert red == pytest.approx(blue) and green < red
    red, green, blue = of_grey(0, -1)
    assert red == pytest.approx(blue) and green / red == pytest.approx(1.42, rel=0.01)


def test_it_says_which_way_it_goes() -> None:
    assert FILTER.describe({"temperature": 0.3, "tint": 0.0}) == "warmer by 30"
    assert FILTER.describe({"temperature": -0.3, "tint": 0.12}) == "cooler by 30, tint 12 to magenta"
    assert FILTER.describe({"temperature": 0.0, "tint": -0.12}) == "tint 12 to green"
    assert FILTER.describe(FILTER.neutral) == "no change"
