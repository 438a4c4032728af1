"""Run the benchmarks and print what was measured beside what it is held against."""

import argparse
import platform

from rich.console import Console
from rich.table import Table

from benchmarks import batch, chain, decompile, editor, start, whole
from benchmarks.measure import Figure
from exposure_app.jit import cores

SECTIONS = {"chain": chain.run, "whole": whole.run, "batch": batch.run, "start": start.run, "editor": editor.run}
SLOW = {"decompile": decompile.run}  # a quarter of an hour: only when named


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", help="default: all but decompile")
    chosen = parser.parse_args().sections or list(SECTIONS)
    console = Console()
    console.print(f"{platform.processor() or platform.machine()}, {cores()} cores, Python {platform.python_version()}")
    for name in chosen:
        console.print(_table(name, (SECTIONS | SLOW)[name]()))


def _table(name: str, figures: list[Figure]) -> Table:
    table = Table(title=name, title_justify="left")
    table.add_column("what")
    for heading in ("median", "best", "95 %", "bound", "unit"):
        table.add_column(heading, justify="right")
    for figure in figures:
        bound = "" if figure.bound is None else f"{figure.bound:g}"
        missed = figure.bound is not None and figure.median > figure.bound
        table.add_row(
            figure.what,
            f"{figure.median:.4g}",
            f"{figure.best:.4g}",
            f"{figure.nearly_worst:.4g}",
            bound,
            figure.unit,
            style="bold" if missed else None,
        )
    return table


if __name__ == "__main__":
    main()
