"""A recipe as a fragment shader that other programs can run."""

from exposure_app import __version__, filters
from exposure_app.params import Value
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Recipe

_HEADER = """#version 300 es
// Retouching steps{origin}, written by Exposure {version}.
// The texture holds linear light, sRGB primaries; the result is display-referred sRGB, 0 to 1.
// For desktop OpenGL 3.3 the first line may be: #version 330 core{left_out}
precision highp float;
precision highp sampler2D;

uniform sampler2D photo;
in vec2 place; // where in the photo, 0 to 1
out vec4 color;
"""

_MAIN = """
vec3 retouch(vec3 rgb) {{
{calls}
    return clamp(rgb, 0.0, 1.0);
}}

void main() {{
    color = vec4(retouch(texture(photo, place).rgb), 1.0);
}}
"""


def to_glsl(recipe: Recipe) -> str:
    """A fragment shader in GLSL ES 3.00 whose ``retouch(vec3)`` does what the recipe does.

    Amounts are folded into the settings; disabled steps are left out. A geometry is left to the caller's coordinates,
    and a comment says so.
    """
    edits = recipe.edits()
    used = dict.fromkeys(filter_id for filter_id, _ in edits)
    functions = [filters.get(filter_id).glsl.strip("\n") for filter_id in used]
    calls = [f"    rgb = {filter_id}(rgb, {', '.join(map(_literal, params.values()))});" for filter_id, params in edits]
    origin = f" of the style {recipe.style}, seed {recipe.seed}" if recipe.style else ""
    left_out = "" if recipe.geometry == Geometry() else "\n// Left out: turning, straightening and cropping."
    header = _HEADER.format(origin=origin, version=__version__, left_out=left_out)
    return "\n\n".join([header.rstrip("\n"), *functions]) + "\n" + _MAIN.format(calls="\n".join(calls))


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"float[{len(value)}]({', '.join(_literal(item) for item in value)})"
    text = f"{value:.9g}"
    return text if set(text) & set(".en") else text + ".0"
