"""The commands that take a look to other programs and back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exposure_app.cli.options import DevelopOptions, Json, say

if TYPE_CHECKING:
    from exposure_app.interop.export_look import Written
    from exposure_app.interop.lut import Lut
    from exposure_app.pipeline.recipe import Recipe
    from exposure_app.recover_edits.look_import import Imported

_EVERY = "json,python,glsl,cube,hald,pp3,darktable,xmp"

Source = Annotated[Path, typer.Argument(help="A recipe or sidecar, or a photo with its edits.", metavar="RECIPE|PHOTO")]
PhotoOption = Annotated[Path | None, typer.Option("--photo", help="Photo to measure on. Default: all colours alike.")]


def export_look(
    source: Source,
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder; nothing in it is overwritten.")],
    formats: Annotated[
        str,
        typer.Option("--as", help=f"Any of {_EVERY}, cube65, cube-linear, hald12, with commas between."),
    ] = _EVERY,
    photo: PhotoOption = None,
    json_: Json = False,
) -> None:
    """Write a look for other programs, and say how much each form of it loses (CIEDE2000)."""
    from exposure_app.interop import export_look as looks
    from exposure_app.interop.import_look import look_from

    look_formats = looks.rungs_named([name.strip() for name in formats.split(",") if name.strip()])
    written = looks.export_look(look_from(source, photo), look_formats, output)
    if json_:
        typer.echo(json.dumps([form.to_json() for form in written], indent=2))
        return
    for form in written:
        _print_form(form)


def _print_form(form: "Written") -> None:
    say(f"{form.look_format.label}: {form.delta_e}")
    for path in form.files:
        say(f"  {path}")
    if form.left_out:
        say(f"  left out: {', '.join(form.left_out)}")
    say(f"  {form.look_format.use}")


def import_look(
    file: Annotated[Path, typer.Argument(help="A recipe, a .cube, a HaldCLUT, or a picture that tells its recipe.")],
    photo: Annotated[
        Path | None, typer.Option("--photo", help="Photo the look is for. Default: all colours alike.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Also write the recipe to this file; `exposure apply` renders it."),
    ] = None,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Make steps of a look. A look-up table becomes the nearest recipe, with what it differs by (CIEDE2000)."""
    from exposure_app.interop.import_look import read_look

    look = read_look(file)
    found = _imported(look, photo, development)
    if output is not None:
        from exposure_app.atomic import write_text_atomic
        from exposure_app.pipeline.recipe import dumps

        write_text_atomic(output, dumps(found.recipe))
    if json_:
        facts = {"input": str(file), "photo": photo and str(photo), "output": output and str(output)}
        typer.echo(json.dumps({**facts, **found.to_json()}, indent=2))
        return
    for number, words in enumerate(found.recipe.describe(), start=1):
        say(f"{number}. {words}")
    say(found.sentence())


def _imported(look: "Recipe | Lut", photo: Path | None, development: DevelopOptions) -> "Imported":
    from rich.console import Console
    from rich.progress import Progress

    from exposure_app.recover_edits import look_import

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Searching", total=1)

        def tell(share: float) -> None:
            progress.update(task, completed=share)

        if photo is None:
            return look_import.import_look(look, tell=tell)
        return look_import.import_for(look, photo, development.develop(), tell)
