"""What the editor shows of a recipe with masks: parts, zooms, samples and small pictures are those of the whole."""

from dataclasses import replace

import numpy as np
import pytest

from exposure_app.documents import render as rendering
from exposure_app.documents.placed import CroppedPhotoRenderer
from exposure_app.documents.view import View
from exposure_app.image import Image
from exposure_app.pipeline.geometry import Geometry, Rect
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import Recipe, Step

MASKED = Recipe(
    (
        Step("gamma", {"gamma": 0.6}),
        Step("exposure", {"ev": -1.5}, mask=Mask("gradient", {"x": 0.1, "angle": 40, "feather": 0.5})),
        Step("saturation", {"amount": 0.7}, mask=Mask("radial", {"x": -0.2, "width": 0.6, "angle": 15})),
        Step("contrast", {"amount": 0.5}, mask=Mask("luminance", invert=True)),
    )
)
GEOMETRIES = (Geometry(), Geometry(1, True, 6.0, Rect(0.1, 0.2, 0.9, 0.8)))


def engine_for(geometry: Geometry, width: int = 240, height: int = 160) -> CroppedPhotoRenderer:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    pixels = np.stack([x / width, y / height, (x + y) / (width + height)], -1) * np.float32(0.9)
    return CroppedPhotoRenderer(Image(np.ascontiguousarray(pixels)), geometry)


def whole_view(engine: CroppedPhotoRenderer) -> View:
    width, height = engine.size
    return View(0, 0, width, height, width, height)


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_part_is_the_crop_of_the_whole(geometry):
    engine = engine_for(geometry)
    whole = engine.frame(MASKED, whole_view(engine)).astype(int)
    part = engine.frame(MASKED, View(30, 20, 50, 40, 50, 40))
    assert np.abs(part - whole[20:60, 30:80]).max() <= 1
    weights = engine.mask(MASKED, 1, whole_view(engine))
    assert np.abs(engine.mask(MASKED, 1, View(30, 20, 50, 40, 50, 40)) - weights[20:60, 30:80]).max() < 1e-5


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_a_part_at_half_the_size_is_that_of_the_whole_at_half_the_size(geometry):
    engine = engine_for(geometry)
    width, height = (side // 2 * 2 for side in engine.size)
    whole = engine.frame(MASKED, View(0, 0, width, height, width // 2, height // 2)).astype(int)
    part = engine.frame(MASKED, View(20, 40, 60, 48, 30, 24))
    assert np.abs(part - whole[20:44, 10:40]).max() <= 1
    sharp = engine.mask(MASKED, 2, View(0, 0, width, height, width, height))
    half = engine.mask(MASKED, 2, View(0, 0, width, height, width // 2, height // 2))
    assert np.abs(area_resize(sharp[..., None], *half.shape)[..., 0] - half).max() < 0.01


@pytest.mark.parametrize("geometry", GEOMETRIES)
def test_small_pictures_and_thumbnails_have_the_mask_where_the_photo_has_it(geometry, monkeypatch):
    monkeypatch.setattr(rendering, "SAMPLE_PIXELS", 6000)  # so that they are made of a sample, as of a real photo
    engine = engine_for(geometry, 480, 320)
    codes = engine.frame(MASKED, whole_view(engine)).astype(np.float32)
    for picture in (engine.picture(MASKED, 48), engine.thumbnails(MASKED, 48)[-1]):
        expected = area_resize(codes, *picture.shape[:2])
        inner = np.abs(picture - expected)[2:-2, 2:-2]
        assert inner.max() < 8 and inner.mean() < 2.5  # a sample is not an average, but nothing is elsewhere


def test_the_histogram_is_that_of_the_masked_picture(monkeypatch):
    monkeypatch.setattr(rendering, "SAMPLE_PIXELS", 6000)
    engine = engine_for(Geometry())
    whole = engine.frame(MASKED, whole_view(engine))
    stride = engine.size[0] // engine._sample.shape[1]
    assert (
        engine.histogram(MASKED).counts[0] == np.bincount(whole[::stride, ::stride, 0].reshape(-1), minlength=256)
    ).all()


def test_the_pipette_sees_what_enters_the_step():
    engine = engine_for(Geometry())
    before = replace(MASKED, steps=MASKED.steps[:2])
    expected = engine.frame(before, whole_view(engine))[70:90, 100:130].reshape(-1, 3).mean(axis=0) / 255
    assert engine.mean_before(MASKED, 2, 100, 70, 30, 20) == pytest.approx(expected.tolist(), abs=1 / 255)


def test_another_crop_leaves_the_mask_on_its_subject():
    """A pixel of the photo looks the same in every crop that has it."""
    whole, crop = engine_for(Geometry()), engine_for(Geometry(crop=Rect(0.25, 0.25, 0.75, 0.75)))
    inside = whole.frame(MASKED, whole_view(whole))[40:120, 60:180].astype(int)
    assert np.abs(crop.frame(MASKED, whole_view(crop)) - inside).max() <= 1
