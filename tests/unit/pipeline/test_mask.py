"""Masks: the formula, places in the photo, JSON, words, and what all backends make of them."""

import json
import math
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from exposure_app import filters
from exposure_app.errors import ExposureError
from exposure_app.interop import codegen
from exposure_app.pipeline import execute, mask, mask_blend, recipe
from exposure_app.pipeline.execute import mask_weights, render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import EDGE, KINDS, Mask
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.resample import place
from tests.helpers.geometries import GEOMETRIES

SKY = Mask("gradient", {"y": -0.1, "angle": 20, "feather": 0.4})
FACE = Mask("radial", {"x": 0.2, "y": -0.1, "width": 0.5, "height": 0.8, "angle": 30, "feather": 0.6})
DARK = Mask("luminance", {"level": 0.4, "feather": 0.3, "strength": 0.8}, invert=True)
BRIGHT_SKY = Mask("gradient", {"angle": -90, "feather": 0.3, "brightness": 1.5, "strength": 0.7})
MASKS = (SKY, FACE, DARK, BRIGHT_SKY, replace(FACE, invert=True))


def picture(height: int = 61, width: int = 83) -> np.ndarray:
    return np.random.default_rng(0).random((height, width, 3)).astype(np.float32) * 1.2


def masked(*masks: Mask, geometry: Geometry | None = None) -> Recipe:
    steps = [
        Step("exposure", {"ev": 1.2}),
        Step("gamma", {"gamma": 0.5}),
        Step("saturation", {"amount": 0.8}),
        Step("contrast", {"amount": 0.6}),
        Step("black_white", {"amount": 1.0}),
    ]
    given_ = [replace(step, mask=mask_) for step, mask_ in zip(steps, masks, strict=False)]
    return Recipe(tuple(given_ + steps[len(masks) :]), geometry=geometry or Geometry())


EVERYWHERE = masked(*MASKS)


def reference(pixels: np.ndarray, recipe_: Recipe, grid: Grid) -> np.ndarray:
    """The chain in float64 torch."""
    rgb = torch.from_numpy(pixels.astype(np.float64)).permute(2, 0, 1)
    row, column = (torch.from_numpy(numbers) for numbers in np.indices(pixels.shape[:2]).astype(np.float64))
    for edit in recipe_.edits():
        filter_ = filters.get(edit.filter)
        after = filter_.apply(rgb, torch.from_numpy(filter_.pack(edit.params).astype(np.float64)))
        share = 1.0 if edit.mask is None else mask_blend.weigh_array(rgb, edit.mask.field(grid), column, row)
        rgb = rgb + share * (after - rgb)
    return rgb.clamp(0, 1).permute(1, 2, 0).numpy()


def on_gpu_path(pixels: np.ndarray, recipe_: Recipe, grid: Grid) -> np.ndarray:
    codes = np.empty(pixels.size, np.uint8)
    execute._render_on_gpu(
        pixels.reshape(-1), codes, recipe_.edits(), execute.PixelOrigin(grid, pixels.shape[1]), "cpu"
    )
    return codes.reshape(pixels.shape)


def any_mask() -> st.SearchStrategy[Mask]:
    def of(kind: mask.Kind) -> st.SearchStrategy[Mask]:
        numbers = {param.name: st.floats(*param.slider) for param in kind.params}
        return st.builds(Mask, st.just(kind.id), st.fixed_dictionaries(numbers), st.booleans())

    return st.one_of([of(kind) for kind in KINDS.values()])


def share(mask_: Mask, x: float, y: float, luminance: float = 0.5) -> float:
    """The formula as the module's documentation has it."""
    f = mask_.formula
    (a, b, d), c = f.line, f.c
    p, q = (line.x * x + line.y * y + line.constant for line in (f.p, f.q))
    inside = f.sharpness * (a * x + b * y + c * (luminance - 0.5) + d - p * p - q * q)
    return f.strength / (1 + math.exp(-min(max(inside, -500), 500)))


# --- the formula ---


@given(any_mask())
def test_a_mask_in_json_comes_back_the_same(mask_):
    assert mask.from_json(json.loads(json.dumps(mask.to_json(mask_)))) == mask_


@given(any_mask(), st.floats(-3, 3), st.floats(-3, 3), st.floats(0, 2))
def test_an_inverted_mask_fills_up_what_the_mask_leaves(mask_, x, y, luminance):
    both = share(mask_, x, y, luminance) + share(replace(mask_, invert=not mask_.invert), x, y, luminance)
    assert both == pytest.approx(mask_.values["strength"], abs=1e-9)


