from dataclasses import replace

import numpy as np
import pytest

from exposure_app.interop.glsl import to_glsl
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.mask import KINDS, Mask
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.opengl import shade
from tests.helpers.steps import five_steps


def test_a_whole_recipe_runs_on_a_real_driver_and_gives_the_picture():
    photo = np.random.default_rng(0).random((30, 40, 3)).astype(np.float32) ** 2
    mixed = five_steps()
    mixed = replace(mixed, amount=1.4, steps=(*mixed.steps, Step("tone_curve", mixed.steps[4].params, amount=0.5)))
    for recipe in (five_steps(), mixed, Recipe()):
        assert np.abs(shade(to_glsl(recipe), photo) - render(photo, recipe, depth=32)).max() < 1e-4


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_works_where_it_does_in_the_picture(kind):
    photo = np.random.default_rng(0).random((30, 40, 3)).astype(np.float32) ** 2
    values = {"brightness": 0.5} if kind != "luminance" else {}
    steps = five_steps().steps
    masked = Recipe((*steps, Step("exposure", {"ev": -1.5}, mask=Mask(kind, {**values, "strength": 0.8}, invert=True))))
    assert np.abs(shade(to_glsl(masked), photo) - render(photo, masked, depth=32)).max() < 1e-4


def test_each_function_is_written_once_and_only_if_used():
    steps = five_steps().steps
    shader = to_glsl(Recipe((*steps, steps[0], Step("contrast", {"amount": 0.5}, enabled=False))))
    assert shader.count("vec3 exposure(vec3 rgb") == 1
    assert "contrast" not in shader


def test_a_geometry_is_said_to_be_left_out():
    assert "Left out" not in to_glsl(five_steps())
    assert "Left out: turning, straightening and cropping." in to_glsl(Recipe(geometry=Geometry(turns=1)))
