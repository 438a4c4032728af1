import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exposure_app import paths
from exposure_app.documents import document_store, workspace
from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.documents.document import Document
from exposure_app.documents.document_store import (
    keep_state,
    kept_recipe,
    open_document,
    paste_edits,
    save_state,
    take_back,
)
from exposure_app.errors import ExposureError
from exposure_app.image import Image
from exposure_app.io.formats import read_image
from exposure_app.pipeline import sidecar
from exposure_app.pipeline.recipe import Recipe, Step, loads, neutral_recipe
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from tests.helpers.editor import make_photo

IMAGE = Image(np.full((8, 8, 3), 0.4, np.float32))
EDITED = Recipe((Step("exposure", {"ev": 1.0}),))
OTHER = Recipe((Step("contrast", {"amount": 0.5}),))
THIRD = Recipe((Step("exposure", {"ev": -0.5}),))


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
    write_sidecar(photo, OTHER)
    again = open_document(photo, IMAGE)
    assert again.recipe == OTHER
    again.undo()
    assert again.recipe == EDITED


def test_a_sidecar_alone_is_enough(photo):
    write_sidecar(photo, EDITED)
    document = open_document(photo, IMAGE)
    assert document.recipe == EDITED and document.is_edited
    document.undo()
    assert document.recipe == neutral_recipe(IMAGE), "whoever has put it there, it can be taken back"


def test_an_edit_is_taken_back_where_nothing_came_after_it(tmp_path):
    first, second = (make_photo(tmp_path / name, 60, 40) for name in ("first.jpg", "second.jpg"))
    copied = CopiedEdits(OTHER, OTHER.steps)
    made = {photo: state.version.recipe for photo, state in paste_edits([first, second], copied)}
    assert [read_sidecar(photo).steps for photo in (first, second)] == [OTHER.steps] * 2
    list(paste_edits([second], CopiedEdits(THIRD, THIRD.steps)))
    results = dict(take_back(made))
    assert read_sidecar(first).steps != OTHER.steps and isinstance(results[second], ExposureError)
    assert read_sidecar(second).steps == THIRD.steps
    again = open_document(first, read_image(first))
    assert not again.is_edited and again.can_redo


def edited(photo: Path, recipe: Recipe = EDITED) -> Document:
    """A photo that was opened, edited and kept."""
    document = open_document(photo, IMAGE)
    document.edit(recipe, "Edit")
    save_state(photo, document.state)
    return document


def refuse(monkeypatch: pytest.MonkeyPatch, *modules: object) -> None:
    """Nothing can be written by these modules."""

    def fail(path: Path, text: str) -> None:
        raise ExposureError(f"Cannot write {path}: No space left on device", "The disk is full.")

    for module in modules:
        monkeypatch.setattr(module, "write_text_atomic", fail)


def test_a_photo_whose_sidecar_was_deleted_starts_afresh_and_can_go_back(photo):
    document = edited(photo)
    document.take_snapshot("kept")
    save_state(photo, document.state)
    sidecar_path(photo).unlink()
    assert kept_recipe(photo) is None
    again = open_document(photo, IMAGE)
    assert not again.is_edited and [snapshot.name for snapshot in again.state.snapshots] == ["kept"]
    again.undo()
    assert again.recipe == EDITED


def test_a_damaged_sidecar_costs_nothing_that_the_history_has(photo):
    edited(photo)
    sidecar_path(photo).write_bytes(b"\0damaged")
    again = open_document(photo, IMAGE)
    assert again.recipe == EDITED and again.can_undo


def test_a_new_photo_under_an_old_name_starts_afresh_and_the_old_one_comes_back(photo):
    edited(photo)
    old, left = photo.read_bytes(), sidecar_path(photo)
    kept_aside = left.read_bytes()
    left.unlink()
    photo.write_bytes(b"taken later with the same number")
    new = open_document(photo, IMAGE)
    assert not new.is_edited and not new.can_undo
    new.edit(OTHER, "Edit")
    save_state(photo, new.state)
    photo.write_bytes(old)  # the other memory card is in again
    left.write_bytes(kept_aside)
    again = open_document(photo, IMAGE)
    assert again.recipe == EDITED and [entry.label for entry in again.entries] == ["", "Edit"]


def test_keywords_written_into_a_photo_by_others_do_not_cost_its_history(photo):
    document = edited(photo)
    document.add_copy("Copy 1")
    save_state(photo, document.state)
    photo.write_bytes(photo.read_bytes() + b"keywords")
    again = open_document(photo, IMAGE)
    assert again.state.active == 1 and len(again.state.versions[0].entries) == 2


def test_a_photo_is_known_by_its_content_and_not_by_its_date(photo):
    edited(photo)
    os.utime(photo, (0, 0))
    assert open_document(photo, IMAGE).can_undo