@given(
    *[st.floats(-2, 2)] * 3, st.floats(-1, 1), st.floats(1, 100), st.floats(-1, 1), st.floats(-1, 1), st.floats(0, 1)
)
def test_the_six_parameters_become_a_mask_with_the_same_values(a, b, c, d, sharpness, x, y, luminance):
    try:
        mask_ = mask.from_formula(sharpness, 0.9, a, b, c, d)
    except ExposureError:
        return  # beyond what people can choose
    expected = 0.9 / (1 + math.exp(-sharpness * (a * x + b * y + c * (luminance - 0.5) + d)))
    assert share(mask_, x, y, luminance) == pytest.approx(expected, abs=1e-5)


def test_a_gradient_is_half_on_its_line_and_reaches_its_ends_at_the_feather():
    up = Mask("gradient", {"x": 0.3, "y": 0.1, "feather": 0.4})
    assert share(up, -1, 0.1) == pytest.approx(0.5)
    assert share(up, 5, 0.1 - 0.2) == pytest.approx(0.95)
    assert share(up, 0, 0.1 + 0.2) == pytest.approx(0.05)
    right = Mask("gradient", {"angle": 90})
    assert share(right, 1, 0) > 0.9 > 0.1 > share(right, -1, 0)


def test_a_radial_mask_is_half_on_its_ellipse_and_turns_clockwise():
    wide = Mask("radial", {"x": 0.1, "y": 0.2, "width": 0.8, "height": 0.4, "feather": 0.75})
    for x, y in ((0.5, 0.2), (-0.3, 0.2), (0.1, 0.4)):
        assert share(wide, x, y) == pytest.approx(0.5)
    assert share(wide, 0.1 + 0.4 * math.sqrt(0.25), 0.2) == pytest.approx(0.95)
    assert share(wide, 0.1 + 0.4 * math.sqrt(1.75), 0.2) == pytest.approx(0.05)
    turned = Mask("radial", {**wide.values, "angle": 90})
    assert share(turned, 0.1, 0.6) == pytest.approx(0.5)
    lower_right = Mask("radial", {"width": 2, "height": 0.2, "angle": 45, "feather": 0.1})
    assert share(lower_right, 0.5, 0.5) > 0.99 > 0.01 > share(lower_right, 0.5, -0.5)


def test_a_luminance_mask_divides_at_its_level():
    bright = Mask("luminance", {"level": 0.3, "feather": 0.2})
    assert [share(bright, 0, 0, lum) for lum in (0.2, 0.3, 0.4)] == pytest.approx([0.05, 0.5, 0.95])
    assert 1 / (1 + math.exp(-EDGE)) == pytest.approx(0.95)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "JSON object"),
        ({"kind": "lasso"}, "no mask of the kind 'lasso'.*gradient, radial, luminance"),
        ({}, "no mask of the kind"),
        ({"kind": "radial", "radius": 1}, "no entry called 'radius'"),
        ({"kind": "gradient", "feather": 0}, "feather must lie between"),
        ({"kind": "gradient", "angle": float("nan")}, "angle must be a number"),
        ({"kind": "gradient", "x": "left"}, "x must be a number"),
        ({"kind": "gradient", "invert": 1}, "invert must be true or false"),
    ],
)
def test_what_is_no_mask_is_refused_in_words(data, words):
    with pytest.raises(ExposureError, match=words):
        mask.from_json(data)


# --- places ---


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_mask_stays_on_its_subject_whatever_is_cropped_turned_or_mirrored(geometry):
    """The places of the photo, moved like its pixels, are those of the placed picture."""
    photo = (120, 90)
    whole = Grid.of(Geometry(), photo)
    places = np.array([[whole.place(x + 0.5, y + 0.5) for x in range(120)] for y in range(90)], np.float32)
    moved = place(np.ascontiguousarray(np.dstack([places + 2, np.zeros((90, 120))]), np.float32), geometry)[..., :2] - 2
    grid = Grid.of(geometry, photo)
    found = np.array([[grid.place(x + 0.5, y + 0.5) for x in range(moved.shape[1])] for y in range(moved.shape[0])])
    inner = slice(2, -2)  # at the border the picture is interpolated from fewer pixels
    assert np.abs(found - moved)[inner, inner].max() < 1e-4
    x, y = grid.point(*grid.place(12.25, 7.5))
    assert (x, y) == pytest.approx((12.25, 7.5))


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_grid_is_guessed_to_a_pixel(geometry):
    photo = (1200, 900)
    size = geometry.size(*photo)
    known, guessed = Grid.of(geometry, photo), Grid.guessed(geometry, *size)
    for corner in ((0, 0), size, (size[0], 0)):
        assert math.dist(known.place(*corner), guessed.place(*corner)) < 2 / 900


def test_the_grid_of_a_whole_photo_is_guessed_exactly():
    assert Grid.guessed(Geometry(), 83, 61) == Grid.of(Geometry(), (83, 61))


