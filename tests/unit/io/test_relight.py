"""What a change of the white balance will look like, before the file is developed anew."""

import numpy as np
import pytest

from exposure_app import paths
from exposure_app.image import Image
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.io.relight import relit
from exposure_app.light import Light


@pytest.fixture(scope="module")
def lake() -> Image:
    return read_image(paths.resources_dir() / "sample.dng")


def test_the_same_light_changes_nothing(lake: Image) -> None:
    pixels = lake.pixels[::9, ::9]
    assert lake.light is not None
    np.testing.assert_allclose(relit(pixels, lake.light, lake.light.gains, scene_referred=True), pixels, atol=1e-5)


def test_another_light_is_foreseen(lake: Image) -> None:
    develop = Develop().balanced(Light(7500.0, -20.0))
    came = read_image(paths.resources_dir() / "sample.dng", develop=develop)
    assert lake.light is not None
    foreseen = relit(lake.pixels, lake.light, lake.light.gains_for(develop.light), scene_referred=True)
    unblown = (lake.pixels.max(axis=2) < 0.9) & (came.pixels.max(axis=2) < 0.9)
    off = np.abs(foreseen[unblown] - came.pixels[unblown])  # the demosaic looks at balanced colours
    assert off.mean() < 2e-3 and np.percentile(off, 99) < 0.03


def test_what_is_blown_stays_white(lake: Image) -> None:
    white = np.ones((3, 5, 3), np.float32)
    assert lake.light is not None
    for kelvin in (3000.0, 9000.0):
        made = relit(white, lake.light, lake.light.gains_for(Light(kelvin, 0.0)), scene_referred=True)
        assert made.min() >= 0.999
