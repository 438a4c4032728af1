"""Blends of two recipes: one of them at either end, and steadily from one to the other between."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.pipeline.blend import blend
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.recipe import Recipe, Step


def step(filter_id: str, share: float) -> Step:
    """A step whose settings lie that share of the way from the lower to the upper end of the agent's range."""
    filter_ = filters.get(filter_id)
    ends = ({p.name: p.agent[i] if p.width == 1 else (p.agent[i], *(1.0,) * (p.width - 1)) for p in filter_.params}
            for i in (0, 1))  # fmt: skip
    return Step(filter_id, filter_.mixed(*ends, share))


def stays_within(recipe: Recipe) -> bool:
    """Whether nothing goes beyond black and white between the steps: even nearly neutral curves would clip that."""
    rgb = PICTURE.transpose(2, 0, 1).astype(float)
    for one in recipe.steps:
        filter_ = filters.get(one.filter)
        rgb = filter_.apply_array(rgb, filter_.pack(one.params))
        if rgb.min() < 0 or rgb.max() > 1:
            return False
    return True


tame = st.sampled_from(sorted(filters.registry())).flatmap(
    lambda filter_id: st.builds(step, st.just(filter_id), st.floats(0.5, 0.5) if filter_id == "white_balance" else
                                st.floats(0, 0.5) if filter_id == "exposure" else st.floats(0, 1))
)  # fmt: skip
recipes = st.lists(tame, min_size=1, max_size=6).map(lambda steps: Recipe(tuple(steps), style="a"))
PICTURE = np.repeat(np.random.default_rng(0).random((12, 16, 1), dtype=np.float32), 3, axis=2)


@settings(max_examples=30)
@given(recipes, recipes)
def test_at_either_end_it_is_one_of_the_two(one, other):
    other = replace(other, style="b", seed=3)
    assert blend(one, other, 0) == one
    assert blend(one, other, 1) == other
    assume(stays_within(one) and stays_within(other))
    for share in (1e-6, 1 - 1e-6):
        end = other if share > 0.5 else one
        shown = render(PICTURE, blend(one, other, share)).astype(int)
        assert np.abs(shown - render(PICTURE, end)).max() <= 1


@settings(max_examples=30)
@given(recipes, st.floats(0.01, 0.99))
def test_a_recipe_blended_with_itself_stays_as_it_is(recipe, share):
    shown = render(PICTURE, blend(recipe, recipe, share)).astype(int)
    assert np.abs(shown - render(PICTURE, recipe)).max() <= 1


def test_filters_in_the_same_order_are_mixed_and_the_others_go_towards_neutral():
    one = Recipe((Step("exposure", {"ev": 1.0}), Step("gamma", {"gamma": 0.5})), style="vivid")
    other = Recipe((Step("exposure", {"ev": 2.0}), Step("contrast", {"amount": 0.8})), style="soft")
    mixed = blend(one, other, 0.25)
    assert [entry.filter for entry in mixed.steps] == ["exposure", "gamma", "contrast"]
    assert mixed.steps[0].params["ev"] == pytest.approx(1.25)
    assert mixed.steps[1].params["gamma"] == pytest.approx(0.5**0.75)
    assert mixed.steps[2].params["amount"] == pytest.approx(0.2)
    assert mixed.style == "vivid 75 % + soft 25 %"


def test_what_is_switched_off_or_halved_counts_as_it_shows():
    one = Recipe((Step("exposure", {"ev": 2.0}, amount=0.5), Step("gamma", {"gamma": 0.5}, enabled=False)))
    mixed = blend(one, Recipe(), 0.5)
    assert [(entry.filter, entry.params["ev"]) for entry in mixed.steps] == [("exposure", 0.5)]


def test_the_photo_keeps_what_is_its_own():
    one = Recipe((), amount=0.7, neutral_ev=1.5, style="a")
    assert replace(blend(one, Recipe(style="b"), 0.5), style="a") == one
