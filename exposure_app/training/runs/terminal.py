"""A training run watched in the terminal."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from exposure_app.plain_text import for_terminal
from exposure_app.training.runs.events import Event

VALIDATIONS_SHOWN = 8
SHOWN_FIRST = {"iterations/s", "share of D", "EMD"}
LISTED = 20  # files left out that are named
NO_BETTER = (
    "Nothing that was tried came closer to the photos you like than the style it began with: this is that style under "
    "a new name. More photos of one look, or more time, may help."
)
_STEP = 5  # per cent


@contextmanager
def board(name: str) -> Iterator["Board"]:
    """Show on stderr how the run of that name goes; at its end, what was left out."""
    console = Console(stderr=True)
    found = Board(name) if console.is_terminal else Lines(name)
    shown: AbstractContextManager[object] = nullcontext()
    if console.is_terminal:
        shown = Live(found, console=console, refresh_per_second=2)
    try:
        with shown:
            yield found
    finally:
        for line in [*found.remarks, *found.left_out()]:
            console.print(for_terminal(line), style="yellow", markup=False, highlight=False)


class Board:
    """What is shown: a bar with the time left, the latest figures, and the validations so far."""

    def __init__(self, name: str) -> None:
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.0f} %"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
        )
        self.name = name
        self.task = self.bar.add_task(f"Training {name}", total=1.0, left="")
        self.lines: list[str] = []
        self.notes: list[str] = []
        self.remarks: list[str] = []
        self.skipped: dict[str, str] = {}
        self.validations: list[tuple[int, Mapping[str, Any]]] = []

    def tell(self, event: Event) -> None:
        """Take in what happened."""
        facts = event.facts
        if event.kind == "reading":
            done, total = facts["done"], facts["total"]
            self.bar.update(self.task, description=f"Reading {facts['what']}", completed=done / max(total, 1))
            self.lines = [f"{done} of {total} photos"]
        elif event.kind == "skipped":
            self.skipped[facts["file"]] = facts["reason"]
        elif event.kind == "progress":
            left = f"{_duration(facts['eta_s'])} left"
            self.bar.update(self.task, description=f"Training {self.name}", completed=event.share, left=left)
            self.lines = _figures(event.iteration or 0, facts["figures"])
        elif event.kind == "validation":
            self.validations.append((event.iteration or 0, facts))
        elif event.kind == "checkpoint":
            self.notes = [note for note in self.notes if not note.startswith("checkpoint")]
            self.notes.append(f"checkpoint at iteration {event.iteration}")
        elif event.kind == "done" and not facts["better"]:
            self.remarks.append(NO_BETTER)
        elif event.kind == "rollback":
            self.notes.append(
                f"broke down at iteration {event.iteration}: {facts['reason']}; "
                f"went back to iteration {facts['to']} with slower rates"
            )

    def left_out(self) -> list[str]:
        """The files that could not be read, in lines; none if all could."""
        if not self.skipped:
            return []
        lines = [f"{len(self.skipped)} file{'s' if len(self.skipped) > 1 else ''} could not be read:"]
        lines += [f"  {file}: {reason}" for file, reason in list(self.skipped.items())[:LISTED]]
        return lines + [f"  and {len(self.skipped) - LISTED} more"] * (len(self.skipped) > LISTED)

    def __rich__(self) -> Group:
        return Group(self.bar, *(Text(line, style="dim") for line in self.lines + self.notes), self._table())

    def _table(self) -> Table:
        table = Table("iteration", "luminance", "contrast", "saturation", "score", "filters used", box=None)
        for iteration, facts in self.validations[-VALIDATIONS_SHOWN:]:
            used = ", ".join(
                f"{name} {100 * share:.0f} %"
                for name, share in sorted(facts["usage"].items(), key=lambda item: -item[1])
                if share > 0.02
            )
            cells = [f"{value:.0f} %" for value in facts["intersections"].values()]
            best = facts["best"] == iteration
            table.add_row(str(iteration), *cells, f"{facts['score']:.1f}", used, style="bold" if best else None)
        return table


class Lines(Board):
    """The same where there is no terminal, as in a log: a line now and then."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._told = ""

    def tell(self, event: Event) -> None:
        """See ``Board``."""
        super().tell(event)
        facts = event.facts
        if event.kind == "reading":
            self._line(f"Reading {facts['what']}", facts["done"] / max(facts["total"], 1), "")
        elif event.kind == "progress":
            self._line(f"Training {self.name}", event.share or 0.0, f", {_duration(facts['eta_s'])} left")
        elif event.kind == "validation":
            self._print(f"iteration {event.iteration}: score {facts['score']:.1f}")
        elif event.kind == "rollback":
            self._print(self.notes[-1])

    def _line(self, what: str, share: float, more: str) -> None:
        """A line for every step of some per cents."""
        reached = f"{what}: {_STEP * int(100 * share / _STEP)} %"
        if reached != self._told:
            self._told = reached
            self._print(reached + more)

    def _print(self, line: str) -> None:
        print(for_terminal(line), file=sys.stderr, flush=True)


def _figures(iteration: int, figures: Mapping[str, float]) -> list[str]:
    """The pace on one line, what is learned on the next."""
    pace = (
        f"iteration {iteration}   {figures['iterations/s']:.2f} iterations/s, "
        f"{100 * figures['share of D']:.0f} % of the time in the discriminator   EMD {figures['EMD']:.3g}"
    )
    others = [f"{name} {value:.3g}" for name, value in figures.items() if name not in SHOWN_FIRST]
    return [pace, "   ".join(others)]


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if minutes else "less than a minute"
