from dataclasses import replace

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.agent.nets import Policy
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.unrolled import UnrolledLearner
from exposure_app.training.photos.data import Crops

FILTERS = filters.action_set("paper")
CPU = torch.device("cpu")


def learner(config: TrainConfig, seed: int = 0) -> UnrolledLearner:
    rng = np.random.default_rng(0)
    inputs, targets = (
        Crops(torch.from_numpy(rng.random((6, 2, 3, 80, 80), np.float32) * level), CPU) for level in (0.3, 1)
    )
    return UnrolledLearner(config, FILTERS, inputs, targets, CPU, seed)


def choosing(policy: Policy) -> list[torch.Tensor]:
    return [value.detach().clone() for value in policy.parameters_by_decision()[0]]


def test_the_choice_learns_until_it_settles_at_its_moving_average(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, iterations=8, settle=0.5))
    first = choosing(run.networks.policy)
    for _ in range(4):
        run.iterate()
    settled = choosing(run.averaged)
    values = run.networks.policy.value_outputs[0].weight.detach().clone()
    assert any(not torch.equal(a, b) for a, b in zip(first, settled, strict=True))
    for _ in range(4):
        run.iterate()
    for before, after in zip(settled, choosing(run.networks.policy), strict=True):
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


def test_each_drawn_trajectory_begins_like_its_twin_that_takes_the_likeliest_filters(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, batch=8, explore=1.0))
    path = run._trajectories(8)
    start, after = path.states[0].rgb_BCHW, path.finished_BCHW
    assert torch.equal(start[:4], start[4:])
    assert not torch.equal(after[:4], after[4:])
    assert float(path.log_pi_1_TB[:, :4].detach().abs().max()) == 0
    assert float(path.log_pi_1_TB[:, 4:].detach().abs().min()) > 0


def test_a_choice_that_did_better_than_its_twin_becomes_likelier(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, batch=8))
    returns = torch.arange(16.0).view(2, 8)
    assert (returns - run._of_twins(returns)).tolist() == [[0.0] * 4 + [4.0] * 4] * 2


@pytest.mark.parametrize("whole", [True, False])
def test_the_agent_looks_at_whole_photos_and_results_are_parts(tiny: TrainConfig, whole: bool) -> None:
    parts, wholes = torch.full((6, 2, 3, 80, 80), 0.1), torch.full((6, 2, 3, 80, 80), 0.2)
    targets = Crops(torch.rand(6, 2, 3, 80, 80), CPU)
    run = UnrolledLearner(replace(tiny, whole=whole), FILTERS, Crops(parts, CPU, wholes), targets, CPU)
    path = run._trajectories(4)
    assert torch.unique(path.states[0].rgb_BCHW).tolist() == [pytest.approx(0.2 if whole else 0.1)]
    assert path.finished_BCHW.shape == path.states[0].rgb_BCHW.shape == (4, 3, 64, 64)


def test_without_twins_v_is_the_baseline_of_every_step(tiny: TrainConfig) -> None:
    run = learner(replace(tiny, twins=False))
    assert run._judged_stages() == list(range(tiny.net.steps))
    assert all(bool(torch.isfinite(value).all()) for value in run.iterate().values())
