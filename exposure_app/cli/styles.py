"""The commands about styles: what there is, what they are, remembered corrections, blends, and examples of a look."""

import json
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exposure_app.cli.options import DevelopOptions, Json, say
from exposure_app.errors import ExposureError

if TYPE_CHECKING:
    from exposure_app.styles.card import StyleCard
    from exposure_app.styles.tweaks import Habit

StyleName = Annotated[str, typer.Argument(help="Name of a style.")]


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


def tweaks(
    style: StyleName,
    adopt: Annotated[int, typer.Option(min=0, help="Number of the habit to adopt.")] = 0,
    drop: Annotated[int, typer.Option(min=0, help="Number of the adopted habit to drop.")] = 0,
    forget: Annotated[bool, typer.Option("--forget", help="Forget everything about this style.")] = False,
    json_: Json = False,
) -> None:
    """Show what you keep correcting in a style (if the editor may remember it), adopt habits, drop them again."""
    from exposure_app.styles.tweaks import Ledger, forget_all, read_ledger, write_ledger

    ledger = read_ledger(style)
    if forget:
        forget_all(style)
        ledger = Ledger(style)
    if adopt:
        ledger = ledger.adopt(_numbered(ledger.habits(), adopt, "habit"))
    if drop:
        ledger = ledger.drop(_numbered(list(ledger.biases), drop, "adopted habit").key)
    if adopt or drop:
        write_ledger(ledger)
    habits = ledger.habits()
    if json_:
        lists = {"adopted": ledger.biases, "habits": habits}
        rows = {
            name: [
                {
                    "filter": habit.key[0], "setting": habit.key[1], "shift": list(habit.shift),
                    "share": habit.share, "photos": habit.photos, "words": habit.words(),
                }
                for habit in found
            ]
            for name, found in lists.items()
        }  # fmt: skip
        typer.echo(json.dumps({"style": style, "photos": len(ledger.corrections), **rows}, indent=2))
        return
    for title, found in (("adopted", ledger.biases), ("habits", habits)):
        for number, habit in enumerate(found, start=1):
            say(f"{title} {number}: {habit.words()}, in {100 * habit.share:.0f} % of {habit.photos} photos")
    if not habits:
        say(f"no habit is known from {len(ledger.corrections)} photos", err=True)


def _numbered(found: "list[Habit]", number: int, what: str) -> "Habit":
    if number > len(found):
        raise ExposureError(f"There is no {what} {number}", f"There are {len(found)}.")
    return found[number - 1]


def card(name: StyleName, json_: Json = False) -> None:
    """Say what a style does, in numbers and words, how close it comes, and what it learned from."""
    from exposure_app.agent.header import find_style, read_header
    from exposure_app.styles.card import style_card

    found = style_card(read_header(find_style(name)))
    if json_:
        typer.echo(json.dumps(found.to_json(), indent=2))
    else:
        _print_card(found)


def _print_card(found: "StyleCard") -> None:
    from rich.console import Console
    from rich.table import Table

    from exposure_app.styles.card import QUANTITIES

    console = Console(width=None if Console().is_terminal else 110)
    say(f"{found.title}. {found.description}")
    if found.likeness:
        say(f"{found.tested} photos it never saw beside {found.compared} photos of the style, alike in per cent:")
        table = Table("", *QUANTITIES, "mean", box=None, header_style="")
        for row in found.likeness:
            shown = ("" if isnan(value) else f"{value:.1f}" for value in (*row.values, row.mean))
            table.add_row(row.of, *shown)
        console.print(table)
    for usage in found.usage:
        say(f"{100 * usage.share:5.1f} %  {usage.label}{': ' if usage.words else ''}{usage.words}")
    for source in found.sources:
        say(f"learned from {source.name}, {source.photos} photos")


def nearest(
    picture: Annotated[Path, typer.Argument(help="A finished picture.")],
    liked: Annotated[Path | None, typer.Option(help="Folder of photos you like.")] = None,
    style: Annotated[str, typer.Option(help="Or a style that was learned on this computer.")] = "",
    count: Annotated[int, typer.Option(min=1, max=100, help="How many are wanted.")] = 4,
    json_: Json = False,
) -> None:
    """Find the photos you like that look most like a picture."""
    from exposure_app.agent.header import find_style, read_header
    from exposure_app.documents.thumbnails import make_thumbnail
    from exposure_app.io.formats import find_photos
    from exposure_app.styles import nearest as search

    if bool(style) == (liked is not None):
        raise ExposureError("Say whose photos to look at", "Give --liked FOLDER or --style NAME.")
    photos = find_photos([liked], recursive=True) if liked else search.liked_photos(read_header(find_style(style)))
    if not photos:
        raise ExposureError("There are no photos to compare with", "A style knows its photos where it was learned.")
    found = search.nearest(make_thumbnail(picture), photos, count)
    if json_:
        rows = [{"photo": str(entry.photo), "distance": round(entry.distance, 4)} for entry in found]
        typer.echo(json.dumps(rows, indent=2))
        return
    for entry in found:
        say(f"{entry.distance:6.2f}  {entry.photo}")


def blend(
    one: Annotated[str, typer.Argument(help="A style.")],
    other: Annotated[str, typer.Argument(help="Another style.")],
    image: Annotated[Path, typer.Argument(help="RAW file, JPEG, PNG or TIFF.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="The recipe; `exposure apply` renders it.")],
    share: Annotated[float, typer.Option(min=0, max=100, help="Per cent of the other style.")] = 50,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of both plans.")] = 0,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Write the recipe that lies between what two styles do to a photo."""
    from exposure_app.agent.rollout import propose
    from exposure_app.agent.style import load_style
    from exposure_app.atomic import write_text_atomic
    from exposure_app.pipeline.blend import blend as mix
    from exposure_app.pipeline.photo import open_photo
    from exposure_app.pipeline.recipe import dumps, to_json
    from exposure_app.pipeline.sidecar import read_sidecar

    styles = [load_style(name) for name in (one, other)]
    photo = open_photo(image, read_sidecar(image), development.develop())
    first, second = (propose(photo, style, seed)[0] for style in styles)
    recipe = mix(first, second, share / 100)
    write_text_atomic(output, dumps(recipe))
    if json_:
        typer.echo(json.dumps({"input": str(image), "output": str(output), "recipe": to_json(recipe)}, indent=2))
    else:
        for words in recipe.describe():
            say(words)
