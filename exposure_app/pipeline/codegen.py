"""A recipe as a program that anyone can read and run."""

from exposure_app import __version__, filters
from exposure_app.params import Value
from exposure_app.pipeline.recipe import Recipe

_HEADER = '''"""Retouching steps{origin}, written by Exposure {version}.

retouch(rgb) takes linear light (... x 3, sRGB primaries) and returns display-referred sRGB, 0 to 1.
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

    Amounts are folded into the settings; disabled steps are left out.
    """
    edits = recipe.edits()
    used = dict.fromkeys(filter_id for filter_id, _ in edits)
    functions = [filters.get(filter_id).python.strip("\n") for filter_id in used]
    calls = [
        f"    rgb = {filter_id}(rgb, {', '.join(f'{name}={_literal(value)}' for name, value in params.items())})"
        for filter_id, params in edits
    ]
    origin = f" of the style {recipe.style}, seed {recipe.seed}" if recipe.style else ""
    header = _HEADER.format(origin=origin, version=__version__)
    return "\n\n\n".join([header.strip("\n"), *functions]) + "\n" + _MAIN.format(calls="\n".join(calls))


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_literal(item) for item in value)}]"
    return f"{value:.7g}"
