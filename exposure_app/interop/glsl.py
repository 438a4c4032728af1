"""A recipe as a fragment shader that other programs can run."""

from exposure_app import __version__, filters
from exposure_app.interop import mask_code
from exposure_app.params import Value
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.recipe import Edit, Recipe
from exposure_app.plain_text import for_comment

_HEADER = """#version 300 es
// Retouching steps{origin}, written by Exposure {version}.
// The texture holds linear light, sRGB primaries; the result is display-referred sRGB, 0 to 1.
// For desktop OpenGL 3.3 the first line may be: #version 330 core{left_out}
precision highp float;
precision highp sampler2D;

uniform sampler2D photo;
in vec2 place; // where in the photo, 0 to 1, from its top left
out vec4 color;
"""

_MAIN = """
vec3 retouch(vec3 rgb{at}) {{
{calls}
    return clamp(rgb, 0.0, 1.0);
}}

void main() {{
{place}    color = vec4(retouch(texture(photo, place).rgb{given}), 1.0);
}}
"""

# To the right and down from the photo's middle, in units of its short edge.
_PLACE = """    vec2 size = vec2(textureSize(photo, 0));
    vec3 at = vec3((place - 0.5) * size / min(size.x, size.y), 1.0);
"""


def to_glsl(recipe: Recipe) -> str:
    """A fragment shader in GLSL ES 3.00 whose ``retouch`` does what the recipe does.

    Amounts are folded into the settings; disabled steps are left out. A geometry is left to the caller's coordinates,
    and a comment says so.
    """
    edits = recipe.edits()
    masked = any(edit.mask is not None for edit in edits)
    functions = [mask_code.GLSL.strip("\n")] if masked else []
    functions += [filters.get(filter_id).glsl.strip("\n") for filter_id in dict.fromkeys(edit.filter for edit in edits)]
    origin = f" of the style {for_comment(recipe.style)}, seed {recipe.seed}" if recipe.style else ""
    left_out = "" if recipe.geometry == Geometry() else "\n// Left out: turning, straightening and cropping."
    header = _HEADER.format(origin=origin, version=__version__, left_out=left_out)
    main = _MAIN.format(
        at=", vec3 at" if masked else "",
        given=", at" if masked else "",
        place=_PLACE if masked else "",
        calls="\n".join(f"    rgb = {_call(edit)};" for edit in edits),
    )
    return "\n\n".join([header.rstrip("\n"), *functions]) + "\n" + main


def _call(edit: Edit) -> str:
    call = f"{edit.filter}(rgb, {', '.join(map(_literal, edit.params.values()))})"
    return call if edit.mask is None else f"mix(rgb, {call}, {mask_code.glsl_call(edit.mask)})"


def _literal(value: Value) -> str:
    if isinstance(value, tuple):
        return f"float[{len(value)}]({', '.join(_literal(item) for item in value)})"
    text = f"{value:.9g}"
    return text if set(text) & set(".en") else text + ".0"
