"""Sidecars: kept beside the photo, never lost."""

import logging

import pytest

from exposure_app.errors import ExposureError
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar

RECIPE = Recipe((Step("exposure", {"ev": 1.0}),), style="vivid", seed=2)


def test_a_recipe_is_kept_beside_the_photo_and_comes_back(tmp_path):
    photo = tmp_path / "IMG_1.CR2"
    assert read_sidecar(photo) is None
    assert write_sidecar(photo, RECIPE) == tmp_path / "IMG_1.CR2.exposure.json"
    assert read_sidecar(photo) == RECIPE


@pytest.mark.parametrize("content", [b"", b"not json", b"\xff\xfe", b'{"format": "something else"}'])
@pytest.mark.parametrize("use", ["read", "write"])
def test_an_unreadable_sidecar_is_kept_as_a_backup_and_reported(tmp_path, caplog, content, use):
    photo = tmp_path / "IMG_1.CR2"
    for number in ("", "2"):  # twice: the first backup is not overwritten either
        damaged = content + number.encode()
        sidecar_path(photo).write_bytes(damaged)
        with caplog.at_level(logging.WARNING):
            if use == "read":
                assert read_sidecar(photo) is None
            else:
                write_sidecar(photo, RECIPE)
        assert sidecar_path(photo).with_name(f"IMG_1.CR2.exposure.json.bak{number}").read_bytes() == damaged
        assert "IMG_1.CR2.exposure.json" in caplog.text
    if use == "write":
        assert read_sidecar(photo) == RECIPE


def test_a_sidecar_that_is_a_folder_is_an_error_in_words(tmp_path):
    photo = tmp_path / "IMG_1.CR2"
    sidecar_path(photo).mkdir()
    with pytest.raises(ExposureError, match=r"IMG_1\.CR2\.exposure\.json"):
        read_sidecar(photo)


def test_a_failed_write_leaves_the_old_sidecar(tmp_path, monkeypatch):
    photo = tmp_path / "IMG_1.CR2"
    write_sidecar(photo, RECIPE)

    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", broken)
    with pytest.raises(ExposureError):
        write_sidecar(photo, Recipe())
    assert read_sidecar(photo) == RECIPE
    assert [path.name for path in tmp_path.iterdir() if "exposure.json" in path.name] == [sidecar_path(photo).name]
