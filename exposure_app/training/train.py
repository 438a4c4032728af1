"""Training from folders of photos to a style's file: reading, splitting, checkpoints, validation, choosing the best."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from pickle import UnpicklingError
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from exposure_app import filters
from exposure_app.agent.header import SUFFIX
from exposure_app.agent.style import Style, StyleHeader
from exposure_app.atomic import atomic_path
from exposure_app.errors import ExposureError
from exposure_app.image import Pixels
from exposure_app.training import card, data, metrics, report
from exposure_app.training.config import TrainConfig
from exposure_app.training.data import Photo
from exposure_app.training.evaluate import HeldOut
from exposure_app.training.finish import finish
from exposure_app.training.held_out import read_pairs, shown
from exposure_app.training.loop import Learner
from exposure_app.training.unrolled import UnrolledLearner
from exposure_app.training.validate import Validation, validate

FOR_TRAINING, FOR_VALIDATION, FOR_TEST = 0.7, 0.1, 0.2  # of the inputs
FOR_COMPARISON = 0.3  # of the targets; the rest is trained with
LEAST_TARGETS, LEAST_INPUTS = 10, 10
LOG_EVERY = 25  # iterations
CHECKPOINT_EVERY = 180  # seconds


@dataclass(frozen=True)
class Event:
    """News of a run.

    Attributes:
        kind: ``reading``, ``progress``, ``validation``, ``done``.
        iteration: Of the actor.
        share: Of the run, 0 to 1.
        facts: Figures by name.
    """

    kind: str
    iteration: int = 0
    share: float = 0.0
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Material:
    """Photos by their role; no picture has two.

    Attributes:
        inputs: For training.
        validation: Linear, for choosing the checkpoint.
        test: Linear, for the final figures.
        targets: For training.
        comparison: Target photos that the final figures compare with.
    """

    inputs: list[Photo]
    validation: list[Pixels]
    test: list[Pixels]
    targets: list[Photo]
    comparison: list[Photo]


def gather(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    seed: int = 0,
    on_event: Callable[[Event], None] = lambda event: None,
) -> Material:
    """Read the photos, keep versions of one picture out of both sides, and split.

    Raises:
        ExposureError: Too few photos are left.
    """

    def progress(what: str, done: int, total: int) -> None:
        if done % 50 == 0:
            on_event(Event("reading", facts={"what": what, "done": done, "total": total}))

    liked = data.read_photos(targets, progress)
    given = data.without(data.read_photos(inputs, progress), liked)
    given = [photo for photo in given if not photo.monochrome]  # no camera delivers them, and no edit gives them colour
    if len(liked) < LEAST_TARGETS or len(given) < LEAST_INPUTS:
        raise ExposureError(
            f"{len(liked)} photos of the style and {len(given)} other photos are too few to train with",
            f"Give at least {LEAST_TARGETS} and {LEAST_INPUTS}; some hundreds are better. No picture may be both.",
        )
    rng = np.random.default_rng(seed)
    trained, validation, test = data.split(given, (FOR_TRAINING, FOR_VALIDATION, FOR_TEST), rng)
    kept, comparison = data.split(liked, (1 - FOR_COMPARISON, FOR_COMPARISON), rng)

    def unrendered(photos: Sequence[Photo]) -> list[Pixels]:
        pictures = (data.unrender(photo, rng) for photo in photos)
        return [picture for picture in pictures if picture is not None]

    return Material(trained, unrendered(validation), unrendered(test), kept, comparison)


def held_out(material: Material, pairs: Path | None = None) -> HeldOut:
    """What the final figures are measured on; of the pairs those whose rendering is kept for them."""
    known = read_pairs(pairs, [photo.path for photo in material.comparison]) if pairs else []
    return HeldOut(material.test, shown(material.comparison), shown(material.targets), known)


class Run:
    """A training run: a learner and what surrounds it.

    Args:
        material: Photos.
        name: Of the style.
        config: Sizes and rates.
        out_dir: Where the style, its checkpoint and contact sheets go.
        on_event: Told what happens.
        device: None takes the best there is.
        seed: Of all that is random.
        title: What people see.
        description: One or two sentences.
    """

    def __init__(
        self,
        material: Material,
        name: str,
        config: TrainConfig,
        out_dir: Path,
        on_event: Callable[[Event], None] = lambda event: None,
        device: torch.device | None = None,
        seed: int = 0,
        title: str = "",
        description: str = "",
    ) -> None:
        self.material, self.config, self.on_event = material, config, on_event
        self.device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.seed = seed
        self.out_dir, self.checkpoint = out_dir, out_dir / f"{name}.checkpoint"
        known = tuple(filters.registry().values())
        self.header = StyleHeader(
            name, title or name, description, config.net, tuple(filter_.signature for filter_ in known)
        )
        rng = np.random.default_rng(seed)
        self.learner = (UnrolledLearner if config.unroll else Learner)(
            config,
            known,
            data.input_crops(material.inputs, self.device, rng),
            data.target_crops(shown_photos(material.targets), self.device, rng),
            self.device,
            seed,
        )
        pictures = shown(material.targets)
        self.target_looks, self.target_health = metrics.looks(pictures), metrics.health(pictures)
        self.target_pictures = pictures
        self.best: Validation | None = None
        self.best_policy = {name: value.clone() for name, value in self.learner.averaged.state_dict().items()}
        self.best_iteration = 0
        self.seconds = 0.0
        self.history: list[dict[str, Any]] = []

    def train(self, minutes: float, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Iterate until the time is up, the iterations are done or it is told to stop; then save a checkpoint.

        Raises:
            ExposureError: The figures are no longer finite.
        """
        before, start, saved = self.seconds, time.monotonic(), time.monotonic()
        learner, config = self.learner, self.config
        if not self.history:
            self._validate()
        try:
            while learner.iteration < config.iterations and self.seconds < 60 * minutes and not should_stop():
                figures = learner.iterate()
                self.seconds = before + time.monotonic() - start
                if learner.iteration % LOG_EVERY == 0:
                    self._log(figures, minutes)
                if learner.iteration % config.validate_every == 0:
                    self._validate()
                if time.monotonic() - saved > CHECKPOINT_EVERY:
                    self.save()
                    saved = time.monotonic()
        finally:  # also on Ctrl-C
            self.save()

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
        run = {
            "iterations": self.learner.iteration,
            "best iteration": self.best_iteration,
            "minutes": self.seconds / 60,
            "seed": self.seed,
        }
        facts = card.facts(self.config, parts, run, self.device, further)
        best = self.best_style()
        return Style(replace(best.header, facts=facts), best.networks)

    def best_style(self) -> Style:
        """The best policy so far, with the value net and the discriminator as they are now."""
        networks = self.learner.networks
        weights = networks.state_dict() | {f"policy.{name}": value for name, value in self.best_policy.items()}
        fresh = type(networks)(self.config.net, [filter_.width for filter_ in self.learner.filters])
        fresh.load_state_dict(weights)
        return Style(self.header, fresh.requires_grad_(False).cpu())

    def save(self) -> None:
        """Write the checkpoint, all or nothing."""
        content = {
            "config": str(self.config.to_json()),
            "learner": self.learner.state_dict(),
            "best_policy": self.best_policy,
            "best_iteration": self.best_iteration,
            "best": self.best.to_json() if self.best else None,
            "history": self.history,
            "seconds": self.seconds,
        }
        with atomic_path(self.checkpoint) as temporary:
            torch.save(content, temporary)

    def resume(self) -> bool:
        """Go on from the checkpoint, if there is one.

        Raises:
            ExposureError: It is damaged or of another configuration.
        """
        if not self.checkpoint.is_file():
            return False
        try:
            content = torch.load(self.checkpoint, map_location="cpu", weights_only=True)
            if content["config"] != str(self.config.to_json()):
                raise ExposureError(
                    f"{self.checkpoint.name} belongs to another configuration", "Delete it to start anew."
                )
            self.learner.load_state_dict(content["learner"])
            self.best_policy, self.best_iteration = content["best_policy"], content["best_iteration"]
            self.best = Validation(**content["best"]) if content["best"] else None
            self.history, self.seconds = content["history"], content["seconds"]
        except (RuntimeError, KeyError, TypeError, ValueError, EOFError, OSError, UnpicklingError) as error:
            raise ExposureError(f"{self.checkpoint.name} is damaged", "Delete it to start anew.") from error
        return True

    def _log(self, figures: dict[str, torch.Tensor], minutes: float) -> None:
        facts = {name: float(value) for name, value in figures.items()}  # the only wait for the device
        if not all(math.isfinite(value) for value in facts.values()):
            raise ExposureError(
                "Training broke down: its figures are no longer finite", "Try another seed or slower rates."
            )
        share = max(self.learner.iteration / self.config.iterations, self.seconds / (60 * minutes))
        self.on_event(Event("progress", self.learner.iteration, min(share, 1), facts))

    def _validate(self) -> None:
        learner = self.learner
        found = validate(
            learner.averaged,
            learner.filters,
            self.config.net.steps,
            self.material.validation,
            self.target_looks,
            self.target_health,
        )
        if self.best is None or found.score > self.best.score:
            self.best, self.best_iteration = found, learner.iteration
            self.best_policy = {name: value.clone() for name, value in learner.averaged.state_dict().items()}
        facts = found.to_json() | {"best": self.best_iteration}
        self.history.append({"iteration": learner.iteration, "seconds": self.seconds, **found.to_json()})
        report.contact_sheet(
            self.out_dir / f"{self.header.name}-sheet.png",
            learner.averaged,
            learner.filters,
            self.config.net.steps,
            self.material.validation[:10],
            self.target_pictures[:10],
        )
        self.on_event(Event("validation", learner.iteration, learner.iteration / self.config.iterations, facts))


