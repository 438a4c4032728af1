"""A recipe: the short list of ordinary edits that makes the picture, and its JSON form."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

import numpy as np

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io import develop as developing
from exposure_app.io.develop import Develop
from exposure_app.params import Value, is_number
from exposure_app.pipeline import geometry as geometries
from exposure_app.pipeline import mask as masks
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.mask import Mask
from exposure_app.plain_text import checked_name
from exposure_app.reading import Unreadable, parse_json, read_text

FORMAT = "exposure-recipe"
VERSION = 1
UPGRADES: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}  # from a version to the next one

MAX_AMOUNT = 2.0
MAX_STEPS = 100
MAX_NAME = 100
MAX_STYLE = 255  # characters of a style's name, which is a file's
MAX_SEED = 2**64 - 1  # what torch takes
NEUTRAL_PERCENTILE = 99.5  # the plain exposure brings this brightness to white
DISPLAY_GAMMA = 1 / 2.2
# The neutral exposure of sensor data, see ``neutral_of``.
_BEYOND_WHITE = 0.2  # EV
_FOR_THE_SUBJECT = 0.25  # share of what it lacks that it gets
_GREY = 0.22  # of the brightest channel: middle grey of the usual colourful kind
_DARKEST = 1e-4
_MIDDLE = 0.8
_MOST_EV = 3.5


NeutralCurve = Literal["gamma", "film"]
_FILM: Mapping[str, Value] = {"amount": 0.98, "contrast": 1.25, "shoulder": 0.25, "toe": -0.5}


class Neutral(NamedTuple):
    """What a photo without edits looks like.

    Attributes:
        ev: Its exposure.
        curve: What turns its light into a picture: ``film`` for sensor data, the film curve; ``gamma`` for finished
            pictures, whose light came from a curve of that kind.
    """

    ev: float = 0.0
    curve: NeutralCurve = "gamma"


class Edit(NamedTuple):
    """All that rendering needs to know of a step.

    Attributes:
        filter: Id of the filter.
        params: Its settings, amounts folded in.
        mask: Where it works; None for everywhere.
    """

    filter: str
    params: dict[str, Value]
    mask: Mask | None = None


@dataclass(frozen=True)
class Step:
    """One filter with its settings.

    Attributes:
        filter: Id of the filter.
        params: A setting for each of its parameters; not to be changed in place.
        amount: Share of the effect, 0 (none) to 2 (doubled).
        enabled: False keeps the step in the list without effect.
        name: What the person calls it; empty for the filter's label.
        locked: Not to be changed by accident, nor by the agent when it plans again.
        mask: Where it works; None for everywhere. The amount does not change it.

    Raises:
        ExposureError: On construction, when the filter is unknown, a setting is missing, unknown or out of range, or
            the name has characters that cannot be shown.
    """

    filter: str
    params: Mapping[str, Value]
    amount: float = 1.0
    enabled: bool = True
    name: str = ""
    locked: bool = False
    mask: Mask | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", filters.get(self.filter).checked(self.params))
        object.__setattr__(self, "amount", _checked_amount(self.amount))
        flags: dict[str, object] = {"enabled": self.enabled, "locked": self.locked}
        for name, value in flags.items():
            if not isinstance(value, bool):
                raise ExposureError(f"{name} must be true or false, not {value!r}")
        checked_name(self.name, "A step's name", MAX_NAME)

    def edit(self, share: float = 1.0) -> Edit:
        """The filter and its settings with the amount, times a further share of the effect, folded in."""
        return Edit(self.filter, filters.get(self.filter).scaled(self.params, self.amount * share), self.mask)

    def sentence(self, geometry: Geometry | None = None) -> str:
        """What this step does and where, in a few words, in the picture that a geometry shows."""
        does = filters.get(self.filter).describe(self.edit().params)
        return does if self.mask is None else f"{does}, {self.mask.describe(geometry)}"

    def describe(self, geometry: Geometry | None = None) -> str:
        """The step's name and its ``sentence``."""
        return f"{self.name or filters.get(self.filter).label}: {self.sentence(geometry)}"


