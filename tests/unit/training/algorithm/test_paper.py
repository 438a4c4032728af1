import pytest
import torch

from exposure_app.agent.policy import State
from exposure_app.training.algorithm.paper import TrajectoryBuffer, gradient_penalty, penalties, td_error

STEPS, FILTERS = 5, 8


def made(size: int = 40) -> TrajectoryBuffer:
    buffer = TrajectoryBuffer(torch.zeros(size, 3, 2, 2), FILTERS, STEPS)
    buffer.state.step_B.copy_(torch.arange(size) % (STEPS + 1))
    buffer.state.rgb_BCHW.copy_(buffer.state.step_B[:, None, None, None].expand(-1, 3, 2, 2) / 10)
    buffer.state.used_BF[:, 0] = 1
    return buffer


def test_a_batch_has_no_finished_pictures_and_replaces_them_by_fresh_inputs() -> None:
    buffer, generator = made(), torch.Generator().manual_seed(0)
    slots, state = buffer.draw(torch.full((30, 3, 2, 2), 9.0), generator)
    assert len(slots.unique()) == 30
    assert bool((state.step_B < STEPS).all())
    replaced = buffer.state.step_B[slots] == STEPS
    assert bool(replaced.any())
    assert bool((state.rgb_BCHW[replaced] == 9).all())
    assert float(state.used_BF[replaced].sum() + state.step_B[replaced].sum()) == 0
    assert torch.equal(state.rgb_BCHW[~replaced], buffer.state.rgb_BCHW[slots][~replaced])


def test_pictures_go_back_to_their_slots_without_history() -> None:
    buffer, generator = made(), torch.Generator().manual_seed(0)
    slots, state = buffer.draw(torch.ones(10, 3, 2, 2), generator)
    after = state.after((state.rgb_BCHW + 1).requires_grad_(), torch.full((10,), 3))
    others = torch.ones(40, dtype=torch.bool)
    others[slots] = False
    before = buffer.state.rgb_BCHW[others].clone()
    buffer.put(slots, after)
    assert torch.equal(buffer.state.step_B[slots], state.step_B + 1)
    assert bool((buffer.state.used_BF[slots, 3] == 1).all())
    assert not buffer.state.rgb_BCHW.requires_grad
    assert torch.equal(buffer.state.rgb_BCHW[others], before)


def test_finished_pictures_come_first_for_the_discriminator() -> None:
    buffer, generator = made(), torch.Generator().manual_seed(0)
    assert bool((buffer.finished(6, generator) == STEPS / 10).all())  # there are six
    assert buffer.finished(20, generator).shape[0] == 20


def test_state_survives_a_checkpoint() -> None:
    buffer, other = made(), TrajectoryBuffer(torch.zeros(40, 3, 2, 2), FILTERS, STEPS)
    other.load_state_dict(buffer.state_dict())
    assert torch.equal(other.state.step_B, buffer.state.step_B)
    assert isinstance(other.state, State)


@pytest.mark.parametrize(("slope", "expected"), [(3, 4), (0.5, 0)])
def test_the_gradient_penalty_of_a_known_slope(slope: float, expected: float) -> None:
    def score(x: torch.Tensor) -> torch.Tensor:
        return slope * x[:, 0, 0, 0] + 0 * x.square().sum((1, 2, 3))

    pictures = torch.rand(3, 3, 4, 4), torch.rand(3, 3, 4, 4)
    found = gradient_penalty(score, *pictures, torch.Generator().manual_seed(0))
    assert found.item() == pytest.approx(expected, abs=1e-5)


def penalty(pi_1: torch.Tensor, used: bool = False, level: float = 0.5) -> float:
    state = State.start(torch.zeros(1, 3, 4, 4), FILTERS)
    state.used_BF[0, 2] = float(used)
    return float(penalties(state, torch.full((1, 3, 4, 4), level), pi_1, torch.tensor([2]), 0.05))


def test_each_penalty_costs_what_the_paper_says() -> None:
    even, certain = torch.full((1, FILTERS), 1 / FILTERS), torch.eye(FILTERS)[:1]
    assert penalty(even) == pytest.approx(0, abs=1e-6)
    assert penalty(certain) == pytest.approx(0.05 * 2.0794, abs=1e-4)
    assert penalty(even, used=True) == pytest.approx(1, abs=1e-6)
    assert penalty(even, level=1.5) == pytest.approx(0.25, abs=1e-6)


def test_td_error() -> None:
    one = torch.ones(1)
    assert float(td_error(one, 3 * one, 5 * one)) == 3
