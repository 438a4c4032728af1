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
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, ParamSpec

import typer

from exposure_app import __version__, cli_batch, cli_convert, cli_decompile, cli_desktop, cli_explain, cli_study
from exposure_app.cli_options import (
    FAILED,
    INTERRUPTED,
    UNHEARD,
    Chroma,
    ChromaOption,
    DemosaicOption,
    DenoiseOption,
    Device,
    DeviceOption,
    FbddOption,
    FormatOption,
    HighlightsOption,
    Json,
    Quality,
    WhiteBalanceOption,
    develop_from,
    say,
)
from exposure_app.errors import ExposureError
from exposure_app.paths import BASE_STYLE, DEFAULT_STYLE

if TYPE_CHECKING:
    from concurrent.futures import Future

    from rich.progress import Progress

    from exposure_app.session.retouch import Result

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Retouch photos with a trained agent whose every step can be read, changed and repeated.",
)
studies = typer.Typer(no_args_is_help=True, help="Compare people and styles on the same photos, rated blind.")
app.add_typer(studies, name="study")
log = logging.getLogger(__name__)


class Config(StrEnum):
    """Sizes and rates of a training."""

    TUNE = "tune"
    BASE = "base"
    SMALL = "small"
    PAPER = "paper"


class ActionSet(StrEnum):
    """Filters that a style may use."""

    PAPER = "paper"
    STUDIO = "studio"


Photos = Annotated[list[Path], typer.Argument(help="RAW files, JPEGs, PNGs or TIFFs.", metavar="FILES...")]
Target = Annotated[Path, typer.Option("-o", "--output", help="Folder, or file name for a single photo.")]


P = ParamSpec("P")


def command(function: Callable[P, None], group: typer.Typer = app) -> Callable[P, None]:
    """Register a command whose errors become one line and an exit status, never a traceback."""

    @group.command()
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
    chroma: ChromaOption = Chroma.QUARTER,
    highlights: HighlightsOption = None,
    white_balance: WhiteBalanceOption = None,
    denoise: DenoiseOption = None,
    fbdd: FbddOption = None,
    demosaic: DemosaicOption = None,
    device: DeviceOption = Device.AUTO,
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Also keep the recipe beside each photo.")] = False,
    json_: Json = False,
) -> None:
    """Let a style retouch photos at full resolution."""
    from exposure_app.pipeline.sidecar import replace_sidecar
    from exposure_app.session import retouch as session

    outputs, chosen = session.output_paths(files, output, format_.value if format_ else None)
    develop = develop_from(highlights, white_balance, denoise, fbdd, demosaic)
    options = session.Options(chosen, quality, chroma.value, develop, device.value)
    agent = session.load_in_background(style)

    def work(photo: Path, target: Path) -> "Result":
        result = session.retouch_file(photo, target, agent, seed=seed, amount=amount / 100, options=options)
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
    chroma: ChromaOption = Chroma.QUARTER,
    highlights: HighlightsOption = None,
    white_balance: WhiteBalanceOption = None,
    denoise: DenoiseOption = None,
    fbdd: FbddOption = None,
    demosaic: DemosaicOption = None,
    device: DeviceOption = Device.AUTO,
    json_: Json = False,
) -> None:
    """Apply a recipe to photos at full resolution."""
    from exposure_app.pipeline.recipe import read_recipe
    from exposure_app.session import retouch as session

    steps = read_recipe(recipe)
    steps = replace(steps, develop=develop_from(highlights, white_balance, denoise, fbdd, demosaic, steps.develop))
    outputs, chosen = session.output_paths(files, output, format_.value if format_ else None)
    options = session.Options(chosen, quality, chroma.value, device=device.value)
    _run_files(files, outputs, lambda photo, target: session.apply_file(photo, target, steps, options=options), json_)


batch = command(cli_batch.batch)
watch = command(cli_batch.watch)
export_look = command(cli_convert.export_look)
import_look = command(cli_convert.import_look)
decompile = command(cli_decompile.decompile)
desktop = command(cli_desktop.desktop)
explain = command(cli_explain.explain)
replan = command(cli_explain.replan)
variations = command(cli_explain.variations)
tweaks = command(cli_study.tweaks)
card = command(cli_study.card)
nearest = command(cli_study.nearest)
blend = command(cli_study.blend)
for part in cli_study.STUDY:
    command(part, studies)


@command
def styles(json_: Json = False) -> None:
    """List the styles that are installed."""
    from exposure_app.agent.style import list_styles

    found = list_styles()
    if json_:
        typer.echo(json.dumps([{**json.loads(style.dumps()), "path": str(style.path)} for style in found], indent=2))
        return
    for style in found:
        say(f"{style.name:<12} {style.description}")
    if not found:
        say("no styles found", err=True)


