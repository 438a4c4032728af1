"""Masks as source for people and shaders, the same as ``mask_blend`` does."""

from exposure_app.filters._math import GLSL_WEIGHTS, PYTHON_LUMINANCE
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import to_photo
from exposure_app.pipeline.mask import Line, Mask

PLACES = '''
def places(shape, column, row):
    """Where pixels lie, to the right and down from the middle of a picture, in units of its short edge."""
    height, width = shape[:2]
    return np.stack([column - (width - 1) / 2, row - (height - 1) / 2], -1) / min(height, width)
'''

MASK = f'''
def mask(rgb, xy, sharpness, strength, a=0, b=0, c=0, d=0, p=(0, 0, 0), q=(0, 0, 0)):
    """Share of a step's effect at each pixel; p and q are the place along the axes of an ellipse."""
    x, y = xy[..., 0], xy[..., 1]
    inside = a * x + b * y + c * ({PYTHON_LUMINANCE} - 0.5) + d
    for across, down, constant in (p, q):
        inside = inside - (across * x + down * y + constant) ** 2
    return strength / (1 + np.exp(-np.clip(sharpness * inside, -60, 60)))[..., None]
'''

BLEND = '''
def blend(before, after, share):
    """From before to after, pixel by pixel."""
    return before + share * (after - before)
'''

GLSL = f"""
float mask(vec3 rgb, vec3 at, float sharpness, float strength, vec3 line, float c, vec3 p, vec3 q) {{
    float inside = dot(line, at) + c * (dot(rgb, {GLSL_WEIGHTS}) - 0.5);
    inside -= dot(p, at) * dot(p, at) + dot(q, at) * dot(q, at);
    return strength / (1.0 + exp(-clamp(sharpness * inside, -60.0, 60.0)));
}}
"""


def glsl_call(mask: Mask) -> str:
    """The call of GLSL's ``mask`` for the pixel ``rgb``; ``at`` is its place in the photo, and a 1."""
    line, c, p, q, sharpness, strength = mask.formula
    numbers = [_float(sharpness), _float(strength), _vec3(line), _float(c), _vec3(p), _vec3(q)]
    return f"mask(rgb, at, {', '.join(numbers)})"


def call(mask: Mask, geometry: Geometry) -> str:
    """The call of ``mask`` for the pixels ``rgb`` at ``xy``, places in the frame of the geometry."""
    formula = mask.formula
    (a, b, d), p, q = (_in_frame(line, geometry) for line in (formula.line, formula.p, formula.q))
    numbers = {"sharpness": formula.sharpness, "strength": formula.strength, "a": a, "b": b, "c": formula.c, "d": d}
    given = [f"{name}={_number(value)}" for name, value in numbers.items() if value or name == "strength"]
    given += [f"{name}=({', '.join(map(_number, line))})" for name, line in (("p", p), ("q", q)) if any(line)]
    return f"mask(rgb, xy, {', '.join(given)})"


def _in_frame(line: Line, geometry: Geometry) -> Line:
    right, down = to_photo(geometry.upright, 1, 0), to_photo(geometry.upright, 0, 1)
    return Line(line.x * right[0] + line.y * right[1], line.x * down[0] + line.y * down[1], line.constant)


def _number(value: float) -> str:
    return f"{value:.9g}"


def _float(value: float) -> str:
    return f"float({_number(value)})"


def _vec3(line: Line) -> str:
    return f"vec3({', '.join(map(_number, line))})"
