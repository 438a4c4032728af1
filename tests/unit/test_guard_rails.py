"""What the default style must never do to a photo, on real photos that no style was trained with."""

import numpy as np
import pytest

from exposure_app.agent.rollout import retouch
from exposure_app.agent.style import Style, load_style
from exposure_app.image import Pixels
from exposure_app.io.transfer import srgb_to_linear
from exposure_app.paths import DEFAULT_STYLE
from exposure_app.pipeline.color_difference import lab
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize, make_proxy
from exposure_app.training.photos import data
from tests.helpers.shared import DATA, without_data

PHOTOS = DATA / "photos"
pytestmark = without_data(PHOTOS)
WHITE, BLACK = 0.995, 0.01


@pytest.fixture(scope="module")
def style() -> Style:
    return load_style(DEFAULT_STYLE)


@pytest.fixture(scope="module")
def photos() -> list[Pixels]:
    """Snapshots as a camera delivers them, in linear light."""
    files = (
        sorted((PHOTOS / "input_events").glob("*.jpg"))[::16]
        + sorted((PHOTOS / "input_camera_jpegs").glob("*.jpg"))[::26]
    )
    found = (data.unrender(data.read_photo(file), np.random.default_rng(3)) for file in files)
    return [photo for photo in found if photo is not None]


def finished(photo: Pixels, style: Style, seed: int = 0) -> Pixels:
    """H x W x 3 in [0, 1], as it is shown."""
    recipe, _ = retouch(make_proxy(photo), style, seed)
    return np.float32(render(np.ascontiguousarray(photo), recipe)) / 255


def test_it_burns_and_crushes_hardly_more_than_plain_renderings_or_finished_photos(
    style: Style, photos: list[Pixels]
) -> None:
    results, plain = [finished(photo, style) for photo in photos], [data.neutral(photo) for photo in photos]
    liked = [data.read_photo(file).pixels for file in sorted((PHOTOS / "target_general_cid22").glob("*.jpg"))[::8]]
    liked += [data.read_photo(file).pixels for file in sorted((PHOTOS / "target_stock_mix").glob("*.jpg"))[::8]]

    def share(pictures: list[Pixels], broken: object) -> float:
        return 100 * float(np.mean([broken(picture).mean() for picture in pictures]))

    for broken in (lambda rgb: (rgb > WHITE).any(-1), lambda rgb: (rgb < BLACK).all(-1)):
        assert share(results, broken) < max(share(plain, broken), share(liked, broken)) + 1


def test_photos_without_colour_stay_nearly_so(style: Style) -> None:
    files = sorted((PHOTOS / "target_bw_real").glob("*.jpg"))[::3]
    tints = []
    for file in files:
        grey = data.read_photo(file).pixels.mean(-1, keepdims=True).repeat(3, -1)
        _, a, b = np.moveaxis(lab(finished(np.float32(srgb_to_linear(grey)), style)), -1, 0)
        tints.append(float(np.hypot(a, b).mean()))
    assert np.mean(tints) < 3


def test_a_bracket_of_one_scene_ends_about_as_bright(style: Style, photos: list[Pixels]) -> None:
    apart = []
    for photo in photos[::2]:
        middle = photo / max(data.white_point(photo), 1e-3) / 4
        light = [
            np.log2((finished(np.float32((middle * 2.0**ev).clip(0, 1)), style) ** 2.2).mean()) for ev in (-2, 0, 2)
        ]
        apart.append(max(light) - min(light))
    assert np.median(apart) < 0.4


def test_the_size_of_a_photo_changes_nothing(style: Style, photos: list[Pixels]) -> None:
    for photo in photos[:3]:
        height, width, _ = photo.shape
        large = area_resize(np.ascontiguousarray(photo.repeat(5, 0).repeat(5, 1)), 4 * height, 4 * width)
        one, other = (finished(area_resize(rgb, height, width), style) for rgb in (photo, large))
        steps = [retouch(make_proxy(rgb), style)[0].steps for rgb in (photo, large)]
        assert [step.filter for step in steps[0]] == [step.filter for step in steps[1]]
        assert np.abs(one - other).mean() < 1 / 255


def test_seeds_give_pictures_that_one_can_choose_between(style: Style, photos: list[Pixels]) -> None:
    for photo in photos[::4]:
        colors = [lab(finished(photo, style, seed)) for seed in range(1, 9)]
        apart = [np.sqrt(((one - other) ** 2).sum(-1)).mean() for i, one in enumerate(colors) for other in colors[:i]]
        assert np.mean(apart) > 4
