"""A recipe as a program that anyone can read and run."""

from exposure_app import __version__, filters
from exposure_app.params import Value
from exposure_app.pipeline import geometry_code
from exposure_app.pipeline.recipe import Recipe

_HEADER = '''"""Retouching steps{origin}, written by Exposure {version}.

retouch(rgb) takes linear light ({shape} x 3, sRGB primaries) and returns display-referred sRGB, 0 to 1.
"""

import numpy as np
'''

_MAIN = '''

def retouch(rgb):
    """Apply the steps in order."""
    rgb = np.asarray(rgb, dtype=float)
{calls}
    return np.clip(rgb, 0, 1)
'''


def to_python(recipe: Recipe) -> str:
    """A Python module, numpy its only import, whose ``retouch(rgb)`` does what the recipe does.

    Amounts are folded into the settings; disabled steps are left out. A geometry comes first and wants the
    whole photo.
    """
    edits = recipe.edits()
    used = dict.fromkeys(filter_id for filter_id, _ in edits)
    functions, placing = geometry_code.source(recipe.geometry)
    functions += [filters.get(filter_id).python for filter_id in used]
    calls = placing + [
        f"{filter_id}(rgb, {', '.join(f'{name}={_literal(value)}' for name, value in params.items())})"
        for filter_id, params in edits
    ]
    origin = f" of the style {recipe.style}, seed {recipe.seed}" if recipe.style else ""
    header = _HEADER.format(origin=origin, version=__version__, shape="H x W" if placing else "...")
    main = _MAIN.format(calls="\n".join(f"    rgb = {call}" for call in calls))
    return "\n\n\n".join(part.strip("\n") for part in (header, *functions)) + "\n" + main


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return f"{value:.7g}"
