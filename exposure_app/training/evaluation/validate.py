"""Trying the policy on photos kept out of training, and deciding which checkpoint is the best."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from exposure_app import filters
from exposure_app.agent.effects import Effect
from exposure_app.agent.looks import offset
from exposure_app.agent.nets import Policy, Taste
from exposure_app.agent.policy import State, apply_chosen, decide
from exposure_app.filters import Filter
from exposure_app.image import Pixels
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.proxy import make_proxy
from exposure_app.pipeline.recipe import Step
from exposure_app.training.evaluation import metrics
from exposure_app.training.photos import data

CAST = 3.0  # Lab chroma that greys may get before it counts against a checkpoint
GREYS = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)  # linear, of the white point: what a grey card would show

Edits = list[tuple[Effect, Tensor]]  # what is done, and its value vector (1, width), step by step


@dataclass(frozen=True)
class Validation:
    """How the policy does on the validation photos.

    Attributes:
        score: What checkpoints are chosen by; see ``choose_by``.
        intersections: Against the training targets, in percent.
        health: Of the results; see ``metrics.health``, and ``cast``: mean chroma of greys put through the recipes.
        usage: Share of the steps of each filter, by id.
    """

    score: float
    intersections: dict[str, float]
    health: dict[str, float]
    usage: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"score": self.score, "intersections": self.intersections, "health": self.health, "usage": self.usage}


@dataclass(frozen=True)
class Retoucher:
    """What a style is in use.

    Attributes:
        policy: pi.
        filters: What it can do.
        steps: How many it takes.
        taste: Of a style that is told a look.
        grade: What follows for every photo.
    """

    policy: Policy
    filters: Sequence[Filter]
    steps: int
    taste: Taste | None = None
    grade: Sequence[Step] = ()


def recipes(retoucher: Retoucher, photos: Sequence[Pixels], seed: int = 0) -> list[Edits]:
    """What ``agent.rollout.retouch`` does to linear photos, in one batch and single precision.

    Args:
        retoucher: Who does it.
        photos: H x W x 3, linear light.
        seed: As in use.
    """
    policy, known, steps, taste = retoucher.policy, retoucher.filters, retoucher.steps, retoucher.taste
    device = next(policy.parameters()).device
    generator = torch.Generator(device).manual_seed(seed)
    proxies = torch.from_numpy(np.stack([make_proxy(photo) for photo in photos])).to(device)
    with torch.inference_mode():
        look_BK = None if taste is None else taste(proxies) + torch.from_numpy(offset(seed)).to(proxies)
    state = State.start(proxies, len(known), look_BK)
    edits: list[Edits] = [[] for _ in photos]
    with torch.inference_mode():
        for _ in range(steps):
            logits_BF, values = decide(policy, state, known, steps, generator, alike=True)
            choice_B = logits_BF.argmax(1)
            state = state.after(apply_chosen(state.rgb_BCHW, choice_B, values, known), choice_B)
            for number, choice in enumerate(choice_B.tolist()):
                edits[number].append((known[choice], values[choice][number : number + 1].cpu()))
    grade = _edits_of(retoucher.grade)
    return [[*edit, *grade] for edit in edits]


def _edits_of(steps: Sequence[Step]) -> Edits:
    """The steps of a grade, which have no masks."""
    known = [(filters.get(step.filter), step.params) for step in steps]
    return [(filter_, torch.from_numpy(filter_.pack(params))[None]) for filter_, params in known]


def render(photo: Pixels, edits: Edits, stages: bool = False) -> list[Pixels]:
    """The picture after the edits (with ``stages`` after each), H x W x 3, clipped to [0, 1]."""
    rgb = torch.from_numpy(np.ascontiguousarray(photo.transpose(2, 0, 1)))[None]
    shown = []
    with torch.inference_mode():
        for effect, values in edits:
            rgb = effect.apply(rgb, values)
            shown.append(rgb)
    return [
        np.ascontiguousarray(x[0].clamp(0, 1).numpy().transpose(1, 2, 0)) for x in (shown if stages else shown[-1:])
    ]


def color_cast(photos: Sequence[Pixels], edits: Sequence[Edits]) -> float:
    """Mean Lab chroma that the recipes give to greys of each photo's brightness range."""
    tints = []
    for photo, edit in zip(photos, edits, strict=True):
        greys = np.array(GREYS, np.float32) * min(data.white_point(photo), 1)
        points = lab(render(np.repeat(greys[None, :, None], 3, axis=2), edit)[0])
        tints.append(np.hypot(points[..., 1], points[..., 2]).mean())
    return float(np.mean(tints))


def validate(
    retoucher: Retoucher,
    photos: Sequence[Pixels],
    targets: metrics.Looks,
    target_health: dict[str, float],
) -> Validation:
    """Retouch the validation photos and judge the results."""
    edits = recipes(retoucher, photos)
    results = [render(photo, edit)[0] for photo, edit in zip(photos, edits, strict=True)]
    found = metrics.intersections(metrics.looks(results), targets)
    health = metrics.health(results) | {"cast": color_cast(photos, edits)}
    used = Counter(effect.id for edit in edits for effect, _ in edit)
    usage = {filter_.id: used[filter_.id] / sum(used.values()) for filter_ in retoucher.filters}
    return Validation(choose_by(found, health, target_health), found, health, usage)


def choose_by(found: dict[str, float], health: dict[str, float], target_health: dict[str, float]) -> float:
    """The mean intersection in points, less what makes pictures look broken.

    Every percent of blown pixels beyond the targets' costs a point, of black ones half; every unit of chroma beyond the
    targets' a quarter, of highlight tint and of blacks lifted beyond the targets' a quarter, and of the cast that greys
    get beyond ``CAST`` a half.
    """

    def beyond(name: str) -> float:
        return max(0.0, health[name] - target_health[name])

    score = sum(found.values()) / len(found)
    score -= beyond("highlights") + 0.5 * beyond("shadows")
    score -= 0.25 * (beyond("chroma") + beyond("tint") + beyond("black"))
    return score - 0.5 * max(0.0, health["cast"] - CAST)
