from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.export.provenance import about
from exposure_app.image import Image, Metadata
from exposure_app.interop.export_look import export_look, left_out, look_of, measure, rungs_named
from exposure_app.interop.import_look import look_from, read_look
from exposure_app.interop.look_formats import LOOK_FORMATS
from exposure_app.interop.lut import Lut, bake, write_cube
from exposure_app.io.develop import Develop
from exposure_app.io.export import write_image
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Step, dumps
from exposure_app.pipeline.sidecar import write_sidecar
from tests.helpers.steps import five_steps

CROPPED = replace(five_steps(), geometry=Geometry(turns=1, angle=3, crop=Rect(0.1, 0.1, 0.8, 0.9)))
MASKED = replace(CROPPED, steps=(*five_steps().steps, Step("exposure", {"ev": -2}, mask=Mask("radial"))))
EXACT = {"json": 0.01, "python": 0.01, "glsl": 0.01}
TABLES = {"cube": 0.4, "cube65": 0.15, "cube-linear": 0.4, "hald": 0.15, "hald12": 0.05, "pp3": 0.15, "darktable": 0.15}
SIMILAR = {"xmp": 2.5}


def scene() -> Image:
    """A grey ramp with tinted stripes, as dark as a RAW file."""
    ramp = np.linspace(0, 0.8, 90, dtype=np.float32)[None, :, None] ** 2
    tints = 1 - 0.4 * np.random.default_rng(0).random((60, 1, 3)).astype(np.float32)
    return Image(np.ascontiguousarray(ramp * tints), scene_referred=True)


@pytest.mark.parametrize(("look_format", "limit"), [*EXACT.items(), *TABLES.items(), *SIMILAR.items()])
def test_each_form_loses_no_more_than_it_should(look_format, limit):
    assert measure(look_of(five_steps(), scene()), LOOK_FORMATS[look_format]).mean < limit


def test_every_form_is_measured_here():
    assert set(LOOK_FORMATS) == set(EXACT) | set(TABLES) | set(SIMILAR)
    assert all(look_format.use.endswith(".") and look_format.label for look_format in LOOK_FORMATS.values())


@pytest.mark.parametrize("look_format", EXACT)
def test_code_holds_masks_at_their_places_in_a_turned_and_cropped_photo(look_format):
    assert measure(look_of(MASKED, scene()), LOOK_FORMATS[look_format]).max < 0.05


def test_what_a_form_cannot_hold_is_said_and_shows_in_its_error(tmp_path):
    look = look_of(MASKED, scene())
    forms = {form.look_format.id: form for form in export_look(look, list(LOOK_FORMATS.values()), tmp_path)}
    masks, geometry = "masked steps", "rotation and crop"
    assert {name: form.left_out for name, form in forms.items() if form.left_out != (masks, geometry)} == {
        "json": (), "python": (), "glsl": (geometry,), "pp3": (masks,),
    }  # fmt: skip
    assert forms["cube"].delta_e.mean > 1 > forms["json"].delta_e.mean


def test_nothing_is_overwritten_and_the_files_of_one_export_share_a_name(tmp_path):
    look = look_of(five_steps(), scene(), Path("dune.dng"))
    look_formats = rungs_named(["python", "pp3"])
    first, second = (export_look(look, look_formats, tmp_path / "new" / "folder") for _ in range(2))
    assert [path.name for form in first for path in form.files] == ["dune.py", "dune.pp3", "dune.hald8.png"]
    assert [path.name for form in second for path in form.files] == ["dune-2.py", "dune-2.pp3", "dune-2.hald8.png"]
    assert "dune-2.hald8.png" in second[1].files[0].read_text()


def test_an_export_stops_between_two_forms(tmp_path):
    def stop() -> None:
        if list(tmp_path.iterdir()):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        export_look(look_of(five_steps(), scene()), rungs_named(["json", "glsl"]), tmp_path, stop)
    assert [path.name for path in tmp_path.iterdir()] == ["look.recipe.json"]


def test_a_format_that_there_is_not_is_refused_with_those_there_are():
    with pytest.raises(ExposureError, match=r"no format called 'psd'.*Known formats: json, python"):
        rungs_named(["json", "psd"])
    with pytest.raises(ExposureError, match="No format is named"):
        rungs_named([])


def test_without_a_photo_all_colours_count_alike():
    look = look_of(CROPPED)
    assert look.before.reshape(-1, 3).max(0).tolist() == [1, 1, 1]
    assert measure(look, LOOK_FORMATS["json"]).max < 0.01
    assert 0 < measure(look, LOOK_FORMATS["cube"]).mean < 0.3


# --- where looks come from ---


@pytest.fixture
def photo(tmp_path) -> Path:
    codes = (np.random.default_rng(1).random((20, 30, 3)) * 255).astype(np.uint8)
    write_image(tmp_path / "photo.png", codes, Metadata())
    return tmp_path / "photo.png"


def test_a_photo_gives_its_sidecars_look_and_its_neutral_one_without(photo):
    assert [step.filter for step in look_from(photo).recipe.steps] == ["exposure", "gamma"]
    write_sidecar(photo, five_steps())
    look = look_from(photo)
    assert (look.recipe, look.name, look.before.shape) == (five_steps(), "photo", (20, 30, 3))


def test_a_recipe_is_named_after_its_file_or_the_photo_it_is_measured_on(photo, tmp_path):
    (tmp_path / "soft.recipe.json").write_text(dumps(five_steps()))
    assert look_from(tmp_path / "soft.recipe.json").name == "soft"
    assert look_from(tmp_path / "soft.recipe.json", photo).name == "photo"


def test_a_finished_picture_gives_the_recipe_it_tells(photo, tmp_path):
    packet = about(five_steps(), Metadata(), embed_recipe=True)
    write_image(tmp_path / "done.jpg", np.zeros((20, 30, 3), np.uint8), Metadata(), xmp=packet)
    assert read_look(tmp_path / "done.jpg") == five_steps()
    look = look_from(tmp_path / "done.jpg", photo)
    assert look.recipe == five_steps()
    assert look.before.max() > 0


def test_tables_and_recipes_are_read_by_what_they_are(photo, tmp_path):
    write_cube(tmp_path / "a.CUBE", bake(five_steps(), 3))
    (tmp_path / "a.json").write_text(dumps(five_steps()))
    hald = export_look(look_of(five_steps(), scene()), [LOOK_FORMATS["hald"]], tmp_path)[0].files[0]
    assert isinstance(read_look(tmp_path / "a.CUBE"), Lut)
    assert isinstance(read_look(hald), Lut)
    assert read_look(tmp_path / "a.json") == five_steps()
    with pytest.raises(ExposureError, match=r"There is no look in .*photo.png"):
        read_look(photo)


def test_corrections_of_the_lens_that_were_asked_for_are_named_as_left_out():
    for develop, forms in ((Develop(), set()), (Develop(distortion=20), set(LOOK_FORMATS) - {"json"})):
        look = look_of(replace(five_steps(), develop=develop), scene())
        named = {name for name, made in LOOK_FORMATS.items() if "corrections of the lens" in left_out(look, made)}
        assert named == forms