@command
def audit(
    folder: Annotated[Path, typer.Argument(help="Folder of photos you like.")],
    inputs: Annotated[Path | None, typer.Option(help="Folder of your own photos, to see how far the look is.")] = None,
    json_: Json = False,
    events: Annotated[
        bool, typer.Option("--events", help="Print JSON objects, one a line, as it goes; the last is the result.")
    ] = False,
) -> None:
    """Check whether a folder is fit to learn a style from, and say what to do."""
    from exposure_app.training import audit as audits

    if events:
        audits.audit_in_lines(folder, inputs, lambda line: typer.echo(line))
        return
    with _progress() as progress:
        task = progress.add_task("Reading")
        found = audits.audit(
            folder,
            inputs,
            lambda what, done, total: progress.update(task, description=what, completed=done, total=total),
        )
    if json_:
        typer.echo(json.dumps(found.to_json(), indent=2))
        return
    low, middle, high = found.brightness
    say(f"{found.photos} photos, {found.monochrome} of them black and white, {len(found.unreadable)} unreadable")
    say(f"brightness {middle:.2f} (from {low:.2f} to {high:.2f})")
    for name, value in found.gap.items():
        say(f"{name}: {value:.0f} % in common with your photos, plainly rendered")
    for sentence in found.advice or ["Nothing speaks against learning from this folder."]:
        say(f"- {sentence}")


@command
def train(
    inputs: Annotated[Path, typer.Option(help="Folder of photos to retouch, or a JSON list of paths.")],
    targets: Annotated[Path, typer.Option(help="Folder of photos you like, or a JSON list of paths.")],
    name: Annotated[str, typer.Option(help="Name of the new style.")],
    start: Annotated[
        str, typer.Option("--from", help="Style to begin with, by name or file; scratch begins with nothing.")
    ] = BASE_STYLE,
    config: Annotated[
        Config | None,
        typer.Option(
            help="From scratch: small for a CPU, paper for a GPU, base to learn finishing photos of any look."
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Time to spend.")] = 45,
    seed: Annotated[int, typer.Option(min=0, help="Of all that is random.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where a run of this name stopped.")] = False,
    title: Annotated[str, typer.Option(help="What people see; default: the name.")] = "",
    description: Annotated[str, typer.Option(help="One or two sentences about the style.")] = "",
    output: Annotated[Path | None, typer.Option(help="Folder for the results; default: your styles.")] = None,
    checkpoint_minutes: Annotated[float, typer.Option(min=0, help="From one checkpoint to the next.")] = 3,
    masks: Annotated[bool, typer.Option("--masks", help="Let steps work in a part of the picture.")] = False,
    filters: Annotated[
        ActionSet | None, typer.Option(help="paper: the paper's eight; studio: all; default: the configuration's.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print events, one JSON object a line; stop on stdin.")] = False,
) -> None:
    """Learn a style from a folder of photos you like, without before/after pairs."""
    from exposure_app.training import command as training

    run = (inputs, targets, name, start, config, minutes, seed, resume, checkpoint_minutes)
    order = training.Order(*run, title, description, output, masks, filters)
    if json_:
        training.as_child(order)
    else:
        say(str(training.in_terminal(order)))


@command
def evaluate(
    outputs: Annotated[Path | None, typer.Argument(help="Folder of retouched photos.", metavar="[RESULTS")] = None,
    liked: Annotated[Path | None, typer.Argument(help="Folder of photos of the style.", metavar="LIKED]")] = None,
    style: Annotated[str | None, typer.Option(help="Instead of results: a style, to retouch the inputs with.")] = None,
    inputs: Annotated[Path | None, typer.Option(help="Folder of photos to retouch.")] = None,
    targets: Annotated[Path | None, typer.Option(help="Folder of photos of the style.")] = None,
    pairs: Annotated[Path | None, typer.Option(help="CSV of true renderings: original, rendering.")] = None,
    json_: Json = False,
) -> None:
    """Measure how close results, or those of a style, come to photos of the style that it was not trained with."""
    by_folder, by_style = (outputs, liked), (style, inputs, targets)
    if (all(by_folder) and not any((*by_style, pairs))) is (all(by_style) and not any(by_folder)):
        raise typer.BadParameter("give either two folders, or --style, --inputs and --targets")
    from exposure_app.training import held_out, tables

    with _progress() as progress:
        task = progress.add_task("Reading")

        def tell(what: str, done: int, total: int) -> None:
            progress.update(task, description=what.capitalize(), completed=done, total=total)

        if style and inputs and targets:
            figures = held_out.evaluate_with(style, inputs, targets, pairs, progress=tell)
        elif outputs and liked:
            figures = held_out.evaluate_folders(outputs, liked, tell)
    if json_:
        typer.echo(json.dumps(figures, indent=2))
    else:
        tables.print_evaluation(figures)


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
    from exposure_app.session.retouch import check_output

    records: list[dict[str, Any]] = []
    failed, taken = False, set[Path]()
    with _progress() as progress:
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
    stages = ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in result.seconds.items())
    say(f"  {stages}")


def _progress() -> "Progress":
    """A progress bar on stderr; nothing where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def _speak_no_more() -> None:
    """Send what is still to be written nowhere: Python would complain that nobody takes it."""
    with contextlib.suppress(OSError, ValueError):  # streams that are no files need it not
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())


def _fail(sentence: str) -> NoReturn:
    say(f"error: {sentence}", err=True)
    raise typer.Exit(FAILED)
