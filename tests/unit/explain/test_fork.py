import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from exposure_app.agent import inference
from exposure_app.agent.header import NetConfig
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style, new_style
from exposure_app.errors import ExposureError
from exposure_app.explain.fork import continue_from
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step, dumps
from tests.helpers.explain import photo_scene, scene, style
from tests.helpers.shared import DATA, ROOT, without_data

PHOTOS = [
    ROOT / "resources" / "sample.dng",
    *(DATA / "photos" / "input_kodak24" / name for name in ("0000.jpg", "0001.jpg", "0003.jpg")),
]


@functools.cache
def wild() -> Style:
    """An untrained style whose outputs are far from their start and depend on what is dropped."""
    made = new_style("wild", NetConfig(channels=4, hidden=16), seed=1)
    with torch.no_grad():
        for parameter in made.networks.policy.parameters():
            parameter.mul_(3)
    return made


@functools.cache
def view() -> Photo:
    return scene(np.random.default_rng(0).random((64, 64, 3), dtype=np.float32))


@without_data(PHOTOS[-1])
@pytest.mark.parametrize("name", ["natural", "film-bw"])
@pytest.mark.parametrize("photo", PHOTOS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_fork_with_nothing_changed_is_the_original(name: str, photo: Path) -> None:
    for seed in (0, 7, 123_456):
        original, trace = retouch(photo_scene(photo).proxy, style(name), seed)
        for after in range(len(original.steps)):
            fork = continue_from(original, after, style(name), photo_scene(photo))
            assert fork.recipe == original
            assert fork.trace == trace
            assert fork.planned == tuple(range(after, len(original.steps)))


def test_the_seeds_of_that_test_matter() -> None:
    """Otherwise a fork that drops the wrong features would pass too."""
    recipes = {dumps(replace(retouch(view().proxy, wild(), seed)[0], seed=0)) for seed in range(5)}
    assert len(recipes) == 5
    for seed in range(5):
        original, _ = retouch(view().proxy, wild(), seed)
        for after in range(5):
            assert continue_from(original, after, wild(), view()).recipe == original


def test_an_edit_changes_what_follows_and_stays_itself() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    edited = replace(original, steps=(Step("exposure", {"ev": 3.0}), *original.steps[1:]), amount=0.8)
    fork = continue_from(edited, 1, wild(), view())
    assert fork.recipe.steps[0] == edited.steps[0]
    assert fork.recipe.steps[1:] != original.steps[1:]
    assert len(fork.recipe.steps) == 5
    assert (fork.recipe.amount, fork.recipe.style, fork.recipe.seed) == (0.8, "wild", 3)


def test_an_inserted_step_is_one_of_the_steps() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    inserted = replace(original, steps=(original.steps[0], Step("contrast", {"amount": 0.9}), *original.steps[1:]))
    fork = continue_from(inserted, 2, wild(), view())
    assert fork.recipe.steps[:2] == inserted.steps[:2]
    assert len(fork.recipe.steps) == 5
    assert fork.planned == (2, 3, 4)


def test_after_a_deleted_step_the_agent_adds_one() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    fork = continue_from(replace(original, steps=original.steps[1:]), 4, wild(), view())
    assert len(fork.recipe.steps) == 5
    assert fork.planned == (4,)


def test_the_agent_sees_which_filters_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    decide = inference.Policy.__call__

    def spy(self, rgb, planes, chances):
        seen.append((rgb, planes))
        return decide(self, rgb, planes, chances)

    monkeypatch.setattr(inference.Policy, "__call__", spy)
    kept = Recipe((Step("gamma", {"gamma": 0.5}), Step("contrast", {"amount": 0.1})), style="wild")
    continue_from(kept, 2, wild(), view())
    ids = wild().header.filter_ids
    used = {name for name, flag in zip(ids, seen[2][1], strict=False) if flag}
    assert used == {"gamma", "contrast"}
    assert [planes[len(ids)] * 5 for _, planes in seen] == pytest.approx([0, 1, 2, 3, 4])
    assert seen[2][0].mean() != seen[0][0].mean()


@pytest.mark.parametrize("place", [2, 3, 4])
def test_a_locked_step_keeps_its_place_and_alone_changes_nothing(place: int) -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    steps = list(original.steps)
    steps[place] = replace(steps[place], locked=True)
    fork = continue_from(replace(original, steps=tuple(steps)), 1, wild(), view())
    assert fork.recipe.steps == tuple(steps)
    assert place not in fork.planned


def test_a_locked_step_behind_all_others_stays_behind_them() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    last = Step("black_white", {"amount": 1.0}, locked=True)
    fork = continue_from(replace(original, steps=(*original.steps, last)), 1, wild(), view())
    assert len(fork.recipe.steps) == 5
    assert fork.recipe.steps[-1] == last
    assert fork.planned == (1, 2, 3)


def test_a_step_that_is_off_stays_and_counts_for_nothing() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    off = Step("exposure", {"ev": 2.0}, enabled=False)
    with_off = replace(original, steps=(original.steps[0], off, *original.steps[1:]))
    fork = continue_from(with_off, 2, wild(), view())
    assert fork.recipe == with_off


def test_a_locked_step_that_is_off_stays_off_in_its_place() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    off = Step("exposure", {"ev": 2.0}, enabled=False, locked=True)
    steps = (*original.steps[:3], off, *original.steps[3:])
    assert continue_from(replace(original, steps=steps), 1, wild(), view()).recipe.steps == steps


def test_another_style_goes_on_where_one_stopped() -> None:
    other = new_style("other", NetConfig(channels=4, hidden=16, steps=7), seed=5)
    original, _ = retouch(view().proxy, wild(), 3)
    fork = continue_from(original, 2, other, view(), seed=9)
    assert fork.recipe.steps[:2] == original.steps[:2]
    assert (len(fork.recipe.steps), fork.recipe.style, fork.recipe.seed) == (7, "other", 9)


def test_where_nothing_is_left_to_plan_it_says_so() -> None:
    original, _ = retouch(view().proxy, wild(), 3)
    with pytest.raises(ExposureError, match="nothing left to plan"):
        continue_from(original, 5, wild(), view())
    with pytest.raises(ExposureError, match="has 5 steps"):
        continue_from(original, 6, wild(), view())
