"""The commands that take a look to other programs and back."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exposure_app.cli_options import Json

if TYPE_CHECKING:
    from exposure_app.session.looks import Written

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
    from exposure_app.session import looks
    from exposure_app.session.look_source import look_from

    rungs = looks.rungs_named([name.strip() for name in formats.split(",") if name.strip()])
    written = looks.export_look(look_from(source, photo), rungs, output)
    if json_:
        typer.echo(json.dumps([form.to_json() for form in written], indent=2))
        return
    for form in written:
        _print_form(form)


def _print_form(form: "Written") -> None:
    typer.echo(f"{form.rung.label}: {form.delta_e}")
    for path in form.files:
        typer.echo(f"  {path}")
    if form.left_out:
        typer.echo(f"  left out: {', '.join(form.left_out)}")
    typer.echo(f"  {form.rung.use}")
