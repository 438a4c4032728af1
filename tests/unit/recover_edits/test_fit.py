from collections.abc import Sequence

import numpy as np
import pytest

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.recover_edits import solver
from exposure_app.recover_edits.fit import difference, fit, rendered
from exposure_app.recover_edits.tidy import limit


def colours(count: int = 1500, seed: int = 0) -> np.ndarray:
    """Linear light as photos have it: more dark than bright, mostly muted."""
    rng = np.random.default_rng(seed)
    grey = rng.beta(1, 4, (count, 1))
    return np.clip(grey * np.exp(rng.normal(0, 0.35, (count, 3))), 0, 1)


def codes(recipe: Recipe, before: np.ndarray) -> np.ndarray:
    """What a file with 8 bits holds of a recipe's result."""
    return np.round(np.clip(rendered(recipe, before), 0, 1) * 255) / 255


def recipe(*steps: tuple[str, dict[str, object]]) -> Recipe:
    return Recipe(tuple(Step(name, params) for name, params in steps))  # type: ignore[arg-type]


LOOK = recipe(
    ("exposure", {"ev": 0.8}), ("white_balance", {"green": 0.1, "blue": -0.3}), ("gamma", {"gamma": 0.5}),
    ("contrast", {"amount": 0.6}),
)  # fmt: skip


def test_a_look_made_of_our_own_filters_is_found_again() -> None:
    before = colours()
    found = fit(before, codes(LOOK, before), beam=2)
    assert found.delta_e.mean < 0.5
    assert len(found.recipe.steps) <= 5
    others = colours(seed=1)  # it is the look that was found, not the colours learned by heart
    assert difference(found.recipe, others, codes(LOOK, others)).mean < 0.5


def test_the_same_colours_and_seed_give_the_same_recipe() -> None:
    before = colours(400)
    after = codes(recipe(("gamma", {"gamma": 0.45}), ("saturation", {"amount": 0.5})), before)
    assert fit(before, after, beam=1, steps=3).recipe == fit(before, after, beam=1, steps=3).recipe


def test_a_sequence_is_no_longer_than_was_asked_for() -> None:
    before = colours(400)
    assert len(fit(before, codes(LOOK, before), beam=1, steps=2).recipe.steps) <= 2


def test_numbers_are_as_round_as_the_error_allows() -> None:
    before = colours(800)
    after = codes(recipe(("exposure", {"ev": 1.0}), ("gamma", {"gamma": 0.5})), before)
    found = fit(before, after, beam=2, steps=3)
    assert all(len(f"{value:g}") <= 5 for step in found.recipe.steps for value in step.params.values())  # type: ignore[str-format]


def test_progress_rises_to_the_end_and_may_stop_the_search() -> None:
    before = colours(300)
    told: list[float] = []
    fit(before, codes(LOOK, before), beam=1, steps=2, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1

    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(before, before, tell=stop)


def test_colours_that_do_not_pair_up_are_refused() -> None:
    with pytest.raises(ExposureError, match="pair up"):
        fit(np.zeros((5, 3)), np.zeros((4, 3)))
    with pytest.raises(ExposureError, match="pair up"):
        fit(np.zeros((0, 3)), np.zeros((0, 3)))


@pytest.mark.parametrize("name", filters.registry())
def test_the_settings_of_every_filter_are_found_from_its_results(name: str) -> None:
    filter_ = filters.get(name)
    rng = np.random.default_rng(3)
    room = solver.ParameterSpace.of((name,))
    true = np.clip(room.neutral + rng.uniform(0.05, 0.2, len(room.neutral)), 0, 1)
    before = colours(600)
    after = np.clip(solver.render((name,), room.values(true), before), 0, 1)
    found = solver.solve(solver.Samples.of(before, after), (name,), room.neutral + 0.06, 40)
    result = np.clip(solver.render((name,), found.values, before), 0, 1)
    assert DeltaE.between(result, after).mean < 0.1, (filter_.unpack(found.values[0]), true)


@pytest.mark.parametrize("names", [("gamma", "contrast"), ("color_curve", "white_balance", "saturation")])
def test_coordinates_lead_there_and_back(names: Sequence[str]) -> None:
    room = solver.ParameterSpace.of(tuple(names))
    places = np.random.default_rng(0).uniform(0, 1, len(room.neutral))
    np.testing.assert_allclose(room.places(room.values(places)), places, atol=1e-12)
    for filter_, values, neutral in zip(room.filters, room.values(places), room.values(room.neutral), strict=True):
        filter_.unpack(values)  # within the sliders
        np.testing.assert_allclose(neutral, filter_.pack(filter_.neutral), atol=1e-6)


def test_steps_go_while_the_error_stays_small_or_hardly_grows() -> None:
    assert limit(0.1) == pytest.approx(0.35)
    assert limit(0.6) == pytest.approx(0.7)
    assert limit(0.95) == 1
    assert limit(4) == pytest.approx(4.2)
    assert limit(0.1, tolerance=1) == 1
