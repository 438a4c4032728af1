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
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from exposure_app import __version__
from exposure_app.cli import batch, decompile, desktop, explain, kernels, looks, study, styles, training
from exposure_app.cli.options import (
    FAILED,
    INTERRUPTED,
    UNHEARD,
    DevelopOptions,
    DeviceOption,
    Existence,
    Json,
    OutputFormat,
    PictureOptions,
    progress_bar,
    say,
    with_options,
)
from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE

if TYPE_CHECKING:
    from concurrent.futures import Future

    from exposure_app.export.namer import Named
    from exposure_app.export.photo import Result
    from exposure_app.export.settings import ExportSettings

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
FormatOption = Annotated[OutputFormat | None, typer.Option("--format", help="Default: as -o says, or jpg.")]


def command(function: Callable[..., None], group: typer.Typer = app, *, hidden: bool = False) -> Callable[..., None]:
    """Register a command whose errors become one line and an exit status, never a traceback."""
    function = with_options(function)

    @group.command(hidden=hidden)
    @functools.wraps(function)
    def run(**given: Any) -> None:
        from exposure_app.log import set_up

        log_file = set_up()
        try:
            function(**given)
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
    on_existing: Existence = "overwrite",
    sidecar: Annotated[bool, typer.Option("--sidecar", help="Also keep the recipe beside each photo.")] = False,
    device: DeviceOption = "auto",
    json_: Json = False,
    *,
    picture: PictureOptions,
    development: DevelopOptions,
) -> None:
    """Let a style retouch photos at full resolution."""
    from exposure_app.agent.header import find_style, read_header
    from exposure_app.export.photo import load_in_background, retouch_photo
    from exposure_app.pipeline.sidecar import replace_sidecar

    develop = development.develop()
    file, chosen = _file_meant(output, files, format_, picture)
    settings = picture.settings(chosen, on_existing)
    agent = load_in_background(style)
    name = read_header(find_style(style)).name if "{style" in picture.name else ""

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

    _run_files(files, _naming(files, settings, name, output, file), work, json_, needed=agent)


@command
def apply(
    recipe: Annotated[Path, typer.Argument(help="A recipe, or the sidecar of another photo.")],
    files: Photos,
    output: Target,
    format_: FormatOption = None,
    on_existing: Existence = "overwrite",
    device: DeviceOption = "auto",
    json_: Json = False,
    *,
    picture: PictureOptions,
    development: DevelopOptions,
) -> None:
    """Apply a recipe to photos at full resolution."""
    from exposure_app.export.photo import export_photo
    from exposure_app.pipeline.recipe import read_recipe

    given = read_recipe(recipe)
    steps = replace(given, develop=development.develop(given.develop))
    file, chosen = _file_meant(output, files, format_, picture)
    settings = picture.settings(chosen, on_existing)

    def work(photo: Path, target: Path) -> "Result":
        return export_photo(photo, steps, settings, target, device=device)

    _run_files(files, _naming(files, settings, steps.style, output, file), work, json_)


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


def _file_meant(
    output: Path, photos: list[Path], format_: OutputFormat | None, picture: PictureOptions
) -> tuple[Path | None, OutputFormat]:
    """The one file that the output is, None if it is a folder; and the format.

    Raises:
        ExposureError: A file for several photos or with a second name, or one that contradicts the format.
    """
    from exposure_app.io.export import FORMATS

    named = FORMATS.get(output.suffix.lower())
    if named is None or output.is_dir():
        return None, format_ or "jpg"
    if len(photos) > 1:
        raise ExposureError(f"{output} is one file, but there are {len(photos)} photos", "Name a folder.")
    if format_ is not None and format_ != named:
        raise ExposureError(f"{output.name} does not end like {format_}", "Change the name or the format.")
    if picture.name != PictureOptions.name:
        raise ExposureError(f"{output} is the name of the result already", "Leave out --name, or name a folder.")
    return output, named


def _naming(
    photos: list[Path], settings: "ExportSettings", style: str, folder: Path, file: Path | None
) -> "Callable[[Path, int], Named]":
    """How each of the photos is named, by its number from 1."""
    from exposure_app.export.namer import Namer

    namer = Namer(photos, settings)
    return lambda photo, number: namer.name(photo, style, number, folder=folder, file=file)


def _run_files(
    files: list[Path],
    named: "Callable[[Path, int], Named]",
    work: "Callable[[Path, Path], Result]",
    json_: bool,
    needed: "Future[Any] | None" = None,
) -> None:
    """Do the work file by file, each with its name; one that fails is a line and does not keep the others back.

    What all of them need fails once for all.
    """
    from exposure_app.atomic import make_folder

    records: list[dict[str, Any]] = []
    failed = False
    with progress_bar() as progress:
        for number, photo in enumerate(progress.track(files, description="Retouching"), start=1):
            try:
                output, reason, rival = named(photo, number)
                if reason:
                    say(f"skipped {photo}: {reason}: {output}", err=True)
                    records.append({"input": str(photo), "output": str(output), "skipped": reason})
                    continue
                if rival:
                    say(f"warning: {photo} becomes {output}: its own name went to {rival}", err=True)
                make_folder(output.parent)
                is_replaced = output.exists()
                result = work(photo, output)
            except ExposureError as error:
                if needed is not None and needed.done() and needed.exception() is error:
                    raise
                failed = True
                say(f"error: {error}", err=True)
                records.append({"input": str(photo), "error": error.message, "hint": error.hint})
                continue
            if is_replaced:
                say(f"replaced {output}", err=True)
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
