"""The command line. Each command imports what it needs when it runs, so that ``--help`` answers at once.

Results go to stdout (with ``--json`` one JSON document and nothing else), progress and errors to stderr.
"""

import contextlib
import functools
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec

import typer

from exposure_app import __version__
from exposure_app.cli import batch, decompile, desktop, explain, kernels, looks, study, styles, training
from exposure_app.cli.options import (
    FAILED,
    INTERRUPTED,
    UNHEARD,
    CaptureOption,
    ChromaOption,
    ColorDenoiseOption,
    CorrectOption,
    DefringeOption,
    DemosaicOption,
    DenoiseOption,
    DeviceOption,
    DistortionOption,
    FbddOption,
    FormatOption,
    HighlightsOption,
    Json,
    LensOption,
    Quality,
    RadiusOption,
    VignettingOption,
    WhiteBalanceOption,
    detail_from,
    develop_from,
    lens_from,
    progress_bar,
    say,
)
from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE

if TYPE_CHECKING:
    from concurrent.futures import Future

    from exposure_app.export.photo import Result

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Retouch photos with a trained agent whose every step can be read, changed and repeated.",
)
studies = typer.Typer(no_args_is_help=True, help="Compare people and styles on the same photos, rated blind.")
app.add_typer(studies, name="study")
log = logging.getLogger(__name__)


Photos = Annotated[list[Path], typer.Argument(help="RAW files, JPEGs, PNGs or TIFFs.", metavar="FILES...")]
Target = Annotated[Path, typer.Option("-o", "--output", help="Folder, or file name for a single photo.")]


P = ParamSpec("P")


def command(function: Callable[P, None], group: typer.Typer = app, *, hidden: bool = False) -> Callable[P, None]:
    """Register a command whose errors become one line and an exit status, never a traceback."""

    @group.command(hidden=hidden)
    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        from exposure_app.log import set_up

        log_file = set_up()
        try:
            function(*args, **kwargs)
            if sys.stdout is not None:
                sys.stdout.flush()
        except ExposureError as error:
            _fail(str(error))
        except BrokenPipeError:  # head, less: who reads has had enough
            _speak_no_more()
            raise typer.Exit(UNHEARD) from None
        except KeyboardInterrupt:
            say("interrupted", err=True)
            raise typer.Exit(INTERRUPTED) from None
        except (typer.Exit, typer.BadParameter, typer.Abort):
            raise
        except Exception as error:
            log.debug("unexpected", exc_info=True)
            where = f"The details are in {log_file}." if log_file else ""
            _fail(f"Something unexpected went wrong ({type(error).__name__}: {error}). {where}")

    return run


