"""An evaluation as tables in the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from exposure_app.training.evaluation.metrics import QUANTITIES

ROWS = ("results", "ceiling", "neutral", "auto levels", "targets")
SIGNS = {
    "highlights": "% of pixels at white",
    "shadows": "% of pixels at black",
    "black": "L* of the darkest percent",
    "tint": "chroma of the brightest 2 %",
    "cast": "chroma given to greys",
}

Figures = Mapping[str, Any]


def print_evaluation(figures: Figures, console: Console | None = None) -> None:
    """Print what ``held_out.evaluate_with`` or ``evaluate_folders`` found."""
    console = console or Console()
    left_out = f", {figures['left out']} more left out" if figures.get("left out") else ""
    console.print(f"{figures['photos']} results{left_out}, against {figures['compared with']} targets\n")
    console.print(_closeness(figures), "", _pictures(figures), sep="\n")
    if "usage" in figures:
        console.print("", _habits(figures), "", sep="\n")
        console.print(
            f"Above the better of neutral and auto levels: {_estimate(figures['above'], '+.1f')} points",
            f"Between seeds: {_estimate(figures['seeds'])} (CIEDE2000)",
            sep="\n",
        )
    if "delta E" in figures:
        found = figures["delta E"]
        rows = "   ".join(f"{row} {_estimate(found[row])}" for row in ROWS if row in found)
        console.print(f"From {found['pairs']} true renderings (CIEDE2000): {rows}")
    for sentence in figures.get("shortfalls", []):
        console.print(f"[yellow]- {sentence}[/yellow]")


def _closeness(figures: Figures) -> Table:
    rows = [row for row in ROWS if row in figures["intersections"]]
    table = _table("in common with targets, %", rows)
    for quantity in QUANTITIES:
        table.add_row(quantity, *(_estimate(figures["intersections"][row][quantity], ".0f") for row in rows))
    table.add_row("mean", *(f"{figures['intersections'][row]['mean']:z.1f}" for row in rows), end_section=True)
    table.add_row("told apart, % (50 is guessing)", *(_estimate(figures["two-sample"][row], ".0f") for row in rows))
    table.add_row("distance of colours, Lab", *(_estimate(figures["wasserstein"][row]) for row in rows))
    return table


def _pictures(figures: Figures) -> Table:
    rows = [row for row in ROWS if row in figures["health"]]
    table = _table("mean over pictures", rows)
    for name in figures["health"]["results"]:
        cells = (figures["health"][row].get(name) for row in rows)
        label = SIGNS.get(name, name if name == "chroma" else f"{name}*")
        table.add_row(label, *("" if value is None else f"{value:z.1f}" for value in cells))
    for name, label in (("L", "L*"), ("chroma", "chroma")):
        table.add_row(f"spread of {label}", *(f"{figures['spread'][row][name]:z.1f}" for row in rows))
    return table


def _habits(figures: Figures) -> Table:
    table = _table("filter", ["steps", "mean settings"], "left")
    for filter_id, share in sorted(figures["usage"].items(), key=lambda item: -item[1]):
        settings = figures["parameters"].get(filter_id, {})
        table.add_row(filter_id, f"{100 * share:.0f} %", ", ".join(f"{k} {_setting(v)}" for k, v in settings.items()))
    return table


def _table(first: str, others: list[str], justify: Any = "right") -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify=justify)
    return table


def _estimate(estimate: list[float], form: str = "z.1f") -> str:
    value, low, high = estimate
    return f"{value:{form if form != '.0f' else '.1f'}} ({low:{form}} to {high:{form}})"


def _setting(value: Any) -> str:
    return " ".join(f"{entry:.2f}" for entry in value) if isinstance(value, list) else f"{value:.2f}"
