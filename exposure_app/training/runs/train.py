"""Training from folders of photos to a style's file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from exposure_app.agent.header import SUFFIX
from exposure_app.agent.style import Style
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.runs.events import Event, Tell, ignore
from exposure_app.training.runs.finish import finish, held_out
from exposure_app.training.runs.material import Material, gather
from exposure_app.training.runs.run import CHECKPOINT_EVERY, Run


def train(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    name: str,
    config: TrainConfig,
    minutes: float,
    out_dir: Path,
    on_event: Tell = ignore,
    *,
    resume: bool = False,
    device: torch.device | None = None,
    seed: int = 0,
    title: str = "",
    description: str = "",
    facts: Mapping[str, Any] = MappingProxyType({}),
    pairs: Path | None = None,
    start: Style | None = None,
    keep_out: Callable[[Path], bool] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    checkpoint_every: float = CHECKPOINT_EVERY,
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
        seed: Random seed.
        title: What people see.
        description: One or two sentences.
        facts: More about the run for the card, such as licences of the photos.
        pairs: A table of photos with their true renderings for the figures, see ``read_pairs``.
        start: A style to begin with; None begins with nothing.
        keep_out: Which photos are for the figures alone, see ``gather``.
        should_stop: Asked between photos and between iterations; True ends training in good order.
        checkpoint_every: Seconds from one checkpoint to the next; what a power cut costs at most.

    Returns:
        The style's file, ``out_dir/NAME.safetensors``.

    Raises:
        ExposureError: Too few photos, a foreign checkpoint, a full disk, or training broke down twice.
        KeyboardInterrupt: It was told to stop; the checkpoint is written.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    material = _gathered(inputs, targets, seed, on_event, should_stop, keep_out)
    on_event(Event("reading", facts={"what": "first pictures", "done": 0, "total": 1}))
    run = Run(material, name, config, out_dir, on_event, device, seed, title, description, start)
    if resume:
        run.resume()
    if not run.train(minutes, should_stop, checkpoint_every):
        on_event(Event("stopped", run.learner.iteration, facts={"checkpoint": str(run.checkpoint)}))
        raise KeyboardInterrupt
    return _finished(run, out_dir / f"{name}{SUFFIX}", facts, pairs)


def _finished(run: Run, path: Path, facts: Mapping[str, Any], pairs: Path | None) -> Path:
    """Measure and write what a run has learned, and tell so."""
    style = finish(path, run.finished_style(facts), held_out(run.material, pairs))
    figures = dict(style.header.figures)
    told = {"style": str(path), "card": str(path.with_suffix(".md")), "figures": figures, "better": run.is_better}
    run.on_event(Event("done", run.learner.iteration, facts=told))
    return path


def _gathered(
    inputs: Sequence[Path],
    targets: Sequence[Path],
    seed: int,
    on_event: Tell,
    should_stop: Callable[[], bool],
    keep_out: Callable[[Path], bool] | None,
) -> Material:
    """As ``gather``, telling when it was stopped."""
    try:
        return gather(inputs, targets, seed, on_event, should_stop, keep_out)
    except KeyboardInterrupt:
        on_event(Event("stopped", 0, facts={"checkpoint": None}))
        raise