def _version(wanted: bool) -> None:
    if wanted:
        say(f"exposure {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Common options."""


@command
def retouch(
    files: Photos,
    output: Target,
    style: Annotated[str, typer.Option(help="Name of a style, or path of a style file.")] = DEFAULT_STYLE,
    amount: Annotated[float, typer.Option(min=0, max=200, help="Per cent: 0 neutral, 100 the style, 200 twice.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Another seed may give another recipe.")] = 0,
    format_: FormatOption = None,
    quality: Quality = 92,
    chroma: ChromaOption = "420",
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
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Also keep the recipe beside each photo.")] = False,
    json_: Json = False,
) -> None:
    """Let a style retouch photos at full resolution."""
    from exposure_app.export.outputs import output_paths
    from exposure_app.export.photo import load_in_background, retouch_photo
    from exposure_app.export.settings import ExportSettings
    from exposure_app.pipeline.sidecar import replace_sidecar

    outputs, chosen = output_paths(files, output, format_)
    detail = detail_from(color_denoise, capture_sharpening, capture_radius)
    optics = lens_from(lens, correct, distortion, vignetting, defringe)
    develop = develop_from(highlights, white_balance, denoise, fbdd, demosaic, lens=optics, detail=detail)
    settings = ExportSettings(format=chosen, quality=quality, chroma=chroma)
    agent = load_in_background(style)

    def work(photo: Path, target: Path) -> "Result":
        result = retouch_photo(
            photo, agent, settings, target, seed=seed, amount=amount / 100, develop=develop, device=device
        )
        if sidecar:
            try:
                replace_sidecar(photo, result.recipe)
            except ExposureError as error:  # a card that cannot be written to: the picture is finished all the same
                log.warning("The recipe of %s is not kept beside it: %s", photo.name, error)
        return result

    _run_files(files, outputs, work, json_, needed=agent)


@command
def apply(
    recipe: Annotated[Path, typer.Argument(help="A recipe, or the sidecar of another photo.")],
    files: Photos,
    output: Target,
    format_: FormatOption = None,
    quality: Quality = 92,
    chroma: ChromaOption = "420",
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
    json_: Json = False,
) -> None:
    """Apply a recipe to photos at full resolution."""
    from exposure_app.export.outputs import output_paths
    from exposure_app.export.photo import export_photo
    from exposure_app.export.settings import ExportSettings
    from exposure_app.pipeline.recipe import read_recipe

    steps = read_recipe(recipe)
    detail = detail_from(color_denoise, capture_sharpening, capture_radius)
    optics = lens_from(lens, correct, distortion, vignetting, defringe)
    develop = develop_from(
        highlights, white_balance, denoise, fbdd, demosaic, steps.develop, lens=optics, detail=detail
    )
    steps = replace(steps, develop=develop)
    outputs, chosen = output_paths(files, output, format_)
    settings = ExportSettings(format=chosen, quality=quality, chroma=chroma)
    _run_files(files, outputs, lambda photo, target: export_photo(photo, steps, settings, target, device=device), json_)


_IN_ORDER: tuple[Callable[..., None], ...] = (
    *(batch.batch, batch.watch),
    *(looks.export_look, looks.import_look, decompile.decompile, desktop.desktop),
    *(explain.explain, explain.replan, explain.variations),
    *(styles.tweaks, styles.card, styles.nearest, styles.blend, styles.styles),
    *(training.audit, training.train, training.evaluate),
)
for function in _IN_ORDER:
    command(function)
command(kernels.kernels, hidden=True)
for function in study.STUDY:
    command(function, studies)


def _run_files(
    photos: list[Path],
    outputs: list[Path],
    work: "Callable[[Path, Path], Result]",
    json_: bool,
    needed: "Future[Any] | None" = None,
) -> None:
    """Do the work file by file; one that fails is a line and does not keep the others back.

    What all of them need fails once for all.
    """
    from exposure_app.export.outputs import check_output

    records: list[dict[str, Any]] = []
    failed, taken = False, set[Path]()
    with progress_bar() as progress:
        for photo, output in progress.track(list(zip(photos, outputs, strict=True)), description="Retouching"):
            try:
                check_output(photo, output, taken)
                output.parent.mkdir(parents=True, exist_ok=True)
                result = work(photo, output)
            except ExposureError as error:
                if needed is not None and needed.done() and needed.exception() is error:
                    raise
                failed = True
                say(f"error: {error}", err=True)
                records.append({"input": str(photo), "error": error.message, "hint": error.hint})
                continue
            records.append(result.to_json())
            if not json_:
                _print_result(result)
    if json_:
        typer.echo(json.dumps(records, indent=2))
    if failed:
        raise typer.Exit(FAILED)


def _print_result(result: "Result") -> None:
    say(str(result.output))
    if result.recipe.style:
        amount = "" if result.recipe.amount == 1 else f" at {100 * result.recipe.amount:.0f} %"
        say(f"  {result.recipe.style}, seed {result.recipe.seed}{amount}")
    for number, words in enumerate(result.recipe.describe(), start=1):
        say(f"  {number}. {words}")
    for words in result.remarks:
        say(f"  {words}")
    stages = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in result.seconds.items())
    say(f"  {stages}")


def _speak_no_more() -> None:
    """Send what is still to be written nowhere: Python would complain that nobody takes it."""
    with contextlib.suppress(OSError, ValueError):  # streams that are no files need it not
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())


def _fail(sentence: str) -> NoReturn:
    say(f"error: {sentence}", err=True)
    raise typer.Exit(FAILED)
