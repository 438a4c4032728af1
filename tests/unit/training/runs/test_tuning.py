"""A style that begins with another: the one that has learned to finish photos."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from exposure_app import filters
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style, StyleHeader, load_style, new_style
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.training.algorithm.config import BASE, TUNE, TrainConfig
from exposure_app.training.algorithm.grading import GradingLearner
from exposure_app.training.runs.material import Material
from exposure_app.training.runs.run import Run
from exposure_app.training.runs.train import train

SMALL_NET = {"channels": 2, "hidden": 8, "head": 4, "steps": 2}
QUICK = {"iterations": 4, "batch": 4, "buffer": 8, "validate_every": 2}


@pytest.fixture(scope="module")
def base() -> Style:
    made = new_style("base", replace(BASE.net, **SMALL_NET), seed=1)
    assert isinstance(made.header, StyleHeader)
    return made


@pytest.fixture
def tuning() -> TrainConfig:
    return replace(TUNE, **QUICK)


def test_it_begins_where_the_other_ended(base: Style, tuning: TrainConfig, material: Material, tmp_path: Path) -> None:
    run = Run(material, "mine", tuning, tmp_path, start=base)
    assert isinstance(run.learner, GradingLearner)
    assert run.header.net == base.header.net
    assert run.header.filters == base.header.filters
    proxy = make_proxy(material.validation[0])
    assert retouch(proxy, run.best_style())[0].steps == retouch(proxy, base)[0].steps


def test_it_never_ends_below_where_it_began(
    base: Style, tuning: TrainConfig, material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter(range(100, 0, -1))  # every validation is worse than the one before
    monkeypatch.setattr("exposure_app.training.evaluation.validate.choose_by", lambda *args: float(next(found)))
    run = Run(material, "mine", tuning, tmp_path, start=base)
    assert run.train(9999)
    assert run.best_iteration == 0
    assert not run.is_better
    weights, first = run.best_style().networks.state_dict(), base.networks.state_dict()
    assert all(torch.equal(weights[name], first[name]) for name in first)


def test_a_whole_run_leaves_a_style_with_all_filters(
    base: Style, tuning: TrainConfig, folders: tuple[list[Path], list[Path]], tmp_path: Path
) -> None:
    path = train(*folders, "mine", tuning, 9999, tmp_path, start=base)
    style = load_style(path)
    assert style.header.filter_ids == tuple(filters.registry())
    assert style.header.facts["begun with"] == "base"
    steps = retouch(torch.rand(3, 64, 64).numpy(), style)[0].steps
    assert len(steps) == 2 + len(style.grade)
    assert steps[2:] == style.grade


def test_learning_to_finish_photos_needs_no_other_style_and_keeps_the_last_state(
    material: Material, tmp_path: Path
) -> None:
    config = replace(BASE, net=replace(BASE.net, **SMALL_NET), **QUICK)
    run = Run(material, "base", config, tmp_path)
    assert run.train(9999)
    assert run.best_iteration == 4