# --- rendering ---


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_masks_are_within_one_code_of_float64_on_every_backend(geometry):
    pixels = place(picture(), geometry)
    grid, recipe_ = Grid.of(geometry, (83, 61)), replace(EVERYWHERE, geometry=geometry)
    expected = reference(pixels, recipe_, grid) * 255
    assert np.abs(render(pixels, recipe_, grid=grid) - expected).max() <= 1
    assert np.abs(on_gpu_path(pixels, recipe_, grid) - expected).max() <= 1


@settings(max_examples=40)
@given(any_mask())
def test_any_mask_is_within_one_code_of_float64_on_every_backend(mask_):
    recipe_, pixels = Recipe((Step("gamma", {"gamma": 0.4}, mask=mask_),)), picture(20, 31)
    grid = Grid.of(Geometry(), (6000, 4000)).part(5900, 3900, 3, 3)  # small numbers as the difference of large ones
    expected = reference(pixels, recipe_, grid) * 255
    assert np.abs(render(pixels, recipe_, grid=grid) - expected).max() <= 1
    assert np.abs(on_gpu_path(pixels, recipe_, grid) - expected).max() <= 1


def test_tiles_and_threads_do_not_show(monkeypatch):
    pixels = picture(200, 160)
    whole = render(pixels, EVERYWHERE)
    monkeypatch.setattr(execute, "CPU_SPAN", 777)
    monkeypatch.setattr(execute, "CPU_TILE", 101)
    assert (render(pixels, EVERYWHERE) == whole).all()


def test_a_part_is_the_part_of_the_whole():
    pixels = picture()
    grid = Grid.of(Geometry(), (83, 61))
    whole = render(pixels, EVERYWHERE)
    part = render(pixels[10:50, 20:71], EVERYWHERE, grid=grid.part(20, 10))
    sample = render(pixels[::3, ::3], EVERYWHERE, grid=grid.every(3))
    assert np.abs(part.astype(int) - whole[10:50, 20:71]).max() <= 1
    assert np.abs(sample.astype(int) - whole[::3, ::3]).max() <= 1


def test_half_the_size_looks_like_the_whole_made_half_as_large():
    y, x = np.mgrid[0:240, 0:320].astype(np.float32)
    smooth = np.stack([x / 320, y / 240, (x + y) / 560], -1)
    recipe_ = Recipe((Step("exposure", {"ev": -0.8}, mask=SKY), Step("gamma", {"gamma": 0.6}, mask=FACE)))
    whole = area_resize(render(smooth, recipe_, depth=32), 120, 160)
    half = render(area_resize(smooth, 120, 160), recipe_, depth=32)
    assert np.abs(half - whole)[2:-2, 2:-2].max() < 0.5 / 255


def test_where_a_mask_is_empty_nothing_changes():
    pixels = picture()
    nothing = Recipe((Step("exposure", {"ev": 3.0}, mask=Mask("gradient", {"strength": 0})),))
    assert (render(pixels, nothing, depth=32) == pixels.clip(0, 1)).all()


def test_the_weights_are_those_of_the_rendering():
    pixels = picture()
    white = Recipe((Step("gamma", {"gamma": 0.5}), Step("exposure", {"ev": 1.0}, mask=FACE)))
    before = render(pixels / 4, Recipe(white.steps[:1]), depth=32)
    after = render(pixels / 4, white, depth=32)
    weights = mask_weights(pixels / 4, white, 1)
    inside = (after < 1).all(axis=-1)  # not clipped
    assert np.abs(before * (1 + weights[..., None]) - after)[inside].max() < 1e-5
    assert (mask_weights(pixels, white, 0) == 1).all()


def test_a_short_graphics_memory_does_not_move_the_mask(monkeypatch):
    real, calls = execute._gpu_codes, []

    def gone_after_one_tile(*args):
        calls.append(args)
        if len(calls) > 2:
            raise RuntimeError("out of memory")
        return real(*args)

    monkeypatch.setattr(execute, "_gpu_codes", gone_after_one_tile)
    monkeypatch.setattr(execute, "GPU_TILE", 1000)
    monkeypatch.setattr(execute, "GPU_TILE_MIN", 500)
    grid = Grid.of(Geometry(), (83, 61))
    shown = on_gpu_path(picture(), EVERYWHERE, grid)
    assert np.abs(shown.astype(int) - render(picture(), EVERYWHERE)).max() <= 1
    assert len(calls) > 2


