"""A style for several photos as edits: each by itself, in the background, to be taken back."""

import threading
from pathlib import Path

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base

from exposure_app.gui.batch.retouch_dialog import RetouchDialog
from exposure_app.gui.batch.selection_retouch import RetouchRequest
from exposure_app.gui.filmstrip.model import DONE, FAILED
from exposure_app.pipeline import photo as pipeline_photo
from exposure_app.pipeline.recipe import Recipe, Step
from exposure_app.pipeline.sidecar import read_sidecar, sidecar_path, write_sidecar
from tests.helpers.editor import Editor, make_photo

BRIGHT = Recipe((Step("exposure", {"ev": 1.5}), Step("gamma", {"gamma": 0.4545})))


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    made = []
    for number in range(4):
        made.append(make_photo(tmp_path / f"DSC_{number}.jpg", 120, 80 + 20 * number, number))
        exif = Image.Exif()
        exif[Base.Make] = "Nikon"
        exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = f"2026:05:06 10:0{number}:00"
        with Image.open(made[-1]) as picture:
            picture.save(made[-1], exif=exif)
    return made


@pytest.fixture
def selected(untrained: str, editor: Editor, photos: list[Path]) -> Editor:
    editor.open(*photos)
    editor.until(lambda: editor.window.panels.filmstrip.current() == photos[0])
    editor.window.panels.filmstrip.select(photos)
    return editor


def retouch(editor: Editor):
    return editor.window.features.selection_retouch.retouch


def states(editor: Editor, photos: list[Path]) -> list[str]:
    model = editor.window.panels.filmstrip._model
    return [model._states.get(photo, "") for photo in photos]


def test_every_selected_photo_gets_edits_and_no_picture_is_written(selected, photos, tmp_path):
    before = sorted(path.name for path in tmp_path.rglob("*.jpg"))
    selected.act("auto_selected")
    dialog = selected.window.findChild(RetouchDialog)
    assert dialog.windowTitle() == "Auto-retouch 4 photos" and dialog.begin.text() == "Retouch 4 photos"
    dialog.begin.click()
    assert retouch(selected).is_running
    selected.until(lambda: "Auto-retouch: plain: 4 photos" in selected.messages)
    selected.settle()
    assert [read_sidecar(photo).style for photo in photos] == ["plain"] * 4
    assert sorted(path.name for path in tmp_path.rglob("*.jpg")) == before
    assert states(selected, photos) == [DONE] * 4
    assert "has been retouched" in selected.window.panels.filmstrip._model._sentence(
        selected.window.panels.filmstrip.library.entry(photos[1]), ", "
    )
    assert selected.document.entries[-1].label == "Auto-retouch: plain" and selected.document.can_undo


def test_one_is_undone_in_its_own_history_and_the_rest_at_once(selected, photos):
    retouch(selected).begin(photos, RetouchRequest("plain", 1, 0, 0, True))
    selected.until(lambda: not retouch(selected).is_running)
    controller = selected.window.controller
    controller.open_photo(photos[2])
    selected.until(lambda: controller.photo == photos[2])
    selected.act("undo")
    assert not selected.document.is_edited
    selected.act("undo_several")
    selected.until(lambda: "Auto-retouch: plain undone: 3 photos" in selected.messages)
    selected.settle()
    assert [read_sidecar(photo).style for photo in photos] == [""] * 4


def test_edits_of_a_person_and_locked_steps_stay(selected, photos):
    locked = Recipe((Step("exposure", {"ev": 1.5}, locked=True),))
    write_sidecar(photos[1], BRIGHT)
    write_sidecar(photos[2], locked)
    retouch(selected).begin(photos[1:2], RetouchRequest("plain", 1, 0, 0, True))
    selected.until(lambda: "1 photo kept their edits" in selected.messages)
    assert read_sidecar(photos[1]) == BRIGHT
    retouch(selected).begin(photos[1:3], RetouchRequest("plain", 0.5, 0, 0, False))
    selected.until(lambda: "Auto-retouch: plain: 2 photos" in selected.messages)
    selected.settle()
    assert (read_sidecar(photos[1]).style, read_sidecar(photos[1]).amount) == ("plain", 0.5)
    assert locked.steps[0] in read_sidecar(photos[2]).steps


def test_a_series_is_pulled_together(selected, photos):
    retouch(selected).begin(photos, RetouchRequest("plain", 1, 0, 1.0, True))
    selected.until(lambda: not retouch(selected).is_running)
    selected.settle()
    alike = [tuple(read_sidecar(photo).steps) for photo in photos]
    common = [steps for steps in alike if [s.filter for s in steps] == [s.filter for s in alike[0]]]
    assert len(common) > 1 and all(steps == common[0] for steps in common)


def test_cancelled_in_the_middle_the_rest_is_as_it_was(selected, photos, monkeypatch):
    entered, go_on, read = threading.Event(), threading.Event(), pipeline_photo.open_photo

    def slow(path, *more, **options):
        if path == photos[2]:
            entered.set()
            go_on.wait()
        return read(path, *more, **options)

    monkeypatch.setattr(pipeline_photo, "open_photo", slow)
    retouch(selected).begin(photos, RetouchRequest("plain", 1, 0, 0, True))
    selected.until(entered.is_set)
    selected.window.status.cancel.click()
    go_on.set()
    selected.settle()
    assert not retouch(selected).is_running and "Auto-retouch: plain: 2 photos" in selected.messages
    assert [sidecar_path(photo).exists() for photo in photos] == [True, True, False, False]
    assert states(selected, photos) == [DONE, DONE, "", ""]


def test_a_photo_that_cannot_be_read_is_told_and_the_others_are_done(selected, photos):
    photos[1].write_bytes(b"no picture any more")
    retouch(selected).begin(photos, RetouchRequest("plain", 1, 0, 0, True))
    selected.until(lambda: any("1 photo could not be retouched" in message for message in selected.messages))
    assert "Auto-retouch: plain: 3 photos" in selected.messages
    assert states(selected, photos) == [DONE, FAILED, DONE, DONE]
