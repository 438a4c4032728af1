import numpy as np

from exposure_app.training.evaluation.two_sample import accuracy, fingerprints, tell_apart
from tests.unit.training.conftest import picture


def pictures(first: int, brightness: float = 1.0, count: int = 30) -> list[np.ndarray]:
    return [picture(first + number, brightness) for number in range(count)]


def test_samples_of_one_kind_cannot_be_told_apart() -> None:
    found = tell_apart(fingerprints(pictures(0, count=40)), fingerprints(pictures(100, count=40)))
    assert 35 < found.value < 62
    assert found.low < 51


def test_samples_of_two_kinds_are_told_apart_the_better_the_more_they_differ() -> None:
    plain = fingerprints(pictures(0))
    little, much = (accuracy(plain, fingerprints(pictures(100, brightness)))[0] for brightness in (1.15, 2.0))
    assert 60 < little < much
    assert much > 90


def test_a_collapsed_style_is_told_by_its_lack_of_variety() -> None:
    rng = np.random.default_rng(0)
    varied, alike = (
        [np.full((20, 20, 3), level, np.float32) for level in rng.uniform(0.5 - half, 0.5 + half, 40)]
        for half in (0.4, 0.05)
    )
    assert accuracy(fingerprints(varied), fingerprints(alike))[0] > 75


def test_unequal_numbers_count_alike_and_the_answer_is_the_same_again() -> None:
    some, others = fingerprints(pictures(0, count=12)), fingerprints(pictures(100, count=40))
    assert tell_apart(some, others) == tell_apart(some, others)
    assert accuracy(some, others)[0] < 75, "guessing the larger side does not pay"