def test_masks_on_the_cpu_do_not_load_torch():
    script = (
        "import sys, numpy as np\n"
        "from exposure_app.pipeline.execute import render\n"
        "from exposure_app.pipeline.mask import Mask\n"
        "from exposure_app.pipeline.recipe import Recipe, Step\n"
        "step = Step('gamma', {'gamma': 0.5}, mask=Mask('radial'))\n"
        "render(np.zeros((4, 4, 3), np.float32), Recipe((step,)), device='cpu')\n"
        "sys.exit('torch' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_masks_on_cuda_are_within_one_code_of_the_cpu(geometry):
    pixels, grid = place(picture(1000, 1500), geometry), Grid.of(geometry, (1500, 1000))
    recipe_ = replace(EVERYWHERE, geometry=geometry)
    there, here = (render(pixels, recipe_, grid=grid, device=device) for device in ("cuda", "cpu"))
    assert np.abs(there.astype(int) - here).max() <= 1


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_the_emitted_module_needs_only_numpy_and_matches_the_rendering(geometry, tmp_path):
    recipe_ = replace(EVERYWHERE, geometry=geometry)
    (tmp_path / "look.py").write_text(codegen.to_python(recipe_), encoding="utf-8")
    photo = picture()
    np.save(tmp_path / "in.npy", photo)
    script = "import sys; sys.path.insert(0, '.'); import numpy, look; "
    script += "numpy.save('out.npy', look.retouch(numpy.load('in.npy')))"
    subprocess.run([sys.executable, "-I", "-c", script], cwd=tmp_path, check=True)
    rendered = render(place(photo, geometry), recipe_, grid=Grid.of(geometry, (83, 61)))
    assert np.abs(np.load(tmp_path / "out.npy") * 255 - rendered).max() <= 1


# --- in recipes ---


def test_a_recipe_keeps_its_masks_and_one_without_is_written_as_ever():
    assert recipe.loads(recipe.dumps(EVERYWHERE)) == EVERYWHERE
    plain = Recipe((Step("exposure", {"ev": 1.0}),))
    assert "mask" not in recipe.dumps(plain)
    assert EVERYWHERE.has_masks and not plain.has_masks
    assert not Recipe((replace(EVERYWHERE.steps[0], enabled=False),)).has_masks


def test_an_error_in_a_mask_names_the_step():
    data = recipe.to_json(EVERYWHERE)
    data["steps"][1]["mask"]["colour"] = 1
    with pytest.raises(ExposureError, match="Step 2 of the recipe: A radial mask has no entry called 'colour'"):
        recipe.from_json(data)


def test_amounts_keep_the_mask_and_end_at_the_neutral_rendering():
    local = masked(None, None, SKY, FACE, None)
    neutral = Recipe((Step("exposure", {"ev": 0.7}), Step("gamma", {"gamma": 1 / 2.2})))
    pixels = picture() / 3
    nothing = render(pixels, replace(local, amount=0.0, neutral_ev=0.7))
    assert np.abs(nothing.astype(int) - render(pixels, neutral)).max() <= 1
    half = replace(local, amount=0.5).edits()
    assert [edit.mask for edit in half if edit.mask] == [SKY, FACE]
    assert next(edit for edit in half if edit.filter == "contrast").params == {"amount": pytest.approx(0.3)}


def test_outside_of_its_mask_an_exposure_does_not_change_the_brightness_at_any_amount():
    """What amounts add to the whole picture does not count on steps that work in a part of it only."""
    below = Mask("gradient", {"angle": 180, "y": 0.3, "feather": 0.01})
    plain = Recipe((Step("exposure", {"ev": 0.5}), Step("gamma", {"gamma": 0.5})), amount=0.6, neutral_ev=1.0)
    local = replace(plain, steps=(Step("exposure", {"ev": 2.0}, mask=below), *plain.steps))
    top = slice(0, 20)
    assert np.abs(render(picture(), plain)[top].astype(int) - render(picture(), local)[top]).max() <= 1


@pytest.mark.parametrize("amount", [1.0, 0.5])
def test_what_is_done_before_a_step_is_a_part_of_all_that_is_done(amount):
    recipe_ = replace(EVERYWHERE, amount=amount, steps=(replace(EVERYWHERE.steps[0], enabled=False), *EVERYWHERE.steps))
    edits = recipe_.edits()
    for index, step in enumerate(recipe_.steps):
        if step.enabled:
            before = recipe_.edits_before(index)
            assert edits[: len(before)] == before
            assert edits[len(before)] == step.edit(amount)


def test_words_say_where_a_step_works_as_it_is_seen():
    step = Step("exposure", {"ev": 0.5}, mask=Mask("gradient", {"angle": 0, "strength": 0.6}))
    assert step.describe() == "Exposure: +0.50 EV, gradient from the top at 60 %"
    assert Recipe((step,), geometry=Geometry(turns=1)).describe()[0].endswith("from the right at 60 %")
    assert Recipe((step,), geometry=Geometry(turns=2)).describe()[0].endswith("from the bottom at 60 %")
    assert replace(SKY, values={"angle": 90}).describe(Geometry(mirror=True)) == "gradient from the left"
    assert replace(SKY, values={"angle": 135}, invert=True).describe() == "gradient from the top left"
    assert FACE.describe() == "inside an ellipse" and DARK.describe() == "in the dark parts at 80 %"
