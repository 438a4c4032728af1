"""A recipe as a program that anyone can read and run."""

from exposure_app import __version__, filters
from exposure_app.interop import geometry_code, mask_code
from exposure_app.params import Value
from exposure_app.pipeline.recipe import Edit, Recipe
from exposure_app.plain_text import for_python

_HEADER = '''"""Retouching steps, written by Exposure {version}.

retouch(rgb) takes linear light ({shape} x 3, sRGB primaries) and returns display-referred sRGB, 0 to 1. How the file
becomes linear light, the corrections of its lens among that, is not in here.
"""

import numpy as np
{origin}'''

_MAIN = '''

def retouch(rgb):
    """Apply the steps in order."""
    rgb = np.asarray(rgb, dtype=float)
{lines}
    return np.clip(rgb, 0, 1)
'''


def to_python(recipe: Recipe) -> str:
    """A Python module, numpy its only import, whose ``retouch(rgb)`` does what the recipe does.

    Amounts are folded into the settings; disabled steps are left out. A geometry comes first; it and masks want the
    whole photo.
    """
    edits = recipe.edits()
    masked = any(edit.mask is not None for edit in edits)
    functions, lines = geometry_code.source(recipe.geometry, masked)
    wants_photo = bool(lines)
    if masked:
        functions += [mask_code.PLACES, mask_code.MASK, mask_code.BLEND]
    functions += [filters.get(filter_id).python for filter_id in dict.fromkeys(edit.filter for edit in edits)]
    lines += [f"rgb = {_call(edit, recipe)}" for edit in edits]
    origin = f"\nSTYLE, SEED = {for_python(recipe.style)}, {recipe.seed}  # that chose them\n" if recipe.style else ""
    header = _HEADER.format(origin=origin, version=__version__, shape="H x W" if wants_photo else "...")
    main = _MAIN.format(lines="\n".join(f"    {line}" for line in lines))
    return "\n\n\n".join(part.strip("\n") for part in (header, *functions)) + "\n" + main


def _call(edit: Edit, recipe: Recipe) -> str:
    settings = ", ".join(f"{name}={_literal(value)}" for name, value in edit.params.items())
    call = f"{edit.filter}(rgb, {settings})"
    return call if edit.mask is None else f"blend(rgb, {call}, {mask_code.call(edit.mask, recipe.geometry)})"


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return f"{value:.7g}"
