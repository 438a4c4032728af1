"""How fast training goes and where the time goes, without making a GPU wait at every step."""

import time

import torch
from torch import Tensor

from exposure_app.training.algorithm.learner import Learner

SAMPLE_EVERY = 20  # iterations: only then the device is waited for
MEMORY = 0.7  # weight of the past in the figures, so that they can be read


class Pace:
    """A stopwatch around iterations.

    Attributes:
        rate: Iterations per second, validations and checkpoints not counted; 0 until known.
        discriminator: Share of the time spent in the discriminator's updates, 0 to 1.
    """

    def __init__(self, device: torch.device) -> None:
        self.rate = self.discriminator = 0.0
        self._device = device
        self._spent, self._count = 0.0, 0

    def iterate(self, learner: Learner) -> dict[str, Tensor]:
        """One iteration of the learner, timed."""
        if learner.iteration % SAMPLE_EVERY:
            start = time.perf_counter()
            figures = learner.iterate()
            self._took(time.perf_counter() - start)
            return figures
        marks = [time.perf_counter(), self._now()]
        figures = learner.iterate(lambda: marks.append(self._now()))
        marks.append(self._now())
        self._took(marks[3] - marks[0])  # with the wait for the iterations before, whose time it is
        share = (marks[2] - marks[1]) / max(marks[3] - marks[1], 1e-9)
        self.discriminator = _mixed(self.discriminator, share)
        self.rate = _mixed(self.rate, self._count / max(self._spent, 1e-9))
        self._spent, self._count = 0.0, 0
        return figures

    def _took(self, seconds: float) -> None:
        self._spent += seconds
        self._count += 1

    def _now(self) -> float:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        elif self._device.type == "mps":
            torch.mps.synchronize()
        return time.perf_counter()


def _mixed(old: float, new: float) -> float:
    return MEMORY * old + (1 - MEMORY) * new if old else new
