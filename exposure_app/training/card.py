"""The card of a style: how it was made and how good it is, on photos that training never saw."""

import json
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from exposure_app import filters
from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style
from exposure_app.atomic import write_text_atomic
from exposure_app.image import Pixels
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import Recipe
from exposure_app.training import data, metrics
from exposure_app.training.config import TrainConfig
from exposure_app.training.data import Photo
from exposure_app.training.validate import Edits, color_cast, render

PAPER_ROWS = {  # tables 2 to 4: luminance, contrast, saturation
    "paper, expert C": (71.3, 83.7, 69.7),
    "paper, artist A": (82.4, 80.0, 71.5),
    "paper, artist B": (85.2, 91.7, 83.5),
}


def edits_of(recipe: Recipe) -> Edits:
    """A recipe as filters and value vectors."""
    parts = []
    for filter_id, params in recipe.edits():
        filter_ = filters.get(filter_id)
        parts.append((filter_, torch.from_numpy(filter_.pack(params))[None]))
    return parts


def with_figures(
    style: Style, test: Sequence[Pixels], comparison: Sequence[Pixels], trained: Sequence[Pixels]
) -> Style:
    """The style with figures in its header.

    Args:
        style: A trained style.
        test: Linear photos that training never saw, to be retouched.
        comparison: Finished photos of the style that training never saw, to compare with.
        trained: Finished photos of the style that it was trained with; against the comparison they give the ceiling.
    """
    recipes = [retouch(make_proxy(photo), style)[0] for photo in test]
    edits = [edits_of(recipe) for recipe in recipes]
    results = [render(photo, edit)[0] for photo, edit in zip(test, edits, strict=True)]
    neutral = [data.neutral(photo) for photo in test]
    against = metrics.looks(comparison)
    rows = {
        "results": results,
        "ceiling": trained,
        "neutral": neutral,
        "auto levels": [metrics.auto_levels(picture) for picture in neutral],
    }
    health = {name: metrics.health(pictures) for name, pictures in {**rows, "targets": comparison}.items() if pictures}
    health["results"]["cast"] = color_cast(test, edits)
    steps = [step for recipe in recipes for step in recipe.steps]
    used = Counter(step.filter for step in steps)
    figures = {
        "photos": len(test),
        "compared with": len(comparison),
        "intersections": {
            name: metrics.compare(metrics.looks(pictures), against).to_json() for name, pictures in rows.items()
        },
        "health": health,
        "usage": {filter_.id: used[filter_.id] / len(steps) for filter_ in style.filters},
        "parameters": {
            filter_.id: _mean_params([dict(step.params) for step in steps if step.filter == filter_.id])
            for filter_ in style.filters
            if used[filter_.id]
        },
    }
    return Style(replace(style.header, figures=_rounded(figures)), style.networks)


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
    found: dict[str, Any] = _rounded(
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
    content = {"name": style.name, "title": style.header.title, "description": style.header.description}
    content |= {"facts": style.header.facts, "figures": style.header.figures}  # type: ignore[dict-item]
    write_text_atomic(path.with_suffix(".json"), json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    write_text_atomic(path.with_suffix(".md"), card_text(style))


def card_text(style: Style) -> str:
    """The card in Markdown."""
    header, figures = style.header, style.header.figures
    lines = [f"# {header.title}", "", header.description, ""]
    lines += ["## How close it comes", ""]
    lines += [
        f"{figures['photos']} photos that training never saw, retouched and compared with {figures['compared with']}"
        " photos of the style that it never saw either: histogram intersections in percent with 95 % intervals (paper,"
        " supplement 9). The ceiling is what the training photos of the style reach against the same ones. The paper's"
        " rows are on other data and only tell the order of magnitude.",
        "",
        "| | luminance | contrast | saturation | mean |",
        "|---|---|---|---|---|",
    ]
    for name, row in figures["intersections"].items():
        cells = [f"{row[q][0]:.1f} ({row[q][1]:.0f}–{row[q][2]:.0f})" for q in metrics.QUANTITIES]
        lines.append(f"| {name} | {' | '.join(cells)} | {row['mean']:.1f} |")
    for name, values in PAPER_ROWS.items():
        lines.append(f"| {name} | {' | '.join(map(str, values))} | {sum(values) / 3:.1f} |")
    lines += ["", "## Signs of broken pictures", ""]
    lines += [
        "Percent of pixels with a channel at white and of black ones; mean L\\*, a\\*, b\\* and chroma; L\\* of the"
        " darkest percent; chroma of the brightest 2 %; chroma that the recipes give to greys.",
        "",
        "| | white % | black % | L\\* | a\\* | b\\* | chroma | darkest | brightest | cast |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    keys = ("highlights", "shadows", "L", "a", "b", "chroma", "black", "tint", "cast")
    for name in ("results", "targets", "neutral", "auto levels"):
        row = figures["health"][name]
        lines.append(f"| {name} | " + " | ".join(f"{row[key]:.1f}" if key in row else "" for key in keys) + " |")
    lines += ["", "## What it does", "", "| filter | share of steps | mean settings |", "|---|---|---|"]
    for filter_id, share in sorted(figures["usage"].items(), key=lambda item: -item[1]):
        settings = ", ".join(f"{k} {_plain(v)}" for k, v in figures["parameters"].get(filter_id, {}).items())
        lines.append(f"| {filter_id} | {100 * share:.0f} % | {settings} |")
    lines += ["", "## How it was made", ""]
    for name, value in header.facts.items():
        if isinstance(value, dict):
            lines.append(f"- {name}:")
            lines += [f"  - {key}: {_plain(entry)}" for key, entry in value.items()]
        else:
            lines.append(f"- {name}: {_plain(value)}")
    return "\n".join(lines) + "\n"


def _mean_params(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    means = {}
    for name in settings[0]:
        mean = np.mean([row[name] for row in settings], axis=0)
        means[name] = mean.tolist()
    return means


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_plain(entry)}" for key, entry in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return " ".join(map(_plain, value))
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _rounded(value: Any) -> Any:
    """Figures with three decimals, small ones with three digits."""
    if isinstance(value, Mapping):
        return {str(key): _rounded(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(entry) for entry in value]
    if isinstance(value, float):
        return round(value, 3) if abs(value) >= 0.1 else float(f"{value:.3g}")
    return value
