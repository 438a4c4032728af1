"""Geometry: nothing outside the photo, exact turns, the same picture at every size and in the emitted code."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exposure_app.errors import ExposureError
from exposure_app.interop import codegen
from exposure_app.pipeline import recipe as recipes
from exposure_app.pipeline.geometry import WHOLE, Geometry, Rect, fitted, reach
from exposure_app.pipeline.recipe import Recipe
from exposure_app.pipeline.resample import place

SIDES = st.integers(8, 5000)
ANGLES = st.floats(-45, 45)
STARTS = [
    Geometry(),
    Geometry(1, False, 7.0),
    Geometry(3, True, -20.0),
    Geometry(2, crop=Rect(0.25, 0.125, 0.5, 0.875)),
    Geometry(0, True, 4.0, Rect(0.25, 0.375, 0.5, 0.875)),
]


@st.composite
def crops(draw):
    left, top = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    width, height = draw(st.floats(0.05, 1)), draw(st.floats(0.05, 1))
    return Rect(left, top, min(1, left + width), min(1, top + height))


def geometries():
    return st.builds(Geometry, st.integers(0, 3), st.booleans(), ANGLES, crops())


def picture(width=90, height=60) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3)).astype(np.float32)


@given(geometry=geometries(), width=SIDES, height=SIDES)
def test_no_pixel_of_the_picture_lies_outside_the_photo(geometry, width, height):
    frame_width, frame_height = geometry.frame_size(width, height)
    left, top, columns, rows = geometry.placed(width, height)
    assert columns >= 1 and rows >= 1
    spare = 1e-3 if min(columns, rows) > 1 else 1  # a crop thinner than a pixel becomes one pixel
    turn = math.radians(-geometry.angle)
    for x in (left + 0.5, left + columns - 0.5):
        for y in (top + 0.5, top + rows - 0.5):
            at = complex(x - frame_width / 2, y - frame_height / 2) * complex(math.cos(turn), math.sin(turn))
            assert abs(at.real) <= frame_width / 2 + spare
            assert abs(at.imag) <= frame_height / 2 + spare


@given(width=SIDES, height=SIDES, angle=ANGLES)
def test_the_whole_frame_becomes_the_largest_crop_of_its_proportions(width, height, angle):
    area = fitted(WHOLE.scaled(width, height), (width, height), angle)
    assert reach(area, (width, height), angle) == pytest.approx(1, abs=1e-9)
    assert area.width / area.height == pytest.approx(width / height)


@given(geometry=geometries())
def test_any_geometry_survives_the_way_through_json(geometry):
    recipe = Recipe(geometry=geometry)
    assert recipes.loads(recipes.dumps(recipe)) == recipe


def test_a_recipe_without_geometry_is_written_as_before():
    assert "geometry" not in recipes.to_json(Recipe())
    assert recipes.from_json({"format": "exposure-recipe", "version": 1, "steps": []}).geometry == Geometry()


@pytest.mark.parametrize(
    "wrong",
    [
        {"turns": 4},
        {"turns": True},
        {"mirror": 1},
        {"angle": 46},
        {"angle": "2"},
        {"crop": [0, 0, 1]},
        {"crop": [0.5, 0, 0.5, 1]},
        {"crop": [0, 0, 1, float("nan")]},
        {"zoom": 2},
    ],
)
def test_a_wrong_geometry_is_refused(wrong):
    data = {"format": "exposure-recipe", "version": 1, "geometry": wrong}
    with pytest.raises(ExposureError):
        recipes.from_json(data)


@given(turns=st.integers(0, 3), mirror=st.booleans(), crop=crops())
def test_without_an_angle_pixels_move_and_do_not_change(turns, mirror, crop):
    pixels = picture()
    geometry = Geometry(turns, mirror, 0, crop)
    wanted = np.rot90(pixels[:, ::-1] if mirror else pixels, -turns)
    left, top, width, height = geometry.placed(90, 60)
    assert np.array_equal(place(pixels, geometry), wanted[top : top + height, left : left + width])


@pytest.mark.parametrize("quarters", [-1, 1, 2, 5])
@pytest.mark.parametrize("start", STARTS)
def test_turning_the_geometry_turns_the_picture(start, quarters):
    pixels = picture(80, 60)
    turned = place(pixels, start.turned(quarters))
    assert np.allclose(turned, np.rot90(place(pixels, start), -quarters), atol=1e-4)


@pytest.mark.parametrize("vertically", [False, True])
@pytest.mark.parametrize("start", STARTS)
def test_flipping_the_geometry_mirrors_the_picture(start, vertically):
    pixels = picture(80, 60)
    flipped = place(pixels, start.flipped(vertically=vertically))
    wanted = place(pixels, start)[::-1] if vertically else place(pixels, start)[:, ::-1]
    assert np.allclose(flipped, wanted, atol=1e-4)
    assert start.flipped(vertically=vertically).flipped(vertically=vertically) == start


def test_the_angle_turns_clockwise():
    pixels = np.zeros((101, 101, 3), np.float32)
    pixels[50, 50:90] = 1  # a hand that points right
    turned = place(pixels, Geometry(angle=45))
    rows, columns = np.nonzero(turned[..., 0] > 0.3)
    middle = turned.shape[0] // 2
    assert (rows >= middle - 1).all() and (columns >= middle - 1).all()
    assert rows.max() > middle + 15


def test_a_straightened_gradient_stays_a_gradient():
    """A cubic kernel reproduces planes exactly, wherever it has all its pixels."""
    y, x = np.mgrid[0:60, 0:90].astype(np.float32)
    pixels = np.stack([x, y, x + y], axis=-1) / 150 + 0.1
    angle = 12.5
    geometry = Geometry(angle=angle, crop=Rect(0.2, 0.2, 0.8, 0.8))
    left, top, width, height = geometry.placed(90, 60)
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    row, column = np.mgrid[top : top + height, left : left + width] + 0.5
    column, row = column - 45, row - 30
    across = column * cos + row * sin + 44.5
    assert np.allclose(place(pixels.astype(np.float32), geometry)[..., 0], across / 150 + 0.1, atol=1e-5)


def test_a_small_light_gets_no_dark_rim():
    pixels = np.full((40, 40, 3), 0.2, np.float32)
    pixels[19:21, 19:21] = 8
    assert place(pixels, Geometry(angle=10)).min() >= 0.2 - 1e-6


def test_a_crop_shows_the_same_part_at_every_size():
    geometry = Geometry(1, True, 5.0, Rect(0.1, 0.3, 0.6, 0.9))
    large, small = geometry.placed(6000, 4000), geometry.placed(600, 400)
    assert np.allclose(np.divide(large, 10), small, atol=1.01)


@given(geometry=geometries())
def test_the_emitted_code_places_likewise(geometry):
    pixels = picture()
    namespace: dict = {}
    exec(codegen.to_python(Recipe(geometry=geometry)), namespace)
    wanted = np.clip(place(pixels, geometry), 0, 1)
    emitted = namespace["retouch"](pixels)
    assert emitted.shape == wanted.shape
    assert np.allclose(emitted, wanted, atol=2e-3)  # kernels round to float32


def test_upright_drops_angle_and_crop():
    geometry = Geometry(1, True, 5.0, Rect(0.1, 0.3, 0.6, 0.9))
    assert geometry.upright == replace(geometry, angle=0.0, crop=WHOLE)
