"""The sample picture: the shipped file, and the tool that renders it at a small size."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import rawpy
import tifffile

from tests.helpers.shared import ROOT

sys.path.insert(0, str(ROOT / "tools"))
from make_sample_raw import main, make_preview, make_sample
from sample_raw.dng import write_dng
from sample_raw.render import card_boxes
from sample_raw.sensor import BLACK, WHITE, as_shot_neutral, expose, scene_to_camera
from sample_raw.view import make_view

WIDTH = 480
painted = pytest.mark.skipif(
    not os.environ.get("EXPOSURE_SAMPLE"), reason="compiles the painter for a minute: set EXPOSURE_SAMPLE=1"
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The file of a small rendering and its mosaic."""
    path = tmp_path_factory.mktemp("sample") / "small.dng"
    data, mosaic = make_sample(WIDTH)
    path.write_bytes(data)
    return path, mosaic


def assert_opens(path: Path, size: tuple[int, int]) -> np.ndarray:
    with rawpy.imread(str(path)) as raw:
        assert raw.raw_type == rawpy.RawType.Flat
        assert (raw.sizes.width, raw.sizes.height) == size
        assert raw.raw_image.shape == size[::-1]
        assert raw.raw_pattern.tolist() == [[0, 1], [3, 2]]
        assert raw.color_desc == b"RGBG"
        assert raw.black_level_per_channel == [BLACK] * 4
        assert raw.white_level == WHITE
        assert raw.camera_whitebalance[:3] == pytest.approx(1.0 / as_shot_neutral(), rel=1e-4)
        return raw.raw_image.copy()


def neutral_errors(path: Path, width: int, greys: slice) -> list[float]:
    with rawpy.imread(str(path)) as raw:
        picture = raw.postprocess(use_camera_wb=True, no_auto_bright=True, output_bps=16, gamma=(1, 1))
    errors = []
    for _grey, row0, row1, col0, col1 in card_boxes(width)[greys]:
        mean = picture[row0:row1, col0:col1].reshape(-1, 3).astype(float).mean(axis=0)
        errors.append(float(np.abs(mean / mean[1] - 1.0).max()))
    return errors


def test_shipped_file_is_small_enough(sample_dng):
    assert 2_000_000 < sample_dng.stat().st_size <= 16_000_000


def test_shipped_file_opens(sample_dng):
    samples = assert_opens(sample_dng, (4240, 2832))
    levels = (samples.astype(float) - BLACK) / (WHITE - BLACK)
    # Sun and glints clip, but little of the picture does; deep shade lies nine stops below.
    assert 0.0005 < np.mean(levels >= 1.0) < 0.08
    assert np.percentile(levels, 1) < 2.0**-6
    assert np.percentile(levels, 0.1) < 2.0**-7


def test_shipped_neutrals_are_neutral(sample_dng):
    grey, white, light, dark, _black = neutral_errors(sample_dng, 4240, slice(None))
    assert max(grey, white, light, dark) < 0.015


@painted
def test_small_render_round_trips(small):
    path, mosaic = small
    assert np.array_equal(assert_opens(path, (480, 320)), mosaic.data)


@painted
def test_small_render_is_the_same_each_time(small, tmp_path):
    path, _mosaic = small
    again = tmp_path / "new" / "again.dng"
    assert main(["-o", str(again), "--width", str(WIDTH)]) == 0
    assert again.read_bytes() == path.read_bytes()


@painted
def test_small_grey_is_neutral(small):
    assert neutral_errors(small[0], WIDTH, slice(0, 1))[0] < 0.04


@painted
def test_tags(small):
    with tifffile.TiffFile(small[0]) as file:
        page = file.pages[0]
        tags = page.tags
        assert tags["Make"].value == "Exposure"
        assert tags["Model"].value == "Sample"
        assert tags["UniqueCameraModel"].value == "Exposure Sample"
        assert tags["CalibrationIlluminant1"].value == 21
        assert tags["Orientation"].value == 1
        assert page.asarray().shape == (320, 480, 3)
        exif = tags["ExifTag"].value
        assert exif["ISOSpeedRatings"] == 200
        assert exif["ExposureTime"] == (1, 125)
        assert exif["LensModel"] == "Exposure 25mm F2.8"
        raw = page.pages[0]
        assert raw.photometric == tifffile.PHOTOMETRIC.CFA
        assert raw.tags["CFARepeatPatternDim"].value == (2, 2)


def test_white_of_the_scene_is_the_as_shot_neutral():
    assert scene_to_camera() @ np.ones(3) == pytest.approx(as_shot_neutral(), rel=1e-5)


@pytest.mark.parametrize(("rows", "cols"), [(24, 24), (512, 512), (514, 1026), (340, 86)])
def test_any_even_size_round_trips(tmp_path, rows, cols):
    light = np.random.default_rng(5).random((rows, cols, 3)).astype(np.float32) * 1.6
    mosaic = expose(light)
    write_dng(tmp_path / "x.dng", mosaic, make_preview(light))
    with rawpy.imread(str(tmp_path / "x.dng")) as raw:
        assert np.array_equal(raw.raw_image, mosaic.data)


def test_exposure_is_linear():
    light = np.full((64, 64, 3), 0.325, np.float32)
    data = expose(light).data.astype(float)
    assert data[0::2, 1::2].mean() - BLACK == pytest.approx((WHITE - BLACK) * 0.25, rel=0.01)
    assert data[0::2, 0::2].mean() - BLACK == pytest.approx((WHITE - BLACK) * 0.25 * as_shot_neutral()[0], rel=0.01)


def test_view_sizes():
    assert (make_view(4240).width, make_view(4240).height) == (4240, 2832)
    assert (make_view(481).width, make_view(481).height) == (480, 320)
    with pytest.raises(ValueError, match="64"):
        make_view(10)
