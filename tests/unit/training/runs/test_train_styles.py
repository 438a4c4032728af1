"""How the styles that come with the program are trained again."""

from dataclasses import asdict

import pytest

from exposure_app.training.algorithm.config import BASE, TUNE
from tools.train_styles import STYLES, Recipe


@pytest.mark.parametrize("name", STYLES)
def test_the_card_says_what_a_style_changes_in_its_configuration_and_why(name: str) -> None:
    style = STYLES[name]
    made, usual = asdict(style.config()), asdict(TUNE if style.start else BASE)
    assert {key: made[key] for key in made if made[key] != usual[key]} == dict(style.changes)
    assert bool(style.because) == bool(style.changes)
    said = style.facts().get("configuration changed", {})
    assert {key: value for key, value in said.items() if key != "because"} == dict(style.changes)


def test_an_unknown_change_is_an_error() -> None:
    with pytest.raises(TypeError):
        Recipe("Title", "Words.", ("set",), changes={"colour": 1}).config()
