"""Styles that are told a look: what a seed changes."""

from pathlib import Path

import numpy as np
import pytest
import torch

from exposure_app.agent import looks, statistics
from exposure_app.agent.rollout import begin, retouch
from exposure_app.agent.style import NetConfig, Style, load_style, new_style, save_style
from exposure_app.errors import ExposureError

NET = NetConfig(channels=4, hidden=16, dropout=0.0, look=True, coded=True, once=True, head=8, steps=4)


@pytest.fixture(scope="module")
def style() -> Style:
    return new_style("told", NET, seed=3)


def proxy(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((3, 64, 64), np.float32) * 0.3


def test_seed_0_asks_for_what_suits_the_photo_and_others_for_something_else(style: Style) -> None:
    suits, brighter = (begin(style, proxy(), seed).look_K for seed in (0, 1))
    expected = style.networks.taste(torch.from_numpy(proxy())[None])[0]
    np.testing.assert_allclose(suits, expected.detach().numpy(), atol=1e-5)
    assert (brighter - suits)[0] == pytest.approx(looks.OFFSETS[1][0])


def test_every_seed_has_its_own_offset_and_always_the_same() -> None:
    found = np.stack([looks.offset(seed) for seed in range(30)])
    assert len({tuple(row) for row in found.tolist()}) == 30
    assert np.array_equal(found, np.stack([looks.offset(seed) for seed in range(30)]))
    assert found.shape[1] == len(statistics.AIMS)


def test_the_same_seed_gives_the_same_recipe_and_no_filter_comes_twice(style: Style) -> None:
    recipes = [retouch(proxy(), style, seed)[0] for seed in (5, 5, 6)]
    assert recipes[0] == recipes[1]
    assert recipes[0].steps != recipes[2].steps
    assert len({step.filter for step in recipes[0].steps}) == NET.steps


def test_it_is_the_same_from_disk(style: Style, tmp_path: Path) -> None:
    path = tmp_path / "told.safetensors"
    save_style(path, style)
    assert retouch(proxy(), load_style(path), 2)[0].steps == retouch(proxy(), style, 2)[0].steps


def test_sizes_that_make_no_sense_are_refused() -> None:
    for wrong in ({"head": -1}, {"head": True}, {"look": 1}, {"once": "yes"}):
        with pytest.raises(ExposureError):
            NetConfig(**wrong)


def test_an_aim_is_brighter_warmer_and_more_colourful_where_the_picture_is() -> None:
    grey = torch.full((1, 3, 8, 8), 0.4)
    warm = grey * torch.tensor([1.2, 1.0, 0.7])[:, None, None]
    plain, tinted, bright = (statistics.aim(rgb)[0] for rgb in (grey, warm, grey * 1.5))
    assert tinted[2] > plain[2] + 0.5
    assert tinted[3] > plain[3] + 0.5
    assert bright[0] > plain[0] + 0.5
