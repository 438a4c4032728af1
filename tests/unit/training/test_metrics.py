from pathlib import Path

import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.training import metrics
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


def test_intervals_hold_the_figure_and_the_ceiling_is_below_100() -> None:
    looks = metrics.looks([picture(seed) for seed in range(16)])
    found = metrics.compare(looks[:8], looks[8:], resamples=50)
    for name, value in found.values.items():
        assert found.low[name] <= value <= found.high[name]
    assert all(0 < value < 100 for value in metrics.ceiling(looks).values())


def test_auto_levels_spans_the_range() -> None:
    dull = 0.3 + 0.2 * picture(1)
    stretched = metrics.auto_levels(dull)
    assert np.percentile(stretched, [1, 99]) == pytest.approx([0, 1], abs=0.1)


def test_lab_of_known_colours() -> None:
    points = metrics.lab(np.array([[[1, 1, 1], [0, 0, 0], [1, 0, 0]]], np.float32))[0]
    assert points[0] == pytest.approx([100, 0, 0], abs=0.05)
    assert points[1] == pytest.approx([0, 0, 0], abs=0.05)
    assert points[2] == pytest.approx([53.2, 80.1, 67.2], abs=0.3)


def test_health_sees_blown_crushed_and_tinted_pictures() -> None:
    white, black = metrics.health(flat(1.0)), metrics.health(flat(0.0))
    assert (white["highlights"], white["shadows"]) == (100, 0)
    assert (black["highlights"], black["shadows"]) == (0, 100)
    green = [np.full((9, 9, 3), 0.8, np.float32) * np.array([0.8, 1, 0.8], np.float32)]
    assert metrics.health(green)["tint"] > 10
    assert metrics.health(green)["a"] < -10


def test_folders_are_compared(folders: tuple[list[Path], list[Path]], tmp_path: Path) -> None:
    inputs, targets = (group[0].parent for group in folders)
    found = metrics.evaluate_dirs(inputs, targets)
    assert (found["outputs"], found["targets"]) == (20, 20)
    assert found["intersections"]["luminance"][0] < found["ceiling"]["luminance"]
    with pytest.raises(ExposureError, match="fewer"):
        metrics.evaluate_dirs(tmp_path, targets)
