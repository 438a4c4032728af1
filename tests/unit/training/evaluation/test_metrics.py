import numpy as np
import pytest

from exposure_app.training.evaluation import metrics
from tests.unit.training.conftest import picture


def flat(level: float, count: int = 3) -> list[np.ndarray]:
    return [np.full((100, 150, 3), level, np.float32)] * count


def test_identical_sets_have_everything_in_common() -> None:
    pictures = [picture(seed) for seed in range(4)]
    assert metrics.intersections(metrics.looks(pictures), metrics.looks(pictures)) == pytest.approx(
        dict.fromkeys(metrics.QUANTITIES, 100)
    )


def test_known_looks_of_flat_and_of_two_coloured_pictures() -> None:
    luminance, contrast, saturation = metrics.looks(flat(0.3, 1))[0, 0]
    assert luminance == pytest.approx(0.3, abs=1e-5)
    assert contrast == pytest.approx(0, abs=1e-5)
    assert saturation == pytest.approx(0, abs=1e-5)
    red = np.zeros((100, 100, 3), np.float32)
    red[..., 0] = 0.5
    assert metrics.looks([red])[0, 0] == pytest.approx([0.27 * 0.5, 0, 1], abs=1e-5)


def test_known_histograms() -> None:
    mixed = metrics.looks(flat(0.2, 1) + flat(0.8, 3))
    assert metrics.intersections(metrics.looks(flat(0.2)), mixed) == pytest.approx(
        {"luminance": 25, "contrast": 100, "saturation": 100}
    )


def test_contrast_is_twice_the_standard_deviation() -> None:
    halves = np.zeros((80, 80, 3), np.float32)
    halves[::2] = 0.5
    assert metrics.looks([halves])[0, :, 1] == pytest.approx(np.full(16, 0.5), abs=1e-5)


def test_sixteen_patches_a_picture_drawn_the_same_way_again() -> None:
    pictures = [picture(seed) for seed in range(3)]
    assert metrics.looks(pictures).shape == (3, 16, 3)
    np.testing.assert_array_equal(metrics.looks(pictures), metrics.looks(pictures))


def test_points_above_the_best_baseline() -> None:
    def shares(*levels: float) -> metrics.Shares:
        return metrics.histograms(np.repeat(metrics.looks([flat(level, 1)[0] for level in levels]), 4, axis=0))

    targets, good, poor, bad = (shares(*levels) for levels in ((0.3, 0.6), (0.3, 0.6), (0.3, 0.9), (0.1, 0.9)))
    found = metrics.above(good, [poor, bad], targets)
    assert found.value == pytest.approx(50 / 3), "half of one histogram of three"
    assert found.low <= found.value <= found.high
    assert metrics.above(bad, [poor, good], targets).value == pytest.approx(-100 / 3)


def test_pictures_that_are_all_alike_have_no_spread() -> None:
    assert metrics.spread(flat(0.3)) == pytest.approx({"L": 0, "chroma": 0})
    assert metrics.spread(flat(0.3) + flat(0.8))["L"] > 10


def test_auto_levels_spans_the_range() -> None:
    dull = 0.3 + 0.2 * picture(1)
    stretched = metrics.auto_levels(dull)
    assert np.percentile(stretched, [1, 99]) == pytest.approx([0, 1], abs=0.1)


def test_health_sees_blown_crushed_and_tinted_pictures() -> None:
    white, black = metrics.health(flat(1.0)), metrics.health(flat(0.0))
    assert (white["highlights"], white["shadows"]) == (100, 0)
    assert (black["highlights"], black["shadows"]) == (0, 100)
    green = [np.full((9, 9, 3), 0.8, np.float32) * np.array([0.8, 1, 0.8], np.float32)]
    assert metrics.health(green)["tint"] > 10
    assert metrics.health(green)["a"] < -10
