import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from exposure_app.agent.header import NetConfig
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style, load_style, new_style, save_style
from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import dumps, loads
from tests.helpers.shared import ROOT

NET = NetConfig(channels=4, hidden=16)
SCRIPT = """
import sys, numpy as np
from exposure_app.agent import rollout, style
from exposure_app.pipeline.recipe import dumps
assert "torch" not in sys.modules, "importing the agent must not load torch"
view = np.random.default_rng(0).random((3, 64, 64), dtype=np.float32)
print(dumps(rollout.retouch(view, style.load_style(sys.argv[1]), 7)[0]))
"""


@pytest.fixture(scope="module")
def wild() -> Style:
    """An untrained style whose outputs are far from their start, so that steps differ."""
    style = new_style("wild", NET, seed=1)
    with torch.no_grad():
        for parameter in style.networks.policy.parameters():
            parameter.mul_(3)
    return style


def view(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((3, 64, 64), dtype=np.float32)


def test_a_recipe_has_a_step_for_each_reason(wild: Style) -> None:
    recipe, trace = retouch(view(), wild, 5)
    assert len(recipe.steps) == len(trace.steps) == 5
    assert (recipe.style, recipe.seed) == ("wild", 5)
    for step, reason in zip(recipe.steps, trace.steps, strict=True):
        assert step.filter == reason.filter == max(reason.probabilities, key=lambda name: reason.probabilities[name])
        assert sum(reason.probabilities.values()) == pytest.approx(1)
    assert trace.steps[0].score_after == trace.steps[1].score_before
    assert trace.steps[-1].score_after == trace.score


def test_recipe_and_trace_survive_json(wild: Style) -> None:
    recipe, trace = retouch(view(), wild)
    assert loads(dumps(recipe)) == recipe
    json.dumps(trace.to_json(), allow_nan=False)


def test_seeds_give_different_recipes(wild: Style) -> None:
    assert len({dumps(retouch(view(), wild, seed)[0]) for seed in range(4)}) > 1


def test_the_same_recipe_in_every_process_and_with_any_number_of_threads(wild: Style, tmp_path: Path) -> None:
    path = tmp_path / "wild.safetensors"
    save_style(path, wild)
    here = dumps(retouch(view(), load_style(path), 7)[0])
    for threads in ("1", "3"):
        environment = os.environ | {"OMP_NUM_THREADS": threads, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", SCRIPT, str(path)]
        there = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert there.stdout.strip() == here.strip()


@pytest.mark.parametrize("seed", [-1, 1.5, True, 2**63])
def test_a_wrong_seed_is_refused(wild: Style, seed: int) -> None:
    with pytest.raises(ExposureError, match="seed"):
        retouch(view(), wild, seed)


def test_a_wrong_view_is_refused(wild: Style) -> None:
    with pytest.raises(ExposureError):
        retouch(view()[:, :32], wild)
    with pytest.raises(ExposureError):
        retouch(np.full((3, 64, 64), np.nan, np.float32), wild)


def test_black_and_blinding_views_give_finite_recipes(wild: Style) -> None:
    for level in (0.0, 1.0, 50.0):
        recipe, trace = retouch(np.full((3, 64, 64), level, np.float32), wild)
        assert len(recipe.steps) == 5
        assert np.isfinite(trace.score)
