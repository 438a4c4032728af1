"""The command that reads the steps off an unknown edit (paper, section 6.2)."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exposure_app.cli.options import DevelopOptions, Json, cell, say
from exposure_app.errors import ExposureError

if TYPE_CHECKING:
    from exposure_app.io.develop import Develop
    from exposure_app.recover_edits.files import Decompiled


def decompile(
    before: Annotated[Path, typer.Option(help="Photo before the edit, or a folder of photos.")],
    after: Annotated[Path, typer.Option(help="The same after it; in folders files are paired by name.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", "--out", help="Folder for recipe and code; nothing is overwritten.")
    ],
    seed: Annotated[int, typer.Option(min=0, help="Random seed of the choice of colours.")] = 0,
    steps: Annotated[int, typer.Option(min=1, max=10, help="At most so many.")] = 6,
    unpaired: Annotated[
        bool, typer.Option(help="The folders show different things: learn a style, and read the steps off that.")
    ] = False,
    minutes: Annotated[float, typer.Option(min=0.01, help="With --unpaired: time for learning.")] = 10.0,
    json_: Json = False,
    *,
    development: DevelopOptions,
) -> None:
    """Find the few steps that make one picture of another, and write them as recipe, Python, GLSL and .cube.

    Also writes a test of the code, and a map of what the steps do not explain, and says what that looks like: a
    vignette, blur, grain, a local edit and so on.
    """
    from exposure_app.recover_edits import files as decompiling

    develop = development.develop()
    found, further = (
        _without_pairs(before, after, output, minutes, seed, steps, develop)
        if unpaired
        else (_with_pairs(before, after, seed, steps, develop), {})
    )
    paths = [str(path) for path in decompiling.write(found, output, further)]
    if json_:
        typer.echo(json.dumps({**found.to_json(), **further, "paths": paths}, indent=2))
        return
    _print(found)
    if further:
        _print_unpaired(further)
    for path in paths:
        say(f"  {path}")


def _with_pairs(before: Path, after: Path, seed: int, steps: int, develop: "Develop") -> "Decompiled":
    from exposure_app.recover_edits.files import decompile
    from exposure_app.recover_edits.pairs import pair_up

    files, alone = pair_up(before, after)
    if not files:
        raise ExposureError(
            f"No photo in {before} has the name of one in {after}",
            "Without pairs use --unpaired: a style is learned, and the steps are read off that.",
        )
    with _progress("RecoverEditsFeature") as tell:
        return decompile(files, alone, seed=seed, steps=steps, develop=develop, tell=tell)


def _without_pairs(
    before: Path, after: Path, output: Path, minutes: float, seed: int, steps: int, develop: "Develop"
) -> "tuple[Decompiled, dict[str, Any]]":
    from exposure_app.agent.style import load_style
    from exposure_app.training.runs import unpaired

    style = unpaired.learn(before, after, output, minutes, seed)
    with _progress("RecoverEditsFeature") as tell:
        read = unpaired.read_off(load_style(style), style, before, output, seed, steps, tell, develop)
    return read.found, read.facts()


@contextmanager
def _progress(words: str) -> Iterator[Callable[[float], None]]:
    """A bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(words, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def _print(found: "Decompiled") -> None:
    """Steps, error, causes; for folders each pair; photos without a counterpart."""
    from rich.console import Console
    from rich.table import Table

    from exposure_app.recover_edits.files import words_of

    for line in found.recipe.describe():
        say(line)
    say(f"what is left, CIEDE2000: {found.delta_e}")
    for words in words_of(found):
        say(f"  {words}")
    if len(found.rows) > 1:
        table = Table(title="each pair, CIEDE2000", title_justify="left")
        for heading in ("before", "mean", "95 %", "max", "beside the steps"):
            table.add_column(heading, justify="right" if heading in ("mean", "95 %", "max") else "left")
        for row in found.rows:
            error = row.delta_e
            causes = ", ".join(cause.id for cause in row.causes)
            table.add_row(cell(row.files[0].name), f"{error.mean:.2f}", f"{error.p95:.2f}", f"{error.max:.1f}", causes)
        Console().print(table)
    for photo in found.alone:
        say(f"without a counterpart: {photo}")


def _print_unpaired(facts: "dict[str, Any]") -> None:
    """What the figures above are worth."""
    say("Without pairs nobody knows what was done: these steps imitate a style learned from both folders.")
    say("The error above is that to the style's results, not to anybody's edit.")
    say(f"style: {facts['style']}; how close it comes to the pictures after is on its card")
    say(f"recipes of the style, photo by photo: {len(facts['recipes'])}")
