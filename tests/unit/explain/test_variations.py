"""A few alternatives among many seeds: grouped as one would, named apart, each one's seed giving just that."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.agent.rollout import retouch
from exposure_app.explain.tones import Tones, compare, names, tones
from exposure_app.explain.variations import MOST, cluster, explore
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.explain import photo_scene, scene, style
from tests.helpers.shared import DATA, ROOT, without_data

PHOTOS = [ROOT / "resources" / "sample.dng", DATA / "photos" / "input_kodak24" / "0002.jpg"]


@functools.cache
def colourful() -> Photo:
    return scene(np.random.default_rng(0).random((64, 64, 3), dtype=np.float32) * 0.3)


def plan_of(*recipes: Recipe) -> Callable[[int], Recipe]:
    """A style of which the seed says which recipe comes."""
    return lambda seed: Recipe(recipes[seed % len(recipes)].steps, style="plan", seed=seed)


def one(filter_id: str, **params: float) -> Recipe:
    return Recipe((Step(filter_id, params),))


# --- groups ---


@given(st.integers(1, 30), st.integers(0, 99))
def test_every_sample_is_in_one_of_few_groups_and_the_largest_is_first(count: int, seed: int) -> None:
    groups = cluster(np.random.default_rng(seed).normal(0, 5, (count, 3)))
    assert sorted(index for group in groups for index in group) == list(range(count))
    assert 1 <= len(groups) <= MOST
    assert [len(group) for group in groups] == sorted((len(group) for group in groups), reverse=True)


def test_well_parted_points_are_grouped_by_place_and_stood_for_by_their_middle() -> None:
    places = np.array([[0.0], [100], [101], [0.4], [102], [0.5]])
    groups = cluster(places)
    assert [set(group) for group in groups] == [{0, 3, 5}, {1, 2, 4}]
    assert [group[0] for group in groups] == [3, 2]


def test_alike_points_are_one_group_and_five_places_become_four() -> None:
    assert len(cluster(np.array([[0.0], [0.5], [1.0]]))) == 1
    assert len(cluster(np.array([[0.0], [100], [200], [300], [310]]))) == 4


# --- alternatives ---


@without_data(PHOTOS[-1])
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("name", ["vivid", "film-bw"])
def test_alternatives_of_a_real_style_come_from_their_seeds(name: str, path: Path) -> None:
    def plan(seed: int) -> Recipe:
        return retouch(photo_scene(path).proxy, style(name), seed)[0]

    told: list[float] = []
    found = explore(plan, range(5, 21), photo_scene(path), told.append)
    assert 1 <= len(found) <= MOST
    assert sorted(seed for alternative in found for seed in alternative.seeds) == list(range(5, 21))
    assert len({alternative.name for alternative in found}) == len(found)
    assert [alternative.difference == "" for alternative in found] == [True] + [False] * (len(found) - 1)
    assert told == sorted(told)
    assert told[-1] == 1
    for alternative in found:
        assert alternative.recipe == plan(alternative.seeds[0])
        assert alternative.recipe.seed == alternative.seeds[0]


def test_differences_are_said_in_words() -> None:
    plan = plan_of(one("exposure", ev=0.0), one("exposure", ev=1.0), one("black_white", amount=1.0))
    found = explore(plan, range(12), colourful())
    words = {alternative.name: alternative.difference for alternative in found}
    assert found[0].name == "Usual"
    assert words["Brighter"].startswith("+2.0 EV")  # of light on the screen: its codes were doubled
    assert words["Black and white"].startswith("black and white")


def test_white_balance_is_told_as_warmth() -> None:
    plan = plan_of(
        one("gamma", gamma=0.5),
        Recipe((Step("gamma", {"gamma": 0.5}), Step("white_balance", {"green": 0.0, "blue": -0.4}))),
    )
    _, other = explore(plan, range(5), colourful())
    assert (other.name, other.difference.split(", ")[0]) == ("Warmer", "warmer")


def test_the_same_picture_made_otherwise_is_said_to_be_that() -> None:
    """Far apart in settings alone: five steps that undo each other."""
    undone = (Step("exposure", {"ev": 3.0}), Step("exposure", {"ev": -3.0}))
    plan = plan_of(one("contrast", amount=0.0), Recipe((Step("contrast", {"amount": 0.0}), *undone)))
    assert len(explore(plan, range(4), colourful())) == 1, "what is undone is no other alternative"
    strange = Recipe((Step("saturation", {"amount": 1.0}), Step("black_white", {"amount": 1.0})))
    _, other = explore(plan_of(one("black_white", amount=1.0), strange), range(3), colourful())
    assert other.difference


def test_settings_that_undo_each_other_are_named_where_nothing_is_seen() -> None:
    grey = Step("black_white", {"amount": 1.0})  # what comes before it is not seen
    usual, other = explore(
        plan_of(
            Recipe((Step("saturation", {"amount": 0.0}), grey)), Recipe((Step("saturation", {"amount": 1.0}), grey))
        ),
        range(4),
        colourful(),
    )
    assert usual.difference == ""
    assert other.difference == "much the same picture; Saturation: colours +100 % instead of colours +0 %"


def test_it_can_be_stopped() -> None:
    class Stop(Exception):
        pass

    def plan(seed: int) -> Recipe:
        if seed == 3:
            raise Stop
        return one("exposure", ev=0.0)

    with pytest.raises(Stop):
        explore(plan, range(9), colourful())


# --- words ---

MIDDLE = Tones(ev=-2.0, warm=5.0, red=0.0, contrast=20.0, chroma=15.0)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ev": -1.6, "warm": 2.0, "contrast": 18.5}, "+0.4 EV, cooler, less contrast"),
        ({"warm": 7.5}, "warmer"),
        ({"red": 3.0}, "more magenta"),
        ({"chroma": 10.0}, "less colour"),
        ({"chroma": 0.1, "ev": -2.2}, "black and white, -0.2 EV"),
        ({"ev": -1.95}, ""),
    ],
)
def test_a_look_is_compared_in_a_photographers_words(changed: dict[str, float], words: str) -> None:
    assert compare(Tones(**{**vars(MIDDLE), **changed}), MIDDLE) == words


def test_names_tell_apart_what_differs_alike() -> None:
    brighter = [Tones(**{**vars(MIDDLE), "ev": ev}) for ev in (-1.5, -1.0, -1.8)]
    assert names([MIDDLE, *brighter]) == ["Usual", "Brighter", "Much brighter", "Slightly brighter"]
    assert len(set(names([MIDDLE] * 4))) == 4


def test_a_stop_of_light_is_measured_as_about_a_stop() -> None:
    grey = np.full((8, 8, 3), 0.4)
    brighter = ((grey**2.2) * 2) ** (1 / 2.2)
    assert tones(lab(brighter)).ev - tones(lab(grey)).ev == pytest.approx(1, abs=0.1)