@dataclass(frozen=True)
class Recipe:
    """Steps in order, and where they come from.

    Attributes:
        steps: Applied first to last.
        amount: Share of the way from the photo's neutral rendering to what the steps give, 0 to 2; see ``edits``.
        neutral_ev: Exposure of that neutral rendering, see ``Neutral``. Without effect at amount 1.
        neutral_curve: Its curve, likewise.
        style: Name of the style that predicted the steps; empty for hand-made recipes.
        seed: Seed of that prediction.
        geometry: Which part of the photo the steps are applied to, and which way up.
        develop: How the file becomes the photo.

    Raises:
        ExposureError: On construction, when something is out of range, or the style's name cannot be shown.
    """

    steps: tuple[Step, ...] = ()
    amount: float = 1.0
    neutral_ev: float = 0.0
    style: str = ""
    seed: int = 0
    geometry: Geometry = field(default_factory=Geometry)
    develop: Develop = field(default_factory=Develop)
    neutral_curve: NeutralCurve = "gamma"

    def __post_init__(self) -> None:
        object.__setattr__(self, "amount", _checked_amount(self.amount))
        if self.neutral_curve not in get_args(NeutralCurve):
            raise ExposureError(f"A recipe's neutral_curve must be gamma or film, not {self.neutral_curve!r}")
        object.__setattr__(self, "neutral_ev", filters.get("exposure").checked({"ev": self.neutral_ev})["ev"])
        checked_name(self.style, "The name of a recipe's style", MAX_STYLE)
        if type(self.seed) is not int or not 0 <= self.seed <= MAX_SEED:
            raise ExposureError(f"A recipe's seed must be a whole number from 0 to {MAX_SEED}, not {self.seed!r}")
        if len(self.steps) > MAX_STEPS:
            raise ExposureError(f"A recipe may have {MAX_STEPS} steps, this one has {len(self.steps)}")

    @property
    def has_masks(self) -> bool:
        """Whether any step works only in a part of the picture: then no look-up table can stand for the recipe."""
        return any(step.mask is not None for step in self.steps if step.enabled)

    @property
    def neutral(self) -> Neutral:
        """What amount 0 shows."""
        return Neutral(self.neutral_ev, self.neutral_curve)

    def from_neutral(self, neutral: Neutral) -> "Recipe":
        """The same steps for a photo that looks so without them."""
        return replace(self, neutral_ev=neutral.ev, neutral_curve=neutral.curve)

    def on_inputs_of(self, other: "Recipe") -> "Recipe":
        """The same steps for the photo as another recipe develops and places it."""
        return replace(self, geometry=other.geometry, develop=other.develop)

    def edits(self) -> list[Edit]:
        """What is rendered: the enabled steps with amounts folded in.

        Parameters interpolate from neutral. At another amount than 1, an exposure and a gamma are added before the
        first gamma (or at the start) so that brightness on the screen interpolates between the neutral rendering and
        the steps' own: otherwise amount 0 would show linear light, and amount 2 turn it for the screen twice. Steps
        with masks have no part in that: they are no property of the whole picture. Where the neutral rendering has a
        film curve, that is there with the rest of the amount; a film curve among the steps goes over into it.
        """
        return self.edits_before(len(self.steps))

    def edits_before(self, index: int) -> list[Edit]:
        """What of ``edits`` is done before the step of that index."""
        counting = [i for i, step in enumerate(self.steps) if step.enabled and step.amount * self.amount != 0]
        edits = [self.steps[i].edit(self.amount) for i in counting]
        count = sum(i < index for i in counting)
        if self.amount == 1:
            return edits[:count]
        film = self.neutral_curve == "film"
        at = next((i for i, edit in enumerate(edits) if edit.filter == "film_curve" and edit.mask is None), None)
        if film and at is not None:
            step = self.steps[counting[at]]
            curve = filters.get("film_curve").mixed(_FILM, step.edit().params, self.amount)
            ev = (1 - self.amount) * self.neutral_ev
            exposed = [*edits[:at], Edit("exposure", {"ev": ev}), Edit("film_curve", curve), *edits[at + 1 :]]
            return exposed[: count + (count > at)]
        if film and self.amount < 1:
            at = next((i for i, edit in enumerate(edits) if edit.filter == "gamma" and edit.mask is None), 0)
            curve = {**_FILM, "amount": (1 - self.amount) * cast("float", _FILM["amount"])}
            added = [Edit("exposure", {"ev": (1 - self.amount) * self.neutral_ev}), Edit("film_curve", curve)]
            return [*edits[:at], *added, *edits[at:count]] if count >= at else edits[:count]
        return self._about_gamma(edits, count)

    def _about_gamma(self, edits: list[Edit], count: int) -> list[Edit]:
        """The first of the edits, with the exposure and gamma that another amount than 1 asks for; see ``edits``."""
        own = _log_line([step.edit() for step in self.steps if step.enabled])
        wanted_gamma = DISPLAY_GAMMA ** (1 - self.amount) * own[0] ** self.amount
        wanted_ev = (1 - self.amount) * self.neutral_ev * DISPLAY_GAMMA + self.amount * own[1]
        at = next((i for i, edit in enumerate(edits) if edit.filter == "gamma" and edit.mask is None), 0)
        before, after = _log_line(edits[:at]), _log_line(edits[at:])
        gamma = wanted_gamma / (before[0] * after[0])
        ev = (wanted_ev - after[1]) / (gamma * after[0]) - before[1]
        added = [Edit("exposure", {"ev": ev}), Edit("gamma", {"gamma": gamma})]
        return [*edits[:at], *added, *edits[at:count]] if count >= at else edits[:count]

    def describe(self) -> list[str]:
        """What each enabled step does, in words."""
        return [step.describe(self.geometry) for step in self.steps if step.enabled]


