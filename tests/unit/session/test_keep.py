import json
from pathlib import Path

import numpy as np
import pytest

from exposure_app import paths
from exposure_app.image import Image
from exposure_app.pipeline.recipe import Recipe, Step, neutral_recipe
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from exposure_app.session import workspace
from exposure_app.session.keep import open_document, save_state

IMAGE = Image(np.full((8, 8, 3), 0.4, np.float32))
EDITED = Recipe((Step("exposure", {"ev": 1.0}),))


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"not looked at")
    return path


def test_a_photo_without_traces_starts_neutral(photo):
    document = open_document(photo, IMAGE)
    assert document.recipe == neutral_recipe(IMAGE) and not document.is_edited and not document.is_dirty


def test_everything_is_found_again(photo):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure", "drag")
    document.take_snapshot("bright")
    document.add_copy("Copy 1")
    save_state(photo, document.state)
    again = open_document(photo, IMAGE)
    assert [entry.label for entry in again.state.versions[0].entries] == ["", "Exposure"]
    assert again.state.snapshots == document.state.snapshots
    assert again.state.active == 1
    assert read_sidecar(photo) == EDITED


def test_a_sidecar_changed_elsewhere_is_right(photo):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure")
    save_state(photo, document.state)
    other = Recipe((Step("contrast", {"amount": 0.5}),))
    write_sidecar(photo, other)
    again = open_document(photo, IMAGE)
    assert again.recipe == other
    again.undo()
    assert again.recipe == EDITED


def test_a_sidecar_alone_is_enough(photo):
    write_sidecar(photo, EDITED)
    assert open_document(photo, IMAGE).recipe == EDITED


def test_a_lost_sidecar_leaves_the_history(photo):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure")
    save_state(photo, document.state)
    sidecar_path(photo).unlink()
    assert open_document(photo, IMAGE).recipe == EDITED


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "exposure-history", "version": 99}', "\x00"])
def test_a_damaged_history_costs_only_the_history(photo, content):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure")
    save_state(photo, document.state)
    (history,) = (paths.user_config_dir() / "history").glob("*.json")
    history.write_text(content, encoding="utf-8")
    again = open_document(photo, IMAGE)
    assert again.recipe == EDITED and not again.can_undo


def test_a_photo_of_the_same_name_elsewhere_has_its_own_history(photo, tmp_path):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure")
    save_state(photo, document.state)
    other = tmp_path / "other" / photo.name
    other.parent.mkdir()
    other.write_bytes(b"")
    assert not open_document(other, IMAGE).is_edited


def test_the_list_of_open_photos_survives(photo):
    workspace.write_open_photos(workspace.OpenPhotos((photo, photo.with_name("gone.jpg")), photo, closed=False))
    assert workspace.read_open_photos() == workspace.OpenPhotos((photo,), photo, closed=False)


@pytest.mark.parametrize(
    "content", ["", "[1]", '{"photos": 3}', json.dumps({"photos": [1], "current": 2, "closed": 3})]
)
def test_a_damaged_list_is_an_empty_one(content):
    path = paths.user_config_dir() / "session.json"
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    assert workspace.read_open_photos() == workspace.OpenPhotos()
    (path.parent / "recent.json").write_text(content, encoding="utf-8")
    assert workspace.read_recent() == []


def test_recent_photos_are_listed_once_the_latest_first(photo, tmp_path):
    other = tmp_path / "b.jpg"
    other.write_bytes(b"")
    for opened in (photo, other, photo):
        workspace.add_recent(opened)
    assert workspace.read_recent() == [photo, other]
