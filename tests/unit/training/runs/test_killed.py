"""Training that is killed at any moment, and goes on."""

import multiprocessing
import random
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
import torch

from exposure_app.agent.style import load_style
from tests.helpers.training import QUICK, train_quickly

Folders = tuple[list[Path], list[Path]]
KILLS = 5
# A clean process that has imported everything, from which each run is forked; Windows has no such thing.
CONTEXT = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")


class Runner:
    """Starts runs in processes."""

    def __init__(self, folders: Folders) -> None:
        self.folders = tuple(paths[:12] for paths in folders)
        if sys.platform != "win32":
            CONTEXT.set_forkserver_preload(["tests.helpers.training"])

    def start(self, folder: Path, checkpoint_every: float) -> "tuple[multiprocessing.Process, Connection]":
        ours, theirs = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=train_quickly, args=(*self.folders, folder, checkpoint_every, theirs))
        process.start()
        theirs.close()
        return process, ours


def wait_for(news: Connection, kind: str) -> tuple[str, int]:
    while (event := news.recv())[0] != kind:
        pass
    return event


def told(news: Connection) -> list[tuple[str, int]]:
    found = []
    try:
        while True:
            found.append(news.recv())
    except (EOFError, OSError):  # also a message cut in two by the kill
        return found


def saved_iteration(folder: Path) -> int:
    path = folder / "quick.checkpoint"
    return torch.load(path, weights_only=True)["state"]["learner"]["iteration"] if path.exists() else 0


def final(folder: Path) -> tuple[dict[str, torch.Tensor], dict[str, object]]:
    learner = torch.load(folder / "quick.checkpoint", weights_only=True)["state"]["learner"]
    return load_style(folder / "quick.safetensors").networks.state_dict(), learner


def same(one: object, other: object) -> bool:
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return one == other


@pytest.mark.slow
def test_kills_at_random_moments_cost_a_checkpoint_interval_each_and_change_nothing(
    folders: Folders, tmp_path: Path
) -> None:
    straight, killed = tmp_path / "straight", tmp_path / "killed"
    runner, chance = Runner(folders), random.Random(1)
    process, news = runner.start(straight, 1e6)
    wait_for(news, "validation")
    start = time.monotonic()
    wait_for(news, "done")
    duration = time.monotonic() - start
    process.join()

    known = 0
    for _ in range(KILLS):
        process, news = runner.start(killed, chance.choice([0.0, 0.0, duration / 20]))
        # Then any moment: while reading, iterating, validating, writing.
        first = wait_for(news, chance.choice(["reading", "checkpoint", "checkpoint"]))
        process.join(chance.uniform(0, duration / 8))
        process.kill()
        process.join()
        known = max([known, *(iteration for kind, iteration in [first, *told(news)] if kind == "checkpoint")])
        assert saved_iteration(killed) >= known, "what was told to be safe is safe"
        assert [path.name for path in killed.glob("*") if path.suffix not in {".checkpoint", ".png"}] == [] or (
            known == QUICK.iterations
        ), "half a style is never there"
    assert known > 0, "the kills came too early to test anything"

    process, news = runner.start(killed, 0.0)
    assert told(news)[-1][0] == "done"
    process.join()
    assert process.exitcode == 0
    assert same(final(straight), final(killed))
