"""The commands for many photos at once."""

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from exposure_app.cli.options import (
    FAILED,
    INTERRUPTED,
    CaptureOption,
    Chroma,
    ChromaOption,
    ColorDenoiseOption,
    CorrectOption,
    DefringeOption,
    DemosaicOption,
    DenoiseOption,
    Device,
    DeviceOption,
    DistortionOption,
    FbddOption,
    HighlightsOption,
    Json,
    LensOption,
    OutputFormat,
    Quality,
    RadiusOption,
    VignettingOption,
    WhiteBalanceOption,
    detail_from,
    develop_from,
    lens_from,
    say,
)
from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE

if TYPE_CHECKING:
    from rich.progress import Progress

    from exposure_app.batch.batch import Batch, BatchEvent
    from exposure_app.batch.models import BatchSpec
    from exposure_app.export.settings import ExportSettings
    from exposure_app.io.develop import Develop

_RESIZE = re.compile(r"(?P<edge>\d+)(px)?|(?P<megapixels>\d+(\.\d+)?)mp", re.IGNORECASE)


Profile = Literal["srgb", "display-p3", "adobe-rgb"]  # colour spaces of finished pictures
Sharpen = Literal["none", "low", "standard", "high"]  # sharpening for output
Existing = Literal["skip", "overwrite", "rename"]  # what to do about a file that has the name already


Places = Annotated[
    list[str],
    typer.Argument(help="Files, folders or patterns such as 'shoot/**/*.nef'.", metavar="IN..."),
]
Out = Annotated[str, typer.Argument(help="Folder of the results; sub-folders are mirrored.", metavar="OUT")]
StyleOption = Annotated[
    str | None, typer.Option(help=f"Name of a style, or path of a style file. Default: {DEFAULT_STYLE}.")
]
RecipeOption = Annotated[Path | None, typer.Option(help="A recipe for all photos, instead of a style.")]
AmountOption = Annotated[
    float | None, typer.Option(min=0, max=200, help="Per cent: 0 neutral, 100 the style, 200 twice.")
]
SeedOption = Annotated[int, typer.Option(min=0, help="Another seed may give other recipes.")]
Format = Annotated[OutputFormat, typer.Option("--format", help="Output format.")]
Bits = Annotated[int, typer.Option(min=8, max=16, help="Bits per channel of a PNG or TIFF, 8 or 16.")]
Resize = Annotated[str | None, typer.Option(help="Longer side in pixels (2048) or megapixels (8mp); never enlarges.")]
ProfileOption = Annotated[Profile, typer.Option(help="Colour space of the results.")]
SharpenOption = Annotated[Sharpen, typer.Option(help="For output, at the final size.")]
Exif = Annotated[bool, typer.Option("--exif/--no-exif", help="Keep what was said about the photo: EXIF and XMP.")]
Gps = Annotated[bool, typer.Option("--gps/--no-gps", help="Keep the GPS location.")]
Embed = Annotated[bool, typer.Option("--embed-recipe", help="Write the recipe into the results.")]
Name = Annotated[str, typer.Option(help="Name of the results: {name}, {style}, {n:04}, {date}.")]
ExistingOption = Annotated[Existing, typer.Option(help="What to do about files that exist.")]
Sidecars = Annotated[
    bool, typer.Option("--sidecars", help="Edited photos keep their recipe; the others get one beside them.")
]
Consistency = Annotated[
    float, typer.Option(min=0, max=1, help="Pull the settings of each shoot together: 0 not at all, 1 all alike.")
]
Cluster = Annotated[str | None, typer.Option(help="Address of a dask scheduler, such as tcp://host:8786.")]
Recursive = Annotated[bool, typer.Option("--recursive/--flat", help="Look into sub-folders.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes. Default: as many as cores and memory allow.")]


