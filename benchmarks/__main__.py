"""Run the benchmarks, print what was measured beside what it is held against and the last run, and keep it."""

import argparse
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from benchmarks import agent, batch, chain, decompile, editor, raw_detail, record, start, whole
from benchmarks.measure import Figure

SECTIONS = {
    "agent": agent.run,
    "chain": chain.run,
    "whole": whole.run,
    "batch": batch.run,
    "start": start.run,
    "editor": editor.run,
    "detail": raw_detail.run,
}
SLOW = {"decompile": decompile.run}  # a quarter of an hour: only when named


def main() -> None:
    """Print the tables, and keep them in ``results``."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", help="default: all but decompile")
    chosen = parser.parse_args().sections or list(SECTIONS)
    console, before = Console(), record.last()
    console.print(", ".join(str(value) for value in record.machine().values()))
    rows = {}
    for name in chosen:
        rows[name] = (SECTIONS | SLOW)[name]()
        console.print(_table(name, rows[name], before))
    console.print(f"kept in {record.write(rows)}")


def _table(name: str, figures: list[Figure], before: Mapping[tuple[str, str], float]) -> Table:
    table = Table(title=name, title_justify="left")
    table.add_column("what")
    for heading in ("median", "best", "95 %", "bound", "unit", "of the last"):
        table.add_column(heading, justify="right")
    for figure in figures:
        bound = "" if figure.bound is None else f"{figure.bound:g}"
        missed = figure.bound is not None and figure.median > figure.bound
        earlier = before.get((name, figure.what))
        table.add_row(
            figure.what,
            f"{figure.median:.4g}",
            f"{figure.best:.4g}",
            f"{figure.nearly_worst:.4g}",
            bound,
            figure.unit,
            f"{figure.median / earlier:.2f}" if earlier else "",
            style="bold" if missed else None,
        )
    return table


if __name__ == "__main__":
    main()
