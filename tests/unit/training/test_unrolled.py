from dataclasses import replace

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.training.config import TrainConfig
from exposure_app.training.data import Crops
from exposure_app.training.unrolled import UnrolledLearner

FILTERS = tuple(filters.registry().values())
CPU = torch.device("cpu")


def learner(config: TrainConfig, seed: int = 0) -> UnrolledLearner:
    rng = np.random.default_rng(0)
    inputs, targets = (
        Crops(torch.from_numpy(rng.random((6, 2, 3, 80, 80), np.float32) * level), CPU) for level in (0.3, 1)
    )
    return UnrolledLearner(config, FILTERS, inputs, targets, CPU, seed)


def choosing(learner: UnrolledLearner) -> list[torch.Tensor]:
    return [value.detach().clone() for value in learner.networks.policy.parameters_by_decision()[0]]


def test_the_choice_learns_until_it_is_settled(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, iterations=8, settle=0.5))
    first = choosing(run)
    for _ in range(4):
        run.iterate()
    settled = choosing(run)
    values = run.networks.policy.value_outputs[0].weight.detach().clone()
    assert any(not torch.equal(a, b) for a, b in zip(first, settled, strict=True))
    for _ in range(4):
        run.iterate()
    for before, after in zip(settled, choosing(run), strict=True):
        assert torch.equal(before, after)
    assert not torch.equal(values, run.networks.policy.value_outputs[0].weight)


def test_once_settled_all_trajectories_follow_the_likeliest_filters(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, settle=0.0))
    assert run.likeliest == run.config.batch
    path = run._trajectories(run.config.batch)  # what D and the targets are compared with
    assert float(path.log_pi_1_TB.detach().abs().max()) == 0  # nothing was drawn


@pytest.mark.parametrize("matching", [(0.0, 0.0), (4.0, 6.0)])
def test_figures_are_finite(tiny: TrainConfig, matching: tuple[float, float]) -> None:
    run = learner(replace(tiny, matching=matching))
    for _ in range(3):
        figures = run.iterate()
    assert all(bool(torch.isfinite(value).all()) for value in figures.values())
