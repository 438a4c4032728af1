"""What was done beside the steps is named: exactly that is done to a photo, and nothing else is told."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from PIL import Image as PillowImage
from PIL import ImageFilter

from exposure_app import paths
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import DISPLAY_GAMMA, Recipe, Step
from exposure_app.recover_edits.pairs import laid_over
from exposure_app.recover_edits.residual import Residual
from tests.helpers.shared import DATA

Picture = np.ndarray  # display-referred sRGB, H x W x 3, 0 to 1
Change = Callable[[Picture], Picture]

LOOK = (
    Step("white_balance", {"green": 0.05, "blue": -0.15}),
    Step("contrast", {"amount": 0.4}),
    Step("saturation", {"amount": 0.25}),
)
PHOTOS = {"sample": paths.resources_dir() / "sample.dng", "nikon": DATA / "raw" / "nikon_crop768_1.dng"}
LONGER = 1536


@cache
def photo(name: str) -> Image:
    if not PHOTOS[name].exists():
        pytest.skip(f"no shared data at {PHOTOS[name]}; set EXPOSURE_DATA")
    image = read_image(PHOTOS[name])
    share = min(1.0, LONGER / max(image.size))
    pixels = area_resize(image.pixels, round(share * image.size[1]), round(share * image.size[0]))
    return replace(image, pixels=np.ascontiguousarray(pixels, np.float32))


def left_by(change: Change, name: str = "sample") -> Residual:
    """What a photo's own recipe leaves when the picture was changed further, and saved with 8 bits."""
    before = photo(name)
    recipe = Recipe((Step("gamma", {"gamma": round(DISPLAY_GAMMA, 4)}), *LOOK))  # what is clipped cannot be solved for
    after = np.clip(change(np.clip(render(before.pixels, recipe, depth=32), 0, 1)), 0, 1)
    linear = srgb_to_linear(np.round(after * 255) / 255).astype(np.float32)
    return Residual(laid_over(before, Image(linear), name), recipe)


def through_pillow(change: Callable[[PillowImage.Image], PillowImage.Image]) -> Change:
    def changed(picture: Picture) -> Picture:
        codes = PillowImage.fromarray(np.rint(picture * 255).astype(np.uint8))
        return np.asarray(change(codes).convert("RGB"), np.float32) / 255

    return changed


def places(picture: Picture) -> tuple[np.ndarray, np.ndarray]:
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    return y / height - 0.5, x / width - 0.5


def lit(picture: Picture, ev: np.ndarray) -> Picture:
    return (picture**2.2 * np.exp2(ev)[..., None]) ** (1 / 2.2)


def vignetted(picture: Picture) -> Picture:
    y, x = places(picture)
    return lit(picture, -0.8 * (x**2 + y**2) / 0.5)


def darkened_from_below(picture: Picture) -> Picture:
    return lit(picture, -1.2 * places(picture)[0])


def brightened_in_one_place(picture: Picture) -> Picture:
    y, x = places(picture)
    return lit(picture, 0.7 * np.exp(-(((x / 0.12) ** 2 + ((y + 0.05) / 0.15) ** 2) ** 2)))


def without_blue(codes: PillowImage.Image) -> PillowImage.Image:
    hue, saturation, value = codes.convert("HSV").split()
    angle = np.asarray(hue, float) * 360 / 255
    share = 1 - 0.8 * np.clip(1.5 - np.abs(angle - 220) / 50, 0, 1)
    duller = PillowImage.fromarray(np.rint(np.asarray(saturation, float) * share).astype(np.uint8))
    return PillowImage.merge("HSV", (hue, duller, value))


def grained(picture: Picture) -> Picture:
    return picture + np.random.default_rng(0).normal(0, 5 / 255, picture.shape[:2])[..., None]


def split_toned(picture: Picture) -> Picture:
    light = picture.mean(-1, keepdims=True)
    shadows, highlights = np.array([-0.08, 0.0, 0.08]), np.array([0.08, 0.02, -0.10])
    return picture + 4 * light * (1 - light) ** 2 * shadows + light**2 * highlights


def as_jpeg(picture: Picture) -> Picture:
    import io

    def stored(codes: PillowImage.Image) -> PillowImage.Image:
        file = io.BytesIO()
        codes.save(file, "JPEG", quality=88)
        return PillowImage.open(file)

    return through_pillow(stored)(picture)


CHANGES: dict[str, tuple[Change, float, float]] = {  # the change, and between what its number must lie
    "vignette": (vignetted, -1.0, -0.6),
    "gradient": (darkened_from_below, 0.9, 1.5),
    "blur": (through_pillow(lambda codes: codes.filter(ImageFilter.GaussianBlur(1.4))), 1.0, 1.7),
    "sharpening": (through_pillow(lambda codes: codes.filter(ImageFilter.UnsharpMask(1.2, 80, 0))), 1.25, 2.5),
    "grain": (grained, 4.0, 6.0),
    "local": (brightened_in_one_place, 2.0, 12.0),
    "blacks": (lambda picture: 0.08 + 0.92 * picture, 5.0, 12.0),
    "whites": (lambda picture: 0.85 * picture + 0.4 * picture * np.clip(0.4 - picture, 0, 1), -15.0, -5.0),
    "toning": (split_toned, 1.2, 8.0),
    "hue": (through_pillow(without_blue), 2.4, 15.0),
    "crop": (lambda picture: picture[len(picture) // 20 :, : -len(picture[0]) // 20], 8.0, 12.0),
    "moved": (lambda picture: np.roll(picture, (6, 4), (0, 1)), 6.0, 9.0),
    "warped": (through_pillow(lambda codes: codes.rotate(0.8, PillowImage.Resampling.BICUBIC)), 2.0, 20.0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_done_beside_the_steps_is_named_first_and_measured(name: str) -> None:
    change, low, high = CHANGES[name]
    causes = left_by(change).causes
    assert causes, "nothing was found"
    assert causes[0].id == name, causes
    assert low <= causes[0].number <= high
    assert re.search(r"\d", causes[0].words)


@pytest.mark.parametrize("photo_name", PHOTOS)
@pytest.mark.parametrize("change", [lambda picture: picture, as_jpeg], ids=["8 bits", "jpeg"])
def test_where_the_steps_are_all_that_was_done_no_other_cause_is_told(change: Change, photo_name: str) -> None:
    left = left_by(change, photo_name)
    assert left.delta_e.mean < 0.6
    assert left.causes == []


def test_two_things_done_at_once_are_both_named() -> None:
    found = {cause.id for cause in left_by(lambda picture: vignetted(0.08 + 0.92 * grained(picture))).causes}
    assert {"vignette", "blacks", "grain"} <= found


def test_a_filter_for_colours_everywhere_is_not_taken_for_a_local_edit() -> None:
    found = {cause.id for cause in left_by(through_pillow(without_blue)).causes}
    assert "local" not in found


def test_the_map_is_per_pixel_and_largest_where_the_edit_was() -> None:
    left = left_by(brightened_in_one_place)
    assert left.map.shape == left.ours.shape[:2]
    y, x = places(left.ours)
    inside = (np.abs(x) < 0.05) & (np.abs(y + 0.05) < 0.05)
    outside = (np.abs(x) > 0.3) | (np.abs(y) > 0.3)
    assert left.map[inside].mean() > 2 + left.map[outside].mean()


def test_pictures_of_other_things_are_refused() -> None:
    with pytest.raises(ExposureError, match="same picture"):
        left_by(lambda picture: np.random.default_rng(0).random(picture.shape, np.float32))