def shown_photos(photos: Sequence[Photo]) -> list[Photo]:
    """The photos with sensor data replaced by its plain rendering."""
    return [
        replace(photo, pixels=pixels, scene_referred=False) for photo, pixels in zip(photos, shown(photos), strict=True)
    ]


def train(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    name: str,
    config: TrainConfig,
    minutes: float,
    out_dir: Path,
    on_event: Callable[[Event], None] = lambda event: None,
    *,
    resume: bool = False,
    device: torch.device | None = None,
    seed: int = 0,
    title: str = "",
    description: str = "",
    facts: Mapping[str, Any] = MappingProxyType({}),
    pairs: Path | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Path:
    """Learn a style.

    Args:
        inputs: Photos as a camera delivers them, or any others; finished ones are turned back into RAW-like inputs.
        targets: Photos one likes.
        name: Of the style, its file and its checkpoint.
        config: Sizes and rates.
        minutes: Time limit, over all resumed parts of the run.
        out_dir: Where the style, its card, its checkpoint and contact sheets go; made if it does not exist.
        on_event: Told what happens.
        resume: Go on from a checkpoint in ``out_dir``, if there is one; needs the same photos, configuration and seed.
        device: None takes the best there is.
        seed: Of all that is random.
        title: What people see.
        description: One or two sentences.
        facts: More about the run for the card, such as licences of the photos.
        pairs: A table of photos with their true renderings for the figures, see ``read_pairs``.
        should_stop: Asked between iterations; True ends training in good order.

    Returns:
        The style's file, ``out_dir/NAME.safetensors``.

    Raises:
        ExposureError: Too few photos, a damaged checkpoint, a full disk, or training broke down.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    run = Run(
        gather(inputs, targets, seed, on_event), name, config, out_dir, on_event, device, seed, title, description
    )
    if resume:
        run.resume()
    run.train(minutes, should_stop)
    path = out_dir / f"{name}{SUFFIX}"
    style = finish(path, run.finished_style(facts), held_out(run.material, pairs))
    on_event(Event("done", run.learner.iteration, 1.0, dict(style.header.figures)))
    return path
