"""A training run of seconds in a process of its own, for tests that end such processes the hard way."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from multiprocessing.connection import Connection
from pathlib import Path

import torch
import torch._dynamo  # loaded when the first optimizer is made, which takes seconds; here it is there before the fork

import exposure_app.io.raster  # noqa: F401  # likewise, with the first photo
from exposure_app.agent.header import NetConfig
from exposure_app.training.algorithm.config import BASE
from exposure_app.training.runs.events import Event
from exposure_app.training.runs.train import train

QUICK = replace(
    BASE,
    name="quick",
    net=NetConfig(channels=1, hidden=4, dropout=0.2, steps=2, look=True),
    filters="paper",
    iterations=24,
    batch=2,
    buffer=8,
    validate_every=5,
)


def train_quickly(
    inputs: Sequence[Path], targets: Sequence[Path], folder: Path, checkpoint_every: float, news: Connection
) -> None:
    """Train the style ``quick``, or go on with it, and tell the kinds of events and their iterations."""
    torch.set_num_threads(1)

    def tell(event: Event) -> None:
        news.send((event.kind, event.iteration))

    train(inputs, targets, "quick", QUICK, inf, folder, tell, resume=True, checkpoint_every=checkpoint_every)
