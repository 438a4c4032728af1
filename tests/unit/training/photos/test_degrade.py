import numpy as np
import pytest
import torch

from exposure_app.filters._math import luminance
from exposure_app.training.photos import data, degrade
from tests.helpers.shared import DATA, without_data

# Means of 100 renderings of real RAW files at 64 x 64, linear light, and how far those of degraded photos may be away.
REAL = {
    "EV of the 99.5th percentile": (-1.7, 0.5),
    "EV of the median below it": (-3.4, 0.5),
    "deviation of log2 luminance": (1.4, 0.4),
    "HSV saturation": (0.49, 0.08),
    "log red over green": (0.24, 0.15),
    "log blue over green": (-0.24, 0.15),
}


def statistics(linear: torch.Tensor) -> dict[str, float]:
    high, low = linear.amax(1), linear.amin(1)
    white = torch.quantile(high.flatten(1), 0.995, dim=1).clamp(min=1e-5)
    light = luminance(linear).flatten(1)
    red, green, blue = linear.mean((2, 3)).clamp(min=1e-6).log().T
    found = {
        "EV of the 99.5th percentile": white.log2(),
        "EV of the median below it": (light.median(1).values.clamp(min=1e-5) / white).log2(),
        "deviation of log2 luminance": (light + 1e-4 * white[:, None]).log2().std(1),
        "HSV saturation": ((high - low) / (high + 1e-6)).mean((1, 2)),
        "log red over green": red - green,
        "log blue over green": blue - green,
    }
    return {name: float(value.mean()) for name, value in found.items()}


SET = DATA / "photos/target_general_cid22"


@without_data(SET)
def test_degraded_photos_have_the_statistics_of_real_raw_renderings(monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(SET.glob("*.jpg"))[::2]
    photos = data.read_photos(paths)
    finished = data.target_crops(photos, torch.device("cpu"), np.random.default_rng(0)).all()
    monkeypatch.setattr(degrade, "JPEGS", 0.0)
    found = statistics(degrade.degrade(finished, torch.Generator().manual_seed(0)))
    for name, (mean, near) in REAL.items():
        assert found[name] == pytest.approx(mean, abs=near), name


def test_degraded_pictures_are_linear_light_between_black_and_white() -> None:
    finished = torch.rand(64, 3, 64, 64, generator=torch.Generator().manual_seed(1)).round()
    linear = degrade.degrade(finished, torch.Generator().manual_seed(2))
    assert linear.shape == finished.shape
    assert bool(linear.isfinite().all())
    assert float(linear.min()) >= 0
    assert float(linear.max()) <= 1


def test_the_same_seed_degrades_the_same_way() -> None:
    finished = torch.rand(8, 3, 64, 64)
    once, again, other = (degrade.degrade(finished, torch.Generator().manual_seed(seed)) for seed in (3, 3, 4))
    assert torch.equal(once, again)
    assert not torch.equal(once, other)


@pytest.mark.parametrize("strength", [-0.3, 0.0, 0.4, 0.65])
def test_the_contrast_curve_is_undone(strength: float) -> None:
    x = torch.linspace(0, 1, 200)
    curved = (1 - strength) * x + strength * x * x * (3 - 2 * x)
    assert torch.allclose(degrade.uncurved(curved, torch.tensor(strength)), x, atol=5e-3)
