"""The commands that look into a recipe: why it is so, what else there is, and how the agent would go on."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from exposure_app.cli.options import DevelopOptions, Json, cell, say
from exposure_app.paths import DEFAULT_STYLE

if TYPE_CHECKING:
    from exposure_app.agent.style import Style
    from exposure_app.explain.attribution import Reasons
    from exposure_app.pipeline.photo import Photo
    from exposure_app.pipeline.recipe import Recipe

PhotoFile = Annotated[Path, typer.Argument(help="RAW file, JPEG, PNG or TIFF.", metavar="IMAGE")]
RecipeFile = Annotated[
    Path | None, typer.Option("--recipe", help="Recipe or sidecar; default: the photo's own, or what the style plans.")
]
StyleOption = Annotated[str, typer.Option(help=f"Name or file of a style; default: the recipe's, or {DEFAULT_STYLE}.")]
Seed = Annotated[int, typer.Option(min=0, help="Where no recipe is given: that of the plan.")]
Written = Annotated[Path | None, typer.Option("-o", "--output", help="Also write the new recipe to this file.")]


def explain(
    image: PhotoFile,
    style: StyleOption = "",
    recipe: RecipeFile = None,
    seed: Seed = 0,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", "--leaner", help="Also write the recipe without the steps that gain little to this file."
        ),
    ] = None,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Say what each step of a recipe gains by the style's critic, what it clips, and when it is enough."""
    from exposure_app.explain.attribution import attribute, drop_weak
    from exposure_app.pipeline.recipe import to_json

    photo, steps, judge = _look(image, style, recipe, seed, development)
    reasons = attribute(steps, judge, photo)
    if output is not None:
        _write(output, drop_weak(steps, reasons))
    if json_:
        typer.echo(json.dumps({"input": str(image), "recipe": to_json(steps), **reasons.to_json()}, indent=2))
    else:
        _print_reasons(reasons, judge.header.title or judge.name)


def replan(
    image: PhotoFile,
    after: Annotated[int, typer.Option(min=0, help="How many of the recipe's steps are kept.")],
    recipe: RecipeFile = None,
    style: StyleOption = "",
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed of the new plan; default: the recipe's.")] = None,
    output: Written = None,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Keep the first steps of a recipe, changed or not, and let the agent plan the others from there.

    Locked steps stay where they are.
    """
    from exposure_app.explain.fork import continue_from
    from exposure_app.pipeline.recipe import to_json

    photo, steps, agent = _look(image, style, recipe, seed or 0, development)
    fork = continue_from(steps, after, agent, photo, seed)
    if output is not None:
        _write(output, fork.recipe)
    if json_:
        planned = {"input": str(image), "planned": list(fork.planned), "recipe": to_json(fork.recipe)}
        typer.echo(json.dumps({**planned, "trace": fork.trace.to_json()}, indent=2))
        return
    say(f"{fork.recipe.style}, seed {fork.recipe.seed}")
    for index, step in enumerate(fork.recipe.steps):
        marks = [word for word, true in (("off", not step.enabled), ("locked", step.locked)) if true]
        marks += ["new"] if index in fork.planned else []
        noted = f" ({', '.join(marks)})" if marks else ""
        say(f"  {index + 1}. {step.describe(fork.recipe.geometry)}{noted}")


def variations(
    image: PhotoFile,
    style: Annotated[str, typer.Option(help="Name of a style, or path of a style file.")] = DEFAULT_STYLE,
    samples: Annotated[int, typer.Option(min=1, max=1000, help="How many recipes are looked at.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the first; the others have the next ones.")] = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Also write the recipes of the alternatives to this folder.")
    ] = None,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Show what else a style might do with a photo: at most four alternatives, and how they differ."""
    from rich.console import Console
    from rich.progress import Progress

    from exposure_app.agent.rollout import propose
    from exposure_app.agent.style import load_style
    from exposure_app.atomic import make_folder
    from exposure_app.explain.variations import explore
    from exposure_app.pipeline.photo import open_photo
    from exposure_app.pipeline.sidecar import read_sidecar

    agent = load_style(style)
    photo = open_photo(image, read_sidecar(image), development.develop())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Trying", total=1)
        found = explore(
            lambda number: propose(photo, agent, number)[0],
            range(seed, seed + samples),
            photo,
            lambda share: progress.update(task, completed=share),
        )
    if output is not None:
        make_folder(output)
        for one in found:
            _write(output / f"{image.stem}.{agent.name}-{one.recipe.seed}.recipe.json", one.recipe)
    if json_:
        facts = {"input": str(image), "style": agent.name, "samples": samples}
        typer.echo(json.dumps({**facts, "alternatives": [one.to_json() for one in found]}, indent=2))
        return
    for one in found:
        share = f"{100 * len(one.seeds) / samples:.0f} % of {samples}"
        say(f"{one.name} (seed {one.recipe.seed}, {share}){': ' if one.difference else ''}{one.difference}")
        for number, words in enumerate(one.recipe.describe(), start=1):
            say(f"  {number}. {words}")


def _look(
    path: Path, style: str, recipe: Path | None, seed: int, development: DevelopOptions
) -> "tuple[Photo, Recipe, Style]":
    """The photo, the recipe that is meant, and the style."""
    from exposure_app.agent.rollout import propose
    from exposure_app.agent.style import load_style
    from exposure_app.pipeline.photo import open_photo
    from exposure_app.pipeline.recipe import read_recipe
    from exposure_app.pipeline.sidecar import read_sidecar

    known = read_recipe(recipe) if recipe else read_sidecar(path)
    agent = load_style(style or (known.style if known else "") or DEFAULT_STYLE)
    develop = development.develop(known.develop if known else None)
    if known is not None:
        known = replace(known, develop=develop)
    photo = open_photo(path, known, develop)
    return photo, known or propose(photo, agent, seed)[0], agent


def _write(path: Path, recipe: "Recipe") -> None:
    from exposure_app.atomic import write_text_atomic
    from exposure_app.pipeline.recipe import dumps

    write_text_atomic(path, dumps(recipe))


def _print_reasons(reasons: "Reasons", title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from exposure_app.explain.words import percent, sentences, share_of_gain, signed, whole_share

    table = Table(box=None, pad_edge=False, header_style="")
    for name in ("", "Step", "Score", "Gain", "Share", "White", "Black", "Expects"):
        table.add_column(name, justify="left" if name == "Step" else "right", overflow="fold")
    table.add_row("", "As shot", f"{reasons.start:.2f}", "", "", percent(reasons.white[0]), percent(reasons.black[0]))
    for step in reasons.steps:
        clipped = percent(step.white, signed=True), percent(step.black, signed=True)
        table.add_row(
            f"{step.index + 1}.",
            cell(f"{step.name}: {step.words}"),
            f"{step.after:.2f}",
            signed(step.gain),
            share_of_gain(reasons, step),
            *clipped,
            signed(step.expected),
        )
    finished = f"{reasons.score:.2f}", signed(reasons.gain), whole_share(reasons)
    table.add_row("", "Finished", *finished, percent(reasons.white[1]), percent(reasons.black[1]), "")
    Console(width=None if Console().is_terminal else 110).print(table)
    for sentence in sentences(reasons, title):
        say(f"- {sentence}")
