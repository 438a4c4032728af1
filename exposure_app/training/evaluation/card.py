"""The card of a style: how it was made and how good it is, on photos that training never saw."""

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from exposure_app.agent.style import Style
from exposure_app.atomic import write_text_atomic
from exposure_app.image import Pixels
from exposure_app.training.algorithm.config import TrainConfig
from exposure_app.training.evaluation.card_text import card_text
from exposure_app.training.evaluation.evaluate import shortfalls
from exposure_app.training.photos.data import Photo


def facts(
    config: TrainConfig,
    parts: Mapping[str, Sequence[Photo | Pixels]],
    run: Mapping[str, Any],
    device: torch.device,
    further: Mapping[str, Any],
) -> dict[str, Any]:
    """How a style was trained, without a path of the machine in it."""
    folders = {
        name: dict(sorted(Counter(photo.path.parent.name for photo in photos if isinstance(photo, Photo)).items()))
        for name, photos in parts.items()
    }
    kind = torch.cuda.get_device_name(device) if device.type == "cuda" else f"{platform.machine()} processor"
    found: dict[str, Any] = rounded(
        {
            "data": {name: sets for name, sets in folders.items() if sets},
            "split": {name: len(photos) for name, photos in parts.items()},
            "device": f"{device.type} ({kind}, {torch.get_num_threads()} threads)",
            "torch": torch.__version__,
            **run,
            **further,
            "config": config.to_json(),
        }
    )
    return found


def write_card(path: Path, style: Style) -> None:
    """Write the card beside the style's file, as JSON and as text."""
    header = style.header
    content = {
        "name": style.name,
        "title": header.title,
        "description": header.description,
        "facts": header.facts,
        "figures": header.figures,
        "shortfalls": shortfalls(header.figures),
    }
    write_text_atomic(path.with_suffix(".json"), json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_text_atomic(path.with_suffix(".md"), card_text(header))


def rounded(value: Any) -> Any:
    """Figures with three decimals, small ones with three digits."""
    if isinstance(value, Mapping):
        return {str(key): rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(entry) for entry in value]
    if isinstance(value, float):
        return round(value, 3) if abs(value) >= 0.1 else float(f"{value:.3g}")
    return value