def batch(
    inputs: Places,
    output: Out,
    style: StyleOption = None,
    recipe: RecipeOption = None,
    amount: AmountOption = None,
    seed: SeedOption = 0,
    format_: Format = "jpg",
    bits: Bits = 16,
    quality: Quality = 92,
    chroma: ChromaOption = "420",
    resize: Resize = None,
    profile: ProfileOption = "srgb",
    sharpen: SharpenOption = "none",
    exif: Exif = True,
    gps: Gps = True,
    embed_recipe: Embed = False,
    name: Name = "{name}",
    on_existing: ExistingOption = "skip",
    highlights: HighlightsOption = None,
    white_balance: WhiteBalanceOption = None,
    denoise: DenoiseOption = None,
    color_denoise: ColorDenoiseOption = None,
    capture_sharpening: CaptureOption = None,
    capture_radius: RadiusOption = None,
    fbdd: FbddOption = None,
    demosaic: DemosaicOption = None,
    lens: LensOption = None,
    correct: CorrectOption = None,
    distortion: DistortionOption = None,
    vignetting: VignettingOption = None,
    defringe: DefringeOption = None,
    device: DeviceOption = "auto",
    sidecars: Sidecars = False,
    consistency: Consistency = 0,
    recursive: Recursive = True,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where this batch stopped.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    jobs: Jobs = None,
    cluster: Cluster = None,
    json_: Json = False,
) -> None:
    """Retouch folders of photos on all cores. Ctrl-C finishes the photos in hand; again, it drops them."""
    from exposure_app.batch import batch as batches
    from exposure_app.batch.unfinished import count_left

    export = export_settings(
        format_, bits, quality, chroma, resize, profile, sharpen, exif, gps, embed_recipe, name, on_existing
    )
    detail = detail_from(color_denoise, capture_sharpening, capture_radius)
    optics = lens_from(lens, correct, distortion, vignetting, defringe)
    develop = partial(develop_from, highlights, white_balance, denoise, fbdd, demosaic, lens=optics, detail=detail)
    spec = make_spec(style, recipe, amount, seed, develop, device, export, sidecars, consistency)
    if not (resume or dry_run) and (left := count_left(output)):
        say(f"warning: an earlier batch has left {left} photos in {output}; --resume goes on with it", err=True)
    made = batches.make_batch(inputs, output, spec, recursive=recursive, resume=resume)
    if dry_run:
        _print_plan(made, json_)
    else:
        _run(made, jobs, cluster, json_)


def watch(
    folder: Annotated[Path, typer.Argument(help="Folder where photos arrive.", metavar="IN")],
    output: Out,
    style: StyleOption = None,
    recipe: RecipeOption = None,
    amount: AmountOption = None,
    seed: SeedOption = 0,
    format_: Format = "jpg",
    bits: Bits = 16,
    quality: Quality = 92,
    chroma: ChromaOption = "420",
    resize: Resize = None,
    profile: ProfileOption = "srgb",
    sharpen: SharpenOption = "none",
    exif: Exif = True,
    gps: Gps = True,
    embed_recipe: Embed = False,
    name: Name = "{name}",
    on_existing: ExistingOption = "skip",
    highlights: HighlightsOption = None,
    white_balance: WhiteBalanceOption = None,
    denoise: DenoiseOption = None,
    color_denoise: ColorDenoiseOption = None,
    capture_sharpening: CaptureOption = None,
    capture_radius: RadiusOption = None,
    fbdd: FbddOption = None,
    demosaic: DemosaicOption = None,
    lens: LensOption = None,
    correct: CorrectOption = None,
    distortion: DistortionOption = None,
    vignetting: VignettingOption = None,
    defringe: DefringeOption = None,
    device: DeviceOption = "auto",
    sidecars: Sidecars = False,
    recursive: Recursive = True,
    jobs: Jobs = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON record a line for every photo.")] = False,
) -> None:
    """Retouch what arrives in a folder, until Ctrl-C. What arrives while this is off is done at the next start."""
    from exposure_app.batch.watch import FolderWatch
    from exposure_app.batch.workers import default_count

    export = export_settings(
        format_, bits, quality, chroma, resize, profile, sharpen, exif, gps, embed_recipe, name, on_existing
    )
    detail = detail_from(color_denoise, capture_sharpening, capture_radius)
    optics = lens_from(lens, correct, distortion, vignetting, defringe)
    develop = partial(develop_from, highlights, white_balance, denoise, fbdd, demosaic, lens=optics, detail=detail)
    spec = make_spec(style, recipe, amount, seed, develop, device, export, sidecars)
    show = partial(_print_arrival, json_=json_)
    watched = FolderWatch(folder, Path(output), spec, recursive=recursive, on_event=show)
    with _interruptible(lambda again: watched.stop(drop=again)) as interrupted:
        watched.run(jobs or default_count())
    if interrupted():
        raise typer.Exit(INTERRUPTED)


def _print_arrival(event: "BatchEvent", json_: bool) -> None:
    from exposure_app.batch import report

    if event.row is None:
        return
    if json_:
        typer.echo(json.dumps(report.record(event.row)))
    elif event.state == "failed":
        say(f"error: {report.complaint(event.row)}", err=True)
    elif event.state != "cancelled":
        say(f"{event.job.photo} -> {event.row.output}")


