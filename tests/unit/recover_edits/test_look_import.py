"""Recipes come in as they are, tables as the nearest recipe for a photo as it is developed."""

from dataclasses import replace

import numpy as np
import pytest

from exposure_app.image import Image
from exposure_app.interop.cube import read_cube
from exposure_app.interop.hald import read_hald, write_hald
from exposure_app.interop.lut import Lut, bake, write_cube
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import linear_to_srgb, srgb_to_linear
from exposure_app.pipeline.color_difference import DeltaE
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.recipe import Neutral, Recipe, Step, neutral_of
from exposure_app.pipeline.sidecar import write_sidecar
from exposure_app.recover_edits.look_import import Imported, import_for, import_look, sample
from tests.helpers.shared import raw_files
from tests.helpers.steps import five_steps

SOFT = Recipe((Step("exposure", {"ev": 0.4}), Step("gamma", {"gamma": 0.5})))
DARK = 0.25  # two stops under white


def dark_photo() -> Image:
    ramp = np.linspace(0, DARK, 60, dtype=np.float32)[None, :, None]
    tints = 1 - 0.5 * np.random.default_rng(0).random((40, 1, 3)).astype(np.float32)
    return Image(np.ascontiguousarray(ramp * tints), scene_referred=True)


def film() -> Lut:
    """A table of another program: pictures as they are shown, a little brighter in the middle."""
    levels = np.linspace(0, 1, 17)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), -1)
    return Lut(table=(grid**0.8).astype(np.float32))


def test_a_recipe_comes_in_as_it_is_for_the_photos_own_exposure():
    found = import_look(five_steps(), dark_photo().pixels, Neutral(2.0))
    assert found == Imported(replace(five_steps(), neutral_ev=2.0))
    assert "nothing is lost" in found.sentence()
    assert import_look(five_steps()).recipe == five_steps()


def test_a_table_of_ours_is_read_back_as_steps_from_the_photos_light_on(tmp_path):
    photo = dark_photo()
    write_cube(tmp_path / "soft.cube", bake(SOFT, 33))
    found = import_look(read_cube(tmp_path / "soft.cube"), photo.pixels, Neutral(2.0))
    assert found.delta_e.mean < 0.5
    ours = render(photo.pixels, SOFT, depth=32)
    assert DeltaE.between(render(photo.pixels, found.recipe, depth=32), ours).mean < 0.5


def test_a_table_of_another_program_comes_after_the_neutral_exposure():
    photo = dark_photo()
    neutral = neutral_of(photo)
    assert neutral.ev == pytest.approx(2.3, abs=0.4)
    found = import_look(film(), photo.pixels, neutral)
    wanted = linear_to_srgb(photo.pixels * 2**neutral.ev).clip(0, 1) ** 0.8
    assert DeltaE.between(render(photo.pixels, found.recipe, depth=32), wanted).mean < 1


@pytest.mark.parametrize("kind", ["cube", "hald"])
def test_our_files_say_that_they_are_ours(tmp_path, kind):
    path = tmp_path / ("a.cube" if kind == "cube" else "a.png")
    write, read = (write_cube, read_cube) if kind == "cube" else (write_hald, read_hald)
    write(path, bake(SOFT, 4))
    assert read(path).is_whole
    if kind == "hald":
        write(path, replace(bake(SOFT, 4), is_whole=False))
        assert not read(path).is_whole


@pytest.mark.parametrize(
    ("mean", "words"), [(0.4, "differs hardly visibly"), (1.7, "similar"), (6, "No recipe comes close to the table")]
)
def test_how_near_it_comes_is_said_as_it_is(mean, words):
    assert words in Imported(SOFT, DeltaE(mean, 2 * mean, 3 * mean)).sentence()


def test_without_a_photo_all_colours_count_alike():
    found = import_look(bake(Recipe((Step("gamma", {"gamma": 0.5}),)), 17))
    assert found.delta_e.mean < 1


def test_a_search_stops_where_the_caller_raises():
    def stop(share: float) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        import_look(film(), dark_photo().pixels, tell=stop)


@raw_files("nikon_crop768_1.dng")
def test_on_a_real_photo_as_it_is_developed_and_cropped(raw_file, tmp_path):
    photo = tmp_path / raw_file.name
    photo.symlink_to(raw_file)
    warm = Develop("custom", 8000, 10)
    kept = Recipe(SOFT.steps, geometry=Geometry(crop=Rect(0.2, 0.2, 0.8, 0.8)), develop=warm)
    write_sidecar(photo, kept)
    image = read_image(photo, develop=warm)
    assert not np.allclose(image.pixels[::50, ::50], read_image(photo).pixels[::50, ::50])
    found = import_for(film(), photo, Develop())
    assert (found.recipe.geometry, found.recipe.develop) == (kept.geometry, warm)
    exposed = sample(image, kept.geometry) * np.float32(2**found.recipe.neutral_ev)
    wanted = linear_to_srgb(exposed).clip(0, 1) ** 0.8
    theirs = render(sample(image, kept.geometry), replace(found.recipe, geometry=Geometry()), depth=32)
    assert DeltaE.between(theirs, wanted).mean == pytest.approx(found.delta_e.mean, abs=0.1)
    assert srgb_to_linear(wanted).mean() > 0.05
