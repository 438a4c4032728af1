"""A recipe: the short list of ordinary edits that makes the picture, and its JSON form."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.params import Value

FORMAT = "exposure-recipe"
VERSION = 1
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # from a version to the next one

MAX_AMOUNT = 2.0
MAX_STEPS = 100
NEUTRAL_PERCENTILE = 99.5  # the neutral recipe exposes this brightness to white
DISPLAY_GAMMA = 1 / 2.2

Edit = tuple[str, dict[str, Value]]  # a filter's id and its settings: all that rendering needs to know


@dataclass(frozen=True)
class Step:
    """One filter with its settings.

    Attributes:
        filter: Id of the filter.
        params: A setting for each of its parameters; not to be changed in place.
        amount: Share of the effect, 0 (none) to 2 (doubled).
        enabled: False keeps the step in the list without effect.

    Raises:
        ExposureError: On construction, when the filter is unknown or a setting is missing, unknown or out of range.
    """

    filter: str
    params: Mapping[str, Value]
    amount: float = 1.0
    enabled: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", filters.get(self.filter).checked(self.params))
        object.__setattr__(self, "amount", _checked_amount(self.amount))
        if not isinstance(self.enabled, bool):
            raise ExposureError(f"enabled must be true or false, not {self.enabled!r}")

    def edit(self, share: float = 1.0) -> Edit:
        """The filter and its settings with the amount, times a further share of the effect, folded in."""
        return self.filter, filters.get(self.filter).scaled(self.params, self.amount * share)

    def describe(self) -> str:
        """What this step does, in a few words."""
        filter_, params = filters.get(self.filter), self.edit()[1]
        return f"{filter_.label}: {filter_.describe(params)}"


@dataclass(frozen=True)
class Recipe:
    """Steps in order, and where they come from.

    Attributes:
        steps: Applied first to last.
        base: What amount 0 shows: the photo's neutral steps. Without effect at amount 1.
        amount: Share of the way from ``base`` to ``steps``, 0 to 2; see ``edits``.
        style: Name of the style that predicted the steps; empty for hand-made recipes.
        seed: Seed of that prediction.
    """

    steps: tuple[Step, ...] = ()
    base: tuple[Step, ...] = ()
    amount: float = 1.0
    style: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _checked_amount(self.amount))
        if len(self.steps) + len(self.base) > MAX_STEPS:
            raise ExposureError(f"A recipe may have {MAX_STEPS} steps, this one has {len(self.steps)}")

    def edits(self) -> list[Edit]:
        """What is rendered: the base at 1 - amount, then the enabled steps at amount.

        Parameters interpolate from neutral, so that amount 0 gives exactly the base and amount 1 exactly the steps.
        Between them, and beyond 1, exposures add and gammas multiply: amount 2 goes as far again from the base
        as the steps do, instead of turning the way from linear light to the screen twice.
        """
        parts = [(step, 1 - self.amount) for step in self.base] + [(step, self.amount) for step in self.steps]
        return [step.edit(share) for step, share in parts if step.enabled and step.amount * share != 0]

    def describe(self) -> list[str]:
        """What each enabled step does, in words."""
        return [step.describe() for step in self.steps if step.enabled]


def neutral_recipe(image: Image) -> Recipe:
    """The visible, editable starting point of a photo without edits: an exposure and a gamma of 1/2.2.

    Sensor data is exposed so that its 99.5th percentile becomes white; a finished picture keeps its exposure.
    """
    ev = 0.0
    if image.scene_referred:
        brightness = image.pixels[::4, ::4].max(axis=-1)
        white = float(np.percentile(brightness, NEUTRAL_PERCENTILE))
        ev = float(np.clip(-np.log2(max(white, 1e-6)), 0, 3.5)) if white > 0 else 0.0
    steps = (Step("exposure", {"ev": round(ev, 4)}), Step("gamma", {"gamma": round(DISPLAY_GAMMA, 4)}))
    return Recipe(steps, base=steps)


def to_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain JSON data."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "style": recipe.style,
        "seed": recipe.seed,
        "amount": recipe.amount,
        "steps": [_step_to_json(step) for step in recipe.steps],
        "base": [_step_to_json(step) for step in recipe.base],
    }


def from_json(data: object) -> Recipe:
    """The recipe that ``to_json`` wrote, in this or an older version.

    Raises:
        ExposureError: Not a recipe, from a newer program, or anything in it unknown, missing or out of range.
    """
    fields = _table(data, "A recipe")
    if fields.get("format") != FORMAT:
        raise ExposureError("This is not a recipe of Exposure", 'It must say "format": "exposure-recipe".')
    version = fields.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ExposureError(f"The recipe's version must be a whole number from 1, not {version!r}")
    if version > VERSION:
        raise ExposureError(
            f"The recipe has version {version}, but this program reads up to {VERSION}", "Update the program."
        )
    for old in range(version, VERSION):
        fields = UPGRADES[old](fields)
    _refuse_unknown(fields, {"format", "version", "style", "seed", "amount", "steps", "base"}, "The recipe")
    style, seed = fields.get("style", ""), fields.get("seed", 0)
    if not isinstance(style, str) or isinstance(seed, bool) or not isinstance(seed, int):
        raise ExposureError("The recipe's style must be a name and its seed a whole number")
    return Recipe(
        steps=_steps_from_json(fields.get("steps", []), "steps"),
        base=_steps_from_json(fields.get("base", []), "base"),
        amount=fields.get("amount", 1.0),
        style=style,
        seed=seed,
    )


def dumps(recipe: Recipe) -> str:
    """The recipe as JSON text."""
    return json.dumps(to_json(recipe), indent=2) + "\n"


def loads(text: str) -> Recipe:
    """The recipe in a JSON text.

    Raises:
        ExposureError: As ``from_json``, or not JSON.
    """
    try:
        data = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ExposureError(f"The recipe is not valid JSON ({error})") from None
    return from_json(data)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        ExposureError: As ``loads``, or the file cannot be read; the sentence names the file.
    """
    try:
        return loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ExposureError(f"Cannot read the recipe {path} ({error.strerror})", "Check the path.") from None
    except UnicodeDecodeError:
        raise ExposureError(f"{path} is not a recipe: it is no text", "Recipes are JSON files.") from None
    except ExposureError as error:
        raise ExposureError(f"{path}: {error.message}", error.hint) from None


