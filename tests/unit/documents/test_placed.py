"""Whoever renders a photo follows its geometry: the agent, the engine, the command line, a pasted crop."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image as Picture

from exposure_app.agent.rollout import propose
from exposure_app.agent.style import NetConfig, new_style, save_style
from exposure_app.documents.document import Document, fresh_state
from exposure_app.documents.placed import CroppedPhotoRenderer
from exposure_app.documents.view import View
from exposure_app.export.photo import export_photo, load_in_background, retouch_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.image import Image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.photo import Photo
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.pipeline.resample import place, place_image
from exposure_app.pipeline.sidecar import write_sidecar
from tests.helpers.editor import make_photo

GEOMETRY = Geometry(1, True, 4.0, Rect(0.1, 0.2, 0.7, 0.9))
GAMMA = Recipe((Step("gamma", {"gamma": 0.45}),), geometry=GEOMETRY)


def photo_in_memory() -> Image:
    return Image(np.random.default_rng(0).random((120, 180, 3)).astype(np.float32), scene_referred=True)


def test_the_agent_sees_the_crop_and_its_recipe_has_it():
    image, style = photo_in_memory(), new_style("plain", NetConfig(channels=4, hidden=8))
    planned, _ = propose(Photo(image, GEOMETRY), style)
    cropped, _ = propose(Photo(place_image(image, GEOMETRY)), style)
    assert planned.steps == cropped.steps != propose(Photo(image), style)[0].steps
    assert planned.geometry == GEOMETRY
    assert planned.neutral_ev == neutral_recipe(image).neutral_ev


def test_the_engine_shows_what_is_exported():
    image = photo_in_memory()
    engine = CroppedPhotoRenderer(image, GEOMETRY)
    width, height = engine.size
    assert engine.size == GEOMETRY.size(*image.size)
    frame = engine.frame(GAMMA, View(0, 0, width, height, width, height))
    assert np.array_equal(frame, render(place(image.pixels, GEOMETRY), GAMMA))
    assert CroppedPhotoRenderer(image, Geometry()).image is image


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_a_recipe_is_applied_with_its_geometry(tmp_path, suffix):
    photo, output = make_photo(tmp_path / "in.jpg"), tmp_path / f"out{suffix}"
    turned = replace(GAMMA, geometry=Geometry(turns=3, crop=Rect(0, 0, 1, 0.5)))
    export_photo(photo, turned, ExportSettings(format="tiff" if suffix == ".tif" else "jpg"), output)
    with Picture.open(output) as picture:
        assert picture.size == (320, 240)
        assert picture.getexif().get(0x0112, 1) == 1


def test_retouching_again_keeps_the_crop_of_the_sidecar(tmp_path):
    photo = make_photo(tmp_path / "in.jpg")
    write_sidecar(photo, GAMMA)
    style = tmp_path / "plain.safetensors"
    save_style(style, new_style("plain", NetConfig(channels=4, hidden=8)))
    result = retouch_photo(photo, load_in_background(str(style)), ExportSettings(), tmp_path / "out.jpg")
    assert result.recipe.geometry == GEOMETRY
    with Picture.open(tmp_path / "out.jpg") as picture:
        assert picture.size == GEOMETRY.size(480, 320)


def test_a_crop_alone_is_an_edit():
    neutral = Recipe()
    document = Document(fresh_state(neutral), neutral)
    assert not document.is_edited
    document.edit(Recipe(geometry=GEOMETRY), "Cropped")
    assert document.is_edited
