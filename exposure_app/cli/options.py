"""Options that several commands have."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import partial, wraps
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from exposure_app.errors import ExposureError
from exposure_app.plain_text import for_terminal

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.text import Text

    from exposure_app.export.settings import ExportSettings
    from exposure_app.io.develop import Develop


_RESIZE = re.compile(r"(?P<edge>\d+)(px)?|(?P<megapixels>\d+(\.\d+)?)mp", re.IGNORECASE)
_OF_THE_LENS = ("distortion", "vignetting", "fringes")
FAILED, INTERRUPTED, UNHEARD = 1, 130, 141  # exit statuses; the last is that of a program whose reader has gone


def say(words: object = "", *, err: bool = False) -> None:
    """One line for people: whatever files and their names have in them, nothing in it moves the cursor."""
    typer.echo(for_terminal(str(words)), err=err)


def cell(words: str) -> "Text":
    """The same for a cell of a table: what a name has in square brackets is no colour."""
    from rich.text import Text

    return Text(for_terminal(words))


OutputFormat = Literal["jpg", "png", "tiff", "webp", "avif"]  # file formats of finished pictures
Chroma = Literal["444", "422", "420"]  # chroma subsampling of a JPEG
Profile = Literal["srgb", "display-p3", "adobe-rgb"]  # colour spaces of finished pictures
Sharpen = Literal["none", "low", "standard", "high"]  # sharpening for output
Existing = Literal["skip", "overwrite", "rename"]  # what to do about a file that has the name already
Highlights = Literal["clip", "blend", "reconstruct"]  # what becomes of blown highlights of a RAW file
WhiteBalance = Literal["as-shot", "auto", "daylight", "cloudy", "shade", "tungsten", "fluorescent", "flash"]
Fbdd = Literal["off", "light", "full"]  # reduction of colour noise before the demosaic
Demosaic = Literal["own", "linear", "vng", "ppg", "ahd", "dcb", "dht", "aahd"]  # how a RAW file is interpolated
LensUse = Literal["auto", "profile", "off"]  # who tells how a lens is corrected
Device = Literal["auto", "cuda", "mps", "cpu"]  # where to compute

Existence = Annotated[Existing, typer.Option("--on-existing", help="What to do about files that exist.")]
DeviceOption = Annotated[Device, typer.Option(help="Where to render; auto takes a GPU if there is one.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

_developing = partial(typer.Option, rich_help_panel="Development")
_finishing = partial(typer.Option, rich_help_panel="Finished pictures")


@dataclass(frozen=True)
class DevelopOptions:
    """How photos are developed: what every command that reads photos can be told."""

    highlights: Annotated[Highlights | None, _developing(help="What becomes of blown RAW highlights.")] = None
    white_balance: Annotated[WhiteBalance | None, _developing(help="The camera's, estimated, or for a light.")] = None
    denoise: Annotated[str | None, _developing(help="Luminance noise reduction on RAW data: auto, or 0 to 100.")] = None
    color_denoise: Annotated[str | None, _developing(help="Colour noise reduction on RAW data: auto, or 0 to 100.")] = (
        None
    )
    capture_sharpening: Annotated[
        int | None, _developing(min=0, max=100, help="Capture sharpening of RAW files, 0 to 100.")
    ] = None
    capture_radius: Annotated[
        str | None, _developing(help="Radius of the blur sharpened away: auto, or 0.4 to 1 pixels.")
    ] = None
    fbdd: Annotated[Fbdd | None, _developing(help="LibRaw's colour noise reduction; not with --demosaic own.")] = None
    demosaic: Annotated[Demosaic | None, _developing(help="own, or one of LibRaw's.")] = None
    lens: Annotated[
        LensUse | None, _developing(help="Lens: as file or profile tell; the likeliest profile; not corrected.")
    ] = None
    correct: Annotated[
        str | None,
        _developing(help="Which lens corrections: distortion, vignetting, fringes, with commas, or none."),
    ] = None
    distortion: Annotated[int | None, _developing(min=-100, max=100, help="By hand; above 0 against barrels.")] = None
    vignetting: Annotated[int | None, _developing(min=-100, max=100, help="By hand; above 0 for lighter corners.")] = (
        None
    )
    defringe: Annotated[int | None, _developing(min=0, max=100, help="Less colour in purple and green rims.")] = None

    def develop(self, usual: "Develop | None" = None) -> "Develop":
        """What the options ask for, else what is usual.

        Raises:
            BadParameter: One of them cannot be understood.
        """
        from exposure_app.io.develop import Develop

        wanted = {
            "highlights": self.highlights,
            "white_balance": self.white_balance,
            "denoise": _auto_or(self.denoise, int, "--denoise"),
            "color_denoise": _auto_or(self.color_denoise, int, "--color-denoise"),
            "sharpen": self.capture_sharpening,
            "sharpen_radius": _auto_or(self.capture_radius, float, "--capture-radius"),
            "fbdd": self.fbdd,
            "demosaic": self.demosaic,
            "lens": self.lens,
            **self._corrections(),
            "distortion": self.distortion,
            "vignetting": self.vignetting,
            "defringe": self.defringe,
        }
        return replace(usual or Develop(), **{name: value for name, value in wanted.items() if value is not None})  # type: ignore[arg-type]

    def _corrections(self) -> dict[str, bool]:
        if self.correct is None:
            return {}
        named = {word for word in self.correct.replace(",", " ").casefold().split() if word != "none"}
        if unknown := sorted(named - set(_OF_THE_LENS)):
            raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(_OF_THE_LENS)}", param_hint="--correct")
        return {f"lens_{name}": name in named for name in _OF_THE_LENS}


def _auto_or(value: str | None, number: Callable[[str], float], name: str) -> str | float | None:
    """What was typed, as a number unless it is the word."""
    if value is None or value == "auto":
        return value
    try:
        return number(value)
    except ValueError:
        raise typer.BadParameter(f"{value} is neither auto nor a number", param_hint=name) from None


@dataclass(frozen=True)
class PictureOptions:
    """What finished pictures are like, and are called: what every command that writes pictures can be told."""

    quality: Annotated[int, _finishing(min=1, max=100, help="Quality of a JPEG, WebP or AVIF.")] = 92
    chroma: Annotated[Chroma, _finishing(help="Chroma subsampling of a JPEG or AVIF.")] = "420"
    bits: Annotated[int, _finishing(min=8, max=16, help="Bits per channel of a PNG or TIFF, 8 or 16.")] = 16
    resize: Annotated[
        str | None, _finishing(help="Longer side in pixels (2048) or megapixels (8mp); never enlarges.")
    ] = None
    sharpen: Annotated[Sharpen, _finishing(help="For output, at the final size.")] = "none"
    profile: Annotated[Profile, _finishing(help="Colour space of the results.")] = "srgb"
    exif: Annotated[bool, _finishing("--exif/--no-exif", help="Keep what was said about the photo: EXIF and XMP.")] = (
        True
    )
    gps: Annotated[bool, _finishing("--gps/--no-gps", help="Keep the GPS location.")] = True
    embed_recipe: Annotated[bool, _finishing("--embed-recipe", help="Write the recipe into the results.")] = False
    name: Annotated[str, _finishing(help="Name of the results: {name}, {style}, {n:04}, {date}.")] = "{name}"

    def settings(self, format_: OutputFormat, existing: Existing) -> "ExportSettings":
        """What the options ask for.

        Raises:
            ExposureError: One of them cannot be.
        """
        from exposure_app.export.settings import ExportSettings

        size = _RESIZE.fullmatch(self.resize) if self.resize else None
        if self.resize and size is None:
            hint = "Write --resize 2048 for pixels or --resize 8mp for megapixels."
            raise ExposureError(f"{self.resize} is no size", hint)
        wanted: dict[str, str | int | float] = {}
        if size and size["edge"]:
            wanted = {"resize": "edge", "edge": int(size["edge"])}
        elif size:
            wanted = {"resize": "megapixels", "megapixels": float(size["megapixels"])}
        return ExportSettings(
            format=format_,
            bits=self.bits,
            quality=self.quality,
            chroma=self.chroma,
            sharpen=self.sharpen,
            color_profile=self.profile,
            keep_exif=self.exif,
            keep_gps=self.gps,
            embed_recipe=self.embed_recipe,
            pattern=self.name,
            folder="",
            existing=existing,
            **wanted,  # type: ignore[arg-type]
        )


def with_options(function: Callable[..., None]) -> Callable[..., None]:
    """The function as the command line sees it: all fields of a dataclass of options in place of that parameter."""
    parameters: list[inspect.Parameter] = []
    groups: dict[str, type[Any]] = {}
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        group = parameter.annotation
        if isinstance(group, type) and is_dataclass(group):
            groups[parameter.name] = group
            parameters += inspect.signature(group, eval_str=True).parameters.values()
        else:
            parameters.append(parameter)

    @wraps(function)
    def call(**given: Any) -> None:
        for name, group in groups.items():
            given[name] = group(**{field.name: given.pop(field.name) for field in fields(group)})
        function(**given)

    by_name = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in parameters]
    call.__signature__ = inspect.Signature(by_name)  # type: ignore[attr-defined]
    return call


def progress_bar() -> "Progress":
    """A progress bar on stderr; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
