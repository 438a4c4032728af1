"""The commands that learn styles and measure them."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from exposure_app.cli.options import Json, progress_bar, say
from exposure_app.paths import BASE_STYLE

Config = Literal["tune", "base", "paper"]  # sizes and rates of a training
ActionSet = Literal["paper", "studio"]  # filters that a style may use


def audit(
    folder: Annotated[Path, typer.Argument(help="Folder of photos you like.")],
    inputs: Annotated[Path | None, typer.Option(help="Folder of your own photos, to see how far the look is.")] = None,
    json_: Json = False,
    events: Annotated[
        bool, typer.Option("--events", help="Print JSON objects, one a line, as it goes; the last is the result.")
    ] = False,
) -> None:
    """Check whether a folder is fit to learn a style from, and say what to do."""
    from exposure_app.training.evaluation import audit as audits

    if events:
        audits.audit_in_lines(folder, inputs, lambda line: typer.echo(line))
        return
    with progress_bar() as progress:
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


def train(
    inputs: Annotated[Path, typer.Option(help="Folder of photos to retouch, or a JSON list of paths.")],
    targets: Annotated[Path, typer.Option(help="Folder of photos you like, or a JSON list of paths.")],
    name: Annotated[str, typer.Option(help="Name of the new style.")],
    start: Annotated[
        str, typer.Option("--from", help="Style to begin with, by name or file; scratch begins with nothing.")
    ] = BASE_STYLE,
    config: Annotated[
        Config | None,
        typer.Option(help="From scratch: base learns to finish photos, paper learns as the paper does, on a GPU."),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.01, help="Time to spend.")] = 45,
    seed: Annotated[int, typer.Option(min=0, help="Random seed.")] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Resume a run of this name.")] = False,
    title: Annotated[str, typer.Option(help="What people see; default: the name.")] = "",
    description: Annotated[str, typer.Option(help="One or two sentences about the style.")] = "",
    output: Annotated[Path | None, typer.Option(help="Folder for the results; default: your styles.")] = None,
    checkpoint_minutes: Annotated[float, typer.Option(min=0, help="From one checkpoint to the next.")] = 3,
    filters: Annotated[
        ActionSet | None, typer.Option(help="paper: the paper's eight; studio: all; default: the configuration's.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print events, one JSON object a line; stop on stdin.")] = False,
) -> None:
    """Learn a style from a folder of photos you like, without before/after pairs."""
    from exposure_app.training.runs import command as training

    run = (inputs, targets, name, start, config, minutes, seed, resume, checkpoint_minutes)
    order = training.Order(*run, title, description, output, filters)
    if json_:
        training.as_child(order)
    else:
        say(str(training.in_terminal(order)))


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
    from exposure_app.training.evaluation import held_out, tables

    with progress_bar() as progress:
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