def _step_to_json(step: Step) -> dict[str, Any]:
    return {
        "filter": step.filter,
        "version": filters.get(step.filter).version,
        "params": {k: list(v) if isinstance(v, tuple) else v for k, v in step.params.items()},
        "amount": step.amount,
        "enabled": step.enabled,
    }


def _steps_from_json(data: object, name: str) -> tuple[Step, ...]:
    if not isinstance(data, list):
        raise ExposureError(f"The recipe's {name} must be a list")
    if len(data) > MAX_STEPS:
        raise ExposureError(f"A recipe may have {MAX_STEPS} steps, this one has {len(data)}")
    steps = []
    for number, item in enumerate(data, start=1):
        try:
            steps.append(_step_from_json(item))
        except ExposureError as error:
            raise ExposureError(f"Step {number} of the recipe's {name}: {error.message}", error.hint) from None
    return tuple(steps)


def _step_from_json(data: object) -> Step:
    fields = _table(data, "A step")
    _refuse_unknown(fields, {"filter", "version", "params", "amount", "enabled"}, "A step")
    filter_ = filters.get(fields.get("filter"))
    params = _table(fields.get("params"), "params")
    params = filter_.upgrade(params, fields.get("version", filter_.version))
    return Step(filter_.id, params, fields.get("amount", 1.0), fields.get("enabled", True))


def _table(data: object, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ExposureError(f"{name} must be a JSON object, not {type(data).__name__}")
    return cast("dict[str, Any]", data)


def _refuse_unknown(fields: Mapping[str, Any], known: set[str], name: str) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ExposureError(f"{name} has an unknown entry {unknown[0]!r}", f"Known entries: {', '.join(sorted(known))}.")


def _checked_amount(amount: object) -> float:
    if isinstance(amount, bool) or not isinstance(amount, (int, float)) or not 0 <= amount <= MAX_AMOUNT:
        raise ExposureError(f"An amount must be a number between 0 and {MAX_AMOUNT:g}, not {amount!r}")
    return float(amount)
