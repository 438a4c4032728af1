"""The commands of a study: people and styles on the same photos, rated blind."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exposure_app.cli.options import Json, cell, say

if TYPE_CHECKING:
    from exposure_app.study.rating import Report

Folder = Annotated[Path, typer.Argument(help="The study's folder.")]
StyleName = Annotated[str, typer.Argument(help="Name of a style.")]


def new(
    folder: Folder,
    photos: Annotated[list[Path], typer.Argument(help="Photos and folders of photos.", metavar="PHOTOS...")],
    json_: Json = False,
) -> None:
    """Begin a study; people take part and rate in the editor."""
    from exposure_app.io.formats import find_photos
    from exposure_app.study.store import create_study

    study = create_study(folder, find_photos(photos))
    if json_:
        facts = {"folder": str(folder), "steps": study.steps, "photos": [str(photo) for photo in study.photos]}
        typer.echo(json.dumps(facts, indent=2))
        return
    say(f"{len(study.photos)} photos, {study.steps} steps each, in {folder}")


def style(
    folder: Folder,
    name: StyleName,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the agent.")] = 0,
    json_: Json = False,
) -> None:
    """Let a style retouch the photos of a study."""
    from exposure_app.study.store import read_study
    from exposure_app.study.work import add_style

    study = read_study(folder)

    def tell(done: int, total: int) -> None:
        typer.echo(f"\r{done} of {total}", nl=done == total, err=True)

    author = add_style(study, name, seed, tell)
    if json_:
        results = [str(study.result(author, index)) for index in study.done(author)]
        typer.echo(json.dumps({"folder": str(folder), "author": author, "results": results}, indent=2))
    else:
        say(author)


def report(folder: Folder, json_: Json = False) -> None:
    """Say how people and styles did: time, actions, ratings, and differences photo by photo."""
    from exposure_app.study import rating
    from exposure_app.study.store import read_study

    found = rating.report(read_study(folder))
    if json_:
        typer.echo(json.dumps(found.to_json(), indent=2))
    else:
        _print_report(found)


STUDY = (new, style, report)


def _print_report(found: "Report") -> None:
    from rich.console import Console
    from rich.table import Table

    from exposure_app.bootstrap import Estimate

    def shown(estimate: Estimate | None, digits: int = 2, sign: str = "") -> str:
        if estimate is None:
            return ""
        form = f"{sign}.{digits}f"
        return f"{estimate.value:{form}} ({estimate.low:{form}} to {estimate.high:{form}})"

    console = Console()
    table = Table("author", "photos", "rating, 95 %", "seconds a photo", "actions a photo", box=None)
    for row in found.authors:
        table.add_row(
            cell(row.author),
            f"{row.photos}/{found.photos}",
            shown(row.rating),
            shown(row.seconds, 0),
            shown(row.actions, 0),
        )
    console.print(table)
    for pair in found.pairs:
        say(f"{pair.one} - {pair.other}: {shown(pair.difference, sign='+')} on {pair.photos} photos")
    say(f"raters: {', '.join(found.raters) or 'none yet'}")
