"""A training run watched in the terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from exposure_app.training.events import Event

VALIDATIONS_SHOWN = 8
SHOWN_FIRST = {"iterations/s", "share of D", "EMD"}
LISTED = 20  # files left out that are named


@contextmanager
def board(name: str) -> Iterator["Board"]:
    """Show on stderr how the run of that name goes; at its end, what was left out."""
    console = Console(stderr=True)
    found = Board(name)
    try:
        with Live(found, console=console, refresh_per_second=2):
            yield found
    finally:
        for line in found.left_out():
            console.print(line, style="yellow", markup=False, highlight=False)


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
