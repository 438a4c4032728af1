import numpy as np
import pytest

from exposure_app.bootstrap import bootstrap, halves, mean_of


def gap(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    return np.abs(some.mean(0) - others.mean(0))


def test_the_interval_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(0).normal(5, 2, 100)
    found = mean_of(values)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 10, rel=0.2)
    assert found.low < 5 < found.high


def test_every_figure_of_a_statistic_gets_an_interval_within_its_limits() -> None:
    rng = np.random.default_rng(1)
    some, others = rng.random((20, 3)), rng.random((30, 3))
    found = bootstrap(gap, some, others, limits=(0, 1))
    assert len(found) == 3
    assert all(0 <= estimate.low <= estimate.high <= 1 for estimate in found)
    assert found == bootstrap(gap, some, others, limits=(0, 1)), "the same seed, the same interval"


def test_halves_of_one_group_are_closer_than_different_groups() -> None:
    group = np.random.default_rng(2).random((40, 1))
    (within,) = halves(gap, group)
    assert 0 <= within.low <= within.value <= within.high < gap(group, group + 1)[0]
