from dataclasses import replace

import pytest
import torch

from exposure_app import filters
from exposure_app.agent.policy import State
from exposure_app.training.algorithm import losses
from exposure_app.training.algorithm.config import PAPER, Critic

FILTERS = tuple(filters.registry().values())
CRITICS: tuple[Critic, ...] = ("wasserstein", "relativistic")
IDS = [filter_.id for filter_ in FILTERS]


@pytest.mark.parametrize("critic", CRITICS)
def test_the_discriminator_learns_to_score_targets_higher(critic: Critic) -> None:
    target, finished = torch.zeros(4, requires_grad=True), torch.zeros(4, requires_grad=True)
    losses.discriminator_loss(target, finished, critic).backward()
    assert target.grad is not None
    assert finished.grad is not None
    assert bool((target.grad < 0).all())
    assert bool((finished.grad > 0).all())


@pytest.mark.parametrize("critic", CRITICS)
def test_quality_rises_with_the_score(critic: Critic) -> None:
    scores = torch.tensor([-3.0, 0.0, 3.0])
    assert bool((losses.quality(scores, torch.zeros(5), critic).diff() > 0).all())


def test_relativistic_quality_levels_off_beyond_the_targets() -> None:
    scores = torch.tensor([-5.0, 0.0, 5.0, 10.0])
    gains = losses.quality(scores, torch.zeros(5), "relativistic").diff()
    assert gains[0] > 4
    assert gains[2] < 0.01


@pytest.mark.parametrize(
    ("critic", "slope", "expected"), [("wasserstein", 3, 4), ("wasserstein", 0.5, 0), ("relativistic", 2, 4)]
)
def test_the_gradient_penalty_of_a_known_slope(critic: Critic, slope: float, expected: float) -> None:
    def score(x: torch.Tensor) -> torch.Tensor:
        return slope * x[:, 0, 0, 0] + 0 * x.square().sum((1, 2, 3))

    pictures = torch.rand(3, 3, 4, 4), torch.rand(3, 3, 4, 4)
    found = losses.gradient_penalty(score, *pictures, critic, torch.Generator().manual_seed(0))
    assert found.item() == pytest.approx(expected, abs=1e-5)


def penalty(
    pi_1: torch.Tensor, used: bool = False, level: float = 0.5, chosen: str = "exposure", value: float = 0
) -> float:
    index = IDS.index(chosen)
    state = State.start(torch.zeros(1, 3, 4, 4), len(FILTERS))
    if used:
        state.used_BF[0, index] = 1
    values = [filter_.squash(torch.zeros(1, filter_.width)) for filter_ in FILTERS]
    values[index] = torch.full_like(values[index], value)
    config = replace(PAPER, departure={"white_balance": 4.0})
    after = torch.full((1, 3, 4, 4), level)
    return float(losses.penalties(config, state, after, pi_1, torch.tensor([index]), values, FILTERS, config.entropy))


def test_each_penalty_costs_what_the_paper_says() -> None:
    even, certain = torch.full((1, 8), 1 / 8), torch.eye(8)[:1]
    assert penalty(even) == pytest.approx(0, abs=1e-6)
    assert penalty(certain) == pytest.approx(0.05 * 2.0794, abs=1e-4)
    assert penalty(even, used=True) == pytest.approx(1, abs=1e-6)
    assert penalty(even, level=1.5) == pytest.approx(0.25, abs=1e-6)
    assert penalty(even, chosen="white_balance", value=0.5) == pytest.approx(4 * 2 * 0.25, abs=1e-5)


def test_departure_is_nothing_at_neutral_and_grows_away_from_it() -> None:
    for filter_ in FILTERS:
        neutral = torch.from_numpy(filter_.pack(filter_.neutral))[None]
        assert float(losses.departure(filter_, neutral)) == pytest.approx(0, abs=1e-10)
        far = filter_.squash(
            torch.linspace(-3, 3, filter_.width)[None] if filter_.width > 1 else torch.full((1, 1), 3.0)
        )
        assert float(losses.departure(filter_, far)) > 0


def test_td_error() -> None:
    one = torch.ones(1)
    assert float(losses.td_error(one, 3 * one, 5 * one)) == 3


def test_settings_within_the_inner_range_cost_nothing_and_those_at_its_ends_do() -> None:
    for filter_ in FILTERS:
        middle = filter_.squash(torch.zeros(1, filter_.width))
        assert float(losses.beyond_edge(filter_, middle)) == pytest.approx(0, abs=1e-6)
    tone_curve, exposure = FILTERS[IDS.index("tone_curve")], FILTERS[IDS.index("exposure")]
    for filter_ in (tone_curve, exposure):
        end = filter_.squash(torch.full((1, filter_.width), 9.0))
        assert float(losses.beyond_edge(filter_, end)) == pytest.approx(1, abs=1e-3)


def test_an_amount_may_be_all_or_nothing() -> None:
    black_white = FILTERS[IDS.index("black_white")]
    assert float(losses.beyond_edge(black_white, torch.ones(1, 1))) == 0


def test_a_step_that_changes_nothing_is_idle_and_one_that_changes_a_lot_is_not() -> None:
    before = torch.full((3, 3, 4, 4), 0.2, requires_grad=True)
    after = before * torch.tensor([1.0, 1 + losses.IDLE / 2, 1.5])[:, None, None, None]
    assert losses.idleness(before, after).tolist() == pytest.approx([1, 0.5, 0], abs=0.01)


def test_black_pictures_have_a_finite_idleness() -> None:
    black = torch.zeros(1, 3, 4, 4, requires_grad=True)
    (gradient,) = torch.autograd.grad(losses.idleness(black, 1.1 * black).sum(), black)
    assert bool(torch.isfinite(gradient).all())
