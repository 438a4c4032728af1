from dataclasses import replace

import numpy as np
import pytest
import torch

from exposure_app import filters
from exposure_app.agent import statistics
from exposure_app.agent.nets import Networks, Policy
from exposure_app.training.algorithm import finishing
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.finishing import (
    FinishingLearner,
    distance,
    relativistic_loss,
    self_critical_advantage,
)
from exposure_app.training.photos.data import Crops

FILTERS = filters.action_set("studio")
IDS = [filter_.id for filter_ in FILTERS]
CPU = torch.device("cpu")


@pytest.fixture
def config(tiny: TrainConfig) -> TrainConfig:
    net = replace(tiny.net, dropout=0.0, coded=True, once=True, steps=3)
    return replace(tiny, net=net, batch=8, filters="studio")


def crops(seed: int, level: float = 1.0) -> Crops:
    rng = np.random.default_rng(seed)
    coarse = torch.from_numpy(rng.random((12, 3, 5, 5), np.float32) * level)
    smooth = torch.nn.functional.interpolate(coarse, size=(80, 80), mode="bilinear")
    return Crops(smooth.view(6, 2, 3, 80, 80), CPU)


def learner(config: TrainConfig) -> FinishingLearner:
    return FinishingLearner(config, FILTERS, crops(2, 0.3), crops(1), CPU)


def choosing(policy: Policy) -> list[torch.Tensor]:
    return [value.detach().clone() for value in policy.parameters_by_decision()[0]]


def test_figures_are_finite(config: TrainConfig) -> None:
    run = learner(replace(config, freeze_choice_after=0.5))
    for _ in range(8):  # before and after the choice is frozen
        figures = run.iterate()
        assert all(bool(torch.isfinite(value).all()) for value in figures.values())


def test_no_filter_is_chosen_twice(config: TrainConfig) -> None:
    run = learner(config)
    path = run._trajectories(run._task())
    assert path.states[-1].used_BF.sum(1).tolist() == [2.0] * 8  # as many as steps were taken before the last


def test_the_choice_learns_until_it_is_frozen_at_its_moving_average(config: TrainConfig) -> None:
    run = learner(replace(config, iterations=8, freeze_choice_after=0.5))
    first = choosing(run.networks.policy)
    for _ in range(4):
        run.iterate()
    frozen = choosing(run.averaged)
    values = run.networks.policy.value_hidden.weight.detach().clone()
    assert any(not torch.equal(a, b) for a, b in zip(first, frozen, strict=True))
    for _ in range(4):
        run.iterate()
    for before, after in zip(frozen, choosing(run.networks.policy), strict=True):
        assert torch.equal(before, after)
    assert not torch.equal(values, run.networks.policy.value_hidden.weight)


def test_once_frozen_all_trajectories_follow_the_likeliest_filters(config: TrainConfig) -> None:
    run = learner(replace(config, freeze_choice_after=0.0))
    assert run.greedy == run.config.batch
    path = run._trajectories(run._task())
    assert float(path.log_pi_1_TB.detach().abs().max()) == 0  # nothing was drawn


def test_each_drawn_trajectory_begins_like_a_greedy_one(config: TrainConfig) -> None:
    run = learner(replace(config, explore=1.0))
    path = run._trajectories(run._task())
    start, after = path.states[0].rgb_BCHW, path.finished_BCHW
    assert torch.equal(start[:4], start[4:])
    assert not torch.equal(after[:4], after[4:])
    assert float(path.log_pi_1_TB[:, :4].detach().abs().max()) == 0
    assert float(path.log_pi_1_TB[:, 4:].detach().abs().min()) > 0


def test_a_choice_that_did_better_than_the_greedy_one_becomes_likelier() -> None:
    advantage = self_critical_advantage(torch.arange(16.0).view(2, 8), 4)
    assert bool((advantage[:, :4] == 0).all())
    assert bool((advantage[:, 4:] > 0).all())
    assert bool((self_critical_advantage(torch.arange(16.0).view(2, 8), 8) == 0).all())


def test_the_discriminator_learns_to_score_targets_higher(config: TrainConfig) -> None:
    networks = Networks(config.net, [1])
    optimizer = torch.optim.Adam(networks.critic.parameters(), lr=0.01)
    bright, dark = torch.full((4, 3, 64, 64), 0.8), torch.full((4, 3, 64, 64), 0.2)
    for iteration in range(40):
        loss, figures, _ = relativistic_loss(networks, bright, dark, iteration)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert figures["D(target)"] > figures["D(finished)"]
    assert figures["L_w"] < 0.69


def test_the_policy_is_told_the_look_of_the_truth(config: TrainConfig) -> None:
    task = learner(config)._task()
    asked, wanted = (look[~task.free_B] for look in (task.start.look_BK, statistics.aim(task.truth_BCHW)))
    assert float((asked - wanted).abs().mean()) < 0.5
    assert task.free_B.tolist() == [True, False, False, False] * 2  # the drawn half like the greedy one


def test_a_picture_is_at_no_distance_from_itself_and_far_from_its_negative() -> None:
    some = torch.rand(3, 3, 8, 8)
    assert float(distance(some, some).max()) == 0
    assert float(distance(some, 1 - some).min()) > 0.1


def test_departure_is_nothing_at_neutral_and_grows_away_from_it() -> None:
    for filter_ in FILTERS:
        neutral = torch.from_numpy(filter_.pack(filter_.neutral))[None]
        assert float(finishing.departure(filter_, neutral)) == pytest.approx(0, abs=1e-10)
        far = filter_.squash(
            torch.linspace(-3, 3, filter_.width)[None] if filter_.width > 1 else torch.full((1, 1), 3.0)
        )
        assert float(finishing.departure(filter_, far)) > 0


def test_settings_within_the_inner_range_cost_nothing_and_those_at_its_ends_do() -> None:
    for filter_ in FILTERS:
        middle = filter_.squash(torch.zeros(1, filter_.width))
        assert float(finishing.beyond_edge(filter_, middle)) == pytest.approx(0, abs=1e-6)
    tone_curve, exposure = FILTERS[IDS.index("tone_curve")], FILTERS[IDS.index("exposure")]
    for filter_ in (tone_curve, exposure):
        end = filter_.squash(torch.full((1, filter_.width), 9.0))
        assert float(finishing.beyond_edge(filter_, end)) == pytest.approx(1, abs=1e-3)


def test_an_amount_may_be_all_or_nothing() -> None:
    black_white = FILTERS[IDS.index("black_white")]
    assert float(finishing.beyond_edge(black_white, torch.ones(1, 1))) == 0


def test_a_step_that_changes_nothing_is_idle_and_one_that_changes_a_lot_is_not() -> None:
    before = torch.full((3, 3, 4, 4), 0.2, requires_grad=True)
    after = before * torch.tensor([1.0, 1 + finishing.IDLE / 2, 1.5])[:, None, None, None]
    assert finishing.idleness(before, after).tolist() == pytest.approx([1, 0.5, 0], abs=0.01)


def test_black_pictures_have_a_finite_idleness() -> None:
    black = torch.zeros(1, 3, 4, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(finishing.idleness(black, 1.1 * black).sum(), black)
    assert bool(torch.isfinite(gradient).all())