def plain_exposure(image: Image) -> float:
    """The exposure (EV) of a plain rendering, which tables of other programs and measures of training start from.

    Sensor data is exposed so that its 99.5th percentile becomes white; a finished picture keeps its exposure.
    """
    if not image.scene_referred:
        return 0.0
    brightness = image.pixels[::4, ::4].max(axis=-1)
    white = float(np.percentile(brightness, NEUTRAL_PERCENTILE))
    ev = float(np.clip(-np.log2(max(white, 1e-6)), 0, 3.5)) if white > 0 else 0.0
    return round(ev, 4) + 0.0  # no negative zero


def neutral_of(image: Image) -> Neutral:
    """What a photo without edits looks like.

    A finished picture keeps its exposure. Sensor data is exposed a little further than its bright parts ask for, as
    cameras do, since the film curve holds them; and further still where its subject, the middle more than the edges,
    lies in the dark.
    """
    if not image.scene_referred:
        return Neutral()
    pixels = image.pixels[::4, ::4]
    brightness = pixels.max(axis=-1)
    white = float(np.percentile(brightness, NEUTRAL_PERCENTILE))
    if white <= 0:
        return Neutral(0.0, "film")
    held = -float(np.log2(max(white, 1e-6))) + _BEYOND_WHITE
    y, x = (np.linspace(-1, 1, side)[:, np.newaxis] for side in brightness.shape)
    weight = np.exp(-(y**2) / _MIDDLE) * np.exp(-(x**2) / _MIDDLE).T
    stops = np.log2(np.maximum(brightness, _DARKEST))
    subject = float(np.log2(_GREY)) - float((stops * weight).sum() / weight.sum())
    wanted = held + _FOR_THE_SUBJECT * max(subject - held, 0.0)
    return Neutral(round(float(np.clip(wanted, -_MOST_EV, _MOST_EV)), 4) + 0.0, "film")  # no negative zero


def neutral_recipe(image: Image) -> Recipe:
    """The visible, editable starting point of a photo without edits: an exposure and a curve, see ``neutral_of``."""
    neutral = neutral_of(image)
    film = neutral.curve == "film"
    curve = Step("film_curve", _FILM) if film else Step("gamma", {"gamma": round(DISPLAY_GAMMA, 4)})
    return Recipe((Step("exposure", {"ev": neutral.ev}), curve)).from_neutral(neutral)


