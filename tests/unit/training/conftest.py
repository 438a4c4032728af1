from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from exposure_app.agent.header import NetConfig
from exposure_app.training.algorithm.config import BASE, TrainConfig
from exposure_app.training.runs.material import Material, gather


@pytest.fixture(scope="session")
def tiny() -> TrainConfig:
    """A configuration for runs of seconds."""
    net = NetConfig(channels=1, hidden=4, dropout=0.2, steps=2, color_statistics=True, look=True)
    return replace(
        BASE, name="tiny", net=net, filters="paper", iterations=12, batch=4, buffer=8, best=True, validate_every=6
    )


def picture(seed: int, brightness: float = 1.0) -> np.ndarray:
    """A smooth coloured picture, different for every seed, display-referred."""
    rng = np.random.default_rng(seed)
    coarse = PillowImage.fromarray((rng.random((6, 8, 3)) * 255).astype(np.uint8))
    return (np.asarray(coarse.resize((128, 96), PillowImage.Resampling.BICUBIC), np.float32) / 255) ** (1 / brightness)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], list[Path]]:
    """Twenty dark inputs and twenty bright targets; input 0 is a darker version of target 0."""
    root = tmp_path_factory.mktemp("photos")
    groups: list[list[Path]] = []
    for name, first, brightness in (("inputs", 100, 0.5), ("targets", 200, 2.0)):
        (root / name).mkdir()
        paths = []
        for number in range(20):
            seed = 200 if number == 0 else first + number
            path = root / name / f"{number:02d}.png"
            PillowImage.fromarray((picture(seed, brightness) * 255).astype(np.uint8)).save(path)
            paths.append(path)
        groups.append(paths)
    return groups[0], groups[1]


@pytest.fixture(scope="session")
def material(folders: tuple[list[Path], list[Path]]) -> Material:
    """The photos of ``folders`` by their roles."""
    return gather(*folders)
