from pathlib import Path

import numpy as np
from PIL import Image as PillowImage

from exposure_app.training.evaluation.curves import curves


def entry(iteration: int, **more: object) -> dict[str, object]:
    return {
        "iteration": iteration,
        "seconds": iteration / 2,
        "score": 60.0 + iteration / 100,
        "intersections": {"luminance": 70.0, "contrast": 60.0, "saturation": 50.0},
        "health": {"highlights": 0.1, "shadows": 0.2, "cast": 1.0, "L": 50.0},
        "usage": {"exposure": 0.6, "gamma": 0.4, "contrast": 0.0},
        **more,
    }


def drawn(path: Path, history: list[dict[str, object]]) -> np.ndarray:
    curves(path, "Mine", history)
    with PillowImage.open(path) as picture:
        return np.asarray(picture.convert("RGB"))


def test_a_run_is_drawn_from_its_first_validation_on(tmp_path: Path) -> None:
    one = drawn(tmp_path / "one.png", [entry(0)])
    more = drawn(tmp_path / "more.png", [entry(0), entry(100), entry(200)])
    assert one.shape == more.shape
    assert (one != more).any()


def test_figures_it_does_not_know_get_plots_of_their_own(tmp_path: Path) -> None:
    plain = drawn(tmp_path / "plain.png", [entry(0), entry(100)])
    further = [entry(0, EMD=3.0, losses={"critic": 1.0, "value": 2.0}), entry(100, losses={"critic": float("nan")})]
    assert drawn(tmp_path / "further.png", further).shape[0] > plain.shape[0]


def test_a_run_without_validations_leaves_no_picture(tmp_path: Path) -> None:
    curves(tmp_path / "none.png", "Mine", [])
    assert not (tmp_path / "none.png").exists()
