"""Options that several commands have."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from exposure_app.plain_text import for_terminal

if TYPE_CHECKING:
    from rich.progress import Progress
    from rich.text import Text

    from exposure_app.io.develop import Develop


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
Highlights = Literal["clip", "blend", "reconstruct"]  # what becomes of blown highlights of a RAW file
WhiteBalance = Literal["as-shot", "auto", "daylight", "cloudy", "shade", "tungsten", "fluorescent", "flash"]
Fbdd = Literal["off", "light", "full"]  # reduction of colour noise before the demosaic
Demosaic = Literal["own", "linear", "vng", "ppg", "ahd", "dcb", "dht", "aahd"]  # how a RAW file is interpolated
LensUse = Literal["auto", "profile", "off"]  # who tells how a lens is corrected
Device = Literal["auto", "cuda", "mps", "cpu"]  # where to compute


FormatOption = Annotated[OutputFormat | None, typer.Option("--format", help="Default: as -o says, or jpg.")]
Quality = Annotated[int, typer.Option(min=1, max=100, help="Quality of a JPEG, WebP or AVIF.")]
ChromaOption = Annotated[Chroma, typer.Option(help="Chroma subsampling of a JPEG or AVIF.")]
HighlightsOption = Annotated[Highlights | None, typer.Option(help="What becomes of blown RAW highlights.")]
WhiteBalanceOption = Annotated[WhiteBalance | None, typer.Option(help="The camera's, estimated, or for a light.")]
DenoiseOption = Annotated[
    str | None,
    typer.Option(help="Luminance noise reduction on RAW data: auto, or 0 to 100."),
]
ColorDenoiseOption = Annotated[str | None, typer.Option(help="Colour noise reduction on RAW data: auto, or 0 to 100.")]
CaptureOption = Annotated[int | None, typer.Option(min=0, max=100, help="Capture sharpening of RAW files, 0 to 100.")]
RadiusOption = Annotated[str | None, typer.Option(help="Radius of the blur sharpened away: auto, or 0.4 to 1 pixels.")]
FbddOption = Annotated[Fbdd | None, typer.Option(help="LibRaw's colour noise reduction; not with --demosaic own.")]
DemosaicOption = Annotated[Demosaic | None, typer.Option(help="own, or one of LibRaw's.")]
LensOption = Annotated[
    LensUse | None, typer.Option(help="Lens: as file or profile tell; the likeliest profile; not corrected.")
]
CorrectOption = Annotated[
    str | None, typer.Option(help="Which lens corrections: distortion, vignetting, fringes, with commas, or none.")
]
DistortionOption = Annotated[int | None, typer.Option(min=-100, max=100, help="By hand; above 0 against barrels.")]
VignettingOption = Annotated[int | None, typer.Option(min=-100, max=100, help="By hand; above 0 for lighter corners.")]
DefringeOption = Annotated[int | None, typer.Option(min=0, max=100, help="Less colour in purple and green rims.")]
DeviceOption = Annotated[Device, typer.Option(help="Where to render; auto takes a GPU if there is one.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def develop_from(
    highlights: Highlights | None = None,
    white_balance: WhiteBalance | None = None,
    denoise: str | None = None,
    fbdd: Fbdd | None = None,
    demosaic: Demosaic | None = None,
    usual: "Develop | None" = None,
    *,
    lens: Mapping[str, str | int | bool] = MappingProxyType({}),
    detail: Mapping[str, str | float | None] = MappingProxyType({}),
) -> "Develop":
    """What the options ask for, those of lens and detail as those functions have them; else what is usual."""
    from dataclasses import replace

    from exposure_app.io.develop import Develop

    wanted = {
        "highlights": highlights,
        "white_balance": white_balance,
        "denoise": _auto_or(denoise, int, "--denoise"),
        "fbdd": fbdd,
        "demosaic": demosaic,
        **lens,
        **detail,
    }
    return replace(usual or Develop(), **{name: value for name, value in wanted.items() if value is not None})  # type: ignore[arg-type]


def detail_from(color_denoise: str | None, sharpen: int | None, radius: str | None) -> dict[str, str | float | None]:
    """The entries of a development that the options of colour noise and sharpness speak of."""
    return {
        "color_denoise": _auto_or(color_denoise, int, "--color-denoise"),
        "sharpen": sharpen,
        "sharpen_radius": _auto_or(radius, float, "--capture-radius"),
    }


def _auto_or(value: str | None, number: Callable[[str], float], name: str) -> str | float | None:
    """What was typed, as a number unless it is the word."""
    if value is None or value == "auto":
        return value
    try:
        return number(value)
    except ValueError:
        raise typer.BadParameter(f"{value} is neither auto nor a number", param_hint=name) from None


def lens_from(
    use: LensUse | None, correct: str | None, distortion: int | None, vignetting: int | None, defringe: int | None
) -> dict[str, str | int | bool]:
    """The entries of a development that the options of the lens speak of."""
    wanted: dict[str, str | int | bool] = {} if use is None else {"lens": use}
    if correct is not None:
        named = {word for word in correct.replace(",", " ").casefold().split() if word != "none"}
        if unknown := sorted(named - set(_OF_THE_LENS)):
            raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(_OF_THE_LENS)}", param_hint="--correct")
        wanted |= {f"lens_{name}": name in named for name in _OF_THE_LENS}
    numbers = {"distortion": distortion, "vignetting": vignetting, "defringe": defringe}
    return wanted | {name: number for name, number in numbers.items() if number is not None}


def progress_bar() -> "Progress":
    """A progress bar on stderr; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)
