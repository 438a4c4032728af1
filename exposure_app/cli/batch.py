"""The commands for many photos at once."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from exposure_app.cli.options import (
    FAILED,
    INTERRUPTED,
    DevelopOptions,
    DeviceOption,
    Existence,
    Json,
    OutputFormat,
    PictureOptions,
    say,
)
from exposure_app.errors import ExposureError
from exposure_app.paths import DEFAULT_STYLE

if TYPE_CHECKING:
    from rich.progress import Progress

    from exposure_app.batch.batch import Batch, BatchEvent
    from exposure_app.batch.models import BatchSpec

Places = Annotated[
    list[str],
    typer.Argument(help="Files, folders or patterns such as 'shoot/**/*.nef'.", metavar="IN..."),
]
Out = Annotated[str, typer.Argument(help="Folder of the results; sub-folders are mirrored.", metavar="OUT")]
Recursive = Annotated[bool, typer.Option("--recursive/--flat", help="Look into sub-folders.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Processes. Default: as many as cores and memory allow.")]


@dataclass(frozen=True)
class BatchOptions:
    """What is done with all photos, whether they lie there or arrive."""

    style: Annotated[
        str | None, typer.Option(help=f"Name of a style, or path of a style file. Default: {DEFAULT_STYLE}.")
    ] = None
    recipe: Annotated[Path | None, typer.Option(help="A recipe for all photos, instead of a style.")] = None
    amount: Annotated[
        float | None, typer.Option(min=0, max=200, help="Per cent: 0 neutral, 100 the style, 200 twice.")
    ] = None
    seed: Annotated[int, typer.Option(min=0, help="Another seed may give other recipes.")] = 0
    format_: Annotated[OutputFormat, typer.Option("--format", help="Output format.")] = "jpg"
    on_existing: Existence = "skip"
    sidecars: Annotated[
        bool, typer.Option("--sidecars", help="Edited photos keep their recipe; the others get one beside them.")
    ] = False
    device: DeviceOption = "auto"

    def spec(self, picture: PictureOptions, development: DevelopOptions, consistency: float = 0) -> "BatchSpec":
        """What they ask for.

        Raises:
            ExposureError: There is no such style or recipe, or there are both, or the pictures cannot be like that.
        """
        from exposure_app.batch.models import BatchSpec
        from exposure_app.pipeline.recipe import read_recipe

        common: dict[str, Any] = {
            "amount": None if self.amount is None else self.amount / 100,
            "device": self.device,
            "export": picture.settings(self.format_, self.on_existing),
            "sidecars": self.sidecars,
        }
        if self.recipe is None:
            style, develop = self.style or DEFAULT_STYLE, development.develop()
            return BatchSpec.for_style(style, seed=self.seed, develop=develop, consistency=consistency, **common)
        if self.style is not None:
            raise ExposureError("A batch has a style or a recipe, not both", "Leave out --style or --recipe.")
        given = read_recipe(self.recipe)
        return BatchSpec(recipe=replace(given, develop=development.develop(given.develop)), **common)


def batch(
    inputs: Places,
    output: Out,
    *,
    options: BatchOptions,
    consistency: Annotated[
        float, typer.Option(min=0, max=1, help="Pull the settings of each shoot together: 0 not at all, 1 all alike.")
    ] = 0,
    recursive: Recursive = True,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where this batch stopped.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done.")] = False,
    jobs: Jobs = None,
    cluster: Annotated[str | None, typer.Option(help="Address of a dask scheduler, such as tcp://host:8786.")] = None,
    json_: Json = False,
    picture: PictureOptions,
    development: DevelopOptions,
) -> None:
    """Retouch folders of photos on all cores. Ctrl-C finishes the photos in hand; again, it drops them."""
    from exposure_app.batch import batch as batches
    from exposure_app.batch.unfinished import count_left

    spec = options.spec(picture, development, consistency)
    if not (resume or dry_run) and (left := count_left(output)):
        say(f"warning: an earlier batch has left {left} photos in {output}; --resume goes on with it", err=True)
    made = batches.make_batch(inputs, output, spec, recursive=recursive, resume=resume)
    if dry_run:
        _print_plan(made, json_)
    else:
        _run(made, jobs, cluster, json_)


def watch(
    folder: Annotated[Path, typer.Argument(help="Folder where photos arrive.", metavar="IN")],
    output: Out,
    *,
    options: BatchOptions,
    recursive: Recursive = True,
    jobs: Jobs = None,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON record a line for every photo.")] = False,
    picture: PictureOptions,
    development: DevelopOptions,
) -> None:
    """Retouch what arrives in a folder, until Ctrl-C. What arrives while this is off is done at the next start."""
    from exposure_app.batch.watch import FolderWatch
    from exposure_app.batch.workers import default_count

    spec = options.spec(picture, development)
    show = partial(_print_arrival, json_=json_)
    watched = FolderWatch(folder, Path(output), spec, recursive=recursive, on_event=show)
    with _interruptible(lambda again: watched.stop(drop=again)) as interrupted:
        watched.run(jobs or default_count())
    if interrupted():
        raise typer.Exit(INTERRUPTED)


def _print_arrival(event: "BatchEvent", json_: bool) -> None:
    from exposure_app.batch import report

    if event.row is None:
        return
    if json_:
        typer.echo(json.dumps(report.record(event.row)))
    elif event.state == "failed":
        say(f"error: {report.complaint(event.row)}", err=True)
    elif event.state != "cancelled":
        say(f"{event.job.photo} -> {event.row.output}")


def _run(made: "Batch", jobs: int | None, cluster: str | None, json_: bool) -> None:
    from exposure_app.batch import report
    from exposure_app.batch.workers import default_count

    start = time.perf_counter()
    with _display(made), _interruptible(lambda again: made.cancel(drop=again)) as interrupted:
        if cluster:
            say(f"warning: whoever reaches {cluster} can run any code on its machines and on this one", err=True)
            made.run_on_cluster(cluster, lambda dashboard: say(f"dashboard: {dashboard}", err=True))
        else:
            made.run(min(jobs or default_count(), max(1, len(made.jobs) - made.finished)))
    seconds = time.perf_counter() - start
    if json_:
        typer.echo(json.dumps(report.to_json(made, seconds), indent=2))
    else:
        say(report.summary(made, seconds))
    if interrupted():
        say("interrupted; --resume goes on", err=True)
        raise typer.Exit(INTERRUPTED)
    if made.count("failed"):
        raise typer.Exit(FAILED)


def _print_plan(made: "Batch", json_: bool) -> None:
    from exposure_app.batch import report

    if json_:
        typer.echo(json.dumps(report.to_json(made, 0), indent=2))
        return
    for job in made.jobs:
        row = made.rows.get(job.number)
        end = f"{row.state}: {report.complaint(row)}" if row and row.state != "done" else "done" if row else job.note
        say(f"{job.photo} -> {job.output}{f'  ({end})' if end else ''}")


@contextmanager
def _display(made: "Batch") -> Iterator["Progress"]:
    """A bar with the counts, the rate and the time left; photos that fail are lines above it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from exposure_app.batch import report

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None, words="")

        def show(event: "BatchEvent") -> None:
            if event.row is not None and event.state == "failed":
                say(f"error: {report.complaint(event.row)}", err=True)
            left = made.seconds_left
            words = f"{made.rate:.2g} photos/s, {report.duration(left)} left" if left is not None else ""
            failed = made.count("failed")
            words = f"{words}, {failed} failed" if failed else words
            done, total = made.progress
            progress.update(task, description=made.stage.capitalize(), completed=done, total=total, words=words)

        for row in made.rows.values():
            if row.state == "failed":
                say(f"error: {report.complaint(row)}", err=True)
        made.on_event = show
        yield progress


@contextmanager
def _interruptible(stop: Callable[[bool], None]) -> Iterator[Callable[[], bool]]:
    """In the block Ctrl-C calls ``stop``; its argument is whether it was asked for before."""
    asked: list[int] = []

    def hear(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        stop(len(asked) > 1)
        if len(asked) == 1:
            say("Finishing the photos in hand; Ctrl-C again drops them.", err=True)

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
