"""Masks by hand: new ones, their handles, and what dragging does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.gui.canvas.mask_handles import dragged, handles, moved, new_mask, outlines
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import KINDS, Mask

SLANTED = Mask("gradient", {"x": 0.1, "y": -0.2, "angle": 30, "feather": 0.6})
EGG = Mask("radial", {"x": -0.1, "y": 0.2, "width": 0.8, "height": 0.5, "angle": 25, "feather": 0.4})


def share(mask: Mask, place: tuple[float, float]) -> float:
    formula = mask.formula
    line, p, q = (f.x * place[0] + f.y * place[1] + f.constant for f in (formula.line, formula.p, formula.q))
    return 1 / (1 + math.exp(-formula.sharpness * (line - p * p - q * q)))


@pytest.mark.parametrize("mask", [SLANTED, EGG])
def test_the_lines_lie_where_the_mask_has_their_value(mask):
    for value, places in outlines(mask):
        for place in places[::7]:
            assert share(mask, place) == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("mask", [SLANTED, EGG])
@given(to=st.tuples(st.floats(-0.7, 0.7), st.floats(-0.7, 0.7)))
def test_a_handle_is_where_it_was_dragged_to_where_a_mask_can_be_so(mask, to):
    reached = handles(dragged(mask, "centre", to))["centre"]
    assert reached == pytest.approx(to, abs=1e-3)
    if mask.kind == "gradient" and math.dist(to, handles(mask)["centre"]) > 0.05:
        assert handles(dragged(mask, "full", to))["full"] == pytest.approx(to, abs=1e-3)
        assert handles(dragged(mask, "empty", to))["empty"] == pytest.approx(to, abs=1e-3)


def test_an_edge_of_an_ellipse_follows_along_its_own_axis():
    right = handles(EGG)["right"]
    wider = dragged(
        EGG, "right", (right[0] + 0.1 * math.cos(math.radians(25)), right[1] + 0.1 * math.sin(math.radians(25)))
    )
    assert wider.values["width"] == pytest.approx(0.8 + 0.2, abs=1e-3)
    assert {name: wider.values[name] for name in EGG.values if name != "width"} == {
        name: EGG.values[name] for name in EGG.values if name != "width"
    }
    circle = dragged(EGG, "top", handles(EGG)["top"], even=True)
    assert circle.values["width"] == circle.values["height"] == pytest.approx(0.5)


def test_the_feather_of_an_ellipse_follows_its_handle():
    assert dragged(EGG, "feather", handles(EGG)["feather"]).values["feather"] == pytest.approx(0.4, abs=1e-3)
    assert dragged(EGG, "feather", (EGG.values["x"], EGG.values["y"])).values["feather"] == 0.02
    assert dragged(EGG, "feather", (2.0, 2.0)).values["feather"] == 1


def test_an_ellipse_turns_with_its_handle_and_steps_when_asked_to():
    x, y = handles(EGG)["centre"]
    assert dragged(EGG, "turn", (x + 1, y - 1)).values["angle"] == pytest.approx(45)
    assert dragged(EGG, "turn", (x + 1, y + 1)).values["angle"] == pytest.approx(-45)
    assert dragged(EGG, "turn", (x + 1, y - 1.2), even=True).values["angle"] == 45
    assert dragged(EGG, "turn", (x + 1, y)).values["angle"] in (-90, 90)


def test_a_mask_without_a_place_has_no_handles():
    bright = Mask("luminance")
    assert handles(bright) == {} and outlines(bright) == []


def test_nothing_leaves_its_range():
    assert moved(SLANTED, 99, -99).values["x"] == 2
    assert dragged(SLANTED, "full", (SLANTED.values["x"], SLANTED.values["y"])).values["feather"] == 0.01


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("geometry", [Geometry(), Geometry(1, True, 9.0, Rect(0.5, 0.5, 0.8, 0.9))])
def test_a_new_mask_suits_what_is_shown(kind, geometry):
    photo = (1200, 800)
    grid, size = Grid.of(geometry, photo), geometry.size(*photo)
    mask = new_mask(kind, grid, size)
    assert mask.kind == kind
    for name, place in handles(mask).items():
        column, row = grid.point(*place)
        assert 0 < column < size[0] and 0 < row < size[1], "every handle is in sight"
        if name == "full":
            assert (column, row) == pytest.approx((size[0] / 2, size[1] / 2 - min(size) / 4), abs=1), "above, as seen"
