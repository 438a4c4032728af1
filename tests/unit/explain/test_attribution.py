"""The critic's view of a recipe: shares that add up, on any recipe, in any style's eyes."""

import functools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.agent.header import NetConfig
from exposure_app.agent.rollout import begin, retouch, taken
from exposure_app.agent.style import Style, new_style
from exposure_app.explain.attribution import EXACT_STEPS, Reasons, attribute, drop_weak, shapley
from exposure_app.explain.words import sentences, share_of_gain
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.histogram import histogram
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.explain import photo_scene, scene, style
from tests.helpers.shared import DATA, ROOT, without_data

PHOTOS = [ROOT / "resources" / "sample.dng", DATA / "photos" / "input_kodak24" / "0001.jpg"]


@functools.cache
def beginner() -> Style:
    return new_style("beginner", NetConfig(channels=4, hidden=8), seed=2)


def pixels(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((96, 128, 3), dtype=np.float32)


def explained(recipe: Recipe, judge: Style | None = None) -> Reasons:
    return attribute(recipe, judge or beginner(), scene(pixels()))


def steps(count: int) -> tuple[Step, ...]:
    kinds = (
        Step("exposure", {"ev": 0.7}),
        Step("gamma", {"gamma": 0.6}),
        Step("contrast", {"amount": 0.4}),
        Step("saturation", {"amount": 0.5}),
    )
    return tuple(kinds[i % len(kinds)] for i in range(count))


# --- the shares ---


@given(st.integers(1, 5).flatmap(lambda n: st.lists(st.floats(-9, 9), min_size=1 << n, max_size=1 << n)))
def test_shapley_shares_sum_to_the_whole_gain_exactly(worths: list[float]) -> None:
    count = len(worths).bit_length() - 1
    exact = {subset: Fraction(worth) for subset, worth in enumerate(worths)}
    assert sum(shapley(count, exact)) == exact[len(worths) - 1] - exact[0]
    assert sum(shapley(count, dict(enumerate(worths)))) == pytest.approx(worths[-1] - worths[0], abs=1e-12)


@given(st.lists(st.floats(-9, 9), min_size=4, max_size=4))
def test_shares_of_independent_steps_are_their_own_gains_and_an_idle_step_has_none(gains: list[float]) -> None:
    worth = {s: Fraction(0) + sum(Fraction(g) for i, g in enumerate(gains) if s >> i & 1) for s in range(16)}
    assert shapley(4, worth) == [Fraction(gain) for gain in gains]


def test_alike_steps_share_alike() -> None:
    worth = {subset: Fraction(subset.bit_count() ** 2) for subset in range(8)}
    assert shapley(3, worth) == [3, 3, 3]


@without_data(PHOTOS[-1])
@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("name", ["vivid", "film-bw"])
def test_the_reasons_for_a_retouch_are_those_of_its_trace(name: str, path: Path) -> None:
    recipe, trace = retouch(photo_scene(path).proxy, style(name))
    reasons = attribute(recipe, style(name), photo_scene(path))
    for step, traced in zip(reasons.steps, trace.steps, strict=True):
        assert step.filter == traced.filter
        assert step.before == pytest.approx(traced.score_before, abs=1e-4)
        assert step.after == pytest.approx(traced.score_after, abs=1e-4)
        assert step.expected == pytest.approx(traced.value, abs=1e-9)
    assert sum(step.share for step in reasons.steps) == pytest.approx(reasons.gain, abs=1e-12)
    assert sum(step.gain for step in reasons.steps) == pytest.approx(reasons.gain, abs=1e-12)
    assert sum(step.white for step in reasons.steps) == pytest.approx(reasons.white[1] - reasons.white[0], abs=1e-12)


@without_data(PHOTOS[-1])
def test_another_style_may_judge_a_recipe_made_by_hand() -> None:
    by_hand = Recipe((Step("gamma", {"gamma": 0.45}), Step("black_white", {"amount": 1.0})), amount=0.7)
    film, vivid = (attribute(by_hand, style(name), photo_scene(PHOTOS[1])) for name in ("film-bw", "vivid"))
    assert film.steps[1].share > 0, "film in black and white wants black and white"
    assert film.gain != vivid.gain
    for reasons in (film, vivid):
        assert sum(step.share for step in reasons.steps) == pytest.approx(reasons.gain, abs=1e-12)


@pytest.mark.parametrize("count", [0, 1, 3, EXACT_STEPS, EXACT_STEPS + 2])
def test_any_number_of_steps_adds_up(count: int) -> None:
    reasons = explained(Recipe(steps(count)))
    assert len(reasons.steps) == count
    assert sum(step.share for step in reasons.steps) == pytest.approx(reasons.gain, abs=1e-9)
    assert sum(step.black for step in reasons.steps) == pytest.approx(reasons.black[1] - reasons.black[0], abs=1e-9)
    assert reasons.exact is (count <= EXACT_STEPS)
    assert sentences(reasons, "Beginner")


def test_estimated_shares_are_close_to_exact_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = explained(Recipe(steps(6)))
    monkeypatch.setattr("exposure_app.explain.attribution.EXACT_STEPS", 5)
    estimated = explained(Recipe(steps(6)))
    assert not estimated.exact
    for one, other in zip(exact.steps, estimated.steps, strict=True):
        assert other.share == pytest.approx(one.share, abs=0.1 * max(abs(step.share) for step in exact.steps))


def test_steps_that_are_off_are_left_out_and_keep_their_numbers() -> None:
    three = steps(3)
    reasons = explained(Recipe((three[0], replace(three[1], enabled=False), three[2])))
    assert [step.index for step in reasons.steps] == [0, 2]
    assert reasons.score == pytest.approx(explained(Recipe((three[0], three[2]))).score, abs=1e-12)


# --- clipping ---


def test_clipping_is_laid_to_the_step_that_causes_it() -> None:
    recipe = Recipe((Step("saturation", {"amount": 0.0}), Step("exposure", {"ev": 1.0})))
    reasons = explained(recipe)
    after = histogram(render(pixels(), recipe))
    assert reasons.white[1] == pytest.approx(after.high, abs=0.01)
    assert reasons.white[1] > 0.5
    assert abs(reasons.steps[0].white) < 0.02
    assert reasons.steps[1].white == pytest.approx(reasons.white[1] - reasons.white[0], abs=0.02)


# --- what is weak ---


def reasons_with(shares: list[float], locked: frozenset[int] = frozenset()) -> tuple[Recipe, Reasons]:
    recipe = Recipe(tuple(replace(step, locked=i in locked) for i, step in enumerate(steps(len(shares)))))
    found = explained(recipe)
    made = tuple(replace(step, share=share) for step, share in zip(found.steps, shares, strict=True))
    return recipe, replace(found, steps=made, start=0.0, score=sum(shares), noise=0.0)


def test_steps_below_a_twentieth_of_the_gain_are_dropped() -> None:
    recipe, reasons = reasons_with([0.5, 0.04, 0.5, -0.04])
    assert reasons.weak() == (1, 3)
    assert drop_weak(recipe, reasons).steps == (recipe.steps[0], recipe.steps[2])
    assert drop_weak(recipe, reasons, threshold=0.6).steps == ()


def test_locked_steps_stay_however_weak() -> None:
    recipe, reasons = reasons_with([0.5, 0.0, 0.5, 0.0], locked=frozenset({1}))
    assert reasons.weak() == (3,)
    assert drop_weak(recipe, reasons).steps == recipe.steps[:3]


def test_without_a_gain_nothing_is_weak_and_the_sentence_says_so() -> None:
    recipe, reasons = reasons_with([-0.5, 0.0, 0.1])
    assert drop_weak(recipe, reasons) == recipe
    assert "sees no gain" in sentences(reasons, "Beginner")[0]


def test_a_gain_within_the_critics_noise_is_none_and_the_sentence_says_so() -> None:
    recipe, reasons = reasons_with([0.05, 0.0, 0.01])
    assert reasons.weak() == (1,)
    unsure = replace(reasons, noise=0.1)
    assert drop_weak(recipe, unsure) == recipe
    assert sentences(unsure, "Beginner")[0].startswith("The critic of Beginner sees no certain gain")
    assert share_of_gain(unsure, unsure.steps[0]) == "+0.050", "no share of what may not be there"


def test_the_noise_is_what_mirroring_changes() -> None:
    symmetric = np.concatenate([pixels(), pixels()[:, ::-1]], axis=1)
    assert attribute(Recipe(steps(2)), beginner(), scene(symmetric)).noise == pytest.approx(0, abs=1e-6)
    assert explained(Recipe(steps(2))).noise > 1e-6


def test_a_step_that_gains_more_than_all_together_is_said_to_lose_some_to_others() -> None:
    _, reasons = reasons_with([0.5, -0.3, 0.1])
    assert sentences(reasons, "Beginner")[0].endswith("167 % of the gain, of which other steps take some back.")


def test_it_says_what_is_left_of_the_score_without_weak_steps() -> None:
    recipe = Recipe((*steps(3), Step("saturation", {"amount": 0.0})))
    critics = (new_style("critic", NetConfig(channels=4, hidden=8), seed=seed) for seed in range(20))
    judge, found = next((critic, found) for critic in critics if (found := explained(recipe, critic)).has_gain)
    assert 3 in found.weak()
    assert found.leaner == pytest.approx(explained(drop_weak(recipe, found), judge).score, abs=1e-12)


# --- enough ---


@pytest.mark.parametrize(
    ("values", "last", "after"),
    [
        ([0.5, 0.3, 0.1], 0.05, None),
        ([0.5, 0.3, 0.1], 0.01, 3),
        ([0.5, -0.1, -0.2], 0.0, 1),
        ([0.5, -0.1, 0.2], 0.0, 3),  # not after the first: it hopes again
        ([-0.1, -0.3], -0.2, 0),
        ([-0.1, 0.3], -0.2, 2),
    ],
)
def test_it_is_enough_where_the_value_net_expects_nothing_more(
    values: list[float], last: float, after: int | None
) -> None:
    found = explained(Recipe(steps(len(values))))
    made = tuple(replace(step, expected=value) for step, value in zip(found.steps, values, strict=True))
    assert replace(found, steps=made, expected=last).enough_after == after


# --- masks ---


def test_a_masked_step_is_judged_where_it_works() -> None:
    """On a wide photo: the small square view must not take the mask out of its place."""
    bright = np.full((60, 240, 3), 0.4, np.float32)
    left = Mask("gradient", {"x": 0.0, "angle": -90.0, "feather": 0.01})
    half = Recipe((Step("exposure", {"ev": 3.0}, mask=left),))
    reasons = attribute(half, beginner(), scene(bright))
    assert reasons.white == (0, pytest.approx(0.5, abs=0.02))
    assert reasons.steps[0].words.endswith("gradient from the left")
    state = begin(beginner(), scene(bright).proxy)
    after = taken(state, half.steps[0], beginner().header.filter_ids, scene(bright).proxy_grid).rgb_CHW
    by_kernel = render(scene(bright).proxy.transpose(1, 2, 0), half, grid=scene(bright).proxy_grid, depth=32)
    assert np.abs(after.clip(0, 1) - by_kernel.transpose(2, 0, 1)).max() < 1e-3
