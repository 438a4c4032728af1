"""The tweak ledger: what a person keeps correcting in the proposals of a style, and biases made of it.

Nothing is remembered unless the person wants it, and nothing leaves this computer. A ledger is one small file a style.
It holds, for each corrected photo, how far every setting ended from what the agent proposed; photos are known by a hash
of their path. A correction in the same direction on most photos is a habit. Adopted, it becomes a bias, which shifts
the settings of later proposals of that style until it is dropped.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from exposure_app import filters, paths
from exposure_app.atomic import set_aside, write_text_atomic
from exposure_app.errors import ExposureError
from exposure_app.names import path_key
from exposure_app.params import Param
from exposure_app.pipeline.recipe import MAX_AMOUNT, Recipe, Step
from exposure_app.reading import read_json

VERSION = 1
MOST_PHOTOS = 500  # of one style; the oldest are forgotten
LEAST_PHOTOS = 8  # fewer corrected photos are no habit
LEAST_SHARE = 2 / 3  # of the photos, corrected in the same direction
NOTICEABLE = 0.03  # a correction, as a share of the agent's range
Key = tuple[str, str]  # filter's id and name of the parameter, or ``SWITCH``; or ``AMOUNT``
AMOUNT: Key = ("", "amount")  # of the whole recipe
SWITCH = ""  # in place of a parameter: whether the step stays
Shift = tuple[float, ...]


@dataclass(frozen=True)
class Habit:
    """A correction that a person makes again and again, or a bias that was adopted from one.

    Attributes:
        key: What is corrected.
        shift: By how much (``Param.difference``); of the amount, the difference; of a switch, -1 for off.
        share: Of the photos, that were corrected in this direction.
        photos: How many photos that is known from.
    """

    key: Key
    shift: Shift
    share: float = 1.0
    photos: int = 0

    def words(self) -> str:
        """What it does, such as ``Contrast -12 %``."""
        filter_id, name = self.key
        if self.key == AMOUNT:
            return f"Amount {100 * self.shift[0]:+.0f} %"
        filter_ = filters.get(filter_id)
        if name == SWITCH:
            return f"{filter_.label} off"
        param = _param(self.key)
        moved = {**filter_.neutral, name: param.shifted(param.neutral_value, self.shift)}
        return f"{filter_.label}: {filter_.describe(moved)}"


@dataclass(frozen=True)
class Ledger:
    """What is remembered of one style.

    Attributes:
        style: Its name.
        corrections: For each photo, by the hash of its path, how far each setting was moved; oldest first.
        biases: What was adopted.
    """

    style: str
    corrections: Mapping[str, Mapping[Key, Shift]] = field(default_factory=dict)
    biases: tuple[Habit, ...] = ()

    def with_photo(self, photo: Path, proposed: Recipe, final: Recipe) -> "Ledger":
        """The ledger with what became of the proposal for one photo; what was known of that photo is replaced."""
        key = path_key(photo.absolute())
        kept = {known: moved for known, moved in self.corrections.items() if known != key}
        kept[key] = corrections(proposed, final)
        return replace(self, corrections=dict(list(kept.items())[-MOST_PHOTOS:]))

    def habits(self) -> list[Habit]:
        """The corrections that are worth a proposal, the most common first."""
        keys = dict.fromkeys(key for moved in self.corrections.values() for key in moved)
        found = (_habit(key, [moved[key] for moved in self.corrections.values() if key in moved]) for key in keys)
        return sorted((habit for habit in found if habit), key=lambda habit: -habit.share)

    def adopt(self, habit: Habit) -> "Ledger":
        """The habit as a bias, added to an older one of the same setting; its corrections begin anew."""
        old = next((bias for bias in self.biases if bias.key == habit.key), None)
        shift = habit.shift if old is None else tuple(a + b for a, b in zip(old.shift, habit.shift, strict=True))
        return replace(
            self.drop(habit.key).forget(habit.key), biases=(*self.drop(habit.key).biases, replace(habit, shift=shift))
        )

    def drop(self, key: Key) -> "Ledger":
        """Without the bias of a setting."""
        return replace(self, biases=tuple(bias for bias in self.biases if bias.key != key))

    def forget(self, key: Key) -> "Ledger":
        """Without the corrections of a setting: a proposal that was turned down does not come back at once."""
        left = {photo: {k: v for k, v in moved.items() if k != key} for photo, moved in self.corrections.items()}
        return replace(self, corrections=left)


def corrections(proposed: Recipe, final: Recipe) -> dict[Key, Shift]:
    """How far a person moved each setting of a proposal. Settings that were left alone are there with 0.

    Of several uses of a filter the first is looked at; styles hardly ever use one twice.
    """
    moved: dict[Key, Shift] = {AMOUNT: (final.amount - proposed.amount,)}
    kept = _firsts(final.steps)
    for filter_id, step in _firsts(proposed.steps).items():
        filter_, now = filters.get(filter_id), kept.get(filter_id)
        if now is None or not now.enabled or not now.amount:
            moved[filter_id, SWITCH] = (-1.0,)
            continue
        moved[filter_id, SWITCH] = (0.0,)
        before, after = step.edit()[1], now.edit()[1]
        for param in filter_.params:
            moved[filter_id, param.name] = param.difference(before[param.name], after[param.name])
    return moved


def biased(recipe: Recipe, biases: Iterable[Habit]) -> Recipe:
    """The proposal of a style with the biases a person has adopted for it."""
    for bias in biases:
        filter_id, name = bias.key
        step = _firsts(recipe.steps).get(filter_id)
        if bias.key == AMOUNT:
            recipe = replace(recipe, amount=min(max(recipe.amount + bias.shift[0], 0.0), MAX_AMOUNT))
        elif step is not None:
            at = recipe.steps.index(step)
            changed = () if name == SWITCH else (_shifted(step, bias),)
            recipe = replace(recipe, steps=(*recipe.steps[:at], *changed, *recipe.steps[at + 1 :]))
    return recipe


# --- on disk ----------------------------------------------------------------------------------------------------------


def read_ledger(style: str) -> Ledger:
    """What is remembered of a style; nothing if there is no file.

    A file that cannot be understood is set aside, and an empty ledger begins.

    Raises:
        ExposureError: The file cannot be read or moved.
    """
    path = _path(style)
    try:
        return _from_json(style, read_json(path))
    except FileNotFoundError:
        return Ledger(style)
    except OSError as error:
        raise ExposureError(f"Cannot read {path}: {error.strerror}", "Check its permissions.") from error
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, ExposureError):
        set_aside(path)
        return Ledger(style)


def write_ledger(ledger: Ledger) -> None:
    """Keep what is remembered of a style.

    Raises:
        ExposureError: It cannot be written.
    """
    path = _path(ledger.style)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_atomic(path, json.dumps(_to_json(ledger), indent=1) + "\n")


def forget_all(style: str) -> None:
    """Delete everything that is remembered of a style."""
    _path(style).unlink(missing_ok=True)


def _path(style: str) -> Path:
    name = style if style.replace("-", "").replace("_", "").isalnum() else sha256(style.encode()).hexdigest()[:16]
    return paths.tweaks_dir() / f"{name}.json"


def _to_json(ledger: Ledger) -> dict[str, Any]:
    return {
        "version": VERSION,
        "photos": {
            photo: [[*key, list(shift)] for key, shift in moved.items()] for photo, moved in ledger.corrections.items()
        },
        "biases": [[*bias.key, list(bias.shift), bias.share, bias.photos] for bias in ledger.biases],
    }


def _from_json(style: str, data: Mapping[str, Any]) -> Ledger:
    if data["version"] != VERSION:
        raise ExposureError("This ledger is of another version")
    photos = {
        str(photo): dict(_checked(entry) for entry in entries if _is_known(entry))
        for photo, entries in data["photos"].items()
    }
    biases = tuple(
        Habit(*_checked(entry[:3]), float(entry[3]), int(entry[4])) for entry in data["biases"] if _is_known(entry)
    )
    return Ledger(style, photos, biases)


def _is_known(entry: Sequence[Any]) -> bool:
    """Whether the setting still exists: a filter may have gone since."""
    filter_id, name = entry[0], entry[1]
    if (filter_id, name) == AMOUNT:
        return True
    known = filters.registry().get(filter_id)
    return known is not None and (name == SWITCH or any(param.name == name for param in known.params))


def _checked(entry: Sequence[Any]) -> tuple[Key, Shift]:
    key, shift = (str(entry[0]), str(entry[1])), tuple(map(float, entry[2]))
    if len(shift) != (1 if key == AMOUNT or key[1] == SWITCH else _param(key).width):
        raise ValueError(f"{key} has {len(shift)} numbers")
    return key, shift


# --- helpers ----------------------------------------------------------------------------------------------------------


def _firsts(steps: Sequence[Step]) -> dict[str, Step]:
    """The first use of each filter."""
    return {step.filter: step for step in reversed(steps)}


def _habit(key: Key, shifts: Sequence[Shift]) -> Habit | None:
    """The habit in the corrections of one setting on several photos, if there is one."""
    if len(shifts) < LEAST_PHOTOS:
        return None
    least = NOTICEABLE * _range(key)
    moved = [shift for shift in shifts if max(map(abs, shift)) >= least]
    if not moved:
        return None
    middle = tuple(median(numbers) for numbers in zip(*moved, strict=True))
    along = sum(sum(a * b for a, b in zip(shift, middle, strict=True)) > 0 for shift in moved)
    share = along / len(shifts)
    if share < LEAST_SHARE or max(map(abs, middle)) < least:
        return None
    return Habit(key, middle, share, len(shifts))


def _range(key: Key) -> float:
    """How far a setting can be moved by the agent, on the scale of ``Param.difference``."""
    if key == AMOUNT or key[1] == SWITCH:
        return 1.0
    param = _param(key)
    return max(map(abs, param.difference(_end(param, 0), _end(param, 1))), default=1.0)


def _end(param: Param, index: int) -> Any:
    """A setting at one end of the agent's range; of a curve, half its slopes at one end and half at the other."""
    if param.width == 1:
        return param.agent[index]
    half = param.width // 2
    return (param.agent[index],) * half + (param.agent[1 - index],) * (param.width - half)


def _param(key: Key) -> Param:
    return next(param for param in filters.get(key[0]).params if param.name == key[1])


def _shifted(step: Step, bias: Habit) -> Step:
    name = bias.key[1]
    return replace(step, params={**step.params, name: _param(bias.key).shifted(step.params[name], bias.shift)})
