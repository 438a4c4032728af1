"""Training from folders of photos to a style's file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from exposure_app.agent.header import SUFFIX
from exposure_app.agent.style import save_style
from exposure_app.training import card
from exposure_app.training.config import TrainConfig
from exposure_app.training.events import Event, Tell, ignore
from exposure_app.training.material import gather
from exposure_app.training.run import CHECKPOINT_EVERY, Run


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
        seed: Of all that is random.
        title: What people see.
        description: One or two sentences.
        facts: More about the run for the card, such as licences of the photos.
        should_stop: Asked between photos and between iterations; True ends training in good order.
        checkpoint_every: Seconds from one checkpoint to the next; what a power cut costs at most.

    Returns:
        The style's file, ``out_dir/NAME.safetensors``.

    Raises:
        ExposureError: Too few photos, a foreign checkpoint, a full disk, or training broke down twice.
        KeyboardInterrupt: It was told to stop; the checkpoint is written.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    try:
        material = gather(inputs, targets, seed, on_event, should_stop)
    except KeyboardInterrupt:
        on_event(Event("stopped", 0, facts={"checkpoint": None}))
        raise
    on_event(Event("reading", facts={"what": "first pictures", "done": 0, "total": 1}))
    run = Run(material, name, config, out_dir, on_event, device, seed, title, description)
    on_event(Event("reading", facts={"what": "first pictures", "done": 1, "total": 1}))
    if resume:
        run.resume()
    if not run.train(minutes, should_stop, checkpoint_every):
        on_event(Event("stopped", run.learner.iteration, facts={"checkpoint": str(run.checkpoint)}))
        raise KeyboardInterrupt
    path = out_dir / f"{name}{SUFFIX}"
    style = run.finished_style(facts)
    save_style(path, style)
    card.write_card(path, style)
    written = {"style": str(path), "card": str(path.with_suffix(".md")), "figures": dict(style.header.figures)}
    on_event(Event("done", run.learner.iteration, facts=written))
    return path
