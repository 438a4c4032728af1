import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.interop.glsl import to_glsl
from exposure_app.interop.shader import run
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.steps import five_steps


def pixels(count: int = 50) -> np.ndarray:
    return np.random.default_rng(0).random((count, 3)).astype(np.float32)


def test_a_recipe_with_a_mask_is_run_at_the_places_of_the_pixels():
    photo = pixels(30 * 40).reshape(30, 40, 3)
    masked = Recipe((*five_steps().steps, Step("exposure", {"ev": -2}, mask=Mask("radial", {"x": 0.2}))))
    grid = Grid.guessed(Geometry(), 40, 30)
    places = [(*grid.place(column + 0.5, row + 0.5), 1) for row in range(30) for column in range(40)]
    found = run(to_glsl(masked), "retouch", photo.reshape(-1, 3), np.array(places))
    assert np.abs(found.reshape(photo.shape) - render(photo, masked, depth=32)).max() < 1e-4


def test_loops_branches_swizzles_and_arrays_do_what_they_do_in_glsl():
    source = """
    uniform float unused;
    float pick(float values[3], int which) { return values[which]; }
    vec3 f(vec3 rgb) {
        float sum = 0.0; // a comment
        for (int i = 0; i < 3; i++) { sum += pick(float[3](1.0, 2.0, 4e0), i) * 2.0; }
        if (sum > 100.0) return rgb; else sum -= 7.0;
        vec2 two = vec2(rgb.b, 1.0);
        return vec3(two, sum == 7.0 ? -rgb.r : 0.0);
    }
    """
    rgb = pixels()
    assert run(source, "f", rgb) == pytest.approx(np.stack([rgb[:, 2], np.ones(50), -rgb[:, 0]], -1))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return sparkle(rgb); }", "sparkle is not understood"),
        ("return other; }", "other is not known"),
        ("discard;", "';' is not understood"),
        ("return rgb", "its end"),
        ("while (true) {}", "not understood"),
    ],
)
def test_what_is_beyond_it_is_refused_by_name(body, words):
    with pytest.raises(ExposureError, match=words):
        run("vec3 f(vec3 rgb) { " + body, "f", pixels())


def test_a_function_that_is_not_there_is_named():
    with pytest.raises(ExposureError, match="no function called f"):
        run("", "f", pixels())
