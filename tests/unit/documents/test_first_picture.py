import numpy as np
import pytest

from exposure_app.documents.first_picture import LARGE_ENOUGH, embedded_picture, read_showing
from exposure_app.io.develop import Develop
from exposure_app.io.formats import read_image
from exposure_app.pipeline.execute import render
from exposure_app.pipeline.proxy import area_resize
from exposure_app.pipeline.recipe import neutral_recipe
from tests.helpers import shared
from tests.helpers.shared import raw_files
from tests.unit.io.dng import mosaic_of, scene, write_dng


@pytest.fixture
def bare_raw(tmp_path):
    """A portrait without a preview inside, dark enough to need an exposure."""
    mosaic = np.round(mosaic_of(scene(200, 300) / 3, "GRBG") * 65535).astype(np.uint16)
    return write_dng(tmp_path / "bare.dng", mosaic, phase="GRBG", orientation=6, neutral=(0.5, 1.0, 0.7))


def check_agreement(photo):
    shown = []
    image = read_showing(photo, Develop(), shown.append)
    assert len(shown) == 1
    (first,) = shown
    small = area_resize(image.pixels, *first.shape[:2])
    real = render(small, neutral_recipe(image))
    difference = first.astype(int) - real.astype(int)
    assert abs(difference.mean(axis=(0, 1))).max() < 8  # the exposure may differ by a tenth of a stop
    if shared.mosaic_of(photo) == (2, 2):  # LibRaw's own threads give some pixels of these other values each time
        assert np.array_equal(image.pixels, read_image(photo).pixels), "the real picture is the same bit for bit"
    return first


def test_a_raw_without_a_preview_shows_its_binned_sensor_data(bare_raw):
    assert embedded_picture(bare_raw) is None
    assert check_agreement(bare_raw).shape == (150, 100, 3)


@pytest.mark.slow
@raw_files("synthetic_bayer8*.dng", "gopro_fusion*.dng", "synthetic_xtrans*.dng")
def test_real_photos_look_alike_in_their_first_picture(raw_file):
    shared.need_mosaic(raw_file)
    check_agreement(raw_file)


def test_the_sample_shows_the_preview_it_has_inside(sample_dng):
    picture = embedded_picture(sample_dng)
    assert picture is not None and max(picture.shape) >= LARGE_ENOUGH
    read_showing(sample_dng, Develop(), lambda codes: pytest.fail("the embedded preview is enough"))


def test_a_sample_without_its_preview_looks_the_same_at_once(sample_dng, monkeypatch):
    monkeypatch.setattr("exposure_app.documents.first_picture.preview_side", lambda photo: 0)
    check_agreement(sample_dng)


def test_reading_stops_where_the_first_picture_is_not_wanted(bare_raw):
    class NotWantedError(Exception):
        pass

    def refuse(codes):
        raise NotWantedError

    with pytest.raises(NotWantedError):
        read_showing(bare_raw, Develop(), refuse)


def test_a_finished_picture_shows_nothing_on_the_way(tmp_path):
    from PIL import Image

    photo = tmp_path / "finished.png"
    Image.new("RGB", (40, 30), (90, 60, 30)).save(photo)
    image = read_showing(photo, Develop(), lambda codes: pytest.fail("not for finished pictures"))
    assert image.size == (40, 30)
