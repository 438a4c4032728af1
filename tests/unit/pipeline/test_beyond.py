"""Colours outside of sRGB on their way into a wider space, and what must not change on that way."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as PILImage

from exposure_app.export.photo import export_photo
from exposure_app.export.settings import ExportSettings
from exposure_app.image import Image, split_off
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.spaces import SPACES, profile_of
from exposure_app.io.transfer import SRGB_TO_XYZ, srgb_to_linear
from exposure_app.pipeline.beyond import render_light
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.geometry import Geometry
from exposure_app.pipeline.grid import Grid
from exposure_app.pipeline.mask import Mask
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.pipeline.resample import place_image
from tests.unit.io.dng import mosaic_of, write_dng


def vivid(spread: float = 0.3, top: float = 1.0) -> Image:
    """Colours in and around sRGB."""
    pixels = np.random.default_rng(0).uniform(-spread, 1 + spread, (40, 50, 3)).astype(np.float32)
    beyond = split_off(pixels, top, True)
    return Image(pixels, beyond=beyond)


def wide(image: Image, recipe: Recipe) -> NDArray[np.float32]:
    return render_light(image, recipe, grid=Grid.of(Geometry(), image.size), device="cpu")


def test_without_edits_they_come_out_as_they_are() -> None:
    image = vivid()
    assert image.beyond is not None
    np.testing.assert_array_equal(wide(image, neutral_recipe(image)), image.pixels + image.beyond)
    developed = replace(image, scene_referred=True)
    inside = wide(replace(developed, beyond=None), neutral_recipe(image))
    np.testing.assert_allclose(wide(developed, neutral_recipe(image)) - inside, image.beyond, atol=2e-4)


STEPS = {
    "exposure": Step("exposure", {"ev": -0.7}),
    "white balance": Step("white_balance", {"green": 0.1, "blue": -0.2}),
    "curve": Step("tone_curve", {"slopes": (0.6, 0.8, 1.2, 1.4, 1.2, 1.0, 0.8, 0.7)}),
    "saturation": Step("saturation", {"amount": 0.5}),
    "contrast": Step("contrast", {"amount": 0.4}),
    "masked": Step("exposure", {"ev": 1.0}, mask=Mask("luminance")),
}


@pytest.mark.parametrize("name", STEPS)
def test_what_srgb_holds_is_as_in_the_srgb_file_and_nothing_jumps_at_its_edge(name: str) -> None:
    image = vivid()
    recipe = replace(neutral_recipe(image), steps=(STEPS[name], Step("gamma", {"gamma": 0.4545})))
    rendered, expected = wide(image, recipe), srgb_to_linear(render(image.pixels, recipe, depth=32, device="cpu"))
    inside = (image.beyond == 0).all(axis=2)
    assert inside.any()
    np.testing.assert_allclose(rendered[inside], expected[inside], atol=1e-6)
    assert image.beyond is not None
    nearly = replace(image, beyond=image.beyond * np.float32(1e-4))
    assert np.abs(wide(nearly, recipe) - expected).max() < 2e-3
    assert np.isfinite(rendered).all()


def test_exposure_multiplies_them_and_black_and_white_removes_them() -> None:
    image = vivid()
    darker = replace(neutral_recipe(image), steps=(Step("exposure", {"ev": -1.0}), Step("gamma", {"gamma": 0.4545})))
    inside = wide(replace(image, beyond=None), darker)
    assert image.beyond is not None
    np.testing.assert_allclose(wide(image, darker) - inside, image.beyond / 2, atol=3e-3)
    grey = replace(
        neutral_recipe(image), steps=(Step("black_white", {"amount": 1.0}), Step("gamma", {"gamma": 0.4545}))
    )
    assert np.ptp(wide(image, grey), axis=2).max() < 1e-3


def test_they_are_turned_and_cropped_with_the_photo() -> None:
    image = vivid()
    placed = place_image(image, Geometry(turns=1))
    assert image.beyond is not None and placed.beyond is not None
    np.testing.assert_array_equal(placed.pixels + placed.beyond, np.rot90(image.pixels + image.beyond, -1))


@pytest.mark.parametrize("space", ["display-p3", "adobe-rgb"])
@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp"])
def test_a_wide_photo_exported_as_it_was_is_the_same(tmp_path: Path, space: str, name: str) -> None:
    codes = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    codes[:10] = (250, 20, 20)
    codes[10:20] = (20, 250, 20)
    icc = profile_of(space)  # type: ignore[arg-type]
    PILImage.fromarray(codes).save(tmp_path / name, icc_profile=icc, **({"lossless": True} if "webp" in name else {}))
    settings = ExportSettings(format="png", bits=8, color_profile=space)  # type: ignore[arg-type]
    export_photo(tmp_path / name, None, settings, tmp_path / "out.png", device="cpu")
    with PILImage.open(tmp_path / "out.png") as picture:
        back = np.asarray(picture).astype(int)
    off = np.abs(back - codes)
    assert np.percentile(off, 98) <= 1
    assert off.max() <= (1 if space == "display-p3" else 3), "a pure power is steep near black"


def test_a_wide_photo_that_ends_as_srgb_is_the_same_as_ever(tmp_path: Path) -> None:
    codes = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    PILImage.fromarray(codes).save(tmp_path / "a.png", icc_profile=profile_of("display-p3"))
    usual, kept = read_image(tmp_path / "a.png"), read_image(tmp_path / "a.png", wide=True)
    np.testing.assert_array_equal(usual.pixels, kept.pixels)
    assert usual.beyond is None
    assert kept.beyond is not None
    PILImage.fromarray(codes).save(tmp_path / "b.png")
    assert read_image(tmp_path / "b.png", wide=True).beyond is None


@pytest.mark.parametrize("demosaic", ["own", "ahd"])
def test_a_raw_file_fills_a_wider_space(tmp_path: Path, demosaic: str) -> None:
    to_p3 = SPACES["display-p3"].matrix
    seen = np.full((80, 80, 3), 0.2)
    seen[:, :40] = (0.02, 0.6, 0.03)  # a camera that sees P3's primaries: a green outside of sRGB
    matrix = to_p3 @ np.linalg.inv(SRGB_TO_XYZ)
    mosaic = np.round(mosaic_of(seen, "RGGB") * 65535).astype(np.uint16)
    path = write_dng(tmp_path / "a.dng", mosaic, matrix=matrix)
    develop = Develop(demosaic=demosaic, sharpen=0)  # type: ignore[arg-type]  # which sees more where more is kept
    usual, kept = read_image(path, develop=develop), read_image(path, develop=develop, wide=True)
    np.testing.assert_array_equal(usual.pixels, kept.pixels)
    assert kept.beyond is not None
    green = ((kept.pixels + kept.beyond) @ to_p3.T)[30:50, 12:28].mean((0, 1))
    np.testing.assert_allclose(green / green[1], np.array((0.02, 0.6, 0.03)) / 0.6, atol=0.01)
    assert ((usual.pixels @ to_p3.T)[40, 20] / (usual.pixels @ to_p3.T)[40, 20, 1])[0] > 0.1, "sRGB cannot hold it"
