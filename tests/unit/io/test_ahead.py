"""The RAW file that the editor is started with is unpacked while the window is being built."""

import numpy as np
import pytest

from exposure_app.errors import ExposureError
from exposure_app.io import ahead, raw
from exposure_app.io.formats import read_image


def test_what_was_begun_is_read_once_and_the_same(sample_dng, monkeypatch):
    usual = read_image(sample_dng)
    ahead.begin(sample_dng)
    assert ahead.is_begun(sample_dng)
    with monkeypatch.context() as patch:
        patch.setattr(raw, "unpacked", lambda path: pytest.fail("it is unpacked already"))
        ahead._begun[sample_dng].exception()  # wait
        first = read_image(sample_dng)
    assert np.array_equal(first.pixels, usual.pixels)
    assert not ahead.is_begun(sample_dng)
    assert np.array_equal(read_image(sample_dng).pixels, usual.pixels), "later it is opened again"


def test_a_damaged_file_fails_where_it_is_read(tmp_path, sample_dng):
    broken = tmp_path / "broken.dng"
    broken.write_bytes(sample_dng.read_bytes()[:6_000_000])
    ahead.begin(broken)
    with pytest.raises(ExposureError, match=r"broken\.dng is not a RAW file"):
        read_image(broken)


def test_what_nobody_asks_for_is_closed(tmp_path, sample_dng):
    broken = tmp_path / "broken.dng"
    broken.write_bytes(b"no photo")
    for photo in (sample_dng, broken):
        ahead.begin(photo)
    ahead.forget()
    assert not ahead.is_begun(sample_dng) and not ahead.is_begun(broken)


def test_other_files_are_left_alone(tmp_path):
    (tmp_path / "folder.dng").mkdir()
    for name in ("photo.jpg", "absent.dng", "folder.dng"):
        ahead.begin(tmp_path / name)
        assert not ahead.is_begun(tmp_path / name)