def to_json(recipe: Recipe) -> dict[str, Any]:
    """The recipe as plain JSON data. What older programs do not know is left out where it is neutral."""
    geometry = {} if recipe.geometry == Geometry() else {"geometry": geometries.to_json(recipe.geometry)}
    develop = {} if recipe.develop == Develop() else {"develop": developing.to_json(recipe.develop)}
    return {
        "format": FORMAT,
        "version": VERSION,
        "style": recipe.style,
        "seed": recipe.seed,
        "amount": recipe.amount,
        "neutral_ev": recipe.neutral_ev,
        **({} if recipe.neutral_curve == "gamma" else {"neutral_curve": recipe.neutral_curve}),
        **develop,
        **geometry,
        "steps": [step_to_json(step) for step in recipe.steps],
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
    _refuse_unknown(
        fields,
        {"format", "version", "style", "seed", "amount", "neutral_ev", "neutral_curve", "develop", "geometry", "steps"},
        "The recipe",
    )
    return Recipe(
        steps=steps_from_json(fields.get("steps", [])),
        amount=fields.get("amount", 1.0),
        neutral_ev=fields.get("neutral_ev", 0.0),
        neutral_curve=fields.get("neutral_curve", "gamma"),
        style=fields.get("style", ""),
        seed=fields.get("seed", 0),
        geometry=geometries.from_json(_table(fields.get("geometry", {}), "geometry")),
        develop=developing.from_json(_table(fields.get("develop", {}), "develop")),
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
        data = parse_json(text)
    except Unreadable as error:
        raise ExposureError(f"The recipe is not valid JSON ({error})") from None
    return from_json(data)


def read_recipe(path: Path) -> Recipe:
    """The recipe in a file.

    Raises:
        ExposureError: As ``loads``, or the file cannot be read; the sentence names the file.
    """
    try:
        return loads(read_text(path))
    except OSError as error:
        raise ExposureError(f"Cannot read the recipe {path} ({error.strerror})", "Check the path.") from None
    except Unreadable as error:
        raise ExposureError(f"{path} is not a recipe: {error}", "Recipes are JSON files.") from None
    except ExposureError as error:
        raise ExposureError(f"{path}: {error.message}", error.hint) from None


def _log_line(edits: Sequence[Edit]) -> tuple[float, float]:
    """Gamma and EV of what the exposures and gammas of the whole picture do together: log2 y = gamma * log2 x + EV."""
    gamma, ev = 1.0, 0.0
    for filter_id, params, mask in edits:
        if mask is not None:
            continue
        if filter_id == "exposure":
            ev += cast("float", params["ev"])
        elif filter_id == "gamma":
            exponent = cast("float", params["gamma"])
            gamma, ev = gamma * exponent, ev * exponent
    return gamma, ev


def step_to_json(step: Step) -> dict[str, Any]:
    """A step as plain JSON data."""
    return {
        "filter": step.filter,
        "version": filters.get(step.filter).version,
        "params": {k: list(v) if isinstance(v, tuple) else v for k, v in step.params.items()},
        "amount": step.amount,
        "enabled": step.enabled,
        "name": step.name,
        "locked": step.locked,
        **({} if step.mask is None else {"mask": masks.to_json(step.mask)}),
    }


def steps_from_json(data: object) -> tuple[Step, ...]:
    """The steps that ``step_to_json`` wrote, in this or an older version.

    Raises:
        ExposureError: Not steps, too many, or anything in one unknown, missing or out of range.
    """
    if not isinstance(data, list):
        raise ExposureError("The recipe's steps must be a list")
    if len(data) > MAX_STEPS:
        raise ExposureError(f"A recipe may have {MAX_STEPS} steps, this one has {len(data)}")
    steps = []
    for number, item in enumerate(data, start=1):
        try:
            steps.append(_step_from_json(item))
        except ExposureError as error:
            raise ExposureError(f"Step {number} of the recipe: {error.message}", error.hint) from None
    return tuple(steps)


def _step_from_json(data: object) -> Step:
    fields = _table(data, "A step")
    _refuse_unknown(fields, {"filter", "version", "params", "amount", "enabled", "name", "locked", "mask"}, "A step")
    filter_ = filters.get(fields.get("filter"))
    params = _table(fields.get("params"), "params")
    params = filter_.upgrade(params, fields.get("version", filter_.version))
    options = {name: fields[name] for name in ("amount", "enabled", "name", "locked") if name in fields}
    mask = masks.from_json(fields["mask"]) if "mask" in fields else None
    return Step(filter_.id, params, **options, mask=mask)


def _table(data: object, name: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise ExposureError(f"{name} must be a JSON object, not {type(data).__name__}")
    return cast("dict[str, Any]", data)


def _refuse_unknown(fields: Mapping[str, Any], known: set[str], name: str) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        raise ExposureError(
            f"{name} has an unknown entry {unknown[0]!r}", f"Known entries: {', '.join(sorted(known))}."
        )


def _checked_amount(amount: object) -> float:
    if not is_number(amount) or not 0 <= amount <= MAX_AMOUNT:
        raise ExposureError(f"An amount must be a number between 0 and {MAX_AMOUNT:g}, not {amount!r}")
    return float(amount)