def export_settings(
    format_: OutputFormat,
    bits: int,
    quality: int,
    chroma: Chroma,
    resize: str | None,
    profile: Profile,
    sharpen: Sharpen,
    exif: bool,
    gps: bool,
    embed_recipe: bool,
    name: str,
    existing: Existing,
) -> "ExportSettings":
    """What the options ask for.

    Raises:
        ExposureError: One of them cannot be.
    """
    from exposure_app.export.settings import ExportSettings

    size = _RESIZE.fullmatch(resize) if resize else None
    if resize and size is None:
        raise ExposureError(f"{resize} is no size", "Write --resize 2048 for pixels or --resize 8mp for megapixels.")
    wanted: dict[str, str | int | float] = {}
    if size and size["edge"]:
        wanted = {"resize": "edge", "edge": int(size["edge"])}
    elif size:
        wanted = {"resize": "megapixels", "megapixels": float(size["megapixels"])}
    return ExportSettings(
        format=format_,
        bits=bits,
        quality=quality,
        chroma=chroma,
        sharpen=sharpen,
        color_profile=profile,
        keep_exif=exif,
        keep_gps=gps,
        embed_recipe=embed_recipe,
        pattern=name,
        folder="",
        existing=existing,
        **wanted,  # type: ignore[arg-type]
    )


def make_spec(
    style: str | None,
    recipe: Path | None,
    amount: float | None,
    seed: int,
    develop: "Callable[..., Develop]",
    device: Device,
    export: "ExportSettings",
    sidecars: bool,
    consistency: float = 0,
) -> "BatchSpec":
    """What the options ask for; ``develop`` is ``develop_from`` with those that it needs.

    Raises:
        ExposureError: There is no such style or recipe, or there are both.
    """
    from exposure_app.batch.models import BatchSpec
    from exposure_app.pipeline.recipe import read_recipe

    if style is not None and recipe is not None:
        raise ExposureError("A batch has a style or a recipe, not both", "Leave out --style or --recipe.")
    share = None if amount is None else amount / 100
    if recipe is not None:
        given = read_recipe(recipe)
        return BatchSpec(
            recipe=replace(given, develop=develop(given.develop)),
            amount=share,
            device=device,
            export=export,
            sidecars=sidecars,
        )
    return BatchSpec.for_style(
        style or DEFAULT_STYLE,
        amount=share,
        seed=seed,
        develop=develop(),
        device=device,
        export=export,
        sidecars=sidecars,
        consistency=consistency,
    )


def _run(made: "Batch", jobs: int | None, cluster: str | None, json_: bool) -> None:
    from exposure_app.batch import report
    from exposure_app.batch.workers import default_count

    start = time.perf_counter()
    with _display(made), _interruptible(lambda again: made.cancel(drop=again)) as interrupted:
        if cluster:
            say(f"warning: whoever reaches {cluster} can run any code on its machines and on this one", err=True)
            made.run_on_cluster(cluster, lambda dashboard: say(f"dashboard: {dashboard}", err=True))
        else:
            made.run(min(jobs or default_count(), max(1, len(made.jobs) - made.finished)))
    seconds = time.perf_counter() - start
    if json_:
        typer.echo(json.dumps(report.to_json(made, seconds), indent=2))
    else:
        say(report.summary(made, seconds))
    if interrupted():
        say("interrupted; --resume goes on", err=True)
        raise typer.Exit(INTERRUPTED)
    if made.count("failed"):
        raise typer.Exit(FAILED)


def _print_plan(made: "Batch", json_: bool) -> None:
    from exposure_app.batch import report

    if json_:
        typer.echo(json.dumps(report.to_json(made, 0), indent=2))
        return
    for job in made.jobs:
        row = made.rows.get(job.number)
        end = f"{row.state}: {report.complaint(row)}" if row and row.state != "done" else "done" if row else job.note
        say(f"{job.photo} -> {job.output}{f'  ({end})' if end else ''}")


@contextmanager
def _display(made: "Batch") -> Iterator["Progress"]:
    """A bar with the counts, the rate and the time left; photos that fail are lines above it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from exposure_app.batch import report

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None, words="")

        def show(event: "BatchEvent") -> None:
            if event.row is not None and event.state == "failed":
                say(f"error: {report.complaint(event.row)}", err=True)
            left = made.seconds_left
            words = f"{made.rate:.2g} photos/s, {report.duration(left)} left" if left is not None else ""
            failed = made.count("failed")
            words = f"{words}, {failed} failed" if failed else words
            done, total = made.progress
            progress.update(task, description=made.stage.capitalize(), completed=done, total=total, words=words)

        for row in made.rows.values():
            if row.state == "failed":
                say(f"error: {report.complaint(row)}", err=True)
        made.on_event = show
        yield progress


@contextmanager
def _interruptible(stop: Callable[[bool], None]) -> Iterator[Callable[[], bool]]:
    """In the block Ctrl-C calls ``stop``; its argument is whether it was asked for before."""
    asked: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        stop(len(asked) > 1)
        if len(asked) == 1:
            say("Finishing the photos in hand; Ctrl-C again drops them.", err=True)

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
