"""Opening: by start, dialog, drop; what is broken; what was open before."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from tests.helpers.editor import make_photo, save_untrained_style
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
    with editor.qtbot.waitSignal(editor.window.controller.preview_ready, timeout=60_000) as shown:
        editor.start(copy)
    assert shown.args[0].picture.width() >= 800
    editor.until(lambda: editor.view.frame_shown)
    assert not editor.view.shows_preview
    assert editor.document.neutral.neutral_ev >= 0


def test_a_broken_file_is_a_notice_and_the_open_photo_stays(editor, photo, tmp_path):
    editor.open(photo)
    editor.act_and_see("clipping")
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a picture at all")
    editor.window.controller.open_paths([broken])
    editor.until(lambda: editor.messages)
    assert "broken.jpg" in editor.messages[0]
    assert editor.window.controller.photo == photo
    assert editor.window.panels.filmstrip.current() == photo
    assert editor.view.frame_shown is not None and not editor.view.shows_preview
    assert editor.window.panels.steps.isEnabled()


def test_a_broken_file_alone_leads_back_to_the_start_page(editor, tmp_path):
    broken = tmp_path / "broken.dng"
    broken.write_bytes(b"II*\0nothing")
    editor.start(broken)
    editor.until(lambda: editor.messages)
    assert editor.window.pages.currentWidget() is editor.window.start_page


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
    monkeypatch.setattr("exposure_app.gui.photo_jobs.preview", lambda photo: None)
    editor.open(photo)
    assert editor.window.panels.filmstrip.photos() == [photo]
    assert editor.window.panels.filmstrip.current() == photo
