import numpy as np
import pytest
import torch

from exposure_app.agent import statistics
from exposure_app.agent.nets import Taste
from exposure_app.training.algorithm import taste
from exposure_app.training.algorithm.taste import LIKED, SPREAD, learn, spread
from exposure_app.training.photos.data import Crops
from exposure_app.training.photos.degrade import degrade

CPU = torch.device("cpu")


@pytest.fixture
def finished() -> Crops:
    """Photos that are all as bright and as warm as each other."""
    rng = np.random.default_rng(1)
    coarse = torch.from_numpy(rng.random((40, 3, 5, 5), np.float32))
    smooth = torch.nn.functional.interpolate(coarse, size=(80, 80), mode="bilinear")
    return Crops(smooth[:, None] * torch.tensor([0.8, 0.7, 0.6])[:, None, None], CPU)


def test_a_new_taste_says_what_the_plain_rendering_looks_like(finished: Crops) -> None:
    linear = finished.wholes() ** 2.2 * 0.1
    white = torch.quantile(linear.amax(1).flatten(1), 0.995, dim=1)[:, None, None, None]
    plain = statistics.aim((linear / white).clamp(0, 1) ** (1 / 2.2))
    np.testing.assert_allclose(Taste()(linear).detach(), plain, atol=1e-3)


def test_it_learns_which_look_photos_have(finished: Crops, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taste, "EPOCHS", 200)
    generator = torch.Generator().manual_seed(0)
    found = Taste()
    delivered, looks = degrade(finished.wholes(), generator), statistics.aim(finished.wholes())

    def missed() -> float:
        with torch.no_grad():
            return float((found(delivered) - looks).abs().mean())

    before = missed()
    learn(found, finished, generator)
    assert missed() < 0.7 * before


def test_what_a_photo_was_exposed_for_does_not_matter(finished: Crops) -> None:
    linear = finished.wholes() ** 2.2
    bright, dark = (statistics.scene(linear * 2.0**-stops) for stops in (1, 3))
    place = statistics.SCENE - statistics.HUES - 6 - 1  # the exposure itself, which is told too
    rest = np.arange(statistics.SCENE) != place
    np.testing.assert_allclose(bright[:, rest], dark[:, rest], atol=0.12)  # but for what is clipped


def test_a_taste_that_is_spread_foretells_looks_farther_apart(finished: Crops) -> None:
    found, photos = Taste(), finished.wholes()
    with torch.no_grad():
        before = found(photos)
        spread(found, photos)
        after = found(photos)
    assert torch.allclose(after.std(0) / before.std(0), torch.tensor(SPREAD), atol=1e-3)
    middle = statistics.aim(photos).mean(0)
    expected = (before - middle) * torch.tensor(SPREAD) + middle + torch.tensor(LIKED)
    assert torch.allclose(after, expected, atol=1e-5)