def test_edits_that_cannot_lie_beside_the_photo_are_found_again(photo, monkeypatch):
    write_sidecar(photo, OTHER)  # from before the card was locked
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Edit")
    with monkeypatch.context() as locked:
        refuse(locked, sidecar)
        kept = keep_state(photo, document.state)
    assert kept.is_safe and "program's own files" in str(kept.problem)
    assert open_document(photo, IMAGE).recipe == EDITED == kept_recipe(photo)


def test_a_history_that_cannot_be_written_does_not_keep_the_sidecar_back(photo):
    folder = paths.user_config_dir() / "history"
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"in the way")
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Edit")
    kept = keep_state(photo, document.state)
    assert not kept.is_safe and kept.problem is not None
    assert read_sidecar(photo) == EDITED


def test_what_others_write_meanwhile_is_set_aside_and_told(photo):
    document = edited(photo)
    write_sidecar(photo, OTHER)
    document.edit(THIRD, "Edit")
    kept = keep_state(photo, document.state)
    assert read_sidecar(photo) == THIRD
    assert kept.theirs is not None and loads(kept.theirs.read_text()) == OTHER
    assert [snapshot.recipe for snapshot in open_document(photo, IMAGE).state.snapshots] == [OTHER]


def test_others_work_is_set_aside_once_however_often_the_sidecar_fails(photo, monkeypatch):
    def fail(photo: Path, recipe: Recipe) -> Path:
        raise ExposureError("Cannot write", "The disk is full.")

    document = edited(photo)
    write_sidecar(photo, OTHER)
    document.edit(THIRD, "Edit")
    with monkeypatch.context() as full:
        full.setattr(document_store, "write_sidecar", fail)
        for _ in range(3):
            assert keep_state(photo, document.state).problem is not None
    assert keep_state(photo, document.state).theirs is None
    assert len(list(photo.parent.glob("*.bak*"))) == 1


def test_others_work_stays_where_it_is_while_no_copy_of_it_can_be_written(photo, monkeypatch):
    document = edited(photo)
    write_sidecar(photo, OTHER)
    document.edit(THIRD, "Edit")
    refuse(monkeypatch, sidecar)
    assert keep_state(photo, document.state).problem is not None
    assert read_sidecar(photo) == OTHER


@given(st.lists(st.sampled_from(["ours", "drag", "undo", "theirs", "delete", "reopen"]), max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_recipe_that_anybody_has_written_is_lost(tmp_path, callbacks):
    """Whoever writes when: each recipe that lay beside the photo is there, in a copy, or in the history."""
    photo = Path(tempfile.mkdtemp(dir=tmp_path)) / "p.jpg"
    photo.write_bytes(b"content")
    document = open_document(photo, IMAGE)
    theirs: list[Recipe] = []  # what was not seen here yet, nor taken away by themselves
    for number, deed in enumerate(callbacks, start=1):
        recipe = Recipe((Step("exposure", {"ev": number / 8}),))
        if deed in ("theirs", "delete") and theirs and read_sidecar(photo) == theirs[-1]:
            theirs.pop()
        if deed == "theirs":
            theirs.append(recipe)
            write_sidecar(photo, recipe)
        elif deed == "delete":
            sidecar_path(photo).unlink(missing_ok=True)
        elif deed == "reopen":
            document = open_document(photo, IMAGE)
            theirs = [one for one in theirs if one != document.recipe]
        else:
            document.undo() if deed == "undo" else document.edit(recipe, "Edit", "drag" if deed == "drag" else "")
            document.adopt_snapshots(keep_state(photo, document.state).state.snapshots)
    found = [read_sidecar(photo), *(loads(path.read_text()) for path in photo.parent.glob("*.bak*"))]
    found += [entry.recipe for entry in document.entries] + [snapshot.recipe for snapshot in document.state.snapshots]
    assert all(one in found for one in theirs)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "exposure-history", "version": 99}', "\x00"])
def test_a_damaged_history_costs_only_the_history(photo, content):
    document = open_document(photo, IMAGE)
    document.edit(EDITED, "Exposure")
    save_state(photo, document.state)
    (history,) = (paths.user_config_dir() / "history").glob("*.json")
    history.write_text(content, encoding="utf-8")
    again = open_document(photo, IMAGE)
    assert again.recipe == EDITED and len(again.entries) == 2


@pytest.mark.parametrize(
    "name", [b"f\xfcr.jpg", b"n" * 246 + b".jpg", "ü".encode() * 123 + b".jpeg", b"\xff" * 250 + b".j"]
)
def test_whatever_a_photo_is_called_its_edits_are_kept(tmp_path, name):
    photo = tmp_path / os.fsdecode(name)
    try:
        photo.write_bytes(b"content")
    except OSError:
        pytest.skip("this disk has no such names")
    edited(photo)
    assert read_sidecar(photo) == EDITED and open_document(photo, IMAGE).can_undo
    sidecar_path(photo).write_text("damaged")
    assert open_document(photo, IMAGE) and len(list(tmp_path.glob("*.bak"))) == 1


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
