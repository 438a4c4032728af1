"""What a batch is: plain data, the same in memory, in the journal and in another process."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from exposure_app.errors import ExposureError
from exposure_app.io import develop as developing
from exposure_app.io.develop import Develop
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.recipe import Recipe
from exposure_app.session.export_settings import ExportSettings

if TYPE_CHECKING:
    from exposure_app.pipeline.device import DeviceChoice

State = Literal["waiting", "running", "done", "skipped", "failed", "cancelled"]


@dataclass(frozen=True)
class Order:
    """What shall be done with every photo.

    Attributes:
        style: File of the style that plans; empty if there is a recipe.
        style_name: What names of files call it.
        style_digest: SHA-256 of the style's file: another training is another order.
        recipe: What to do, instead of a style.
        amount: 0 for the neutral rendering, 1 for the style, up to 2; None leaves a recipe its own.
        seed: Of the style's plan.
        develop: How photos are developed for whom nothing else was decided; a recipe has its own.
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
    def for_style(cls, name_or_path: str | Path, **options: Any) -> "Order":
        """An order for an installed style; options are the other attributes.

        Raises:
            ExposureError: There is no such style.
        """
        from exposure_app.agent.header import find_style, read_header

        path = find_style(name_or_path).resolve()
        name = read_header(path).name
        return cls(str(path), name, hashlib.sha256(path.read_bytes()).hexdigest(), **options)

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
    def from_json(cls, data: Mapping[str, Any]) -> "Order":
        """The order that ``to_json`` wrote.

        Raises:
            ExposureError: It is none.
        """
        recipe = data.get("recipe")
        try:
            rest = {**data, "recipe": recipes.from_json(recipe) if recipe else None}
            rest["develop"] = developing.from_json(data["develop"])
            return cls(**{**rest, "export": ExportSettings(**data["export"])})
        except (KeyError, TypeError) as error:
            raise ExposureError(f"The order of the batch cannot be understood ({error})") from None


@dataclass(frozen=True)
class Job:
    """One photo and where its picture goes.

    Attributes:
        number: Its place in the batch, from 1.
        photo: The input, a path or an address.
        output: The file, likewise.
        is_free: Whether no file had that name when it was chosen: one that has it now is somebody else's.
        note: What a person should know about the choice.
        recipe: What to do; None leaves that to the order.
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
    def from_json(cls, data: Mapping[str, Any]) -> "Job":
        """The job that ``to_json`` wrote."""
        recipe = data.get("recipe")
        return cls(**{**data, "recipe": recipes.from_json(recipe) if recipe else None})


@dataclass(frozen=True)
class Row:
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
    def failed(cls, job: Job, error: ExposureError) -> "Row":
        """The row of a job that failed."""
        return cls(job.number, job.photo, "failed", reason=error.message, hint=error.hint)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return asdict(replace(self, seconds={stage: round(value, 4) for stage, value in self.seconds.items()}))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Row":
        """The row that ``to_json`` wrote."""
        stamp = data.get("stamp")
        return cls(**{**data, "notes": tuple(data["notes"]), "stamp": tuple(stamp) if stamp else None})


def stamp(photo: Path) -> tuple[int, int] | None:
    """Size and time of change of a file; None if there is none."""
    try:
        state = photo.stat()
    except OSError:
        return None
    return state.st_size, state.st_mtime_ns
