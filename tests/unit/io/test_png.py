import io

import numpy as np
import pytest
from imagecodecs import png_decode
from PIL import Image

from exposure_app.io import png
from exposure_app.io.png import encode_png


def picture(height, width, dtype):
    ramp = np.linspace(0, np.iinfo(dtype).max, height * width * 3).reshape(height, width, 3)
    return (ramp + np.random.default_rng(0).integers(0, 40, ramp.shape)).clip(0, np.iinfo(dtype).max).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 700), (90, 1), (101, 77)])
def test_what_is_written_is_read_again(dtype, height, width, monkeypatch):
    monkeypatch.setattr(png, "_STRIP_BYTES", 3000)
    pixels = picture(height, width, dtype)
    np.testing.assert_array_equal(png_decode(encode_png(pixels)), pixels)


def test_other_programs_accept_the_joined_strips(monkeypatch):
    monkeypatch.setattr(png, "_STRIP_BYTES", 5000)
    monkeypatch.setattr(png, "_LARGEST_CHUNK", 4096)
    pixels = picture(300, 200, np.uint8)
    with Image.open(io.BytesIO(encode_png(pixels))) as opened:
        opened.load()  # checks all sums
        np.testing.assert_array_equal(np.asarray(opened), pixels)


def test_the_number_of_cores_changes_no_byte(monkeypatch):
    monkeypatch.setattr(png, "_STRIP_BYTES", 5000)
    pixels = picture(300, 200, np.uint16)
    contents = set()
    for count in (1, 2, 5):
        monkeypatch.setattr(png, "cores", lambda count=count: count)
        contents.add(encode_png(pixels))
    assert len(contents) == 1
