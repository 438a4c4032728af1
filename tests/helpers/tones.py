"""Greys and colours to try tone curves on."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from exposure_app.filters import Filter

ENDS = (-1.0, -0.4, 0.0, 0.7, 1.0)  # of a slider that goes both ways


def greys(brightest: float = 16.0, count: int = 4000) -> NDArray[np.float64]:
    """(count,) rising levels, close together in the dark, up to far above white."""
    return np.concatenate([[0.0], np.geomspace(1e-6, brightest, count - 1)])


def on_greys(filter_: Filter, levels: Sequence[float] | NDArray[np.float64], *values: float) -> NDArray[np.float64]:
    """(n,) what a filter makes of greys (n,); a result that is no grey is an error."""
    rgb = torch.tensor(np.asarray(levels, np.float64)).expand(3, 1, -1)
    result = filter_.apply(rgb, torch.tensor(values, dtype=torch.float64))[:, 0].numpy()
    assert np.abs(result - result[0]).max() < 1e-12
    return np.asarray(result[0])


def hues() -> Tensor:
    """(3, 1, n) colours from nearly grey to nearly pure, from dark to far above white."""
    rng = np.random.default_rng(0)
    rgb = rng.uniform(0.02, 1, (3, 1, 600)) * rng.choice([0.02, 0.2, 1, 4, 12], 600)
    return torch.from_numpy(rgb)


def ratios(rgb: Tensor) -> Tensor:
    """(3, 1, n) the channels of colours over the strongest of them."""
    return rgb / rgb.amax(0, keepdim=True)
