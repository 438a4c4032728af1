"""A training run: a learner, and what surrounds it for hours: validation, checkpoints, the way back from a collapse."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from exposure_app import bootstrap, filters, paths
from exposure_app.agent.style import Base, Style, StyleHeader, digest
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.pipeline.recipe import step_to_json
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.algorithm.finishing import FinishingLearner
from exposure_app.training.algorithm.grading import GradingLearner
from exposure_app.training.algorithm.learner import Learner
from exposure_app.training.algorithm.paper import PaperLearner
from exposure_app.training.algorithm.taste import spread
from exposure_app.training.evaluation import card, curves, metrics, report
from exposure_app.training.evaluation.held_out import shown
from exposure_app.training.evaluation.validate import Retoucher, Validation, validate
from exposure_app.training.photos import data
from exposure_app.training.photos.data import Photo
from exposure_app.training.runs import checkpoint, watch
from exposure_app.training.runs.events import Event, Tell, ignore
from exposure_app.training.runs.material import Material, shown_photos
from exposure_app.training.runs.pace import Pace

LOOK_EVERY = 25  # iterations between looks at the figures
ROLLBACK = 0.3  # factor of all rates after training broke down and went back to its best state
TELL_EVERY = 2.0  # seconds between progress events, where iterations are slow
CHECKPOINT_EVERY = 180.0  # seconds
CHANCES = 1  # roll-backs before a run is given up
SHEET_ROWS = 10


class Run:
    """A training run.

    Nothing that is learned depends on the clock: validations and looks at the figures come by iteration, and when
    checkpoints are written changes nothing. Only an iteration done is ever saved.

    Args:
        material: Photos.
        name: Of the style.
        config: Sizes and rates.
        out_dir: Where the style, its checkpoint and contact sheets go.
        on_event: Told what happens.
        device: None takes the best there is.
        seed: Random seed.
        title: What people see.
        description: One or two sentences.
        start: A style to begin with, whose networks and filters the new one has; None begins with nothing.
    """

    def __init__(
        self,
        material: Material,
        name: str,
        config: TrainConfig,
        out_dir: Path,
        on_event: Tell = ignore,
        device: torch.device | None = None,
        seed: int = 0,
        title: str = "",
        description: str = "",
        start: Style | None = None,
    ) -> None:
        if start is not None:
            config = replace(config, net=start.header.net)
        self.start_name = start.name if start else ""
        self.base = _base(start)
        self.material, self.config, self.on_event = material, config, on_event
        self.device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.seed = seed
        self.out_dir, self.checkpoint = out_dir, out_dir / f"{name}{checkpoint.SUFFIX}"
        known = start.filters if start else filters.action_set(config.filters)
        self.header = StyleHeader(
            name, title or name, description, config.net, tuple(filter_.signature for filter_ in known)
        )
        rng = np.random.default_rng(seed)
        inputs = data.input_crops(material.inputs, self.device, rng)
        targets = data.target_crops(shown_photos(material.targets), self.device, rng)
        self.learner: Learner
        if start is None:
            algorithm = FinishingLearner if config.algorithm == "finishing" else PaperLearner
            self.learner = algorithm(config, known, inputs, targets, self.device, seed)
        else:
            self.learner = GradingLearner(config, known, inputs, targets, self.device, seed, start.networks)
        self.target_pictures = shown(material.targets)
        self.target_looks = metrics.looks(self.target_pictures)
        self.target_health = metrics.health(self.target_pictures)
        halves = bootstrap.halves(metrics.in_common, metrics.histograms(self.target_looks))
        self.ceiling = {name: half.value for name, half in zip(metrics.QUANTITIES, halves, strict=True)}
        self.watch = watch.Watch(config, len(known))
        self.best: Validation | None = None
        self.best_state = copy.deepcopy(self.learner.state_dict())
        self.rollbacks: list[dict[str, Any]] = []
        self.seconds = 0.0
        self.history: list[dict[str, Any]] = []

    @property
    def best_iteration(self) -> int:
        """The iteration of the best validation, 0 before the first."""
        return int(self.best_state["iteration"])

    @property
    def is_better(self) -> bool:
        """Whether it has come closer to the targets than what it began with; that is handed out if not."""
        return self.best_iteration > 0

    def train(
        self,
        minutes: float,
        should_stop: Callable[[], bool] = lambda: False,
        checkpoint_every: float = CHECKPOINT_EVERY,
    ) -> bool:
        """Iterate until the iterations are done, the time is up or it is told to stop; then save a checkpoint.

        Args:
            minutes: Time limit, over all resumed parts of the run.
            should_stop: Asked between iterations.
            checkpoint_every: Seconds from one checkpoint to the next.

        Returns:
            Whether it came to its end; False if it was told to stop.

        Raises:
            ExposureError: It broke down for a second time, or the disk is full. The last checkpoint stays.
        """
        clock = _Clock(self.learner.iteration, self.seconds)
        pace = Pace(self.device)
        latest: dict[str, Tensor] = {}
        if not self.history:
            self._validate()
        while not (stopped := should_stop()) and self._share(minutes) < 1:
            figures = pace.iterate(self.learner)
            latest |= figures
            self.seconds = clock.seconds
            iteration = self.learner.iteration
            validates = iteration % self.config.validate_every == 0
            if iteration % LOOK_EVERY == 0 or validates:
                self._look(figures, validates)
            if iteration % LOOK_EVERY == 0 or clock.since("told") > TELL_EVERY:
                clock.reset("told")
                self._tell_progress(latest, pace, minutes, clock)
            if clock.since("saved") > checkpoint_every:
                self.save()
                clock.reset("saved")
        self.save()
        return not stopped

    def finished_style(self, further: Mapping[str, Any]) -> Style:
        """The best policy so far, with facts."""
        material = self.material
        parts: dict[str, Sequence[Photo | Pixels]] = {
            "inputs for training": material.inputs,
            "inputs for choosing the checkpoint": material.validation,
            "inputs for the figures": material.test,
            "style photos for training": material.targets,
            "style photos for the figures": material.comparison,
        }
        run: dict[str, Any] = {
            "iterations": self.learner.iteration,
            "best iteration": self.best_iteration,
            "minutes": self.seconds / 60,
            "seed": self.seed,
        }
        if self.start_name:
            run["begun with"] = self.start_name
        if self.rollbacks:
            run["rolled back"] = {f"at iteration {entry['iteration']}": entry["reason"] for entry in self.rollbacks}
        if material.skipped:
            run["files left out"] = dict(material.skipped)
        facts = card.facts(self.config, parts, run, self.device, further)
        best = self.best_style()
        return Style(replace(best.header, facts=facts), best.networks)

    def best_style(self) -> Style:
        """The best policy so far, with the value net and the discriminator of that moment."""
        state = self.best_state
        weights = state["networks"] | {f"policy.{name}": value for name, value in state["averaged"].items()}
        fresh = type(self.learner.networks)(self.config.net, [filter_.width for filter_ in self.learner.filters])
        fresh.load_state_dict(weights)
        if fresh.taste is not None and not self.start_name:
            spread(fresh.taste, self.learner.targets.wholes())
        grade = tuple(step_to_json(step) for step in self.learner.grade_in(state))
        header = replace(self.header, grade=grade, base=self.base)
        return Style(header, fresh.requires_grad_(False).cpu())

    def save(self) -> None:
        """Write the checkpoint, all or nothing.

        Raises:
            ExposureError: A full or read-only disk.
        """
        state = {
            "learner": self.learner.state_dict(),
            "watch": self.watch.state_dict(),
            "best_state": self.best_state,
            "best": self.best.to_json() if self.best else None,
            "rollbacks": self.rollbacks,
            "history": self.history,
            "seconds": self.seconds,
        }
        checkpoint.write(self.checkpoint, self._identity(), state)
        self.on_event(Event("checkpoint", self.learner.iteration, facts={"file": str(self.checkpoint)}))

    def resume(self) -> bool:
        """Go on from the checkpoint, if there is one.

        Raises:
            ExposureError: It is damaged, or of other photos, another configuration or another seed.
        """
        if not self.checkpoint.is_file():
            return False
        state = checkpoint.read(self.checkpoint, self._identity())
        try:
            self.learner.load_state_dict(state["learner"])
            self.watch.load_state_dict(state["watch"])
            self.best_state = state["best_state"]
            self.best = Validation(**state["best"]) if state["best"] else None
            self.rollbacks, self.history, self.seconds = state["rollbacks"], state["history"], state["seconds"]
        except (RuntimeError, KeyError, TypeError, ValueError) as error:
            raise checkpoint.damaged(self.checkpoint) from error
        return True

    def _identity(self) -> dict[str, Any]:
        config = str(self.config.to_json()) + self.start_name
        return {"configuration": config, "seed": self.seed, "set of photos": self.material.identity}

    def _share(self, minutes: float) -> float:
        return min(1.0, max(self.learner.iteration / self.config.iterations, self.seconds / (60 * minutes)))

    def _look(self, figures: Mapping[str, Tensor], validates: bool) -> None:
        """See whether all is well; validate when it is time, roll back if it is not well."""
        numbers = {name: float(value) for name, value in figures.items()}
        wrong = self.watch.figures(self.learner.iteration, numbers)
        if wrong is None and validates:
            # The figures are from before the last update: what that left behind must be looked at too.
            finite = watch.finite(self.learner.networks.parameters())
            wrong = self._validate(numbers) if finite else "weights are no longer finite"
        if wrong is not None:
            self._roll_back(wrong)

    def _roll_back(self, reason: str) -> None:
        """Go on from the best state with slower rates; give up if that was done before."""
        iteration, to = self.learner.iteration, self.best_iteration
        if len(self.rollbacks) >= CHANCES:
            raise ExposureError(
                f"Training broke down again at iteration {iteration}: {reason}",
                "Try another seed or more photos of one look; exposure audit says what the folder lacks.",
            )
        self.rollbacks.append({"iteration": iteration, "to": to, "reason": reason})
        self.learner.load_state_dict(copy.deepcopy(self.best_state))  # or what follows would change the best state
        self.learner.rates = {name: rate * ROLLBACK for name, rate in self.learner.rates.items()}
        self.watch = watch.Watch(self.config, len(self.learner.filters))
        self.history = [entry for entry in self.history if entry["iteration"] <= to]
        self.on_event(Event("rollback", iteration, facts={"to": to, "reason": reason}))

    def _tell_progress(self, latest: Mapping[str, Tensor], pace: Pace, minutes: float, clock: "_Clock") -> None:
        figures = {name: float(value) for name, value in latest.items()}
        figures |= {"iterations/s": pace.rate, "share of D": pace.discriminator}
        figures["EMD"] = figures["D(target)"] - figures["D(finished)"]
        eta = min(60 * minutes - self.seconds, clock.remaining(self.learner.iteration, self.config.iterations))
        if np.isfinite(list(figures.values())).all():  # if not, the next look ends this
            facts = {"eta_s": round(max(eta, 0.0), 1), "figures": figures}
            self.on_event(Event("progress", self.learner.iteration, self._share(minutes), facts))

    def _validate(self, figures: Mapping[str, float] = MappingProxyType({})) -> str | None:
        """Try the policy, and keep its state if it is the best so far.

        Args:
            figures: Of the latest iteration, for the curves.

        Returns:
            What is wrong with it; None if nothing is.
        """
        learner, photos = self.learner, self.material.validation
        steps, grade = self.config.net.steps, learner.grade_in(learner.state_dict())
        retoucher = Retoucher(learner.averaged, learner.filters, steps, learner.networks.taste, grade)
        found = validate(retoucher, photos, self.target_looks, self.target_health)
        wrong = self.watch.validation(learner.iteration, found)
        better = self.best is None or found.score > self.best.score or not self.config.best
        if self.best is None or (better and not wrong and not self.watch.doubtful):
            self.best, self.best_state = found, copy.deepcopy(learner.state_dict())
        entry = {"iteration": learner.iteration, "seconds": self.seconds, **found.to_json()}
        if figures:
            entry["EMD"] = figures["D(target)"] - figures["D(finished)"]
            entry |= {name: figures[name] for name in ("H(pi_1)",) if name in figures}
        self.history.append(entry)
        drawn = self.out_dir / f"{self.header.name}-curves.png"
        curves.curves(drawn, self.header.title, self.history)
        sheet = self.out_dir / f"{self.header.name}-sheet.png"
        targets = self.target_pictures[:SHEET_ROWS]
        report.contact_sheet(sheet, retoucher, photos[:SHEET_ROWS], targets)
        facts = found.to_json() | {"best": self.best_iteration, "ceiling": self.ceiling}
        facts |= {"sheet": str(sheet), "curves": str(drawn)}
        self.on_event(Event("validation", learner.iteration, learner.iteration / self.config.iterations, facts))
        return wrong


def _base(start: Style | None) -> Base | None:
    """What a style's file need not hold: what came with the program, or what that builds on itself."""
    if start is None:
        return None
    path = start.header.path
    if path is not None and path.parent == paths.models_dir() and start.header.base is None:
        return Base(start.name, digest(start))
    return start.header.base


class _Clock:
    """The time of a run, over all its resumed parts, and since this or that.

    Args:
        iteration: Where this part begins.
        seconds: Spent in the parts before.
    """

    def __init__(self, iteration: int, seconds: float) -> None:
        self._iteration, self._before = iteration, seconds
        self._start = time.monotonic()
        self._marks: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        """Spent on the run."""
        return self._before + time.monotonic() - self._start

    def reset(self, what: str) -> None:
        """It was done now."""
        self._marks[what] = time.monotonic()

    def since(self, what: str) -> float:
        """Seconds since it was done, or since the start."""
        return time.monotonic() - self._marks.get(what, self._start)

    def remaining(self, iteration: int, iterations: int) -> float:
        """Seconds that the iterations left will take, validations included."""
        done = iteration - self._iteration
        return (time.monotonic() - self._start) / done * (iterations - iteration) if done > 0 else float("inf")
