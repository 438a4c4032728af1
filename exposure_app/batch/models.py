"""What a batch is: plain data, the same in memory, in the journal and in another process."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from exposure_app.errors import ExposureError
from exposure_app.export.settings import ExportSettings
from exposure_app.io import develop as developing
from exposure_app.io.develop import Develop
from exposure_app.params import is_number
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.recipe import Recipe
from exposure_app.plain_text import printable
from exposure_app.reading import digest_of

if TYPE_CHECKING:
    from exposure_app.pipeline.device import DeviceChoice

State = Literal["waiting", "running", "done", "skipped", "failed", "cancelled"]


@dataclass(frozen=True)
class BatchSpec:
    """What shall be done with every photo.

    Attributes:
        style: File of the style that plans; empty if there is a recipe.
        style_name: What names of files call it.
        style_digest: SHA-256 of the style's file: another training is another specification.
        recipe: What to do, instead of a style.
        amount: 0 for the neutral rendering, 1 for the style, up to 2; None leaves a recipe its own.
        seed: Of the style's plan.
        develop: How photos are developed as long as nothing else was decided; a recipe has its own.
        device: Where to render.
        export: What the files shall be like and be called.
        sidecars: Whether a photo that has a recipe beside it keeps that, and the others get one.
        consistency: 0 to 1: how far the settings of one shoot are pulled together.
    """

    style: str = ""
    style_name: str = ""
    style_digest: str = ""
    recipe: Recipe | None = None
    amount: float | None = None
    seed: int = 0
    develop: Develop = field(default_factory=Develop)
    device: "DeviceChoice" = "auto"
    export: ExportSettings = field(default_factory=ExportSettings)
    sidecars: bool = False
    consistency: float = 0.0

    @classmethod
    def for_style(cls, name_or_path: str | Path, **options: Any) -> "BatchSpec":
        """A specification for an installed style; options are the other attributes.

        Raises:
            ExposureError: There is no such style.
        """
        from exposure_app.agent.header import find_style, read_header

        path = find_style(name_or_path).resolve()
        name = read_header(path).name
        try:
            return cls(str(path), name, digest_of(path), **options)
        except OSError as error:
            raise ExposureError(f"Cannot read the style {path}: {error.strerror}", "Check its permissions.") from None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        recipe = recipes.to_json(self.recipe) if self.recipe else None
        return {
            **plain,
            "recipe": recipe,
            "develop": developing.to_json(self.develop),
            "export": asdict(self.export),
        }

    @classmethod
    def from_json(cls, data: object) -> "BatchSpec":
        """The specification that ``to_json`` wrote.

        Raises:
            ExposureError: It is none.
        """
        rest = _checked(data, _ORDER, "The order")
        recipe = rest.get("recipe")
        parts: dict[str, Any] = {"recipe": recipes.from_json(recipe) if recipe else None}
        try:
            parts |= {"develop": developing.from_json(rest["develop"]), "export": ExportSettings(**rest["export"])}
            return cls(**{**rest, **parts})
        except (KeyError, TypeError) as error:
            raise ExposureError(f"The order of the batch cannot be understood ({error})") from None


@dataclass(frozen=True)
class BatchItem:
    """One photo and where its picture goes.

    Attributes:
        number: Its place in the batch, from 1.
        photo: The input, a path or an address.
        output: The file, likewise.
        is_free: Whether no file had that name when it was chosen: one that has it now is somebody else's.
        note: What a person should know about the choice.
        recipe: What to do; None leaves that to the specification.
        score: What the style's critic expects of that recipe, if it has been asked.
    """

    number: int
    photo: str
    output: str
    is_free: bool = True
    note: str = ""
    recipe: Recipe | None = None
    score: float | None = None

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        plain = {item.name: getattr(self, item.name) for item in fields(self)}
        return {**plain, "recipe": recipes.to_json(self.recipe) if self.recipe else None}

    @classmethod
    def from_json(cls, data: object) -> "BatchItem":
        """The job that ``to_json`` wrote.

        Raises:
            ExposureError: It is none.
        """
        rest = _checked(data, _JOB, "A job")
        recipe = rest.get("recipe")
        try:
            return cls(**{**rest, "recipe": recipes.from_json(recipe) if recipe else None})
        except TypeError:
            raise ExposureError("A job of the batch lacks an entry") from None


@dataclass(frozen=True)
class ItemResult:
    """What became of one photo.

    Attributes:
        number: That of the job.
        photo: The input.
        state: ``done``, ``skipped``, ``failed``, ``cancelled``, or ``waiting`` when it has only been looked at.
        output: The file; empty if there is none.
        reason: Why it was skipped or failed.
        hint: What to do about it.
        notes: What a person should know although it went well.
        recipe: What was done, as JSON data.
        score: What the style's critic gave the result; higher is closer to the style.
        clipped: Share of the result's pixels that are white or black in every channel, 0 to 1.
        camera: What took it.
        taken: When, ISO 8601.
        seconds: Wall time by stage.
        stamp: Size and time of change of the photo as it was read, to notice when it changes.
        size: Bytes of the output.
        details: Of what nobody expected, for the log.
    """

    number: int
    photo: str
    state: State
    output: str = ""
    reason: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()
    recipe: dict[str, Any] | None = None
    score: float | None = None
    clipped: float | None = None
    camera: str = ""
    taken: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    stamp: tuple[int, int] | None = None
    size: int = 0
    details: str = ""

    @classmethod
    def failed(cls, job: BatchItem, error: ExposureError) -> "ItemResult":
        """The row of a job that failed."""
        return cls(job.number, job.photo, "failed", reason=printable(error.message), hint=printable(error.hint))

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(replace(self, seconds={stage: round(value, 4) for stage, value in self.seconds.items()}))

    @classmethod
    def from_json(cls, data: object) -> "ItemResult":
        """The row that ``to_json`` wrote.

        Raises:
            ExposureError: It is none.
        """
        rest = _checked(data, _ROW, "A row")
        stamp = rest.get("stamp")
        try:
            return cls(**{**rest, "notes": tuple(rest.get("notes", ())), "stamp": tuple(stamp) if stamp else None})
        except TypeError:
            raise ExposureError("A row of the batch lacks an entry") from None


_Check = Callable[[Any], bool]


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_table(value: object) -> bool:
    return isinstance(value, dict)


def _between(low: float, high: float) -> _Check:
    return lambda value: is_number(value) and low <= value <= high


def _or_none(check: _Check) -> _Check:
    return lambda value: value is None or check(value)


def _is_stamp(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(part) is int for part in value)


def _is_list_of_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_times(value: object) -> bool:
    return isinstance(value, dict) and all(map(is_number, value.values()))


_ORDER: dict[str, _Check] = {
    "style": _is_text, "style_name": _is_text, "style_digest": _is_text, "recipe": _or_none(_is_table),
    "amount": _or_none(_between(0, recipes.MAX_AMOUNT)), "seed": _is_count, "develop": _is_table,
    "device": lambda value: value in ("auto", "cuda", "mps", "cpu"), "export": _is_table, "sidecars": _is_flag,
    "consistency": _between(0, 1),
}  # fmt: skip
_JOB: dict[str, _Check] = {
    "number": _is_count, "photo": _is_text, "output": _is_text, "is_free": _is_flag, "note": _is_text,
    "recipe": _or_none(_is_table), "score": _or_none(is_number),
}  # fmt: skip
_ROW: dict[str, _Check] = {
    "number": _is_count, "photo": _is_text, "state": lambda value: value in get_args(State), "output": _is_text,
    "reason": _is_text, "hint": _is_text, "notes": _is_list_of_texts, "recipe": _or_none(_is_table),
    "score": _or_none(is_number), "clipped": _or_none(is_number), "camera": _is_text, "taken": _is_text,
    "seconds": _is_times, "stamp": _or_none(_is_stamp), "size": _is_count, "details": _is_text,
}  # fmt: skip


def _checked(data: object, entries: Mapping[str, _Check], what: str) -> dict[str, Any]:
    """The entries of a table, each of its kind; those that an older program did not know may be missing."""
    if not isinstance(data, dict):
        raise ExposureError(f"{what} of the batch is no JSON object")
    for name, value in data.items():
        if name not in entries or not entries[name](value):
            raise ExposureError(f"{what} of the batch has a wrong entry {name!r}")
    return data


def stamp(photo: Path) -> tuple[int, int] | None:
    """Size and time of change of a file; None if there is none."""
    try:
        state = photo.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
