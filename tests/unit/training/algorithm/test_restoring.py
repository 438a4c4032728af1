from dataclasses import replace

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.agent import statistics
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.restoring import SPREAD, RestoringLearner, distance, spread
from exposure_app.training.photos.data import Crops

FILTERS = filters.action_set("studio")
CPU = torch.device("cpu")


@pytest.fixture
def config(tiny: TrainConfig) -> TrainConfig:
    net = replace(tiny.net, dropout=0.0, look=True, coded=True, once=True, steps=3)
    return replace(tiny, net=net, batch=8, restore=60.0, free=0.25, matching=(0.0, 0.0), order=0.0, whole=False)


def crops(seed: int, level: float = 1.0) -> Crops:
    rng = np.random.default_rng(seed)
    coarse = torch.from_numpy(rng.random((12, 3, 5, 5), np.float32) * level)
    smooth = torch.nn.functional.interpolate(coarse, size=(80, 80), mode="bilinear")
    return Crops(smooth.view(6, 2, 3, 80, 80), CPU)


@pytest.mark.parametrize("matching", [(0.0, 0.0), (4.0, 6.0)])
@pytest.mark.parametrize("others", [True, False])
def test_figures_are_finite(config: TrainConfig, matching: tuple[float, float], others: bool) -> None:
    inputs = crops(2, 0.3) if others else None
    run = RestoringLearner(replace(config, matching=matching, settle=0.5), FILTERS, inputs, crops(1), CPU)
    for _ in range(8):  # before and after the choice has settled
        figures = run.iterate()
    assert all(bool(torch.isfinite(value).all()) for value in figures.values())


def test_no_filter_is_chosen_twice(config: TrainConfig) -> None:
    run = RestoringLearner(config, FILTERS, None, crops(1), CPU)
    path = run._trajectories(8)
    assert path.states[-1].used_BF.sum(1).tolist() == [2.0] * 8  # as many as steps were taken before the last


def test_the_policy_is_told_the_look_of_the_truth(config: TrainConfig) -> None:
    run = RestoringLearner(config, FILTERS, None, crops(1), CPU)
    run._trajectories(8)
    task = run.task
    asked, wanted = (look[~task.free_B] for look in (task.state.look_BK, statistics.aim(task.truth_BCHW)))
    assert float((asked - wanted).abs().mean()) < 0.5
    assert task.free_B.tolist() == [True, False, False, False] * 2  # each twin like the other


def test_the_taste_learns_which_look_photos_have(config: TrainConfig) -> None:
    run = RestoringLearner(replace(config, batch=16), FILTERS, None, crops(1), CPU)
    run.optimizers["taste"].param_groups[0]["lr"] = 4e-3
    missed = []
    for _ in range(150):
        run._start(16)
        missed.append(float(run._learn_taste()))
    assert np.mean(missed[-30:]) < 0.8 * np.mean(missed[:10])


def test_a_taste_that_is_spread_foretells_looks_farther_apart_and_brighter(config: TrainConfig) -> None:
    run = RestoringLearner(config, FILTERS, None, crops(1), CPU)
    photos = run.targets.draw(8, torch.Generator().manual_seed(0))
    with torch.no_grad():
        before = run._taste(photos)
        spread(run._taste)
        after = run._taste(photos)
    assert torch.allclose(after.std(0) / before.std(0), torch.tensor(SPREAD), atol=1e-3)
    assert float((after - before * torch.tensor(SPREAD))[:, 0].mean()) > 0.1


def test_a_picture_is_at_no_distance_from_itself_and_far_from_its_negative() -> None:
    some = torch.rand(3, 3, 8, 8)
    assert float(distance(some, some).max()) == 0
    assert float(distance(some, 1 - some).min()) > 0.1
