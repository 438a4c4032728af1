"""Opening: by start, dialog, drop; what is broken; what was open before."""

import threading
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from exposure_app.documents import workspace
from exposure_app.documents.copied_edits import CopiedEdits
from exposure_app.gui.editor import photo_jobs
from exposure_app.pipeline.recipe import Recipe, Step
from tests.helpers.editor import make_photo, save_untrained_style
from tests.helpers.patience import PATIENCE
from tests.unit.io.dng import mosaic_of, scene, write_dng


def test_a_photo_comes_up_fitted_with_its_neutral_steps(editor, photo):
    editor.open(photo)
    view, window = editor.view, editor.window
    assert view.zoom.is_fit and not view.shows_preview
    assert (view.frame_shown.after.width(), view.frame_shown.after.height()) == view.zoom.drawn_size
    assert [step.filter for step in editor.document.recipe.steps] == ["exposure", "gamma"]
    assert window.windowTitle().startswith("harbour.jpg")
    assert window.panels.filmstrip.current() == photo
    assert not editor.document.is_edited
    editor.settle()
    assert not list(photo.parent.glob("*.exposure.json")), "looking at a photo leaves no traces beside it"


def test_the_sample_raw_comes_up_with_a_preview_first(editor, tmp_path, sample_dng):
    copy = tmp_path / "sample.dng"
    copy.write_bytes(sample_dng.read_bytes())
    with editor.qtbot.waitSignal(editor.window.controller.preview_ready) as shown:
        editor.start(copy)
    assert shown.args[0].picture.width() >= 800
    editor.until(lambda: editor.view.frame_shown)
    assert not editor.view.shows_preview
    assert editor.document.neutral.neutral_ev >= 0


def broken(path: Path) -> Path:
    path.write_bytes(b"not a picture at all")
    return path


def test_a_photo_that_cannot_be_opened_takes_the_stage_with_the_reason_and_no_edit_goes_to_the_one_before(
    editor, photo, tmp_path
):
    bad = broken(tmp_path / "broken.jpg")
    editor.open(photo, bad)
    editor.act_and_see("clipping")
    window, strip = editor.window, editor.window.panels.filmstrip
    before = editor.document
    editor.act("next_photo")
    editor.until(lambda: editor.messages)
    assert "broken.jpg" in editor.messages[0] and "broken.jpg" in window.unopened.text()
    assert window.pages.currentWidget() is window.unopened and strip.current() == bad
    assert window.controller.photo is None and window.controller.document is None
    for action in ("auto", "undo", "reset", "paste", "turn_left", "crop", "snapshot", "virtual_copy"):
        assert not window.actions_[action].isEnabled(), action
        editor.act(action)
    window.panels.auto.slider.setValue(50)
    assert not any(panel.isEnabled() for panel in window.panels.editing)
    assert not before.is_edited
    editor.act("previous_photo")
    editor.until(lambda: window.controller.photo == photo and editor.view.frame_shown)
    assert window.pages.currentWidget() is editor.view and window.panels.steps.isEnabled()
    assert window.actions_["reset"].isEnabled()


def test_a_broken_file_opened_in_place_of_a_folder_leaves_the_folder_to_go_back_to(editor, photo, tmp_path):
    editor.open(photo)
    editor.window.controller.open_paths([broken(tmp_path / "broken.jpg")])
    editor.until(lambda: editor.messages)
    assert editor.window.controller.photo is None
    assert editor.window.panels.filmstrip.photos() == [photo]
    editor.window.controller.open_photo(photo)
    editor.until(lambda: editor.window.controller.photo == photo)


def test_a_folder_whose_first_photos_are_broken_opens_with_the_first_that_is_not(editor, photo, tmp_path):
    folder = tmp_path / "trip"
    folder.mkdir()
    for name in ("1.jpg", "2.jpg"):
        broken(folder / name)
    good = make_photo(folder / "3.jpg", 120, 80)
    editor.open(photo)
    editor.window.controller.open_paths([folder])
    editor.until(lambda: editor.window.controller.photo == good and editor.view.frame_shown)
    assert editor.window.panels.filmstrip.current() == good
    assert ["1.jpg" in editor.messages[0], "2.jpg" in editor.messages[1]] == [True, True]


def test_an_opening_that_is_called_off_leaves_everything_as_it_was(editor, photo, tmp_path, monkeypatch):
    others = [make_photo(tmp_path / f"{name}.jpg", 120, 80) for name in "ab"]
    editor.open(photo)
    entered, go_on = hold(monkeypatch)
    jobs = []
    editor.window.controller.job_started.connect(jobs.append)
    editor.window.controller.open_paths(others)
    editor.until(entered.is_set)
    jobs[-1].cancel()
    go_on.set()
    editor.settle()
    assert editor.window.controller.photo == photo and editor.window.controller.photos == [photo]
    assert editor.window.panels.filmstrip.current() == photo and editor.window.actions_["reset"].isEnabled()


def hold(monkeypatch) -> tuple[threading.Event, threading.Event]:
    """Photos are opened no further than to the first event until the second is set."""
    entered, go_on = threading.Event(), threading.Event()
    opening = photo_jobs.open_photo

    def slow(*args):
        entered.set()
        go_on.wait(PATIENCE)
        return opening(*args)

    monkeypatch.setattr(photo_jobs, "open_photo", slow)
    return entered, go_on


