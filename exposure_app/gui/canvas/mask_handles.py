"""Masks by hand: where their handles are, and what dragging one does. Places as in ``pipeline.grid``."""

import math
from dataclasses import replace
from typing import Literal

from exposure_app.pipeline.grid import Grid, Place
from exposure_app.pipeline.mask import Mask, kind_of

Handle = Literal["centre", "full", "empty", "right", "left", "top", "bottom", "turn", "feather"]

TURN_REACH = 1.25  # how far out the handle that turns an ellipse lies, in shares of its half height
STEP_DEGREES = 15.0  # what angles are rounded to when asked for
_CIRCLE = 96  # corners of the polygon that stands for an ellipse
_FAR = 50.0  # from one end of a gradient's line to the photo's centre, in short edges: beyond any picture


def new_mask(kind: str, grid: Grid, size: tuple[int, int]) -> Mask:
    """A mask to begin with: in the middle of what is shown, and as large as that.

    Args:
        kind: Id of its kind.
        grid: Of the picture that is shown.
        size: Its width and height.
    """
    names = [param.name for param in kind_of(kind).params]
    x, y = grid.place(size[0] / 2, size[1] / 2)
    edge = math.hypot(*grid.right) * min(size)  # 1 where all of the photo is shown
    values = {"x": x, "y": y}
    if kind == "gradient":
        values |= {"angle": math.degrees(math.atan2(-grid.down[0], grid.down[1])), "feather": edge / 2}
    elif kind == "radial":
        values |= {"width": 0.6 * edge, "height": 0.6 * edge}
    return _with(Mask(kind), **{name: value for name, value in values.items() if name in names})


def handles(mask: Mask) -> dict[Handle, Place]:
    """The handles of a mask; none where it has no place."""
    values = mask.values
    if mask.kind == "gradient":
        x, y, half = values["x"], values["y"], values["feather"] / 2
        a, b = _direction(mask)
        return {"centre": (x, y), "full": (x + half * a, y + half * b), "empty": (x - half * a, y - half * b)}
    if mask.kind == "radial":
        edge = math.sqrt(0.5 * (1 + values["feather"]))
        return {
            "centre": (values["x"], values["y"]),
            "right": _on_ellipse(mask, 1, 0),
            "left": _on_ellipse(mask, -1, 0),
            "top": _on_ellipse(mask, 0, -1),
            "bottom": _on_ellipse(mask, 0, 1),
            "turn": _on_ellipse(mask, 0, -TURN_REACH),
            "feather": _on_ellipse(mask, edge, edge),
        }
    return {}


def handle_at(mask: Mask, place: Place, reach: float) -> Handle | None:
    """The nearest handle within reach of a place; along a gradient's line everything is its centre."""
    near = [(math.dist(place, at), name) for name, at in handles(mask).items()]
    distance, nearest = min(near, default=(math.inf, None))
    if distance <= reach:
        return nearest
    if mask.kind == "gradient":
        a, b = _direction(mask)
        if abs(a * (place[0] - mask.values["x"]) + b * (place[1] - mask.values["y"])) <= reach:
            return "centre"
    return None


def outlines(mask: Mask) -> list[tuple[float, list[Place]]]:
    """Where the mask is 95, 50 and 5 per cent: its value, and the line or the closed polygon."""
    values = mask.values
    found: list[tuple[float, list[Place]]] = []
    for value, side in ((0.95, -1.0), (0.5, 0.0), (0.05, 1.0)):
        if mask.kind == "gradient":
            a, b = _direction(mask)
            x, y = (values[name] - side * values["feather"] / 2 * part for name, part in (("x", a), ("y", b)))
            found.append((value, [(x - _FAR * b, y + _FAR * a), (x + _FAR * b, y - _FAR * a)]))
        elif mask.kind == "radial":
            radius = math.sqrt(max(1 + side * values["feather"], 0.0))
            turns = [2 * math.pi * corner / _CIRCLE for corner in range(_CIRCLE + 1)]
            found.append((value, [_on_ellipse(mask, radius * math.cos(t), radius * math.sin(t)) for t in turns]))
    return found


def moved(mask: Mask, dx: float, dy: float) -> Mask:
    """The mask somewhere else."""
    return _with(mask, x=mask.values["x"] + dx, y=mask.values["y"] + dy)


def dragged(mask: Mask, handle: Handle, to: Place, *, even: bool = False) -> Mask:
    """The mask after one of its handles has been dragged.

    Args:
        mask: As it was when the drag began.
        handle: Which one.
        to: Where to.
        even: Whether angles are to be multiples of 15 degrees, and an ellipse to become a circle.
    """
    values = mask.values
    x, y = to[0] - values["x"], to[1] - values["y"]
    if handle == "centre":
        return moved(mask, x, y)
    if handle in ("full", "empty"):
        if handle == "empty":
            x, y = -x, -y
        return _with(mask, angle=_angle(x, -y, even), feather=2 * math.hypot(x, y))
    if handle == "turn":
        angle = _angle(x, -y, even)
        return _with(mask, angle=(angle + 90) % 180 - 90)
    turn = math.radians(values["angle"])
    across, down = x * math.cos(turn) + y * math.sin(turn), y * math.cos(turn) - x * math.sin(turn)
    if handle == "feather":
        reached = (2 * across / values["width"]) ** 2 + (2 * down / values["height"]) ** 2
        return _with(mask, feather=reached - 1)
    length = 2 * abs(across if handle in ("left", "right") else down)
    if even:
        return _with(mask, width=length, height=length)
    return _with(mask, **{"width" if handle in ("left", "right") else "height": length})


def _direction(mask: Mask) -> Place:
    angle = math.radians(mask.values["angle"])
    return math.sin(angle), -math.cos(angle)


def _angle(right: float, up: float, even: bool) -> float:
    """Degrees clockwise from the top, -180 to 180."""
    angle = math.degrees(math.atan2(right, up))
    return STEP_DEGREES * round(angle / STEP_DEGREES) if even else angle


def _on_ellipse(mask: Mask, across: float, down: float) -> Place:
    """The place at shares of the half width and the half height."""
    values, turn = mask.values, math.radians(mask.values["angle"])
    across, down = across * values["width"] / 2, down * values["height"] / 2
    return (
        values["x"] + across * math.cos(turn) - down * math.sin(turn),
        values["y"] + across * math.sin(turn) + down * math.cos(turn),
    )


def _with(mask: Mask, **changes: float) -> Mask:
    """The mask with other numbers, rounded to what can be set and kept within what is allowed."""
    params = {param.name: param for param in kind_of(mask.kind).params}
    values = dict(mask.values)
    for name, value in changes.items():
        low, high = params[name].slider
        values[name] = min(max(round(value, 4), low), high)
    return replace(mask, values=values)
