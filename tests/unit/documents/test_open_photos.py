"""The small lists of open and recent photos, whatever is in their files."""

import json

import pytest

from exposure_app import paths
from exposure_app.documents.workspace import OpenPhotos, add_recent, read_open_photos, read_recent

HOSTILE = ["x" * 70_000, "a/" * 3000, "", "/dev/null"]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:9])
def test_names_that_no_disk_takes_are_photos_that_are_gone(name: str):
    config = paths.user_config_dir()
    config.mkdir(parents=True)
    (config / "session.json").write_text(json.dumps({"photos": [name], "current": name, "closed": True}))
    (config / "recent.json").write_text(json.dumps({"photos": [name]}))
    assert read_open_photos() == OpenPhotos() and read_recent() == []


@pytest.mark.parametrize("text", ["9" * 5000, "[" * 100_000, r'{"photos": ["\u0000"]}', "NaN"])
def test_a_list_that_cannot_be_understood_is_set_aside(tmp_path, text: str):
    config = paths.user_config_dir()
    config.mkdir(parents=True)
    (config / "recent.json").write_text(text)
    (tmp_path / "a.jpg").write_bytes(b"x")
    assert add_recent(tmp_path / "a.jpg") == [tmp_path / "a.jpg"]
    assert (config / "recent.json.bak").read_text() == text