def test_auto_retouch_pressed_while_a_photo_opens_is_for_that_photo(untrained, editor, photo, tmp_path, monkeypatch):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    before = editor.document
    entered, go_on = hold(monkeypatch)
    editor.act("next_photo")
    editor.until(entered.is_set)
    editor.act("auto")
    assert editor.window.panels.auto.button.text() == "Cancel"
    go_on.set()
    editor.until(lambda: editor.window.controller.photo == other and not editor.window.coordinator.retoucher.is_running)
    assert editor.document.recipe.style == untrained and not before.is_edited
    assert editor.window.panels.auto.button.text() == "Auto-retouch"


def test_a_retouch_that_waits_can_be_called_off_and_one_left_behind_is_told(
    untrained, editor, photo, tmp_path, monkeypatch
):
    others = [make_photo(tmp_path / f"{name}.jpg", seed=1) for name in "ab"]
    editor.open(photo, *others)
    entered, go_on = hold(monkeypatch)
    editor.act("next_photo")
    editor.until(entered.is_set)
    editor.act("auto")
    editor.window.panels.auto.button.click()
    assert editor.window.panels.auto.button.text() == "Auto-retouch" and not editor.messages
    editor.act("auto")
    editor.act("next_photo")
    assert "a.jpg was not retouched" in editor.messages[0]
    go_on.set()
    editor.until(lambda: editor.window.controller.photo == others[1])
    editor.settle()
    assert not editor.document.is_edited


def test_what_is_pasted_to_a_photo_that_is_being_opened_is_there_when_it_is_open(editor, photo, tmp_path, monkeypatch):
    other = make_photo(tmp_path / "other.jpg", seed=1)
    editor.open(photo, other)
    controller = editor.window.controller
    bright = Recipe((Step("exposure", {"ev": 1.5}),))
    entered, go_on = hold(monkeypatch)
    editor.act("next_photo")
    editor.until(entered.is_set)
    controller.several.paste([other], CopiedEdits(bright, bright.steps))
    go_on.set()
    editor.until(lambda: controller.photo == other)
    editor.settle()
    assert editor.document.recipe.steps[0].params["ev"] == 1.5


def test_a_broken_file_alone_leads_back_to_the_start_page(editor, tmp_path):
    broken = tmp_path / "broken.dng"
    broken.write_bytes(b"II*\0nothing")
    editor.start(broken)
    editor.until(lambda: editor.messages)
    assert editor.window.pages.currentWidget() is editor.window.start_page


def test_a_folder_named_from_where_one_is_is_found_again_from_elsewhere(new_editor, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    editor = new_editor()
    editor.start(Path(photo.name))
    editor.until(lambda: editor.window.controller.photo == photo and editor.view.frame_shown)
    editor.settle()
    monkeypatch.chdir(tmp_path.parent)
    assert workspace.read_recent() == [photo] and workspace.read_open_photos().photos == (photo,)


def test_a_dropped_folder_becomes_the_filmstrip(editor, tmp_path):
    folder = tmp_path / "trip"
    folder.mkdir()
    photos = [make_photo(folder / f"{name}.jpg", 120, 80, seed) for seed, name in enumerate(("img_2", "img_10"))]
    editor.start()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    editor.window.dropEvent(event)
    editor.until(lambda: editor.window.controller.photo == photos[0])
    assert editor.window.panels.filmstrip.photos() == photos
    editor.act("next_photo")
    editor.until(lambda: editor.window.controller.photo == photos[1])


def test_a_dropped_style_goes_to_the_library_and_a_photo_beside_it_opens(editor, photo, tmp_path):
    save_untrained_style("theirs", folder=tmp_path)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in (tmp_path / "theirs.safetensors", photo)])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    editor.start()
    editor.window.dropEvent(event)
    editor.until(lambda: editor.window.controller.photo == photo)
    editor.until(lambda: editor.window.panels.styles.names() == ["theirs"])


def test_the_latest_of_several_wishes_wins(editor, photo, tmp_path):
    others = [make_photo(tmp_path / f"{number}.jpg", seed=number) for number in range(3)]
    editor.open(photo)
    for other in others:
        editor.window.controller.open_photo(other)
    editor.until(lambda: editor.window.controller.photo == others[-1])
    editor.settle()
    assert editor.window.controller.photo == others[-1]
    assert not editor.messages


def test_recent_photos_are_offered(new_editor, photo):
    first = new_editor()
    first.open(photo)
    first.settle()
    page = new_editor().window.start_page
    assert page.recent.count() == 1
    assert Path(page.recent.item(0).data(Qt.ItemDataRole.UserRole)) == photo


def test_a_raw_without_a_preview_is_read_once_and_shows_its_sensor_data_first(editor, tmp_path):
    mosaic = np.round(mosaic_of(scene(200, 300), "RGGB") * 65535).astype(np.uint16)
    photo = write_dng(tmp_path / "bare.dng", mosaic)
    shown = []
    editor.window.controller.preview_ready.connect(shown.append)
    editor.start(photo)
    editor.until(lambda: editor.view.frame_shown)
    assert [first.picture.size().toTuple() for first in shown] == [(150, 100)]
    assert shown[0].size == editor.view.zoom.photo, "in the place of the photo"
    assert editor.window.panels.filmstrip.current() == photo


def test_a_photo_that_is_open_before_its_preview_is_current_in_the_filmstrip(editor, photo, monkeypatch):
    monkeypatch.setattr("exposure_app.gui.editor.photo_jobs.preview", lambda photo: None)
    editor.open(photo)
    assert editor.window.panels.filmstrip.photos() == [photo]
    assert editor.window.panels.filmstrip.current() == photo
