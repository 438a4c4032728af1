"""The command that reads the steps off an unknown edit (paper, section 6.2)."""

import json
from pathlib import Path
from typing import Annotated

import typer

from exposure_app.cli_options import Json
from exposure_app.errors import ExposureError

FORMS = ("json", "python", "glsl", "cube")


def decompile(
    before: Annotated[Path, typer.Option(help="Photo before the edit, or a folder of photos.")],
    after: Annotated[Path, typer.Option(help="The same after it; in folders files are paired by name.")],
    output: Annotated[Path, typer.Option("-o", "--out", help="Folder for recipe and code; nothing is overwritten.")],
    seed: Annotated[int, typer.Option(min=0, help="Of the choice of colours.")] = 0,
    steps: Annotated[int, typer.Option(min=1, max=10, help="At most so many.")] = 6,
    json_: Json = False,
) -> None:
    """Find the few steps that make one picture of another, and write them as recipe, Python, GLSL and .cube."""
    import numpy as np

    from exposure_app.explain.decompile import fit
    from exposure_app.explain.decompile_pairs import pair_up, read_pairs
    from exposure_app.pipeline.color_difference import DeltaE
    from exposure_app.pipeline.recipe import to_json
    from exposure_app.session import looks

    files, alone = pair_up(before, after)
    if not files:
        raise ExposureError(
            f"No photo in {before} has the name of one in {after}", "Without pairs, learn a style: exposure train."
        )
    pairs = read_pairs(files)
    cells_before = np.concatenate([pair.cells_before[pair.even] for pair in pairs])
    cells_after = np.concatenate([pair.cells_after[pair.even] for pair in pairs])
    recipe = fit(cells_before, cells_after, seed=seed, steps=steps).recipe
    error = DeltaE.of(np.concatenate([pair.errors(recipe).ravel() for pair in pairs]))
    written = looks.export_look(looks.look_of(recipe, name="look"), looks.rungs_named(FORMS), output)
    paths = [str(path) for form in written for path in form.files]
    if json_:
        found = {
            "delta_e": {"mean": error.mean, "p95": error.p95, "max": error.max},
            "pairs": [pair.name for pair in pairs],
            "without_counterpart": [str(photo) for photo in alone],
            "recipe": to_json(recipe),
            "paths": paths,
        }
        typer.echo(json.dumps(found, indent=2))
        return
    for line in recipe.describe():
        typer.echo(line)
    typer.echo(f"what is left, CIEDE2000: {error}")
    for path in paths:
        typer.echo(f"  {path}")
